"""What a word that leads to nothing may have been meant to be, by the vocabulary."""

import itertools
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db import connection

from directory import text
from directory.search import matching
from directory.search.matching import Reading, Terms

Guess = tuple[Terms, str]  # what to rank by, and what to search: a tsquery

MOST_NEIGHBOURS = 12
MOST_READ = 40  # before slips and errors are told apart
MOST_ALL = 40  # neighbours of all words together, when one word is left out
SHORTEST = 3  # letters of a word that can be mended
ONE_ERROR = 4  # letters up to which only one may be wrong
# Words that surround a name in a question; left out when the question finds nothing with them.
SURROUNDING = frozenset(
    ("sekolah", "school", "perpustakaan", "library", "alamat", "npsn", "nama", "data", "profil", "info", "di", "dan")
)
FREQUENT = 1000  # a word of so many entries was hardly typed by mistake

# Costs of a reading in tenths of an error:
CUT = 5  # one word written as two, or two as one
FIRST_LETTER = 3  # the first letter is seldom the wrong one

# The vocabulary is read whole: some 60,000 words take a few milliseconds, and no index is narrower at two errors.
# Two letters that changed places are one slip of the fingers, so words of the same letters come first.
_NEIGHBOURS = """
SELECT typed.word, near.word, near.distance, near.entries
FROM unnest(%s::text[]) AS typed (word)
CROSS JOIN LATERAL (
    SELECT word, levenshtein_less_equal(word, typed.word, 2) AS distance, entries
    FROM directory_word
    WHERE length(word) BETWEEN length(typed.word) - 2 AND length(typed.word) + 2
        AND levenshtein_less_equal(word, typed.word, 2) <= 2
    ORDER BY levenshtein_less_equal(word, typed.word, 2) - (
        length(word) = length(typed.word)
        AND translate(word, typed.word, '') = '' AND translate(typed.word, word, '') = ''
    )::int, entries DESC, word
    LIMIT %s
) AS near
WHERE near.distance > 0
"""


def known(words: set[str]) -> dict[str, int]:
    """Those of the words that stand in the vocabulary, with how many entries have each. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, entries FROM directory_word WHERE word = ANY (%s)", [list(words)])
        rows: list[Any] = cursor.fetchall()
    return dict(rows)


def neighbours(words: list[str], *, apart_from: Collection[str] = ()) -> dict[str, list[Reading]]:
    """The known words that each word is nearly, the likeliest first. One statement, none if all are too short.

    What stands in `apart_from` is nobody's neighbour: it was typed on purpose beside the word.
    """
    found = {word: _abbreviations(word) for word in words}
    asked = [word for word in found if len(word) >= SHORTEST and not word[0].isdigit()]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_NEIGHBOURS, [asked, MOST_READ])
            for word, near, distance, entries in cursor.fetchall():
                errors = 1 if _is_slip(word, near) else distance
                if near not in apart_from and (errors == 1 or len(word) > ONE_ERROR):
                    found[word].append(Reading((near,), _cost(word, near, errors=errors, entries=entries)))
    return {word: sorted(near, key=lambda reading: reading.cost)[:MOST_NEIGHBOURS] for word, near in found.items()}


def _abbreviations(word: str) -> list[Reading]:
    """What a slip in an abbreviation hides: they stand written out in the vocabulary."""
    return [Reading(tuple(long.split()), 10) for short, long in text.ABBREVIATIONS.items() if _is_slip(word, short)]


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places."""
    if len(typed) != len(meant) or typed == meant:
        return False
    at = next(place for place, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other)
    return typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]


def _cost(typed: str, meant: str, *, errors: int, entries: int) -> int:
    return 10 * errors + FIRST_LETTER * (typed[0] != meant[0]) - min(4, len(str(entries)) - 1)


class _Typed(NamedTuple):
    """The words as typed, each with its reading as it stands, and how many entries have each or a part of it."""

    words: list[str]
    terms: Terms
    entries: dict[str, int]

    def freer(self, near: dict[str, list[Reading]]) -> Terms:
        """The words in `near` read as their neighbours, or as two words, too; the likeliest reading first."""
        return tuple(
            self._by_likelihood(word, [*near.get(word, ()), *(self._cuts(word) if word in near else ())], own)
            for word, (own,) in zip(self.words, self.terms, strict=True)
        )

    def fewer(self, near: dict[str, list[Reading]]) -> Terms:
        """The words that are known or like a known one, with their likeliest readings."""
        # All readings of many words, each time without another word, would be thousands of words to look for.
        most = MOST_ALL // len(self.words)
        rare = ([] if self.entries.get(word, 0) >= FREQUENT else near.get(word, [])[:most] for word in self.words)
        terms = zip(self.words, self.terms, rare, strict=True)
        return tuple((*others, *own) for word, own, others in terms if others or word in self.entries)

    def _by_likelihood(self, word: str, others: list[Reading], own: Reading) -> tuple[Reading, ...]:
        return (own, *others) if self.entries.get(word, 0) >= FREQUENT else (*others, own)

    def _cuts(self, word: str) -> list[Reading]:
        return [Reading(half, CUT) for half in _halves(word) if self.entries.keys() >= set(half)]

    def joined(self, terms: Terms) -> Terms:
        """Two words that make a known word are read as that word, too."""
        joined: list[tuple[Reading, ...]] = []
        place = 0
        while place < len(self.words):
            pair = "".join(self.words[place : place + 2])
            if pair in self.entries and place + 1 < len(self.words):
                last = self.terms[place + 1][0]
                apart = Reading((self.words[place], *last.words), is_begun=last.is_begun)
                joined.append((Reading((pair,), CUT), apart))
                place += 2
            else:
                joined.append(terms[place])
                place += 1
        return tuple(joined)


def guesses(words: list[str], terms: Terms) -> Iterator[list[Guess]]:
    """Ever freer readings of words that together lead to nothing, in batches that each cost a statement or two.

    First without the words that only surround a name; then two words that are one, and the unknown words' neighbours;
    the neighbours of the rare words; last, one word is left out.
    """
    said = [word not in SURROUNDING for word in words]
    if any(said) and not all(said):
        words, terms = list(itertools.compress(words, said)), tuple(itertools.compress(terms, said))
        yield _asked(terms)
    pairs = {first + second for first, second in itertools.pairwise(words)}
    pieces = {piece for word in words for half in _halves(word) for piece in half}
    typed = _Typed(words, terms, known({*words, *pairs, *pieces}))
    near: dict[str, list[Reading]] = {}
    for rarer_than in (1, FREQUENT):
        rare = [word for word in words if word not in near and typed.entries.get(word, 0) < rarer_than]
        if not rare and rarer_than > 1:
            break
        near |= neighbours(rare, apart_from=words)
        freer = typed.freer(near)
        yield _asked(typed.joined(terms), freer, typed.joined(freer))
    kept = typed.fewer(near)
    if kept:
        yield [*_asked(kept), (kept, _one_left_out(kept))]


def _asked(*guesses: Terms) -> list[Guess]:
    return [(terms, matching.tsquery(terms)) for terms in dict.fromkeys(guesses)]


def _halves(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if word.isalpha() else []


def _one_left_out(terms: Terms) -> str:
    """The tsquery that all terms but any one must meet."""
    fewer = (terms[:place] + terms[place + 1 :] for place in range(len(terms)))
    return " | ".join(f"({matching.tsquery(rest)})" for rest in fewer if rest) or matching.tsquery(terms)
