"""A table in a file, read as a stream: what kind of file it is, its columns, its rows, and which rows are broken."""

import contextlib
import csv
import gzip
import io
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

LONGEST_LINE = 1 << 20  # characters; what is longer is no table, and would be held in memory
DELIMITERS = (",", ";", "\t")
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = {
    b"PK\x03\x04": "a spreadsheet or an archive (xlsx, ods, zip): save the table as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel file (xls): save the table as CSV UTF-8",
    b"%PDF": "a PDF document, not a table",
    b"\xff\xfe": "UTF-16 text: save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16 text: save it as CSV UTF-8",
    b"<!": "a web page, not a table: the download has failed",
    b"<h": "a web page, not a table: the download has failed",
}


class Refused(Exception):
    """The file as a whole cannot be imported; the message is one sentence for the operator."""


class Row(NamedTuple):
    """One row as it stands in the file, broken or not."""

    line: int  # where it starts, counted from 1; the header stands on line 1
    cells: list[str]  # as many as the header has, unless the row is broken
    problem: str = ""  # ragged_row, broken_quotes, not_utf8: the row cannot be read as it stands
    text: str = ""  # the row's line, without its end; empty when the row is broken or stands on several


class _Lines:
    """The physical lines of a text file; lines that were taken can be given back."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []  # since the start of the present record
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) >= LONGEST_LINE:
            raise Refused(f"Line {self.number + 1} is longer than {LONGEST_LINE} characters: this is not a table.")
        return line

    def skip(self, is_known: Callable[[str], bool]) -> int:
        """Pass over the lines up to the first that is not known; returns how many. Between two records only."""
        number = 0
        while line := self._given_back.popleft() if self._given_back else self._read():
            if line.count('"') % 2 or not is_known(line.rstrip("\r\n")):  # an odd quote: it may go on below
                self._given_back.appendleft(line)
                break
            self.number += 1
            number += 1
        return number

    def keep_first(self) -> str:
        """The first line of the present record; the others are given back."""
        first, *others = self.taken
        self._given_back.extendleft(reversed(others))
        self.number -= len(others)
        return first


class Table:
    """An open table: iterate for its rows. `position` of `size` bytes tells how far the reading has come."""

    def __init__(self, raw: IO[bytes], *, name: str, size: int) -> None:
        self._raw = raw
        self.name = name
        self.size = size
        text = io.TextIOWrapper(_unpacked(raw, name), encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._lines = _Lines(text)
        self.header = self._read_header()
        self._records = self._reader()
        self._is_known: Callable[[str], bool] | None = None
        self.passed_over = 0

    def pass_over(self, is_known: Callable[[str], bool]) -> None:
        """Ask of each row on one line whether it is known, before it is read; those that are do not come out."""
        self._is_known = is_known

    @property
    def position(self) -> int:
        """Bytes of the file (packed, if it is) that have been read."""
        return self._raw.tell()

    def _read_header(self) -> list[str]:
        with _readable(self.name):
            line = next(self._lines, "")
        if not line.strip():
            raise Refused(f"{self.name} is empty or does not begin with the names of its columns.")
        self.delimiter = max(DELIMITERS, key=line.count)
        try:
            header = next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except csv.Error:
            raise Refused(f"{self.name}: the first line has an unclosed quote.") from None
        header = [cell.strip().casefold() for cell in header]
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise Refused(f"{self.name} has more than one column named {', '.join(twice)}.")
        return header

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self.delimiter, strict=True)

    def __iter__(self) -> Iterator[Row]:
        with _readable(self.name):
            while (row := self._next()) is not None:
                if row.cells:
                    yield row

    def _next(self) -> Row | None:
        """The next row, with no cells for an empty line; None at the end.

        A quote that is never closed swallows what follows it, up to the next quote or the end. So
        a record of several lines that does not come out right loses its first line only, and the
        others are read anew.
        """
        lines = self._lines
        if self._is_known:
            self.passed_over += lines.skip(self._is_known)
        lines.taken.clear()
        start = lines.number + 1
        try:
            cells = next(self._records, None)
        except csv.Error:
            self._records = self._reader()  # the old one may have kept half a record
            return Row(start, [_legible(lines.keep_first())], "broken_quotes")
        if cells is None:
            return None
        if cells and len(cells) != len(self.header):
            if len(lines.taken) > 1:
                return Row(start, [_legible(lines.keep_first())], "broken_quotes")
            return Row(start, [_legible(cell) for cell in cells], "ragged_row")
        if all(line.isascii() for line in lines.taken) or _is_utf8(cells):
            return Row(start, cells, text=lines.taken[0].rstrip("\r\n") if len(lines.taken) == 1 else "")
        return Row(start, [_legible(cell) for cell in cells], "not_utf8")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The table in a CSV file, plain or packed by gzip; Refused when it is none."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    with raw:
        yield Table(raw, name=path.name, size=path.stat().st_size)


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    with _readable(name):
        start = _peek(raw)
        stream: IO[bytes] = raw
        if start.startswith(_GZIP):
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
            start = _peek(stream)
    for magic, kind in _OTHER_KINDS.items():
        if start.lower().startswith(magic.lower()):
            raise Refused(f"{name} is {kind}.")
    return stream


def _peek(stream: IO[bytes]) -> bytes:
    start = stream.read(4)
    stream.seek(0)
    return start


@contextlib.contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"{name} is damaged or cut off (gzip): download it again.") from error
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror or error}.") from error


def _is_utf8(cells: list[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _legible(text: str) -> str:
    """The text with U+FFFD for the bytes that are no UTF-8, so that a database can keep it."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
