"""How many entries have each value of a facet: of all entries from sums that writes keep, else counted live."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import errors, statements
from directory.entries.entries import Entry
from directory.search import cells, documents
from directory.search import query as queries

MOST_COUNTED = 10_000  # hits of a query; of more, a fair sample stands for all

NAMES = cells.NAMES
Where = Mapping[str, Sequence[str]]  # facet -> the values that are allowed
_Row = tuple[str, str, int]  # facet, value, entries
_Sql = tuple[str, list[Any]]

# By the key, where the planner would read the facets of the whole country for those of some thousand hits.
_ONE_BY_ONE = "LATERAL (SELECT * FROM directory_facetrow WHERE entry_id = hit.entry_id LIMIT 1) AS facets"


class Facets(NamedTuple):
    """For each facet its values with their counts, most first and `unknown` last."""

    counts: dict[str, list[tuple[str, int]]]
    relation: str  # exact, or approximate when a sample of a query's hits was counted


def count(
    entries: QuerySet[Entry],
    names: Sequence[str],
    *,
    query: "queries.Query | None" = None,
    where: Where | None = None,
) -> Facets:
    """The facets `names` of the entries, or of those that answer the query.

    `where` says which entries these are, when facets alone can say it ({"kind": ["school"], "status": ["active"]}):
    then no entry is read. Raises Invalid `invalid_choice`. One statement, two for the words of a query.
    """
    for name in names:
        if name not in cells.NAMES:
            raise errors.Invalid("invalid_choice", parameter="facets", value=name, allowed=", ".join(cells.NAMES))
    if query is not None:
        return _of_query(entries, names, query=query, where=where)
    if not names or entries.query.is_empty():
        return _arranged([], names)
    if where is not None and is_kept(where):
        return _arranged(_summed(names, where), names)
    return _arranged(_counted(names, _rows(entries, where)), names)


def is_kept(where: Where) -> bool:
    """Whether sums are kept of these entries: of any kinds and statuses, and of the values of one other facet."""
    return len(where.keys() - {*cells.ALWAYS}) <= 1


def _of_query(entries: QuerySet[Entry], names: Sequence[str], *, query: "queries.Query", where: Where | None) -> Facets:
    """Of few hits all are counted; of many a sixteenth that chance chose, times sixteen."""
    found = queries.narrow(entries, query)
    if not names or found.query.is_empty():
        return _arranged([], names)
    if not query.tsquery:
        return _arranged(_counted(names, _rows(found, None)), names)
    sample = _counted(names, _hits(entries, query, where=where, is_sample=True))
    if sum(number for name, _, number in sample if not name) * documents.SAMPLE_OF > MOST_COUNTED:
        return _arranged(sample, names, times=documents.SAMPLE_OF)
    return _arranged(_counted(names, _hits(entries, query, where=where)), names)


def _arranged(rows: Sequence[_Row], names: Sequence[str], *, times: int = 1) -> Facets:
    counts: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for name, value, number in rows:
        if name:
            counts[name].append((value, number * times))
    for values in counts.values():
        values.sort(key=lambda row: (row[0] == cells.UNKNOWN, -row[1], row[0]))
    return Facets(counts, "approximate" if times > 1 else "exact")


def _summed(names: Sequence[str], where: Where) -> list[_Row]:
    """Of the kept sums, and of the changes that are not yet in them."""
    [by] = where.keys() - {*cells.ALWAYS} or [""]
    apart = {name: list(values) for name, values in where.items() if name in cells.ALWAYS}
    of_totals, of_changes = _conditions(apart), _conditions(where)
    return _ask(
        "SELECT facet, value, sum(entries)::integer FROM ("
        f" SELECT facet, value, entries FROM directory_facettotal"
        f" WHERE {of_totals[0]} AND by_facet = %s AND by_value = ANY (%s) AND facet = ANY (%s)"
        f" UNION ALL SELECT told.facet, told.value, entries FROM directory_facetchange AS cell,"
        f" LATERAL {cells.told('cell', names)} AS told WHERE {of_changes[0]}"
        ") AS counted GROUP BY 1, 2 HAVING sum(entries) > 0",
        [*of_totals[1], by, list(where.get(by, [""])), list(names), *of_changes[1]],
    )


def _counted(names: Sequence[str], rows: _Sql) -> list[_Row]:
    """Of rows with the columns of all facets; of no facet and no value: how many rows there are."""
    columns = ", ".join(cells.NAMES)
    return _ask(
        f"WITH cell AS (SELECT {columns}, count(*) AS entries FROM ({rows[0]}) AS row GROUP BY {columns})"
        f" SELECT told.facet, told.value, sum(entries)::integer FROM cell, LATERAL {cells.told('cell', names)} AS told"
        " GROUP BY 1, 2 UNION ALL SELECT '', '', coalesce(sum(entries), 0)::integer FROM cell",
        rows[1],
    )


def _rows(entries: QuerySet[Entry], where: Where | None) -> _Sql:
    """The facets of the entries."""
    if where is None:
        ids, values = entries.order_by().values("pk").query.sql_with_params()
        return f"SELECT * FROM directory_facetrow WHERE entry_id IN ({ids})", list(values)
    condition, allowed = _conditions(where)
    return f"SELECT * FROM directory_facetrow WHERE {condition}", allowed


def _hits(entries: QuerySet[Entry], query: "queries.Query", *, where: Where | None, is_sample: bool = False) -> _Sql:
    """The facets of the entries that hold the words."""
    if where is None:
        found = queries.narrow(entries, query).order_by()
        found = found.filter(search_document__score__in=documents.SAMPLE) if is_sample else found
        ids, values = found.values("pk").query.sql_with_params()
        return f"SELECT facets.* FROM ({ids}) AS hit (entry_id), {_ONE_BY_ONE}", list(values)
    drawn = f" AND score IN ({', '.join(map(str, documents.SAMPLE))})" if is_sample else ""
    condition, allowed = _conditions(where)
    return (
        f"SELECT facets.* FROM directory_searchdocument AS hit, {_ONE_BY_ONE}"
        f" WHERE words @@ %s::tsquery{drawn} AND {condition}"
    ), [query.tsquery, *allowed]


def _conditions(where: Where) -> _Sql:
    """The allowed values as conditions of a row or change."""
    return " AND ".join(["true", *(f"{name} = ANY (%s)" for name in where)]), [list(each) for each in where.values()]


def _ask(sql: str, values: Sequence[Any]) -> list[Any]:
    return statements.literal(sql, values)
