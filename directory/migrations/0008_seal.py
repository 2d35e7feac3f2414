"""The seal: its chain, a salt for what may tell of a person, and a journal that its readers and writers only add to."""

import django.contrib.postgres.functions
from django.db import migrations, models


FUNCTIONS = """
-- The digest of what may tell of a person; without the salt nobody finds a short text by trying all.
CREATE FUNCTION journal_leaf(salt uuid, content text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT sha256(uuid_send(salt) || convert_to(content, 'UTF8')) $$;

-- The one way in which the role of the application changes the journal: it empties, keeps the digest of what was there
-- and writes down, as a kept row, the digest of what is left.
CREATE FUNCTION journal_erase(keys bigint[], members jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint;
BEGIN
    IF journal_event() IS NULL OR journal_position() <> journal_now_position() THEN
        RAISE EXCEPTION 'unrecorded erasing: call journal.record() first, in the same transaction'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM jsonb_each(members) WHERE value NOT IN ('""', '[]', '{}', 'null')) THEN
        RAISE EXCEPTION 'what is kept can be emptied, and not be given another value'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    WITH wanted AS (
        SELECT id, data || (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(members)
            WHERE data ? key) AS left_over
        FROM directory_history WHERE id = ANY (keys) AND table_name NOT IN ('directory_history', 'directory_event')
    ), emptied AS (
        UPDATE directory_history AS one SET digest = coalesce(one.digest, journal_leaf(one.salt, one.data::text)),
            salt = gen_random_uuid(), data = left_over
        FROM wanted WHERE wanted.id = one.id AND one.data <> left_over
        RETURNING one.id, one.salt, one.data
    )
    INSERT INTO directory_history (table_name, row_id, data, event_id, position, at)
    SELECT 'directory_history', id::text, jsonb_build_object('left', encode(journal_leaf(salt, data::text), 'hex')),
        journal_event(), journal_position(), journal_time()
    FROM emptied;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;

CREATE FUNCTION journal_erase_reasons(keys uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint;
BEGIN
    IF journal_event() IS NULL OR journal_position() <> journal_now_position() THEN
        RAISE EXCEPTION 'unrecorded erasing: call journal.record() first, in the same transaction'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    WITH emptied AS (
        UPDATE directory_event SET digest = coalesce(digest, journal_leaf(salt, reason)), salt = gen_random_uuid(),
            reason = ''
        WHERE id = ANY (keys) AND reason <> ''
        RETURNING id, salt, reason
    )
    INSERT INTO directory_history (table_name, row_id, data, event_id, position, at)
    SELECT 'directory_event', id::text, jsonb_build_object('left', encode(journal_leaf(salt, reason), 'hex')),
        journal_event(), journal_position(), journal_time()
    FROM emptied;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;
"""
REMOVAL = "DROP FUNCTION journal_erase, journal_erase_reasons, journal_leaf"
# Whatever the roles are called: all but the tables' owner may only read and add.
REVOKE = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT DISTINCT found.oid::regclass AS name,
            CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee
        FROM pg_class AS found, aclexplode(found.relacl)
        WHERE found.oid IN (
            'directory_event'::regclass, 'directory_history'::regclass, 'directory_seallink'::regclass
        ) AND grantee <> found.relowner
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', one.name, one.grantee);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0007_seen_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealLink',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField()),
                ('event_position', models.BigIntegerField()),
                ('event_id', models.UUIDField()),
                ('event_count', models.IntegerField()),
                ('row_position', models.BigIntegerField()),
                ('row_id', models.BigIntegerField()),
                ('row_count', models.IntegerField()),
                ('digest', models.BinaryField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='history',
            name='history_feed',
        ),
        migrations.AddField(
            model_name='event',
            name='digest',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(
            model_name='history',
            name='digest',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='history',
            name='salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddIndex(
            model_name='history',
            index=models.Index(models.F('position'), models.F('id'), name='history_feed'),
        ),
        migrations.AddConstraint(
            model_name='seallink',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='seal_from_one'),
        ),
        migrations.RunSQL(FUNCTIONS, REMOVAL),
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
    ]
