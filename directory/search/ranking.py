"""The order of relevance: a query with few answers is ranked whole, one with many is read tier by tier."""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import errors
from directory.entries.entries import Entry
from directory.search import beginnings, candidates, matching
from directory.search.candidates import Candidate, Place
from directory.search.matching import Reading, Terms

# With fewer answers than this all of them are ranked; with more, the reader has not said enough to rank by.
MOST_RANKED = 300
FEW = 5  # when less than one of so many candidates is allowed, what is allowed decides where to start reading

# What an entry loses, in tenths of a typing error:
MISSING = 30  # a word that it does not have
BEGUN = 4  # a word that was only begun
IN_REGION = 2  # a word that stands in its region, not in its name
STRANGER = 3  # a word of its name that was not typed
TURN = 1  # two words in another order
Key = tuple[Any, ...]


class Hit(NamedTuple):
    """An entry found, and the place after which the next page starts."""

    id: uuid.UUID
    key: Key


class Page(NamedTuple):
    """Hits in their order, and what they were chosen among, where that was read."""

    hits: list[Hit]
    found: list[Candidate] | None = None


def page(
    entries: QuerySet[Entry],
    tsquery: str,
    *,
    terms: Terms,
    limit: int,
    after: Key | None,
    most_ranked: int = MOST_RANKED,
) -> Page:
    """One page of the entries that hold the words. One statement, two for the first page when there are very many.

    A key is ("ranked", penalty, id), or ("tiers" or "few", part, place, id): the next page keeps the way of the first.
    Raises Invalid `invalid_cursor`.
    """
    match after:
        case None:
            found = candidates.some(entries, tsquery, most=most_ranked)
            if len(found) < most_ranked:
                return Page(_ranked(found, terms)[:limit], found)
            is_few = sum(candidate.is_allowed for candidate in found) * FEW < len(found)
            return Page(_in_tiers(entries, tsquery, limit=limit, way="few" if is_few else "tiers"), found)
        case ("ranked", int(), str()):
            found = candidates.some(entries, tsquery, most=None)
            return Page([hit for hit in _ranked(found, terms) if hit.key > after][:limit], found)
        case ("tiers" | "few" as way, int(part), int(place), str(id)):
            start = Place(part, place, identity(id))
            return Page(_in_tiers(entries, tsquery, limit=limit, way=way, after=start))
    raise errors.Invalid("invalid_cursor", parameter="cursor")


def first(
    entries: QuerySet[Entry], tsquery: str, *, terms: Terms, limit: int, most_ranked: int, among: str
) -> list[Hit]:
    """The best of the first `most_ranked` that are met, short names before long ones. One statement.

    For a page that has no next one. `among` says of how many the entries are: "all", "many" or "few" (some thousand).
    """
    if among == "all":
        found = candidates.some(entries, tsquery, most=most_ranked, by=matching.tsquery(beginnings.rarer_part(terms)))
    else:
        found = candidates.some_allowed(entries, tsquery, most=most_ranked, are_few=among == "few")
    return _ranked(found, terms)[:limit]


def identity(text: str) -> uuid.UUID:
    """The id in a key."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise errors.Invalid("invalid_cursor", parameter="cursor") from None


def _ranked(found: list[Candidate], terms: Terms) -> list[Hit]:
    hits = (
        Hit(candidate.id, ("ranked", penalty(candidate, terms), str(candidate.id)))
        for candidate in found
        if candidate.is_allowed
    )
    return sorted(hits, key=lambda hit: hit.key)


def _in_tiers(entries: QuerySet[Entry], tsquery: str, *, limit: int, way: str, after: Place | None = None) -> list[Hit]:
    places = candidates.in_tiers(entries, tsquery, most=limit, after=after, few_allowed=way == "few")
    return [Hit(place.id, (way, place.part, place.place, str(place.id))) for place in places]


def meant(found: list[Candidate], terms: Terms) -> list[str]:
    """What was probably meant: the words as the best of the entries has them."""
    allowed = [each for each in found if each.is_allowed]
    if not allowed:
        return [word for readings in terms for word in readings[0].words]
    best = min(allowed, key=lambda candidate: (penalty(candidate, terms), candidate.id))
    own, everywhere = set(best.name_words), set(best.words)
    ways = (_cheapest(readings, own=own, everywhere=everywhere) for readings in terms)
    return [word for reading, _, _ in ways if reading for word in reading.words]


def penalty(candidate: Candidate, terms: Terms) -> int:
    """How far an entry is from what was typed, in tenths of a typing error."""
    name, own, everywhere = candidate.name.split(), set(candidate.name_words), set(candidate.words)
    total = 0
    asked: set[str] = set()
    places: list[int] = []
    for readings in terms:
        _, cost, used = _cheapest(readings, own=own, everywhere=everywhere)
        total += cost
        asked.update(used)
        places += [name.index(word) for word in used if word in name]
    strangers = sum(word not in asked for word in name)
    turns = sum(second < first for first, second in itertools.pairwise(places))
    return total + STRANGER * strangers + TURN * min(turns, 3)


def _cheapest(
    readings: Sequence[Reading], *, own: set[str], everywhere: set[str]
) -> tuple[Reading | None, int, tuple[str, ...]]:
    """The reading of a term that the entry's words are nearest to, what it costs, and the words used."""
    ways = ((reading, *way) for reading in readings if (way := _way(reading, own=own, everywhere=everywhere)))
    return min(ways, default=(None, MISSING, ()), key=lambda way: way[1])


def _way(reading: Reading, *, own: set[str], everywhere: set[str]) -> tuple[int, tuple[str, ...]] | None:
    """What it costs to read the entry's words so, and the words used; nothing if it does not have them."""
    cost, used = reading.cost, reading.words
    if reading.is_begun and used[-1] not in everywhere:
        begun = [word for word in everywhere if word.startswith(used[-1])]
        if not begun:
            return None
        cost += BEGUN
        used = (*used[:-1], min(begun, key=lambda word: (word not in own, len(word), word)))
    if not everywhere.issuperset(used):
        return None
    return cost + IN_REGION * (not own.issuperset(used)), used
