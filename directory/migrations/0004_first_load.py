"""The right to build inverted indexes after a first load."""

from django.db import migrations

# The tables belong to a role that an import does not have: both functions run with its right, take no argument
# and act on empty tables of an empty directory only. Nobody but that role reads or writes the list of definitions.
FUNCTIONS = """
CREATE TABLE directory_indexaside (definition text NOT NULL);
ALTER TABLE directory_indexaside ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION import_set_indexes_aside() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    index record;
    is_filled boolean;
BEGIN
    IF EXISTS (SELECT FROM directory_entry) THEN RETURN; END IF;
    FOR index IN
        SELECT indexrelid::regclass AS name, indrelid::regclass AS of_table, pg_get_indexdef(indexrelid) AS definition
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
        WHERE amname = 'gin' AND relnamespace = 'public'::regnamespace AND starts_with(indrelid::regclass::text, 'directory_')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', index.of_table) INTO is_filled;
        IF NOT is_filled THEN
            INSERT INTO directory_indexaside VALUES (index.definition);
            EXECUTE format('DROP INDEX %s', index.name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION import_restore_indexes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE index record;
BEGIN
    FOR index IN DELETE FROM directory_indexaside RETURNING definition LOOP
        EXECUTE index.definition;
    END LOOP;
END $$;
"""
REMOVAL = """
DROP FUNCTION import_restore_indexes, import_set_indexes_aside;
DROP TABLE directory_indexaside;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_search'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, REMOVAL),
    ]
