"""The import of a ministry's list of schools: read, stage, check, and apply all of it or nothing."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

import psycopg
from django.db import IntegrityError, OperationalError, transaction

from directory import actors, journal
from directory.imports import (
    columns,
    files,
    indexes,
    matching,
    missing,
    numbers,
    origins,
    placing,
    quarantine,
    reading,
    report,
    seen,
    staging,
    writing,
)

REQUIRED = ("npsn", "name", "form")
OPTIONAL = ("ownership", "address", "postal_code", "latitude", "longitude", "dapodik_id", *reading.REGION_CODES)


class Summary(NamedTuple):
    """What became of the rows of a file: read = created + changed + unchanged + quarantined."""

    read: int
    created: int
    changed: int
    unchanged: int
    quarantined: int
    newly_quarantined: int

    def __str__(self) -> str:
        return (
            f"{self.read:>9,}  rows read\n{self.created:>9,}  new schools\n{self.changed:>9,}  changed\n"
            f"{self.unchanged:>9,}  unchanged\n{self.quarantined:>9,}  quarantined"
            f" ({self.newly_quarantined:,} not known before)"
        )


def places(header: list[str]) -> dict[str, int]:
    """The position of each field; files.Refused unless the columns make sense together."""
    found = columns.match(header, required=REQUIRED, optional=OPTIONAL)
    if ("latitude" in found) != ("longitude" in found):
        raise files.Refused("The file has only one of the columns latitude and longitude.")
    if not set(reading.REGION_CODES) & set(found):
        raise files.Refused("The file has no column with region codes (kode_kecamatan, kode_kab_kota, kode_provinsi).")
    return found


def stage(
    table: files.Table, rows: Iterable[files.Row], *, origin: origins.Origin, scheme: str, problems: report.Report
) -> tuple[int, dict[str, str]]:
    """Read all rows into the staging tables and find their regions; the rows read and {field: header}."""
    positions = places(table.header)
    headers = {field: table.header[position] for field, position in positions.items()}
    known = seen.Known(origin.id, key=seen.key(table, scheme=scheme))
    table.pass_over(known.takes)
    reader = reading.Reader(table, positions, scheme=scheme, problems=problems, known=known)
    staging.clear()
    staging.execute(reading.TABLE)
    staging.copy_in("import_row", reading.COLUMNS, reader.staged(rows))
    known.stage()
    staging.execute("ANALYZE import_row")
    placing.place(scheme)
    placing.tell(problems, headers=headers)
    return reader.read_count + table.passed_over, headers


def apply(
    *,
    origin: origins.Origin,
    read: int,
    headers: dict[str, str],
    problems: report.Report,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str,
    is_dry_run: bool,
) -> Summary:
    """Write what is staged in one transaction with one event `source.imported`, or no event when nothing differs.

    Raises files.Refused when somebody wrote the same numbers meanwhile or holds a table for too long.
    """
    try:
        with transaction.atomic():
            summary = _applied(origin, read, headers, problems=problems, by=by, now=now, reason=reason)
            transaction.set_rollback(is_dry_run)
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise
        raise files.Refused("The tables of the directory are in use; nothing was kept. Import again later.") from error
    except IntegrityError as error:
        if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
            raise
        raise files.Refused("Somebody entered the same numbers meanwhile; nothing was kept. Import again.") from error
    staging.clear()
    return summary


def _applied(
    origin: origins.Origin,
    read: int,
    headers: dict[str, str],
    *,
    problems: report.Report,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str,
) -> Summary:
    fields = matching.present(headers)
    matching.match(fields)
    matching.judge(fields, origin=origin)
    numbers.judge(origin)
    changed = writing.changed_count()
    summary = Summary(
        read=read,
        created=staging.count("import_new"),
        changed=changed,
        unchanged=staging.count("import_match") + staging.count("import_known") - changed,
        quarantined=staging.count("import_row", "code IS NOT NULL"),
        newly_quarantined=quarantine.fresh_count(origin.id),
    )
    if read != summary.created + summary.changed + summary.unchanged + summary.quarantined:
        raise RuntimeError(f"rows are lost or invented: {summary}")
    matching.tell(problems, headers=headers)
    numbers.tell(problems, headers=headers)
    missing.tell(problems, headers=headers, origin=origin)
    if summary.created or summary.changed or summary.newly_quarantined or origin.differs(rows=read):
        subject = ("source", origin.id)
        event = journal.record("source.imported", by=by, now=now, subject=subject, source=origin.id, reason=reason)
        origin.keep(rows=read)
        quarantine.keep(origin.id, event=event.id)
        _write(summary, fields, now=now)
    seen.keep(origin.id, problems=problems)
    return summary


def _write(summary: Summary, fields: tuple[matching.Field, ...], *, now: datetime.datetime) -> None:
    """The writes themselves; what they wrote must be what was counted, or nothing is kept."""
    indexes.set_aside()
    created = writing.new_entries()
    writing.changes(fields, now=now)
    indexes.restore()
    if created != summary.created:
        raise RuntimeError(f"{created} schools were made instead of {summary.created}")
