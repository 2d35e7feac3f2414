"""What was typed, before anything is known of where it leads: words and how to read them, or an identifier."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from directory import errors, text
from directory.entries import identifiers
from directory.search import matching, variants
from directory.search.matching import Reading, Terms

MOST_LETTERS = 200
MOST_WORDS = 12
FIRST_DIGITS = re.compile(r"[0-9]{4,7}", re.ASCII)  # of an NPSN
WRITTEN_NPSN = re.compile(rf"(?<![0-9A-Z])({identifiers.NPSN.pattern})(?![0-9A-Z])", re.ASCII)
ROMAN_AT_THE_END = re.compile(r"(?<!\w)[ivx]+$", re.ASCII)
SMALLEST_BEGINNING = 3  # letters


class Identifier(NamedTuple):
    """A number of an entry, or the first digits of one."""

    scheme: str
    value: str
    is_begun: bool = False


class Typed(NamedTuple):
    """Words with what to look for, in this order; or an identifier; or nothing at all."""

    words: list[str] = []
    tries: Sequence[Terms] = ()
    identifier: Identifier | None = None


def understand(q: str) -> Typed:
    """What a query says as it stands. Raises Invalid `query_too_long`. No statement, or one to know a number."""
    if len(q) > MOST_LETTERS:
        raise errors.Invalid("query_too_long", parameter="q", most=MOST_LETTERS)
    words = text.words(q)[:MOST_WORDS]
    identifier = _identifier(q.strip())
    if identifier or not words:
        return Typed(identifier=identifier)
    words, ways = variants.readings(words)
    tries = _as_typed(ways, is_open=not q[-1].isspace())
    numeral = ROMAN_AT_THE_END.search(q.casefold())
    if numeral and words[-1].isdigit():  # who types "sdn vi" may be about to type "sdn viktoria"
        before = tuple(ways[:-1])
        tries.append((*before, (Reading((numeral[0],), is_begun=True),)) if len(numeral[0]) > 1 else before)
    return Typed(words, [terms for terms in tries if terms])


def _as_typed(ways: list[tuple[Reading, ...]], *, is_open: bool) -> list[Terms]:
    """The words as they stand; while somebody types, the last one is only begun."""
    before: Terms = tuple(ways[:-1])
    whole, *others = ways[-1]
    [last] = whole.words
    exact, begun = (*before, (whole, *others)), (*before, (whole._replace(is_begun=True), *others))
    if not is_open:
        return [exact]
    if len(last) >= SMALLEST_BEGINNING:
        # A number is first of all itself: "SD 101" is not looked for among "SD 1011" and "SD 1012".
        return [exact, begun] if last.isdigit() else [begun]
    if last.isdigit():
        return [exact]
    # So few letters begin thousands of words: asked only when they are no word themselves; a single one not at all.
    return [exact, begun] if len(last) > 1 else [exact, before] if before else [exact]


def _identifier(q: str) -> Identifier | None:
    if identifiers.NPSN.fullmatch(q.upper()):
        return Identifier("npsn", q.upper())
    written = WRITTEN_NPSN.search(q.upper())
    if written and identifiers.Identifier.objects.filter(scheme="npsn", value=written[0], retired_at=None).exists():
        return Identifier("npsn", written[0])  # "smp 20106343": the number says more than the words beside it
    if FIRST_DIGITS.fullmatch(q):
        number = matching.tsquery(((Reading((q.lstrip("0"),)),),))
        # Some schools are known by a number of as many digits.
        is_name = matching.first_that_finds([number]) is not None
        return None if is_name else Identifier("npsn", q, is_begun=True)
    scheme, colon, value = q.partition(":")
    if not colon or scheme.lower() not in identifiers.SCHEMES:
        return None
    try:
        return Identifier(*identifiers.from_path(f"{scheme.lower()}:{value.strip()}"))
    except errors.Invalid:
        return None  # "NPSN: tidak ada" is words
