"""What a code list is made of."""

from typing import NamedTuple


class Term(NamedTuple):
    """One code: stored and served as it is for ever; the labels may be reworded."""

    code: str
    id: str
    en: str


def terms(*rows: tuple[str, str, str]) -> tuple[Term, ...]:
    """The terms of rows of code, Indonesian and English label."""
    return tuple(Term(*row) for row in rows)
