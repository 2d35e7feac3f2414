"""How many entries have each value of a facet; answers without a query are kept under what they were made from."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Left, NullIf

from directory import errors
from directory.entries.entries import Entry
from directory.search import query as queries

UNKNOWN = "unknown"
MOST_COUNTED = 10_000  # hits of a query; beyond, the first so many stand for all
_TEXT = models.TextField()


def _or_unknown(field: str) -> Coalesce:
    return Coalesce(NullIf(F(field), Value("")), Value(UNKNOWN), output_field=_TEXT)


def _where_known(field: str, *, row: str) -> Case:
    """The field where the entry has the row; nothing where the question makes no sense, as a publisher's form."""
    return Case(When(**{f"{row}__isnull": False}, then=_or_unknown(field)), output_field=_TEXT)


FACETS: dict[str, Any] = {
    "kind": F("kind"),
    "status": F("status"),
    "province": Coalesce(Left("region_id", 2), Value(UNKNOWN), output_field=_TEXT),
    "form": _where_known("school__form", row="school"),
    "ownership": _where_known("school__ownership", row="school"),
    "trust_level": F("trust_level"),
    # Every school may have a library, of whatever else only those are asked that say something of one.
    "library_exists": Case(
        When(kind="school", then=_or_unknown("library__exists")), default=F("library__exists"), output_field=_TEXT
    ),
}


class Facets(NamedTuple):
    """For each facet its values with their counts, most first and `unknown` last."""

    counts: dict[str, list[tuple[str, int]]]
    relation: str  # exact, or approximate when only the first MOST_COUNTED hits of a query were counted


class KeptFacets(models.Model):
    """The answer to one question, and the mark of the journal that it was made under."""

    asked = models.TextField(primary_key=True)
    answer = models.JSONField()
    horizon = models.BigIntegerField()  # every event below it had ended when the answer was made ...
    events = models.IntegerField()  # ... and so many at or above it were there: one more, and the answer is old

    def __str__(self) -> str:
        return self.asked


def count(
    entries: QuerySet[Entry], names: Sequence[str], *, query: "queries.Query | None" = None, kept_as: str = ""
) -> Facets:
    """The facets `names` of the entries, or of those that answer the query.

    `kept_as` says in words of its own which entries these are, for an answer worth keeping ("schools"); it is not
    kept when there is a query. Raises Invalid `invalid_choice`. One statement; a kept answer takes one too.
    """
    for name in names:
        if name not in FACETS:
            raise errors.Invalid("invalid_choice", parameter="facets", value=name, allowed=", ".join(FACETS))
    if query is not None:
        return _counted(queries.narrow(entries, query), names, most=MOST_COUNTED)
    if not kept_as:
        return _counted(entries, names)
    return _kept(entries, names, asked=f"{kept_as} {' '.join(names)}")


def _counted(entries: QuerySet[Entry], names: Sequence[str], *, most: int | None = None) -> Facets:
    if not names or entries.query.is_empty():
        return Facets({name: [] for name in names}, "exact")
    values = {f"facet_{name}": FACETS[name] for name in names}
    rows, parameters = entries.order_by().values(**values)[: most and most + 1].query.sql_with_params()
    columns = ", ".join(f'"facet_{name}"' for name in names)
    sets = ", ".join(f'("facet_{name}")' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH hit AS MATERIALIZED ({rows}), counted AS (SELECT * FROM hit LIMIT {most or 'NULL'})"
            f" SELECT GROUPING({columns}), {columns}, count(*), (SELECT count(*) FROM hit)"
            f" FROM counted GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        found = cursor.fetchall()
    return _arranged(found, names, most=most)


def _arranged(found: list[tuple[Any, ...]], names: Sequence[str], *, most: int | None) -> Facets:
    counts: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for grouping, *values, number, _ in found:
        # GROUPING has one bit for each facet, the first the highest; 0 is the one that the row counts.
        place = next(place for place in range(len(names)) if not grouping >> (len(names) - 1 - place) & 1)
        if values[place] is not None:
            counts[names[place]].append((values[place], number))
    for rows in counts.values():
        rows.sort(key=lambda row: (row[0] == UNKNOWN, -row[1], row[0]))
    is_cut = bool(most and found and found[0][-1] > most)
    return Facets(counts, "approximate" if is_cut else "exact")


_STILL_TRUE = """
SELECT kept.answer FROM directory_keptfacets kept WHERE kept.asked = %s AND kept.events = (
    SELECT count(*) FROM (
        SELECT FROM directory_event WHERE position >= kept.horizon LIMIT kept.events + 1
    ) AS since
)
"""
_MARK = """
SELECT horizon, (SELECT count(*) FROM directory_event WHERE position >= horizon)
FROM (SELECT journal_horizon() AS horizon) AS now
"""
_KEEP = """
INSERT INTO directory_keptfacets (asked, answer, horizon, events) VALUES (%s, %s::jsonb, %s, %s)
ON CONFLICT (asked) DO UPDATE SET answer = excluded.answer, horizon = excluded.horizon, events = excluded.events
"""


def _kept(entries: QuerySet[Entry], names: Sequence[str], *, asked: str) -> Facets:
    with connection.cursor() as cursor:
        cursor.execute(_STILL_TRUE, [asked])
        row = cursor.fetchone()
        if row:
            answer = json.loads(row[0])
            return Facets({name: [(value, number) for value, number in rows] for name, rows in answer.items()}, "exact")
        # The mark is read before the answer is made: what commits in between makes the answer old, never wrong.
        cursor.execute(_MARK)
        horizon, events = cursor.fetchone()
    fresh = _counted(entries, names)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [asked, json.dumps(fresh.counts), horizon, events])
    return fresh
