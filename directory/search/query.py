"""What was asked, understood: identifiers, words, words begun or misspelt; and the entries that answer it."""

import itertools
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from directory import errors, text
from directory.entries import identifiers
from directory.entries.entries import Entry
from directory.search import documents, ranking, spelling
from directory.search.ranking import Hit, Key
from directory.search.spelling import Reading

MOST_LETTERS = 200
MOST_WORDS = 12
SMALLEST_BEGINNING = 3  # letters; fewer begin thousands of words


@dataclass(frozen=True)
class Query:
    """A search as understood. With neither `tsquery` nor `identifier` it matches nothing."""

    terms: tuple[tuple[Reading, ...], ...] = ()
    tsquery: str = ""
    identifier: tuple[str, str] | None = None
    is_begun: bool = False  # the identifier is only its first digits
    corrected: str | None = None


def _lexeme(word: str, *, is_begun: bool) -> str:
    return f"'{word}'" + ":*" * is_begun  # words hold letters and digits only


def _tsquery(terms: tuple[tuple[Reading, ...], ...]) -> str:
    return " & ".join(
        "("
        + " | ".join(
            " & ".join(
                _lexeme(word, is_begun=reading.is_begun and number == len(reading.words))
                for number, word in enumerate(reading.words, start=1)
            )
            for reading in readings
        )
        + ")"
        for readings in terms
    )


def parse(q: str) -> Query:
    """The query as it will be searched; empty or punctuation alone matches nothing.

    An identifier is a bare NPSN, its first four to seven digits, or `scheme:value`. Else words: the last one may be
    only begun, unless a space follows it; a word that leads to nothing is corrected by the vocabulary.
    Raises Invalid `query_too_long`. One statement, two or three more when something must be corrected.
    """
    if len(q) > MOST_LETTERS:
        raise errors.Invalid("query_too_long", parameter="q", most=MOST_LETTERS)
    identifier = _identifier(q.strip())
    if identifier:
        return identifier
    words = text.words(q)[:MOST_WORDS]
    if not words:
        return Query()
    terms = tuple((Reading((word,)),) for word in words)
    if len(words[-1]) >= SMALLEST_BEGINNING and words[-1].isalpha() and not q[-1].isspace():
        terms = (*terms[:-1], (Reading((words[-1],), is_begun=True),))
    if _first_that_finds([_tsquery(terms)]) is not None:
        return Query(terms=terms, tsquery=_tsquery(terms))
    return _corrected(words, terms=terms)


def _identifier(q: str) -> Query | None:
    if q.isdecimal() and q.isascii() and 4 <= len(q) < 8:
        begun = Query(identifier=("npsn", q), is_begun=True)
        return begun if _first_that_finds([_lexeme(text.words(q)[0], is_begun=False)]) is None else None
    if identifiers.NPSN.fullmatch(q.upper()):
        return Query(identifier=("npsn", q.upper()))
    if q.partition(":")[0].lower() in identifiers.SCHEMES:
        scheme, _, value = q.partition(":")
        try:
            return Query(identifier=identifiers.from_path(f"{scheme.lower()}:{value.strip()}"))
        except errors.Invalid:
            return None
    return None


def _first_that_finds(tsqueries: list[str]) -> int | None:
    """The place of the first query that at least one entry answers. One statement, best tier first."""
    tiers = " OR ".join(
        "EXISTS (SELECT FROM directory_searchdocument"
        f" WHERE words @@ asked.q::tsquery AND score BETWEEN {low} AND {high})"
        for low, high in documents.TIERS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT asked.place FROM unnest(%s::text[]) WITH ORDINALITY AS asked (q, place) WHERE {tiers}"
            " ORDER BY asked.place LIMIT 1",
            [tsqueries],
        )
        row = cursor.fetchone()
    return None if row is None else row[0] - 1


def _corrected(words: list[str], *, terms: tuple[tuple[Reading, ...], ...]) -> Query:
    pairs = {first + second for first, second in itertools.pairwise(words)}
    pieces = {piece for word in words for half in spelling.halves(word) for piece in half}
    known = spelling.known({*words, *pairs, *pieces})
    near = spelling.neighbours(words)
    unknown = [word not in known for word in words]
    tries = []
    for which in (unknown, [True] * len(words)):
        attempt = []
        for word, own, expand in zip(words, terms, which, strict=True):
            cut = [Reading(half, 5) for half in spelling.halves(word) if half[0] in known and half[1] in known]
            attempt.append((*own, *cut, *near[word]) if expand else own)
        tries.append(tuple(attempt))
    fewer = tuple(term for term, word in zip(tries[0], words, strict=True) if word in known or near[word])
    tries.append(fewer)
    queries = [_tsquery(attempt) for attempt in tries]
    place = _first_that_finds(queries)
    if place is None:
        return Query()
    likeliest = (min(readings, key=lambda reading: reading.cost).words for readings in tries[place])
    corrected = " ".join(word for words in likeliest for word in words)
    return Query(terms=tries[place], tsquery=queries[place], corrected=corrected)


def narrow(entries: QuerySet[Entry], query: Query) -> QuerySet[Entry]:
    """Those of the entries that answer the query, in no order."""
    if query.identifier:
        scheme, value = query.identifier
        own = Q(identifiers__scheme=scheme, identifiers__retired_at=None)
        if not query.is_begun:
            return entries.filter(own & Q(identifiers__value=value))
        numbers = Entry.objects.filter(
            own & Q(identifiers__value__gte=value, identifiers__value__lt=f"{value}:"), pk=OuterRef("pk")
        )
        return entries.filter(Exists(numbers))
    if not query.tsquery:
        return entries.none()
    return entries.filter(search_document__words=SearchQuery(query.tsquery, search_type="raw", config="simple"))


def page(entries: QuerySet[Entry], query: Query, *, limit: int, after: Key | None = None) -> list[Hit]:
    """At most `limit` of the entries that answer the query, the most relevant first, from behind `after` on."""
    if query.identifier:
        rest = narrow(entries, query).order_by("id")
        if after:
            rest = rest.filter(id__gt=after[1])
        return [Hit(id, ("i", str(id))) for id in rest.values_list("id", flat=True)[:limit]]
    if not query.tsquery:
        return []
    return ranking.page(entries, query.tsquery, terms=query.terms, limit=limit, after=after)
