"""A row of a school file, read and cleaned: a row of the staging table, with what was wrong put into the report."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from directory import text
from directory.imports import cells, files, report, seen
from directory.regions import regions

COLUMNS = (
    "line",
    "code",
    "raw",
    "npsn",
    "name",
    "name_key",
    "form",
    "ownership",
    "ministry",
    "address",
    "postal_code",
    "latitude",
    "longitude",
    "dapodik_id",
    "province_code",
    "regency_code",
    "district_code",
    "npsn_number",
    "digest",
)
TABLE = """
CREATE TEMP TABLE import_row (line integer, code text, raw jsonb, npsn text, name text, name_key text, form text,
    ownership text, ministry text, address text, postal_code text, latitude double precision,
    longitude double precision, dapodik_id text, province_code text, regency_code text, district_code text,
    npsn_number integer, digest uuid)
"""
REGION_CODES = ("province_code", "regency_code", "district_code")
LONGEST_NAME, LONGEST_ADDRESS = 300, 500  # characters, as the columns of Entry
_NOTHING = (None,) * (len(COLUMNS) - 4)


class Reader:
    """Reads the rows of one file, in order: of two with one NPSN the first counts."""

    def __init__(
        self,
        table: files.Table,
        places: dict[str, int],
        *,
        scheme: str,
        problems: report.Report,
        known: seen.Known,
    ) -> None:
        self._header = table.header
        self._places = places
        self._scheme = scheme
        self._problems = problems
        self._known = known
        self.read_count = 0

    def staged(self, rows: Iterable[files.Row]) -> Iterator[tuple[Any, ...]]:
        """The rows of the staging table, as many as the file has but for those that are passed over."""
        for row in rows:
            self.read_count += 1
            yield self._broken(row) if row.problem else self._school(row)

    def _broken(self, row: files.Row) -> tuple[Any, ...]:
        raw = [cell.replace("\0", "\ufffd") for cell in row.cells]
        self._problems.add(row.line, "", row.problem, " | ".join(raw))
        return (row.line, row.problem, orjson.dumps(raw).decode(), None, *_NOTHING)

    def _school(self, row: files.Row) -> tuple[Any, ...]:
        npsn = self._cell(row, "npsn")
        if code := cells.npsn_problem(npsn):
            return self._quarantined(row, "npsn", code, npsn, known=None)
        name = self._cell(row, "name")
        name_key = text.normalise(name)
        if not name_key or len(name) > LONGEST_NAME:
            return self._quarantined(row, "name", "long_name" if name_key else "no_name", name, known=npsn)
        given = self._cell(row, "form")
        form = cells.form(given)
        if not form:
            return self._quarantined(row, "form", "unknown_form", given, known=npsn)
        number = seen.Numbers.of(npsn)
        if not self._known.numbers.first(number):
            return self._quarantined(row, "npsn", "duplicate_npsn", npsn, known=npsn)
        return (
            row.line,
            None,
            None,
            npsn,
            name,
            name_key,
            form,
            self._checked(row, "ownership", "unknown_ownership", cells.ownership),
            cells.ministry(form),
            self._checked(row, "address", "long_address", lambda v: v if len(v) <= LONGEST_ADDRESS else ""),
            self._checked(row, "postal_code", "malformed_postal_code", lambda v: v if cells.is_postal_code(v) else ""),
            *self._point(row),
            self._checked(row, "dapodik_id", "malformed_id", cells.dapodik_id) or None,
            *(self._region_code(row, field) for field in REGION_CODES),
            number,
            self._known.digest(row.text).hex() if row.text else None,
        )

    def _quarantined(self, row: files.Row, field: str, code: str, value: str, *, known: str | None) -> tuple[Any, ...]:
        self._report(row, field, code, value)
        raw = {
            name or f"column {number}": cell.replace("\0", "\ufffd")
            for number, (name, cell) in enumerate(zip(self._header, row.cells, strict=True), start=1)
        }
        return (row.line, code, orjson.dumps(raw).decode(), known, *_NOTHING)

    def _cell(self, row: files.Row, field: str) -> str:
        """The tidy cell of a field; empty when the file has no such column."""
        place = self._places.get(field)
        if place is None:
            return ""
        raw = row.cells[place]
        value, code = cells.tidy(raw)
        if code:
            self._report(row, field, code, raw)
        return value

    def _checked(self, row: files.Row, field: str, code: str, clean: Any) -> str:
        """The clean value of a field; empty, and reported, when `clean` gives nothing for a cell that has something."""
        value = self._cell(row, field)
        cleaned: str = clean(value) if value else ""
        if value and not cleaned:
            self._report(row, field, code, value)
        return cleaned

    def _point(self, row: files.Row) -> tuple[float | None, float | None]:
        latitude, longitude = self._cell(row, "latitude"), self._cell(row, "longitude")
        lat, lng, code = cells.point(latitude, longitude)
        if code:
            self._report(row, "latitude", code, f"{latitude} {longitude}".strip())
        return lat, lng

    def _region_code(self, row: files.Row, field: str) -> str:
        code = self._cell(row, field)
        if self._scheme == "kemendagri":
            return code if "." in code else regions.dotted(code)
        if len(code) == 5 and code.isascii() and code.isdigit():  # of six
            self._report(row, field, "lost_leading_zero", code)
            return f"0{code}"
        return code

    def _report(self, row: files.Row, field: str, code: str, value: str) -> None:
        self._problems.add(row.line, self._header[self._places[field]], code, value)
