"""Counts by facet that are right in the transaction of every write."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
-- The one place that says what an entry is counted under.
CREATE FUNCTION facet_rows(ids uuid[]) RETURNS SETOF directory_facetrow LANGUAGE sql STABLE AS $$
SELECT entry.id, entry.kind, entry.status, coalesce(left(entry.region_id, 2), 'unknown'),
    CASE WHEN school.entry_id IS NULL THEN '' ELSE coalesce(nullif(school.form, ''), 'unknown') END,
    CASE WHEN school.entry_id IS NULL THEN '' ELSE coalesce(nullif(school.ownership, ''), 'unknown') END,
    entry.trust_level,
    -- Every school may have a library, of whatever else only those are asked that say something of one.
    coalesce(nullif(library.exists, ''), CASE entry.kind WHEN 'school' THEN 'unknown' ELSE '' END)
FROM (SELECT * FROM directory_entry WHERE id = ANY (ids)) AS entry
LEFT JOIN (SELECT * FROM directory_school WHERE entry_id = ANY (ids)) AS school ON school.entry_id = entry.id
LEFT JOIN (SELECT * FROM directory_library WHERE entry_id = ANY (ids)) AS library ON library.entry_id = entry.id
$$;

-- These two are asked with all the entries that a statement touched; one plan serves one entry and 200,000 badly.
CREATE FUNCTION facet_add(ids uuid[]) RETURNS void LANGUAGE sql
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
WITH added AS (INSERT INTO directory_facetrow SELECT * FROM facet_rows(ids) RETURNING *)
INSERT INTO directory_facetchange (kind, status, province, form, ownership, trust_level, library_exists, entries)
SELECT kind, status, province, form, ownership, trust_level, library_exists, count(*)
FROM added GROUP BY 1, 2, 3, 4, 5, 6, 7
$$;

-- All who write a part of an entry hold the lock on its row (journal_touch, whose name sorts before that of these
-- triggers), so nobody else changes what is read here before they have committed.
CREATE FUNCTION facet_write(ids uuid[]) RETURNS void LANGUAGE sql
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
WITH written AS (
    MERGE INTO directory_facetrow AS row USING facet_rows(ids) AS now
    ON row.entry_id = now.entry_id AND row.entry_id = ANY (ids)
    WHEN MATCHED AND row <> now THEN UPDATE SET status = now.status, province = now.province, form = now.form,
        ownership = now.ownership, trust_level = now.trust_level, library_exists = now.library_exists
    RETURNING old AS before, new AS after
)
INSERT INTO directory_facetchange (kind, status, province, form, ownership, trust_level, library_exists, entries)
SELECT (side).kind, (side).status, (side).province, (side).form, (side).ownership, (side).trust_level,
    (side).library_exists, sum(entries)
FROM written, LATERAL (VALUES (before, -1), (after, 1)) AS change (side, entries)
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(entries) <> 0
$$;

CREATE FUNCTION facet_drop(ids uuid[]) RETURNS void LANGUAGE sql AS $$
WITH gone AS (DELETE FROM directory_facetrow WHERE entry_id = ANY (ids) RETURNING *)
INSERT INTO directory_facetchange (kind, status, province, form, ownership, trust_level, library_exists, entries)
SELECT kind, status, province, form, ownership, trust_level, library_exists, -count(*)
FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7
$$;

CREATE FUNCTION facet_entry_inserted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM facet_add(ARRAY(SELECT id FROM new_rows)); RETURN NULL; END $$;

-- EXECUTE, because a session keeps a trigger's first plan: made for one row, it joins 200,000 row by row.
CREATE FUNCTION facet_entry_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[];
BEGIN
    EXECUTE 'SELECT ARRAY(
        SELECT id FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.status, new_rows.trust_level, left(new_rows.region_id, 2))
            IS DISTINCT FROM (old_rows.status, old_rows.trust_level, left(old_rows.region_id, 2))
    )' INTO ids;
    IF cardinality(ids) > 0 THEN PERFORM facet_write(ids); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION facet_entry_deleted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM facet_drop(ARRAY(SELECT id FROM old_rows)); RETURN NULL; END $$;

-- Of a school or a library.
CREATE FUNCTION facet_part_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM facet_write(ARRAY(SELECT entry_id FROM new_rows)); RETURN NULL; END $$;

CREATE FUNCTION facet_part_removed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM facet_write(ARRAY(SELECT entry_id FROM old_rows)); RETURN NULL; END $$;

-- Its argument names the columns that count.
CREATE FUNCTION facet_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[];
BEGIN
    EXECUTE format('SELECT ARRAY(
        SELECT entry_id FROM (SELECT entry_id, %1$s FROM new_rows EXCEPT SELECT entry_id, %1$s FROM old_rows) AS is_now
        UNION SELECT entry_id FROM (SELECT entry_id, %1$s FROM old_rows EXCEPT SELECT entry_id, %1$s FROM new_rows) AS was
    )', TG_ARGV[0]) INTO ids;
    IF cardinality(ids) > 0 THEN PERFORM facet_write(ids); END IF;
    RETURN NULL;
END $$;

-- Half a page stays free for the second version of its rows: a school's facets are written with its entry, and again
-- with what makes it a school. In a table without room, that took three times as long.
ALTER TABLE directory_facetrow SET (fillfactor = 48);
SELECT facet_add(ARRAY(SELECT id FROM directory_entry));
"""
FUNCTIONS_REMOVAL = """
DROP FUNCTION facet_part_changed, facet_part_removed, facet_part_added, facet_entry_deleted, facet_entry_updated,
    facet_entry_inserted, facet_drop, facet_write, facet_add, facet_rows;
"""

# table, event, function, argument
TRIGGERS = [
    ("entry", "INSERT", "facet_entry_inserted", ""),
    ("entry", "UPDATE", "facet_entry_updated", ""),
    ("entry", "DELETE", "facet_entry_deleted", ""),
    ("school", "INSERT", "facet_part_added", ""),
    ("school", "UPDATE", "facet_part_changed", "'form, ownership'"),
    ("school", "DELETE", "facet_part_removed", ""),
    ("library", "INSERT", "facet_part_added", ""),
    ("library", "UPDATE", "facet_part_changed", "'exists'"),
    ("library", "DELETE", "facet_part_removed", ""),
]
REFERENCING = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def trigger(table, event, function, argument):
    # Triggers run in the order of their names: these after the journal's, which lock the entry.
    name = f"search_{function}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON directory_{table} REFERENCING {REFERENCING[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}({argument})",
        f"DROP TRIGGER {name} ON directory_{table}",
    )


FACETS = ("kind", "status", "province", "form", "ownership", "trust_level", "library_exists")


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0005_entries_by_region'),
    ]

    operations = [
        migrations.DeleteModel(name='KeptFacets'),
        migrations.CreateModel(
            name='FacetRow',
            fields=[
                (
                    'entry',
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name='facet_row',
                        serialize=False,
                        to='directory.entry',
                    ),
                ),
                *((name, models.TextField()) for name in FACETS),
            ],
        ),
        migrations.CreateModel(
            name='FacetChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                *((name, models.TextField()) for name in FACETS),
                ('entries', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='FacetTotal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                *((name, models.TextField()) for name in ('kind', 'status', 'by_facet', 'by_value', 'facet', 'value')),
                ('entries', models.IntegerField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(
                        models.F('kind'),
                        models.F('status'),
                        models.F('by_facet'),
                        models.F('by_value'),
                        models.F('facet'),
                        models.F('value'),
                        name='facet_total_once',
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=django.contrib.postgres.indexes.GinIndex(
                fields=['words'],
                name='search_words_sample',
                condition=models.Q(score__in=list(range(0, 256, 16))),
                fastupdate=False,
            ),
        ),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REMOVAL),
        *(trigger(*row) for row in TRIGGERS),
    ]
