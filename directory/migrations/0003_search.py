"""The functions and triggers that keep the words of entries."""

from django.db import migrations

FUNCTIONS = """
-- The one place that says what an entry's document is; asked with all the entries that a statement touched.
-- One plan serves one entry and 200,000 badly; and before there are statistics, the planner takes the entries for a
-- few and joins them to their places one by one: 60,000 took over seven minutes.
CREATE FUNCTION search_write(ids uuid[]) RETURNS void LANGUAGE sql
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
WITH changed AS (
    SELECT id, name_key, region_id FROM directory_entry WHERE id = ANY (ids)
), other_names AS (
    SELECT entry_id AS id, string_agg(name_key, ' ') AS words
    FROM directory_entryname WHERE entry_id = ANY (ids) GROUP BY entry_id
), places AS (
    SELECT asked.region_id, string_agg(concat_ws(' ', region.name_key, alias.words), ' ') AS words
    FROM (SELECT DISTINCT region_id FROM changed) AS asked
    JOIN directory_region region
        ON region.code IN (asked.region_id, left(asked.region_id, 2), left(asked.region_id, 5), left(asked.region_id, 8))
    LEFT JOIN LATERAL (
        SELECT string_agg(name_key, ' ') AS words FROM directory_regionalias WHERE region_id = region.code
    ) AS alias ON true
    GROUP BY asked.region_id
), documents AS (
    SELECT changed.id,
        string_to_array(concat_ws(' ', changed.name_key, other_names.words), ' ') AS name_words,
        string_to_array(places.words, ' ') AS place_words,
        16 * (15 - least(15, cardinality(string_to_array(changed.name_key, ' '))))
            + (get_byte(uuid_send(changed.id), 15) & 15) AS score
    FROM changed LEFT JOIN other_names USING (id) LEFT JOIN places USING (region_id)
)
INSERT INTO directory_searchdocument AS document (entry_id, words, name_words, score)
SELECT id, array_to_tsvector(array_remove(name_words || place_words, '')),
    array_to_tsvector(array_remove(name_words, '')), score
FROM documents
ON CONFLICT (entry_id) DO UPDATE
SET words = excluded.words, name_words = excluded.name_words, score = excluded.score
WHERE (document.words, document.name_words, document.score)
    IS DISTINCT FROM (excluded.words, excluded.name_words, excluded.score)
$$;

CREATE FUNCTION search_write_within(codes text[]) RETURNS void LANGUAGE sql AS $$
SELECT search_write(ARRAY(
    SELECT entry.id FROM unnest(codes) AS code
    JOIN directory_entry entry ON entry.region_id >= code AND entry.region_id < code || '/'
))
$$;

CREATE FUNCTION search_entry_inserted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_write(ARRAY(SELECT id FROM new_rows)); RETURN NULL; END $$;

-- EXECUTE, because a session keeps a trigger's first plan: made for one row, it joins 200,000 row by row.
CREATE FUNCTION search_entry_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[];
BEGIN
    EXECUTE 'SELECT ARRAY(
        SELECT id FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.name_key, new_rows.region_id) IS DISTINCT FROM (old_rows.name_key, old_rows.region_id)
    )' INTO ids;
    IF cardinality(ids) > 0 THEN PERFORM search_write(ids); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION search_entry_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM directory_searchdocument USING old_rows WHERE entry_id = old_rows.id;
    RETURN NULL;
END $$;

CREATE FUNCTION search_name_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_write(ARRAY(SELECT DISTINCT entry_id FROM new_rows)); RETURN NULL; END $$;

CREATE FUNCTION search_name_removed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_write(ARRAY(SELECT DISTINCT entry_id FROM old_rows)); RETURN NULL; END $$;

CREATE FUNCTION search_name_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM search_write(ARRAY(SELECT entry_id FROM old_rows UNION SELECT entry_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION search_region_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE codes text[];
BEGIN
    EXECUTE 'SELECT ARRAY(
        SELECT code FROM new_rows JOIN old_rows USING (code) WHERE new_rows.name_key <> old_rows.name_key
    )' INTO codes;
    IF cardinality(codes) > 0 THEN PERFORM search_write_within(codes); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION search_alias_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_write_within(ARRAY(SELECT DISTINCT region_id FROM new_rows)); RETURN NULL; END $$;

CREATE FUNCTION search_alias_removed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_write_within(ARRAY(SELECT DISTINCT region_id FROM old_rows)); RETURN NULL; END $$;

CREATE FUNCTION search_alias_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM search_write_within(ARRAY(SELECT region_id FROM old_rows UNION SELECT region_id FROM new_rows));
    RETURN NULL;
END $$;
"""

FUNCTIONS_REMOVAL = """
DROP FUNCTION search_alias_changed, search_alias_removed, search_alias_added, search_region_renamed,
    search_name_changed, search_name_removed, search_name_added,
    search_entry_deleted, search_entry_updated, search_entry_inserted, search_write_within, search_write;
"""

# table, event, function
TRIGGERS = [
    ("entry", "INSERT", "search_entry_inserted"),
    ("entry", "UPDATE", "search_entry_updated"),
    ("entry", "DELETE", "search_entry_deleted"),
    ("entryname", "INSERT", "search_name_added"),
    ("entryname", "UPDATE", "search_name_changed"),
    ("entryname", "DELETE", "search_name_removed"),
    ("region", "UPDATE", "search_region_renamed"),
    ("regionalias", "INSERT", "search_alias_added"),
    ("regionalias", "UPDATE", "search_alias_changed"),
    ("regionalias", "DELETE", "search_alias_removed"),
]
REFERENCING = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def trigger(table, event, function):
    return migrations.RunSQL(
        f"CREATE TRIGGER {function} AFTER {event} ON directory_{table} REFERENCING {REFERENCING[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {function} ON directory_{table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_initial'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REMOVAL),
        *(trigger(*row) for row in TRIGGERS),
    ]
