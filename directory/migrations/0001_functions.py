"""The SQL functions that stand under every journalled table, and the extensions that search needs."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION journal_event() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('directory.event', true), '')::uuid $$;

CREATE FUNCTION journal_position() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('directory.position', true), '')::bigint $$;

CREATE FUNCTION journal_time() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('directory.time', true), '')::timestamptz $$;

-- plpgsql: its body is bound late, so it may name tables that a later migration makes.
CREATE FUNCTION journal_now_position() RETURNS bigint LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN (SELECT pg_current_xact_id()::text::bigint + "offset" FROM directory_feedclock); END $$;

CREATE FUNCTION journal_horizon() RETURNS bigint LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + "offset" FROM directory_feedclock); END $$;

-- The clock's row is made for this cluster if it is missing; in another cluster the offset jumps past all positions.
CREATE FUNCTION journal_align() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    cluster bigint := (SELECT system_identifier FROM pg_control_system());
    line integer := (SELECT timeline_id FROM pg_control_checkpoint());
    known record;
    highest bigint;
BEGIN
    SELECT * INTO known FROM directory_feedclock;
    IF known.system_identifier = cluster AND known.timeline = line THEN RETURN; END IF;
    LOCK TABLE directory_feedclock IN EXCLUSIVE MODE;
    SELECT * INTO known FROM directory_feedclock;
    IF known.system_identifier = cluster AND known.timeline = line THEN RETURN; END IF;
    IF known.id IS NULL THEN
        INSERT INTO directory_feedclock (id, system_identifier, timeline, "offset") VALUES (1, cluster, line, 0);
    ELSE
        SELECT coalesce(max(position), 0) INTO highest FROM directory_event;
        UPDATE directory_feedclock SET system_identifier = cluster, timeline = line,
            "offset" = greatest(known."offset", highest + 1);
    END IF;
END $$;

CREATE FUNCTION journal_open(event uuid, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE place bigint := journal_now_position();
BEGIN
    IF place IS NULL THEN PERFORM journal_align(); place := journal_now_position(); END IF;
    PERFORM set_config('directory.event', event::text, true),
            set_config('directory.position', place::text, true),
            set_config('directory.time', at::text, true);
    RETURN place;
END $$;
"""

REMOVAL = """
DROP FUNCTION journal_open, journal_align, journal_horizon, journal_now_position, journal_time,
    journal_position, journal_event;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        TrigramExtension(),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch", migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, REMOVAL),
    ]
