"""The order of relevance: a query with few answers is ranked whole, one with many is read tier by tier."""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from directory import errors
from directory.entries.entries import Entry
from directory.search import documents
from directory.search.spelling import Reading

# With fewer answers than this all of them are ranked; with more, the reader has not said enough to rank by.
MOST_RANKED = 300
Terms = tuple[tuple[Reading, ...], ...]
Key = tuple[Any, ...]


class Hit(NamedTuple):
    """An entry found, and the place after which the next page starts."""

    id: uuid.UUID
    key: Key


class _Found(NamedTuple):
    id: uuid.UUID
    part: int  # 0: all words stand in its names, 1: some only in its regions
    score: int
    name: str
    name_words: list[str]
    words: list[str]


_PARTS = ("document.name_words @@ asked.q", "document.words @@ asked.q AND NOT document.name_words @@ asked.q")


def page(entries: QuerySet[Entry], tsquery: str, *, terms: Terms, limit: int, after: Key | None) -> list[Hit]:
    """One page of the entries that hold the words. One statement."""
    order = after[0] if after else None
    if order not in (None, "ranked", "tiers"):
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    if order == "tiers":
        return [_tier_hit(found) for found in _read(entries, tsquery, most=limit, after=after)]
    # A second page of what was ranked is ranked again, however many there are by now.
    most = None if order else max(MOST_RANKED, limit + 1)
    found = _read(entries, tsquery, most=most)
    if most and len(found) >= most:
        return [_tier_hit(row) for row in found[:limit]]
    ranked = sorted(Hit(row.id, ("ranked", penalty(row, terms), str(row.id))) for row in found)
    if after:
        ranked = [hit for hit in ranked if hit.key > tuple(after)]
    return ranked[:limit]


def _tier_hit(found: _Found) -> Hit:
    return Hit(found.id, ("tiers", found.part, -found.score, str(found.id)))


def penalty(found: _Found, terms: Terms) -> int:
    """How far an entry is from what was typed, in tenths of an error."""
    name, own, everywhere = found.name.split(), set(found.name_words), set(found.words)
    total = 0
    asked: set[str] = set()
    places: list[int] = []
    for readings in terms:
        cost, used = min(
            (
                (reading.cost + cost, used)
                for reading in readings
                for cost, used in _ways(reading, own=own, everywhere=everywhere)
            ),
            default=(30, ()),
        )
        total += cost
        asked.update(used)
        places += [name.index(word) for word in used if word in name]
    strangers = sum(word not in asked for word in name)
    turns = sum(second < first for first, second in itertools.pairwise(places))
    return total + 3 * strangers + min(turns, 3)


def _ways(reading: Reading, *, own: set[str], everywhere: set[str]) -> Sequence[tuple[int, tuple[str, ...]]]:
    whole, last = reading.words[:-1], reading.words[-1]
    if not everywhere.issuperset(whole):
        return []
    ways = []
    if last in everywhere:
        ways.append((0, reading.words))
    elif reading.is_begun:
        begun = sorted(
            (word for word in everywhere if word.startswith(last)), key=lambda word: (word not in own, len(word))
        )
        ways += [(4, (*whole, word)) for word in begun[:1]]
    return [(cost + 2 * (not own.issuperset(used)), used) for cost, used in ways]


def _read(entries: QuerySet[Entry], tsquery: str, *, most: int | None, after: Key | None = None) -> list[_Found]:
    allowed, parameters = entries.order_by().values("pk").query.sql_with_params()
    values: list[Any] = [tsquery, *parameters]
    branches = []
    for part, condition in enumerate(_PARTS):
        if after and part < after[1]:
            continue
        for low, high in documents.TIERS:
            where = f"{condition} AND document.score BETWEEN {low} AND {high}"
            if after and part == after[1]:
                if low > -after[2]:
                    continue
                where += " AND (0 - document.score, document.entry_id) > (%s, %s)"
                values += [after[2], uuid.UUID(after[3])]
            branches.append(
                f"(SELECT document.entry_id, {part} AS part, document.score, document.name_words, document.words"
                f" FROM asked, directory_searchdocument document WHERE {where}"
                " AND document.entry_id IN (SELECT * FROM allowed)"
                " ORDER BY 0 - document.score, document.entry_id LIMIT %s)"
            )
            values.append(most)
    values.append(most)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS (SELECT %s::tsquery AS q), allowed AS NOT MATERIALIZED ({allowed})"
            " SELECT found.entry_id, found.part, found.score, entry.name_key,"
            " tsvector_to_array(found.name_words), tsvector_to_array(found.words)"
            f" FROM ({' UNION ALL '.join(branches)} LIMIT %s) AS found"
            " JOIN directory_entry entry ON entry.id = found.entry_id"
            " ORDER BY found.part, 0 - found.score, found.entry_id",
            values,
        )
        return [_Found(*row) for row in cursor.fetchall()]
