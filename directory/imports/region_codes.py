"""Imports the codes that other schemes give to regions: the education ministry's, BPS's and ISO 3166-2."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction

from directory import actors, journal
from directory.imports import columns, files, report, sheets
from directory.imports.regions import CODE
from directory.regions import loading, regions


class Scheme(NamedTuple):
    """How codes of a scheme look and what the columns that hold them are called."""

    form: re.Pattern[str]
    headers: tuple[str, ...]


SCHEMES = {
    "dapodik": Scheme(
        re.compile(r"[0-9]{6}", re.ASCII),
        (
            "kode_dapodik",
            "kode_kemdikbud",
            "kode_prop_kemdikbud",
            "kode_kab_kota_kemdikbud",
            "kode_kec_kemdikbud",
        ),
    ),
    "bps": Scheme(re.compile(r"[0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?", re.ASCII), ("kode_bps",)),
    "iso": Scheme(re.compile(r"ID-[A-Z]{2}", re.ASCII), ("iso_3166_2", "kode_iso")),
}
ALIASES = {
    "region": ("kode_kemendagri", "kemendagri"),
    "note": ("cara",),
    "time_zone": ("iana_tz", "zona_waktu"),
}
TIME_ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
# A code is missed only where the file speaks of codes of its scheme and of regions of its level.
_COVERED = """
target.scheme = %s AND length(target.region_id) IN (SELECT length(region_id) FROM staged_directory_regioncode)
"""
# The ministry's regency codes begin with their province's: 016000 lies in 010000. No file says which province that is,
# and it is said only where all its regencies lie in one (Papua's old number now spans several).
_PROVINCES = """
SELECT left(code, 2) || '0000' AS province_code, min(left(region_id, 2)), count(DISTINCT left(region_id, 2))
FROM directory_regioncode WHERE scheme = 'dapodik' AND length(region_id) = 5
GROUP BY 1 HAVING NOT EXISTS (
    SELECT FROM directory_regioncode AS given WHERE given.scheme = 'dapodik' AND given.note <> 'derived'
    AND given.code = left(min(directory_regioncode.code), 2) || '0000'
) ORDER BY 1
"""


@transaction.atomic
def load(
    table: files.Table,
    rows: Iterable[files.Row],
    *,
    scheme: str,
    problems: report.Report,
    by: actors.Actor,
    now: datetime.datetime,
    is_dry_run: bool = False,
) -> str:
    """Insert and update the codes of a scheme, and the time zones the file has; returns the summary.

    One transaction, at most one event. A region may have several codes of a scheme; a code has one region.
    """
    aliases = {**ALIASES, "code": (scheme, *SCHEMES[scheme].headers)}
    places = columns.match(table.header, required=("code", "region"), optional=("note", "time_zone"), aliases=aliases)
    sheet = sheets.Sheet(rows, header=table.header, places=places, problems=problems)
    zones: dict[str, tuple[int, str]] = {}
    loading.stage(loading.CODES, _staged(sheet, scheme=scheme, zones=zones))
    sheet.refuse_all(loading.take_repeated(loading.CODES), "code", "repeated_region_code")
    sheet.refuse_all(loading.take_orphans(loading.CODES, column="region_id"), "region", "no_such_region")
    for code in loading.absent(loading.CODES, where=_COVERED, parameters=[scheme]):
        sheet.report(None, "code", "region_code_not_in_file", code)
    record = sheets.once(lambda: journal.record("region_codes.imported", by=by, now=now, reason=table.name))
    summary = sheet.summary("codes", sheets.keep(loading.CODES, record=record))
    if zones:
        summary += f"\n{_keep_zones(zones, sheet=sheet, record=record):,} time zones new or changed."
    if scheme == "dapodik":
        summary += f"\n{_keep_provinces(sheet, record=record):,} province codes new or changed."
    transaction.set_rollback(is_dry_run)
    return summary


def _staged(sheet: sheets.Sheet, *, scheme: str, zones: dict[str, tuple[int, str]]) -> Iterator[tuple[Any, ...]]:
    """The rows to stage; the time zones are put into `zones` by the code of their region."""
    for line, row in sheet:
        code, region = row["code"], regions.dotted(row["region"])
        if not SCHEMES[scheme].form.fullmatch(code):
            sheet.refuse(line, "code", "malformed_region_code", code)
        elif not region:
            sheet.refuse(line, "region", "code_without_region", code)
        elif not CODE.fullmatch(region):
            sheet.refuse(line, "region", "malformed_region_code", row["region"])
        else:
            if zone := row.get("time_zone"):
                zones[region] = (line, zone)
            yield line, scheme, code, region, row.get("note", "")[:20] or None


def _keep_zones(zones: dict[str, tuple[int, str]], *, sheet: sheets.Sheet, record: Callable[[], object]) -> int:
    known = set(regions.Region.objects.filter(code__in=zones).values_list("code", flat=True))
    staged = []
    for region, (line, zone) in zones.items():
        if zone not in TIME_ZONES:
            sheet.report(line, "time_zone", "unknown_time_zone", zone)
        elif region in known:
            staged.append((line, region, *[None] * 9, zone))
    loading.stage(loading.REGIONS, staged)
    return sheets.keep(loading.REGIONS, record=record).writes


def _keep_provinces(sheet: sheets.Sheet, *, record: Callable[[], object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PROVINCES)
        found = cursor.fetchall()
    for code, _, provinces in found:
        if provinces > 1:
            sheet.report(None, "code", "ambiguous_province_code", code)
    plain = [(0, "dapodik", code, province, "derived") for code, province, provinces in found if provinces == 1]
    loading.stage(loading.CODES, plain)
    return sheets.keep(loading.CODES, record=record).writes
