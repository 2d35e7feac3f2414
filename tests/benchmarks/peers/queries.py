"""The words and the place of a request, as all peers read them."""

import re
from typing import NamedTuple

_WORD = re.compile(r"[a-z]+|[0-9]+")


class Place(NamedTuple):
    """A point in degrees."""

    latitude: float
    longitude: float


def words(q: str) -> list[str]:
    """The words of a query as the search documents have them: lower case, numbers without leading zeros."""
    return [word.lstrip("0") or "0" if word.isdigit() else word for word in _WORD.findall(q.lower())]


def tsquery(words: list[str], *, is_begun: bool = False) -> str:
    """All of the words; the last one only begun, if so."""
    return " & ".join(words) + ":*" * is_begun


def place(near: str) -> Place:
    """The place of `latitude,longitude`."""
    latitude, longitude = near.split(",")
    return Place(float(latitude), float(longitude))
