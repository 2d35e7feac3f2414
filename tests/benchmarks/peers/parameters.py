"""What the peers understand of a request, in the few forms that are measured."""

import re
from typing import Annotated, NamedTuple

from fastapi import Query
from pydantic import BaseModel, Field

_WORD = re.compile(r"[a-z]+|[0-9]+")


class Asked(BaseModel):
    """The query of a list."""

    q: str = Field("", max_length=200)
    region: str = ""
    form: str = ""
    near: str = ""
    sort: str = ""
    facets: str = ""
    limit: int = Field(50, ge=1, le=200)


class Write(BaseModel):
    """The body of the one small write."""

    entry: str = Field(max_length=40)
    website: str = Field(max_length=300)


class Place(NamedTuple):
    """A point in degrees."""

    latitude: float
    longitude: float


AskedQuery = Annotated[Asked, Query()]


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
