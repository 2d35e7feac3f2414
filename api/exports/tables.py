"""Rows as CSV (RFC 4180) that a spreadsheet opens without running anything."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from api.exports.columns import Column

# A spreadsheet takes a cell that begins so for a formula, or drops the character and then sees one.
STARTS_A_FORMULA = frozenset("=+-@\t\r\n")


class Profile(NamedTuple):
    """For which reader a table is written."""

    start: str = ""
    delimiter: str = ","
    decimal: str = "."


PROFILES = {
    "": Profile(),
    # Excel with Indonesian settings: without the BOM it garbles names, with "," all stands in one column.
    "excel-id": Profile(start="\ufeff", delimiter=";", decimal=","),
}


def header(columns: Sequence[Column], profile: Profile) -> bytes:
    """The first line."""
    return (profile.start + _lines([[column.name for column in columns]], profile)).encode()


def rows(documents: Iterable[Any], columns: Sequence[Column], profile: Profile) -> bytes:
    """One line for each document."""
    table = [[cell(column.value(document), decimal=profile.decimal) for column in columns] for document in documents]
    return _lines(table, profile).encode()


def _lines(table: Iterable[Sequence[str]], profile: Profile) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=profile.delimiter, lineterminator="\r\n").writerows(table)
    return text.getvalue()


def cell(value: Any, *, decimal: str = ".") -> str:
    """A value as a cell: lists joined by `|` (one inside a text is written `\\|`), formulas disarmed by a `'`."""
    if isinstance(value, str):
        return disarmed(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    return disarmed("|".join(str(one).replace("\\", "\\\\").replace("|", "\\|") for one in value))


def disarmed(text: str) -> str:
    """The text, with a `'` before what a spreadsheet would calculate; full-width signs count as their narrow ones."""
    if text and not text[0].isalnum() and unicodedata.normalize("NFKC", text[0]) in STARTS_A_FORMULA:
        return f"'{text}"
    return text
