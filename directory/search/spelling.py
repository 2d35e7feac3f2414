"""Ever freer readings of words that together lead to nothing: misspelt, joined, parted, or one too many."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from directory import text
from directory.search import matching, neighbours
from directory.search.matching import Reading, Terms

Guess = tuple[Terms, str]  # what to rank by, and what to search: a tsquery
_Near = dict[str, list[Reading]]

MOST_ALL = 40  # neighbours of all words together, when one word is left out
# Words that surround a name in a question; left out when the question finds nothing with them.
SURROUNDING = frozenset(
    ("sekolah", "school", "perpustakaan", "library", "alamat", "npsn", "nama", "data", "profil", "info", "di", "dan")
)
FREQUENT = 1000  # a word of so many entries was hardly typed by mistake
CUT = 5  # tenths of an error: one word written as two, or two as one


class _Typed(NamedTuple):
    """The words as typed, each with its readings as it stands, and how many entries have each or a part of it."""

    words: list[str]
    terms: Terms
    entries: dict[str, int]

    def rarer_than(self, number: int) -> list[str]:
        """The words that fewer entries have."""
        return [word for word in self.words if self.entries.get(word, 0) < number]

    def frequent(self) -> list[str]:
        """The words that so many entries have that they are never what another word was meant to be."""
        return [word for word in self.words if self.entries.get(word, 0) >= FREQUENT]

    def freer(self, near: _Near) -> Terms:
        """The words in `near` read as their neighbours, or as two words, too; the likeliest reading first."""
        return tuple(
            self._by_likelihood(word, [*near.get(word, ()), *(self.cuts(word) if word in near else ())], own)
            for word, own in zip(self.words, self.terms, strict=True)
        )

    def fewer(self, near: _Near) -> Terms:
        """The words that are known or like a known one, with their likeliest readings."""
        # All readings of many words, each time without another word, would be thousands of words to look for.
        most = MOST_ALL // len(self.words)
        rare = ([] if self.entries.get(word, 0) >= FREQUENT else near.get(word, [])[:most] for word in self.words)
        terms = zip(self.words, self.terms, rare, strict=True)
        return tuple((*others, *own) for word, own, others in terms if others or word in self.entries)

    def _by_likelihood(self, word: str, others: list[Reading], own: tuple[Reading, ...]) -> tuple[Reading, ...]:
        return (*own, *others) if self.entries.get(word, 0) >= FREQUENT else (*others, *own)

    def cuts(self, word: str) -> list[Reading]:
        """The word as two known ones."""
        written = (_written(halves) for halves in _halves(word))
        return [Reading(parts, CUT) for parts in written if self.entries.keys() >= set(parts)]

    def pairs(self) -> list[str]:
        """Neighbours that may be one word: not two frequent ones."""
        return [
            first + second
            for first, second in itertools.pairwise(self.words)
            if min(self.entries.get(each, 0) for each in (first, second)) < FREQUENT
        ]

    def joined(self, terms: Terms, near: _Near | None = None, *, only: str = "") -> Terms:
        """Two words that make a known word, or one in `near`, are read as that word, too; or `only` this pair."""
        joined: list[tuple[Reading, ...]] = []
        place = 0
        while place < len(self.words):
            pair = "".join(self.words[place : place + 2])
            whole = [] if only and pair != only else self._wholes(pair, near or {})
            if whole and place + 1 < len(self.words):
                first, last = terms[place : place + 2]
                apart = [
                    Reading((*one.words, *other.words), one.cost + other.cost, other.is_begun)
                    for one, other in itertools.product(first[:2], last[:2])
                    if not one.is_begun
                ]
                joined.append((*whole, *apart))
                place += 2
            else:
                joined.append(terms[place])
                place += 1
        return tuple(joined)

    def _wholes(self, pair: str, near: _Near) -> list[Reading]:
        if pair in self.entries and pair in self.pairs():
            return [Reading((pair,), CUT)]
        return [one._replace(cost=one.cost + CUT) for one in near.get(pair, ())]

    def rests(self, word: str) -> dict[str, tuple[str, ...]]:
        """What is left of a word when a frequent one is taken off its beginning or end: rest -> the frequent one."""
        found = {}
        for first, last in _halves(word):
            for part, rest in ((first, last), (last, first)):
                written = _written((part,))
                if all(self.entries.get(each, 0) >= FREQUENT for each in written):
                    found[rest] = written
        return found


def guesses(words: list[str], terms: Terms) -> Iterator[list[Guess]]:
    """Readings in batches that each cost a statement or two, until one finds something.

    First without the words that only surround a name; then two words that are one, and the unknown words' neighbours;
    the neighbours of the rare words; words wrongly joined or parted that are misspelt too, and long words with three
    errors; last, one word is left out.
    """
    said = [word not in SURROUNDING for word in words]
    if any(said) and not all(said):
        words, terms = list(itertools.compress(words, said)), tuple(itertools.compress(terms, said))
        yield _asked(terms)
    pairs = {first + second for first, second in itertools.pairwise(words)}
    parts = {part for word in (*words, *pairs) for halves in _halves(word) for part in _written(halves)}
    typed = _Typed(words, terms, neighbours.known({*words, *pairs, *parts}))
    near: _Near = {}
    for number in (1, FREQUENT):
        rare = [word for word in typed.rarer_than(number) if word not in near]
        if rare or number == 1:
            near |= neighbours.of(rare, apart_from=typed.frequent())
            freer = typed.freer(near)
            yield _asked(*(one for one in (typed.joined(terms), freer, typed.joined(freer)) if one != terms))
    yield _wider(typed, near)
    kept = typed.fewer(near)
    if kept:
        yield [*_asked(kept), (kept, _one_left_out(kept))]


def _wider(typed: _Typed, near: _Near) -> list[Guess]:
    """Two things wrong with one word: parted or joined, and misspelt; and three errors in a long one."""
    rests = {word: typed.rests(word) for word in near if word not in typed.entries}
    pairs = [pair for pair in typed.pairs() if pair.isalpha()]
    more = neighbours.of([*pairs, *itertools.chain.from_iterable(rests.values())], apart_from=typed.frequent())
    long = [word for word in near if len(word) >= neighbours.THREE_ERRORS and not near[word]]
    wide = {word: [*near[word], *found] for word, found in neighbours.of(long, errors=3).items()}
    for word, left in rests.items():
        taken = (
            Reading((*frequent, *one.words), one.cost + CUT) for rest, frequent in left.items() for one in more[rest]
        )
        wide[word] = [*wide.get(word, near[word]), *taken]
    cut = {pair: found for pair in pairs if (found := [*more[pair], *typed.cuts(pair)])}
    if not cut and not any(wide.values()):
        return []
    freer = typed.freer(near | wide)
    return _asked(freer, typed.joined(freer, cut), *(typed.joined(freer, cut, only=pair) for pair in cut))


def _asked(*guesses: Terms) -> list[Guess]:
    return [(terms, matching.tsquery(terms)) for terms in dict.fromkeys(guesses)]


def _halves(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if word.isalpha() else []


def _written(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of a word with abbreviations written out."""
    return tuple(word for part in parts for word in text.words(part))


def _one_left_out(terms: Terms) -> str:
    """The tsquery that all terms but any one must meet."""
    fewer = (terms[:place] + terms[place + 1 :] for place in range(len(terms)))
    return " | ".join(f"({matching.tsquery(rest)})" for rest in fewer if rest) or matching.tsquery(terms)
