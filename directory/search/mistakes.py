"""The errors people make when they type a name: slips of the fingers, sounds written otherwise, spaces misplaced."""

import re
from collections.abc import Callable
from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Each row of keys stands half a key further right than the one above.
_BESIDE = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
_NEIGHBOURS: dict[str, str] = {
    letter: "".join(
        _ROWS[row + down][column + right]
        for down, right in _BESIDE
        if 0 <= row + down < len(_ROWS) and 0 <= column + right < len(_ROWS[row + down])
    )
    for row, letters in enumerate(_ROWS)
    for column, letter in enumerate(letters)
}
# What sounds alike in Indonesian, or was spelt otherwise before 1972; an `h` is often not heard at all.
_SOUNDS = (
    *(("e", "i"), ("i", "e"), ("c", "k"), ("k", "c"), ("f", "p"), ("p", "f"), ("v", "f"), ("f", "v"), ("v", "p")),
    *(("j", "y"), ("y", "j"), ("j", "dj"), ("dj", "j"), ("u", "oe"), ("oe", "u"), ("h", ""), ("z", "s"), ("o", "u")),
)
SHORTEST = 3  # letters of a word that errors are made in
_LETTER = re.compile(r"(?i)[a-z]")
_WORD = re.compile(rf"(?i)\b[a-z]{{{SHORTEST},}}\b")


def _places(text: str) -> list[int]:
    """Where the letters of its words stand."""
    return [place for word in _WORD.finditer(text) for place in range(*word.span())]


def neighbour(text: str, throws: Random) -> str:
    """A key beside the one that was meant."""
    at = throws.choice(_places(text))
    return text[:at] + throws.choice(_NEIGHBOURS[text[at].lower()]) + text[at + 1 :]


def dropped(text: str, throws: Random) -> str:
    """A letter left out."""
    at = throws.choice(_places(text))
    return text[:at] + text[at + 1 :]


def doubled(text: str, throws: Random) -> str:
    """A letter typed twice."""
    at = throws.choice(_places(text))
    return text[:at] + text[at] + text[at:]


def swapped(text: str, throws: Random) -> str:
    """Two letters in the other order."""
    at = throws.choice([place for place in _places(text)[:-1] if _LETTER.match(text, place + 1)])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def misheard(text: str, throws: Random) -> str:
    """A sound written otherwise; the text as it is when it has none of them."""
    low, places = text.lower(), set(_places(text))
    found = [(at, heard, written) for heard, written in _SOUNDS for at in places if low.startswith(heard, at)]
    if not found:
        return text
    at, heard, written = throws.choice(sorted(found))
    return text[:at] + written + text[at + len(heard) :]


def joined(text: str, throws: Random) -> str:
    """Two words without the space between them; the text as it is when it has one word."""
    spaces = [space.start() for space in re.finditer(r"\b \b", text)]
    if not spaces:
        return text
    at = throws.choice(spaces)
    return text[:at] + text[at + 1 :]


def split(text: str, throws: Random) -> str:
    """A space inside a word of at least five letters, with two on each side; the text as it is without such a word."""
    places = [at for word in _WORD.finditer(text) for at in range(word.start() + 2, word.end() - 1) if len(word[0]) > 4]
    if not places:
        return text
    at = throws.choice(places)
    return text[:at] + " " + text[at:]


_SLIPS: tuple[Callable[[str, Random], str], ...] = (neighbour, dropped, doubled, swapped, misheard)


def made(text: str, throws: Random) -> str:
    """The text with one error, of a kind and at a place that the throws decide; "" for one without words to err in."""
    if not _places(text):
        return ""
    wrong = text
    while wrong.casefold() == text.casefold():  # some errors change nothing: `ll` with its letters swapped
        wrong = throws.choice((*_SLIPS, throws.choice((joined, split))))(text, throws)
    return wrong
