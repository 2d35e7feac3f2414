"""How well and how fast search finds what is expected, by class of query."""

import csv
import statistics
import time
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import tqdm
from django.core.management.base import BaseCommand, CommandError

from directory import actors
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.search import query

DEPTH = 20
COLUMNS = ("class", "query", "npsn")


class Measured(NamedTuple):
    """One query: the place of the first expected entry among DEPTH, 0 when none is there, and the time."""

    place: int
    milliseconds: float


class Command(BaseCommand):
    """Recall, mean reciprocal rank and times of a file of queries."""

    help = "Measure search with a CSV file of class,query,npsn rows: recall@1, @10, @20, MRR, p50 and p95 by class."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, how often to ask, and where to write the queries that found nothing."""
        parser.add_argument("file", type=Path, help="a CSV file with the columns class, query and npsn")
        parser.add_argument(
            "--repeat", type=int, default=1, metavar="TIMES", help="ask each query so often, and take its shortest time"
        )
        parser.add_argument("--misses", type=Path, help="write the rows not found within the first 10 to this file")

    def handle(self, *args: Any, file: Path, misses: Path | None, repeat: int = 1, **options: Any) -> None:
        """Ask every query as the API would, and print one line for each class."""
        by_class: dict[str, list[Measured]] = defaultdict(list)
        missed = []
        for row in tqdm.tqdm(rows(file), unit="query", disable=options["verbosity"] == 0):
            measured = measure(row["query"], npsn=row["npsn"], repeat=repeat)
            by_class[row["class"]].append(measured)
            if not 0 < measured.place <= 10:
                missed.append({**row, "place": measured.place})
        self.stdout.write(
            f"{'class':24}{'queries':>8}{'@1':>7}{'@10':>7}{'@20':>7}{'MRR':>7}{'p50 ms':>8}{'p95 ms':>8}"
        )
        for name in sorted(by_class):
            self.stdout.write(line(name, by_class[name]))
        self.stdout.write(line("all", [measured for group in by_class.values() for measured in group]))
        if misses:
            with misses.open("w", newline="") as handle:
                writer = csv.DictWriter(handle, [*COLUMNS, "place"])
                writer.writeheader()
                writer.writerows(missed)


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a file of queries. Raises CommandError when it cannot be read, lacks a column or is empty."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.DictReader(handle)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise CommandError(f"{file} must have the columns {', '.join(COLUMNS)}.")
            found = list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from None
    if not found:
        raise CommandError(f"{file} has no rows.")
    return found


def measure(q: str, *, npsn: str, repeat: int = 1) -> Measured:
    """Ask one query among all public entries; of several numbers in `npsn` any will do. Only the answer is timed."""
    wanted = set(
        Identifier.objects.filter(scheme="npsn", value__in=npsn.split(), retired_at=None).values_list(
            "entry", flat=True
        )
    )
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        hits = query.page(Entry.objects.visible_to(actors.ANONYMOUS), query.parse(q), limit=DEPTH).hits
        times.append((time.perf_counter() - start) * 1000)
    places = [place for place, hit in enumerate(hits, start=1) if hit.id in wanted]
    return Measured(places[0] if places else 0, min(times))


def line(name: str, group: list[Measured]) -> str:
    """One line of the table."""
    within = {depth: sum(0 < measured.place <= depth for measured in group) / len(group) for depth in (1, 10, 20)}
    reciprocal = statistics.fmean(1 / measured.place if measured.place else 0.0 for measured in group)
    times = sorted(measured.milliseconds for measured in group)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return (
        f"{name:24}{len(group):8}{within[1]:7.3f}{within[10]:7.3f}{within[20]:7.3f}{reciprocal:7.3f}"
        f"{statistics.median(times):8.1f}{p95:8.1f}"
    )
