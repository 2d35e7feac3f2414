"""Imports the regions of the country, from provinces to villages, as the Ministry of Home Affairs lists them."""

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from directory import actors, journal, text
from directory.imports import cells, columns, files, report, sheets
from directory.regions import loading, regions

OPTIONAL = ("level", "parent_code", "latitude", "longitude", "postal_code", "area_km2", "population")
CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", re.ASCII)
_NUMBERS = (
    ("postal_code", re.compile(r"[0-9]{5}", re.ASCII), "malformed_postal_code"),
    ("area_km2", re.compile(r"[0-9]{1,9}([.,][0-9]{1,20})?", re.ASCII), "malformed_number"),
    ("population", re.compile(r"[0-9]{1,9}", re.ASCII), "malformed_number"),
)
# A region is missed only where the file speaks of its province and of its level.
_COVERED = """
EXISTS (SELECT FROM staged_directory_region same WHERE same.level = target.level)
AND left(target.code, 2) IN (SELECT left(code, 2) FROM staged_directory_region)
"""


@transaction.atomic
def load(
    table: files.Table,
    rows: Iterable[files.Row],
    *,
    problems: report.Report,
    by: actors.Actor,
    now: datetime.datetime,
    is_dry_run: bool = False,
) -> str:
    """Insert and update regions from a file in one transaction under at most one event; returns the summary.

    `rows` are those of `table`. A region that a newer file lacks is reported and stays. A column that
    the file lacks, or leaves blank, changes nothing.
    """
    places = columns.match(table.header, required=("code", "name"), optional=OPTIONAL)
    sheet = sheets.Sheet(rows, header=table.header, places=places, problems=problems)
    loading.stage(loading.REGIONS, _staged(sheet))
    sheet.refuse_all(loading.take_repeated(loading.REGIONS), "code", "repeated_region_code")
    sheet.refuse_all(loading.take_orphans(loading.REGIONS, column="parent_id"), "code", "unknown_parent_region")
    for code in loading.absent(loading.REGIONS, where=_COVERED):
        sheet.report(None, "code", "region_not_in_file", code)
    record = sheets.once(lambda: journal.record("regions.imported", by=by, now=now, reason=table.name))
    outcome = sheets.keep(loading.REGIONS, record=record)
    transaction.set_rollback(is_dry_run)
    return sheet.summary("regions", outcome)


def _staged(sheet: sheets.Sheet) -> Iterator[tuple[Any, ...]]:
    for line, row in sheet:
        code = regions.dotted(row["code"])
        if not CODE.fullmatch(code):
            sheet.refuse(line, "code", "malformed_region_code", row["code"])
        elif not text.normalise(row["name"]) or len(row["name"]) > 120:
            sheet.refuse(line, "name", "malformed_region_name", row["name"])
        else:
            yield line, code, row["name"], text.normalise(row["name"]), *_facts(sheet, line, code=code, row=row)


def _facts(sheet: sheets.Sheet, line: int, *, code: str, row: dict[str, str]) -> tuple[Any, ...]:
    """Level to time zone; what is wrong is reported and left out, as the code alone says where the region stands."""
    level, parent = code.count(".") + 1, code.rpartition(".")[0]
    if row.get("level", "") not in ("", str(level), regions.LEVELS[level]):
        sheet.report(line, "level", "level_differs_from_code", row["level"])
    if regions.dotted(row.get("parent_code", "")) != parent and sheet.has("parent_code"):
        sheet.report(line, "parent_code", "parent_differs_from_code", row["parent_code"])
    latitude, longitude, problem = cells.point(row.get("latitude", ""), row.get("longitude", ""))
    if problem:
        sheet.report(line, "latitude", problem, f"{row.get('latitude', '')}, {row.get('longitude', '')}")
    numbers = {}
    for field, form, problem in _NUMBERS:
        numbers[field] = value = row.get(field, "")
        if value and not form.fullmatch(value):
            sheet.report(line, field, problem, value)
            numbers[field] = ""
    area = numbers["area_km2"].replace(",", ".")
    postal_code, population = numbers["postal_code"], numbers["population"]
    return level, parent or None, latitude, longitude, postal_code or None, area or None, population or None, None
