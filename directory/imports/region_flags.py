"""Imports which regions have a legal status for a time: the remote areas of a presidential decree, say."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import transaction

from directory import actors, journal
from directory.imports import columns, files, report, sheets
from directory.imports.regions import CODE
from directory.regions import loading, regions

ALIASES: dict[str, tuple[str, ...]] = {
    "region": ("kode", "kode_kemendagri", "kode_wilayah"),
    "note": ("sumber", "catatan", "keterangan"),
}


class Status(NamedTuple):
    """What a file says of all its regions."""

    flag: str
    legal_basis: str
    valid_from: datetime.date
    valid_until: datetime.date | None  # the last day; None: until it is said otherwise


@transaction.atomic
def load(
    table: files.Table,
    rows: Iterable[files.Row],
    *,
    status: Status,
    problems: report.Report,
    by: actors.Actor,
    now: datetime.datetime,
    is_dry_run: bool = False,
) -> str:
    """Give the regions of a file a dated flag, in one transaction under at most one event; returns the summary.

    Raises files.Refused when the legal basis says nothing or the dates are out of order.
    """
    if not status.legal_basis.strip() or len(status.legal_basis) > 200:
        raise files.Refused("The legal basis must name the decree in 1 to 200 characters.")
    if status.valid_until and status.valid_until < status.valid_from:
        raise files.Refused(f"The flag would end on {status.valid_until}, before it begins.")
    places = columns.match(table.header, required=("region",), optional=("note",), aliases=ALIASES)
    sheet = sheets.Sheet(rows, header=table.header, places=places, problems=problems)
    loading.stage(loading.FLAGS, _staged(sheet, status=status))
    sheet.refuse_all(loading.take_repeated(loading.FLAGS), "region", "repeated_region_code")
    sheet.refuse_all(loading.take_orphans(loading.FLAGS, column="region_id"), "region", "no_such_region")
    same = "target.flag = %s AND target.legal_basis = %s"
    for region in loading.absent(loading.FLAGS, where=same, parameters=[status.flag, status.legal_basis]):
        sheet.report(None, "region", "region_flag_not_in_file", region)
    record = sheets.once(
        lambda: journal.record("region_flags.imported", by=by, now=now, reason=f"{status.legal_basis}: {table.name}")
    )
    summary = sheet.summary("flags", sheets.keep(loading.FLAGS, record=record))
    transaction.set_rollback(is_dry_run)
    return summary


def _staged(sheet: sheets.Sheet, *, status: Status) -> Iterator[tuple[Any, ...]]:
    for line, row in sheet:
        region = regions.dotted(row["region"])
        if not CODE.fullmatch(region):
            sheet.refuse(line, "region", "malformed_region_code", row["region"])
        else:
            note = row.get("note", "")[:200] or None
            yield line, status.flag, status.legal_basis, region, status.valid_from, status.valid_until, note
