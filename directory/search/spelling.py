"""What a word that leads to nothing may have been meant to be, by the vocabulary."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection

from directory.search import matching
from directory.search.matching import Reading, Terms

Guess = tuple[Terms, str]  # what to rank by, and what to search: a tsquery

MOST_NEIGHBOURS = 12
FREQUENT = 1000  # a word of so many entries was hardly typed by mistake
CUT = 5  # the cost of writing one word as two, or two as one

# The vocabulary is read whole: some 60,000 words take a few milliseconds, and no index is narrower at two errors.
_NEIGHBOURS = """
SELECT typed.word, near.word, near.distance, near.entries
FROM unnest(%s::text[], %s::int[]) AS typed (word, most)
CROSS JOIN LATERAL (
    SELECT word, levenshtein_less_equal(word, typed.word, typed.most) AS distance, entries
    FROM directory_word
    WHERE length(word) BETWEEN length(typed.word) - typed.most AND length(typed.word) + typed.most
        AND levenshtein_less_equal(word, typed.word, typed.most) <= typed.most
    ORDER BY 2, entries DESC, word LIMIT %s
) AS near
WHERE near.distance > 0
"""


def known(words: set[str]) -> dict[str, int]:
    """Those of the words that stand in the vocabulary, with how many entries have each. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, entries FROM directory_word WHERE word = ANY (%s)", [list(words)])
        rows: list[Any] = cursor.fetchall()
    return dict(rows)


def neighbours(words: list[str]) -> dict[str, list[Reading]]:
    """The known words that each word is nearly, the likeliest first. One statement, none if all are too short."""
    found: dict[str, list[Reading]] = {word: [] for word in words}
    asked = [word for word in found if _tolerance(word)]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_NEIGHBOURS, [asked, [_tolerance(word) for word in asked], MOST_NEIGHBOURS])
            for word, near, distance, entries in cursor.fetchall():
                found[word].append(Reading((near,), _cost(word, near, distance=distance, entries=entries)))
    return {word: sorted(readings, key=lambda reading: reading.cost) for word, readings in found.items()}


def _tolerance(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if word[0].isdigit() or len(word) < 3 else 1 if len(word) < 5 else 2


def _cost(typed: str, meant: str, *, distance: int, entries: int) -> int:
    if distance == 2 and len(typed) == len(meant) and sorted(typed) == sorted(meant):
        distance = 1  # two letters that changed places are one slip of the fingers
    return 10 * distance + (typed[0] != meant[0]) * 3 - min(4, len(str(entries)) - 1)


def guesses(words: list[str], terms: Terms) -> Iterator[list[Guess]]:
    """Ever freer readings of words that together lead to nothing, in batches that each cost one statement or two.

    First two words that are one and the unknown words' neighbours, then the neighbours of the rare and of all words;
    last, one word is left out.
    """
    pairs = {first + second for first, second in itertools.pairwise(words)}
    pieces = {piece for word in words for half in _halves(word) for piece in half}
    entries = known({*words, *pairs, *pieces})
    near = neighbours([word for word in words if word not in entries])
    unknown = _freer(words, terms, near=near, entries=entries)
    yield _asked(_joined(words, terms, entries=entries), unknown, _joined(words, unknown, entries=entries))
    near |= neighbours([word for word in words if word not in near])
    rare = {word: readings for word, readings in near.items() if entries.get(word, 0) < FREQUENT}
    everything = _freer(words, terms, near=near, entries=entries)
    yield _asked(_freer(words, terms, near=rare, entries=entries), everything)
    hopeless = [word not in entries and len(readings) == 1 for word, readings in zip(words, unknown, strict=True)]
    kept = tuple(readings for readings, is_hopeless in zip(everything, hopeless, strict=True) if not is_hopeless)
    if len(kept) > 1:
        yield [*_asked(kept), (kept, _one_left_out(kept))]
    elif kept:
        yield _asked(kept)


def _asked(*guesses: Terms) -> list[Guess]:
    return [(terms, matching.tsquery(terms)) for terms in dict.fromkeys(guesses)]


def _halves(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if word.isalpha() else []


def _freer(words: list[str], terms: Terms, *, near: dict[str, list[Reading]], entries: dict[str, int]) -> Terms:
    """The terms with the neighbours of the words in `near`, which may also be two words each."""
    return tuple(
        (
            *readings,
            *near.get(word, ()),
            *(Reading(half, CUT) for half in _halves(word) if word in near and entries.keys() >= set(half)),
        )
        for word, readings in zip(words, terms, strict=True)
    )


def _joined(words: list[str], terms: Terms, *, entries: dict[str, int]) -> Terms:
    """The terms with two that make a known word read as that word, too."""
    joined: list[tuple[Reading, ...]] = []
    place = 0
    while place < len(words):
        pair = "".join(words[place : place + 2])
        if pair in entries and place + 1 < len(words):
            last = terms[place + 1][0]
            joined.append((Reading((words[place], *last.words), 0, last.is_begun), Reading((pair,), CUT)))
            place += 2
        else:
            joined.append(terms[place])
            place += 1
    return tuple(joined)


def _one_left_out(terms: Terms) -> str:
    """The tsquery that all terms but any one must meet."""
    fewer = (terms[:place] + terms[place + 1 :] for place in range(len(terms)))
    return " | ".join(f"({matching.tsquery(rest)})" for rest in fewer)
