"""The country's 38 provinces and 514 regencies, so that every installation knows them before any import.

indonesia.csv holds facts of Kepmendagri 300.2.2-2430/2025: code and official name; a point of the
region rounded to 0.01 degree (about 1 km); for provinces the ISO 3166-2 code and the IANA time zone.
aliases.csv holds former names (with the decree's own words) and what people type.
"""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from directory import actors, journal, text
from directory.regions import loading
from directory.regions.regions import Region

FOLDER = Path(__file__).parent


def rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of one of the two tables, each with its line."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)


@transaction.atomic
def load(*, by: actors.Actor, now: datetime.datetime) -> loading.Outcome:
    """Load what is missing of the regions, their codes and their aliases under one event.

    A region that is known already keeps what an import said of it. Without a change, no event.
    """
    known = set(Region.objects.values_list("code", flat=True))
    staged = [(loading.REGIONS, _regions(known)), (loading.CODES, _codes()), (loading.ALIASES, _aliases())]
    for table, values in staged:
        loading.stage(table, values)
    outcomes = [loading.outcome(table) for table, _ in staged]
    if any(outcome.writes for outcome in outcomes):
        journal.record("regions.loaded", by=by, now=now, reason="Kepmendagri 300.2.2-2430/2025")
        for table, _ in staged:
            loading.apply(table)
    return outcomes[0]


def _regions(known: set[str]) -> Iterator[tuple[Any, ...]]:
    for line, row in rows("indonesia"):
        code, name = row["code"], row["name"]
        time_zone = row["time_zone"] or None
        if code in known:
            yield line, code, *[None] * 9, time_zone
            continue
        parent = code.rpartition(".")[0] or None
        point = float(row["latitude"]), float(row["longitude"])
        yield line, code, name, text.normalise(name), code.count(".") + 1, parent, *point, None, None, None, time_zone


def _codes() -> Iterator[tuple[Any, ...]]:
    for line, row in rows("indonesia"):
        if row["iso"]:
            yield line, "iso", row["iso"], row["code"], None


def _aliases() -> Iterator[tuple[Any, ...]]:
    for line, row in rows("aliases"):
        yield line, row["code"], text.normalise(row["name"]), row["name"]
