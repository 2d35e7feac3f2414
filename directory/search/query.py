"""What was asked, understood: identifiers, words, words begun or misspelt; and the entries that answer it."""

import itertools
import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from directory import errors, text
from directory.entries import identifiers
from directory.entries.entries import Entry
from directory.search import matching, ranking, spelling
from directory.search.matching import Reading, Terms
from directory.search.ranking import Hit, Key

MOST_LETTERS = 200
MOST_WORDS = 12
FIRST_DIGITS = re.compile(r"[0-9]{4,7}", re.ASCII)  # of an NPSN
WRITTEN_NPSN = re.compile(rf"(?<![0-9A-Z])({identifiers.NPSN.pattern})(?![0-9A-Z])", re.ASCII)
SMALLEST_BEGINNING = 3  # letters


@dataclass(frozen=True)
class Query:
    """A search as understood. With neither `tsquery` nor `identifier` it matches nothing."""

    terms: Terms = ()
    tsquery: str = ""
    identifier: tuple[str, str] | None = None
    is_begun: bool = False  # the identifier is only its first digits
    corrected: str | None = None  # the likeliest of the words that were searched instead of those typed


def parse(q: str, *, steps: int | None = None) -> Query:
    """The query as it will be searched; empty or punctuation alone matches nothing.

    An identifier is an NPSN in use, alone or beside words, its first four to seven digits, or `scheme:value`. Else
    words: the last one may be only begun, unless a space follows it; words that lead to nothing are corrected by the
    vocabulary.
    Raises Invalid `query_too_long`. One statement; a few more when something must be corrected, at most three for
    each of so many `steps`.
    """
    if len(q) > MOST_LETTERS:
        raise errors.Invalid("query_too_long", parameter="q", most=MOST_LETTERS)
    words = text.words(q)[:MOST_WORDS]
    identifier = _identifier(q.strip())
    if identifier or not words:
        return identifier or Query()
    tries = _as_typed(words, is_open=not q[-1].isspace())
    place = matching.first_that_finds([matching.tsquery(terms) for terms in tries])
    if place is not None:
        return Query(terms=tries[place], tsquery=matching.tsquery(tries[place]))
    return _corrected(words, tries[0], steps=steps)


def _as_typed(words: list[str], *, is_open: bool) -> list[Terms]:
    """The words as they stand; while somebody types, the last one is only begun."""
    *whole, last = words
    before: Terms = tuple((Reading((word,)),) for word in whole)
    exact, begun = (*before, (Reading((last,)),)), (*before, (Reading((last,), is_begun=True),))
    if not is_open:
        return [exact]
    if len(last) >= SMALLEST_BEGINNING:
        # A number is first of all itself: "SD 101" is not looked for among "SD 1011" and "SD 1012".
        return [exact, begun] if last.isdigit() else [begun]
    if last.isdigit():
        return [exact]
    # So few letters begin thousands of words: asked only when they are no word themselves; a single one not at all.
    return [exact, begun] if len(last) > 1 else [exact, before] if before else [exact]


def _identifier(q: str) -> Query | None:
    if identifiers.NPSN.fullmatch(q.upper()):
        return Query(identifier=("npsn", q.upper()))
    written = WRITTEN_NPSN.search(q.upper())
    if written and identifiers.Identifier.objects.filter(scheme="npsn", value=written[0], retired_at=None).exists():
        return Query(identifier=("npsn", written[0]))  # "smp 20106343": the number says more than the words beside it
    if FIRST_DIGITS.fullmatch(q):
        number = matching.tsquery(((Reading((q.lstrip("0"),)),),))
        # Some schools are known by a number of as many digits.
        is_name = matching.first_that_finds([number]) is not None
        return None if is_name else Query(identifier=("npsn", q), is_begun=True)
    scheme, colon, value = q.partition(":")
    if not colon or scheme.lower() not in identifiers.SCHEMES:
        return None
    try:
        return Query(identifier=identifiers.from_path(f"{scheme.lower()}:{value.strip()}"))
    except errors.Invalid:
        return None  # "NPSN: tidak ada" is words


def _corrected(words: list[str], terms: Terms, *, steps: int | None) -> Query:
    for guesses in itertools.islice(spelling.guesses(words, terms), steps):
        place = matching.first_that_finds([tsquery for _, tsquery in guesses]) if guesses else None
        if place is not None:
            meant, tsquery = guesses[place]
            likeliest = itertools.chain.from_iterable(readings[0].words for readings in meant)
            return Query(terms=meant, tsquery=tsquery, corrected=" ".join(likeliest))
    return Query(terms=terms, tsquery=matching.tsquery(terms))


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


def page(
    entries: QuerySet[Entry],
    query: Query,
    *,
    limit: int,
    after: Key | None = None,
    most_ranked: int = ranking.MOST_RANKED,
) -> list[Hit]:
    """At most `limit` of the entries that answer the query, the most relevant first, from behind `after` on.

    `after` is the key of the last hit of the page before. With `most_ranked` answers or more, short names come first
    and nothing else counts. Raises Invalid `invalid_cursor`.
    """
    key = tuple(after) if after else None
    if query.identifier:
        return _identified(narrow(entries, query), limit=limit, after=key)
    if not query.tsquery:
        return []
    return ranking.page(entries, query.tsquery, terms=query.terms, limit=limit, after=key, most_ranked=most_ranked)


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
