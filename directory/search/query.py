"""What was asked, understood: identifiers, words, words begun or misspelt; and the entries that answer it."""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from directory import errors
from directory.entries import identifiers
from directory.entries.entries import Entry
from directory.search import candidates, matching, ranking, spelling, typed
from directory.search.matching import Terms
from directory.search.ranking import Hit, Key


@dataclass(frozen=True)
class Query:
    """A search as understood. With neither `tsquery` nor `identifier` it matches nothing."""

    terms: Terms = ()
    tsquery: str = ""
    identifier: typed.Identifier | None = None
    is_corrected: bool = False  # other words are searched than those typed


class Page(NamedTuple):
    """Hits in their order; of mistyped words what was probably meant, as the best of all the hits has them."""

    hits: list[Hit]
    corrected: str | None = None


def parse(q: str, *, steps: int | None = None) -> Query:
    """The query as it will be searched; empty or punctuation alone matches nothing.

    An identifier is an NPSN in use, alone or beside words, its first four to seven digits, or `scheme:value`. Else
    words: the last one may be only begun, unless a space follows it; words that lead to nothing are corrected by the
    vocabulary.
    Raises Invalid `query_too_long`. One statement; a few more when something must be corrected, at most three for
    each of so many `steps`.
    """
    start = typed.understand(q)
    if not start.words:
        return Query(identifier=start.identifier)
    place = matching.first_that_finds([matching.tsquery(terms) for terms in start.tries])
    if place is not None:
        return Query(terms=start.tries[place], tsquery=matching.tsquery(start.tries[place]))
    return mended(start, steps=steps)


def mended(start: typed.Typed, *, steps: int | None = None) -> Query:
    """The query as it finds something when misspelt words are mended; as it stands when nothing helps."""
    words, (terms, *_) = start.words, start.tries
    for guesses in itertools.islice(spelling.guesses(words, terms), steps):
        place = matching.first_that_finds([tsquery for _, tsquery in guesses]) if guesses else None
        if place is not None:
            meant, tsquery = guesses[place]
            return Query(terms=meant, tsquery=tsquery, is_corrected=True)
    return Query(terms=terms, tsquery=matching.tsquery(terms))


def narrow(entries: QuerySet[Entry], query: Query) -> QuerySet[Entry]:
    """Those of the entries that answer the query, in no order."""
    if query.identifier:
        scheme, value, is_begun = query.identifier
        own = Q(identifiers__scheme=scheme, identifiers__retired_at=None)
        if not is_begun:
            return entries.filter(own & Q(identifiers__value=value))
        numbers = Entry.objects.filter(
            own & Q(identifiers__value__gte=value, identifiers__value__lt=f"{value}:"), pk=OuterRef("pk")
        )
        return entries.filter(Exists(numbers))
    if not query.tsquery:
        return entries.none()
    return entries.filter(search_document__words=SearchQuery(query.tsquery, search_type="raw", config="simple"))


def page(
    entries: QuerySet[Entry],
    query: Query,
    *,
    limit: int,
    after: Key | None = None,
    most_ranked: int = ranking.MOST_RANKED,
) -> Page:
    """At most `limit` of the entries that answer the query, the most relevant first, from behind `after` on.

    `after` is the key of the last hit of the page before. With `most_ranked` answers or more, short names come first
    and nothing else counts. Raises Invalid `invalid_cursor`.
    """
    key = tuple(after) if after else None
    if query.identifier and query.identifier.is_begun:
        return Page(_begun(entries, query.identifier, limit=limit, after=key))
    if query.identifier:
        return Page(_identified(narrow(entries, query), limit=limit, after=key))
    if not query.tsquery:
        return Page([])
    hits, found = ranking.page(
        entries, query.tsquery, terms=query.terms, limit=limit, after=key, most_ranked=most_ranked
    )
    if not query.is_corrected:
        return Page(hits)
    if found is None:
        found = candidates.some(entries, query.tsquery, most=most_ranked)
    return Page(hits, " ".join(ranking.meant(found, query.terms)))


def _identified(entries: QuerySet[Entry], *, limit: int, after: Key | None) -> list[Hit]:
    match after:
        case None:
            rest = entries
        case ("identified", str(id)):
            rest = entries.filter(id__gt=ranking.identity(id))
        case _:
            raise errors.Invalid("invalid_cursor", parameter="cursor")
    ids = rest.order_by("id").values_list("id", flat=True)[:limit]
    return [Hit(id, ("identified", str(id))) for id in ids]


def _begun(entries: QuerySet[Entry], identifier: typed.Identifier, *, limit: int, after: Key | None) -> list[Hit]:
    """Those whose number begins so, in the order of numbers, which is that of an index."""
    scheme, value, _ = identifier
    rows = identifiers.Identifier.objects.filter(
        scheme=scheme, retired_at=None, value__gte=value, value__lt=f"{value}:", entry__in=entries.order_by()
    )
    match after:
        case None:
            rest = rows
        case ("begun", str(last)):
            rest = rows.filter(value__gt=last)
        case _:
            raise errors.Invalid("invalid_cursor", parameter="cursor")
    found = rest.order_by("value").values_list("entry", "value")[:limit]
    return [Hit(id, ("begun", number)) for id, number in found]
