"""The words of a query as PostgreSQL matches them: the text of a tsquery, and which of several finds anything."""

from typing import NamedTuple

from directory import statements
from directory.search import documents


class Reading(NamedTuple):
    """One way to read what was typed: all of `words` must be there, the last maybe only begun."""

    words: tuple[str, ...]
    cost: int = 0  # in tenths of an error
    is_begun: bool = False

    @property
    def tsquery(self) -> str:
        """The reading in PostgreSQL's notation; words hold letters and digits only."""
        return " & ".join(f"'{word}'" for word in self.words) + ":*" * self.is_begun


Terms = tuple[tuple[Reading, ...], ...]  # all terms must be met, each by one of its readings


def tsquery(terms: Terms) -> str:
    """The terms in PostgreSQL's notation."""
    return " & ".join(f"({' | '.join(reading.tsquery for reading in readings)})" for readings in terms)


def first_that_finds(tsqueries: list[str]) -> int | None:
    """The place of the first query that at least one entry answers. One statement, which stops at the first hit."""
    # Planned for one row, PostgreSQL would read the table instead of the index: 100 ms when nothing is found. What is
    # MATERIALIZED is planned for all rows, yet read row by row.
    slices = {
        f"slice_{place}_{tier}": (place, asked, low, high)
        for place, asked in enumerate(tsqueries)
        for tier, (low, high) in enumerate(documents.TIERS)
    }
    parts = ", ".join(
        f"{name} AS MATERIALIZED (SELECT FROM directory_searchdocument"
        f" WHERE words @@ %s::tsquery AND score BETWEEN {low} AND {high})"
        for name, (_, _, low, high) in slices.items()
    )
    cases = " ".join(f"WHEN EXISTS (SELECT FROM {name}) THEN {place}" for name, (place, *_) in slices.items())
    values = [asked for _, asked, _, _ in slices.values()]
    [(found,)] = statements.literal(f"WITH {parts} SELECT CASE {cases} END", values)
    return found  # type: ignore[no-any-return]
