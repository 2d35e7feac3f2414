"""The report of an import: one row for each problem, so that somebody can mend the file at its source."""

import collections
import contextlib
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from directory.imports import files

COLUMNS = ("line", "column", "code", "message", "value")
# What each code means and what was done about it; docs/reference/import-problems.md lists them all.
MESSAGES = {
    # rows that cannot be read: quarantined
    "ragged_row": "The row has more or fewer cells than the header; it is quarantined.",
    "broken_quotes": "A quote is opened and not closed, or stands where none may; the line is quarantined.",
    "not_utf8": "The row has bytes that are no UTF-8; it is quarantined.",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Report:
    """Where problems are written as they are met; `counts` by code for the summary."""

    def __init__(self, writer: Any, path: Path) -> None:
        self._writer = writer
        self.path = path
        self.counts: collections.Counter[str] = collections.Counter()

    def add(self, line: int | None, column: str, code: str, value: str = "") -> None:
        """One problem; `line` is None when it is about what the file does not have. `code` is a key of MESSAGES."""
        self.counts[code] += 1
        self._writer.writerow(("" if line is None else line, column, code, MESSAGES[code], _guarded(value)))

    def summary(self) -> str:
        """The counts as lines of text, most frequent first."""
        return "\n".join(f"{count:>9,}  {code}" for code, count in self.counts.most_common())


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Report]:
    """A report that is written to the file `path`, in place of what was there; Refused when it cannot be."""
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise files.Refused(f"The report {path} cannot be written: {error.strerror}.") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield Report(writer, path)


def _guarded(value: str) -> str:
    """The value with a mark before what a spreadsheet would take for a formula; numbers stay as they are."""
    if not value.startswith(_FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
