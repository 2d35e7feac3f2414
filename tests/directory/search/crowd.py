"""Thousands of schools in one statement, for what only shows with many; and one, for tests that really commit."""

from django.db import connection

from directory.models import Entry, School
from directory.search import documents
from tests import factories

# Four in five state schools, the rest Christian or Islamic: frequent words, of which some never meet.
_SCHOOLS = """
INSERT INTO directory_entry (kind, name, name_key, region_id)
SELECT 'school', upper(tidy), tidy, %(region)s FROM (
    SELECT CASE WHEN n %% 5 > 0 THEN 'sd negeri ' || n %% 40 || ' ' ELSE 'sd kristen ' END
        || (ARRAY['', 'mekar', 'mekar sari', 'mekar sari indah'])[n %% 4 + 1]
        || CASE WHEN n %% 100 = 0 THEN ' langka' ELSE '' END AS name
    FROM generate_series(1, %(number)s) AS n
) AS named, LATERAL (SELECT regexp_replace(trim(named.name), ' +', ' ', 'g')) AS clean (tidy)
"""


def gather(number: int, *, region: str | None = None) -> None:
    """Write so many schools, and let PostgreSQL know what the tables hold."""
    with factories.recorded(), connection.cursor() as cursor:
        cursor.execute(_SCHOOLS, {"number": number, "region": region})
        for table in ("directory_entry", documents.SearchDocument._meta.db_table):
            cursor.execute(f"ANALYZE {table}")


def school(name: str, **fields) -> Entry:
    """A primary school, there as soon as it is committed: no feed is asked, so nobody waits until it is settled."""
    with factories.recorded(settle=False):
        made = Entry.objects.create(kind="school", name=name, **fields)
        School.objects.create(entry=made, form="sd", ownership="state")
    return made


def change_forms(form: str) -> None:
    """Make all schools ones of another form."""
    with factories.recorded(settle=False):
        School.objects.update(form=form)
