"""The entries that hold the words of a query, read so that no more rows are touched than will be shown or ranked."""

import uuid
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import statements
from directory.entries.entries import Entry
from directory.search import documents

# What a tier is asked for: first the entries that hold all words in their names, then the others.
# The query stands there as a literal: of a value from elsewhere the planner would not know how frequent its words are.
_PARTS = (
    "document.name_words @@ %s::tsquery",
    "document.words @@ %s::tsquery AND NOT document.name_words @@ %s::tsquery",
)
_ANYWHERE = "document.words @@ %s::tsquery"
_HELD = (
    "SELECT document.* FROM directory_searchdocument document"
    " WHERE {condition} AND document.score BETWEEN {low} AND {high}"
)
# Whether an entry is allowed is asked of one at a time, in their order, until the page is full.
_ONE_BY_ONE = (
    "(SELECT held.entry_id, held.place FROM"
    " (SELECT held.entry_id, 0 - held.score AS place FROM ({held}) AS held ORDER BY 2, 1 OFFSET 0) AS held,"
    " LATERAL (SELECT FROM allowed WHERE allowed.id = held.entry_id LIMIT 1) AS may_be_shown"
    " ORDER BY held.place, held.entry_id LIMIT %s)"
)
# When few are allowed, the planner knows whether to start from them or from the words.
_TOGETHER = (
    "(SELECT held.entry_id, 0 - held.score AS place FROM ({held}) AS held"
    " WHERE held.entry_id IN (SELECT id FROM allowed) ORDER BY 2, 1 LIMIT %s)"
)


class Candidate(NamedTuple):
    """An entry that holds the words, with what it is ranked by."""

    id: uuid.UUID
    is_allowed: bool  # it is one of the entries that were asked for
    name: str
    name_words: list[str]
    words: list[str]


class Place(NamedTuple):
    """Where an entry stands in the order of tiers."""

    part: int
    place: int
    id: uuid.UUID


# As text: to read arrays took Python longer than all of it took PostgreSQL.
_CANDIDATE = (
    "name_key, array_to_string(tsvector_to_array(held.name_words), ' '),"
    " array_to_string(tsvector_to_array(held.words), ' ')"
)


def some(entries: QuerySet[Entry], tsquery: str, *, most: int | None, by: str = "") -> list[Candidate]:
    """Any `most` entries that hold the words, all of them if there are no more. One statement.

    `by` is a part of the words; where it is given, the index is asked for that alone, and what it finds is read.
    """
    # MATERIALIZED is planned for all rows, so by the index, yet read no further than the limit.
    slices = ", ".join(
        f"slice_{low} AS MATERIALIZED ({_HELD.format(condition=_ANYWHERE, low=low, high=high)})"
        for low, high in documents.TIERS
    )
    union = " UNION ALL ".join(f"SELECT * FROM slice_{low}" for low, _ in documents.TIERS)
    rest = " WHERE slices.words @@ %s::tsquery" if by else ""
    return _candidates(
        entries,
        f", {slices}, held AS MATERIALIZED (SELECT * FROM ({union}) AS slices{rest} LIMIT %s)"
        # LIMIT 1 asks by the key, where the planner might hash a whole table for a few hundred rows.
        f" SELECT held.entry_id, allowed.id IS NOT NULL, entry.{_CANDIDATE}"
        " FROM held, LATERAL (SELECT name_key FROM directory_entry WHERE id = held.entry_id LIMIT 1) AS entry"
        " LEFT JOIN LATERAL (SELECT id FROM allowed WHERE id = held.entry_id LIMIT 1) AS allowed ON true",
        [by or tsquery] * len(documents.TIERS) + [tsquery] * bool(by) + [most],
    )


def some_allowed(entries: QuerySet[Entry], tsquery: str, *, most: int, are_few: bool) -> list[Candidate]:
    """Any `most` of the entries that hold the words. One statement.

    When they `are_few`, some thousand at most, their words are read one by one: a word that is only begun may stand for
    half the country.
    """
    own = "SELECT * FROM directory_searchdocument WHERE entry_id = near.id LIMIT 1"
    held = (
        f"SELECT document.* FROM (SELECT id FROM allowed OFFSET 0) AS near, LATERAL ({own}) AS document"
        if are_few
        else "SELECT document.* FROM allowed JOIN directory_searchdocument document ON document.entry_id = allowed.id"
    )
    return _candidates(
        entries,
        f", held AS MATERIALIZED ({held} WHERE document.words @@ %s::tsquery)"
        f" SELECT held.entry_id, true, entry.{_CANDIDATE} FROM (SELECT * FROM held LIMIT %s) AS held,"
        " LATERAL (SELECT name_key FROM directory_entry WHERE id = held.entry_id LIMIT 1) AS entry",
        [tsquery, most],
    )


def _candidates(entries: QuerySet[Entry], sql: str, values: list[Any]) -> list[Candidate]:
    rows = _rows(entries, sql, values)
    return [Candidate(id, allowed, name, own.split(), words.split()) for id, allowed, name, own, words in rows]


def in_tiers(
    entries: QuerySet[Entry], tsquery: str, *, most: int, after: Place | None, few_allowed: bool
) -> list[Place]:
    """The first `most` entries behind `after`: names first, then short names first. One statement."""
    values: list[Any] = []
    branches = []
    for part, condition in enumerate(_PARTS):
        for low, high in documents.TIERS:
            if after and (part < after.part or (part == after.part and low > -after.place)):
                continue
            held = _HELD.format(condition=condition, low=low, high=high)
            values += [tsquery] * condition.count("%s")
            if after and part == after.part:
                held += " AND (0 - document.score, document.entry_id) > (%s, %s)"
                values += after[1:]
            shape = _TOGETHER if few_allowed else _ONE_BY_ONE
            branches.append(f"SELECT {part} AS part, place, entry_id FROM {shape.format(held=held)} AS branch")
            values.append(most)
    found = _rows(entries, f" {' UNION ALL '.join(branches)} LIMIT %s", [*values, most])
    return sorted(Place(*row) for row in found)


def _rows(entries: QuerySet[Entry], sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    allowed, parameters = entries.order_by().values("id").query.sql_with_params()
    return statements.literal(f"WITH allowed AS NOT MATERIALIZED ({allowed}){sql}", [*parameters, *values])
