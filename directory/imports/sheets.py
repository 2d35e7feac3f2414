"""The rows of a small table by field, and what became of each: applied, unchanged or set aside with a reason."""

import functools
from collections.abc import Callable, Iterable, Iterator

from directory.imports import cells, files, report
from directory.regions import loading


class Sheet:
    """A file's rows as {field: tidy text}; rows that cannot be used are reported and counted."""

    def __init__(
        self, rows: Iterable[files.Row], *, header: list[str], places: dict[str, int], problems: report.Report
    ) -> None:
        self._rows = rows
        self._places = places
        self._names = {field: header[place] for field, place in places.items()}
        self._problems = problems
        self.read = 0
        self.set_aside = 0

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field."""
        return field in self._places

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        for row in self._rows:
            self.read += 1
            if row.problem:
                self.refuse(row.line, "", row.problem, row.cells[0])
                continue
            values = {}
            for field, place in self._places.items():
                values[field], mended = cells.tidy(row.cells[place])
                if mended:
                    self.report(row.line, field, mended, row.cells[place])
            yield row.line, values

    def report(self, line: int | None, field: str, code: str, value: str) -> None:
        """Something about a row that is used all the same; the field may have no column."""
        self._problems.add(line, self._names.get(field, field), code, value)

    def refuse(self, line: int, field: str, code: str, value: str) -> None:
        """A row that is not used."""
        self.set_aside += 1
        self.report(line, field, code, value)

    def refuse_all(self, taken: Iterable[tuple[int, str]], field: str, code: str) -> None:
        """Rows that turned out to be unusable after they were staged."""
        for line, value in taken:
            self.refuse(line, field, code, value)

    def summary(self, what: str, outcome: loading.Outcome) -> str:
        """The account of all rows that were read: it always adds up."""
        return (
            f"{self.read:,} rows read: {outcome.inserted:,} {what} new, {outcome.changed:,} changed, "
            f"{outcome.unchanged:,} unchanged, {self.set_aside:,} set aside."
        )


def keep(table: loading.Table, *, record: Callable[[], object]) -> loading.Outcome:
    """Apply what is staged and say what it came to; the event is recorded only if something is written."""
    outcome = loading.outcome(table)
    if outcome.writes:
        record()
        loading.apply(table)
    return outcome


def once(record: Callable[[], object]) -> Callable[[], object]:
    """The same call, made at most once."""
    return functools.cache(record)
