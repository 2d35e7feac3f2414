"""How soon suggestions show what somebody is typing, and how fast each of them comes."""

import statistics
import time
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import tqdm
from django.core.management.base import BaseCommand

from directory.management.commands import measure_search
from directory.search import suggest


class Typed(NamedTuple):
    """One query typed letter by letter: the letters it took until an expected school was shown, 0 when it never was."""

    letters: int
    of: int
    milliseconds: list[float]  # of each keystroke that suggestions were asked for
    answered: int  # keystrokes with at least one suggestion


class Command(BaseCommand):
    """Letters and milliseconds of a file of queries."""

    help = "Type each query of a class,query,npsn file letter by letter, and tell when its school is suggested."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how often to ask."""
        parser.add_argument("file", type=Path, help="a CSV file with the columns class, query and npsn")
        parser.add_argument(
            "--repeat", type=int, default=1, metavar="TIMES", help="ask at each letter so often, take the shortest time"
        )

    def handle(self, *args: Any, file: Path, repeat: int = 1, **options: Any) -> None:
        """Type every query, and print one line for each class."""
        by_class: dict[str, list[Typed]] = defaultdict(list)
        for row in tqdm.tqdm(measure_search.rows(file), unit="query", disable=options["verbosity"] == 0):
            by_class[row["class"]].append(typed(row["query"], npsn=row["npsn"], repeat=repeat))
        self.stdout.write(
            f"{'class':24}{'queries':>8}{'shown':>7}{'letters: half':>15}{'nine tenths':>13}{'of':>6}{'answered':>10}"
            f"{'p50 ms':>8}{'p95 ms':>8}"
        )
        for name in sorted(by_class):
            self.stdout.write(line(name, by_class[name]))
        self.stdout.write(line("all", [each for group in by_class.values() for each in group]))


def typed(q: str, *, npsn: str, repeat: int = 1) -> Typed:
    """Type a query until one of the schools in `npsn` is among the first ten suggestions."""
    wanted = set(npsn.split())
    times: list[float] = []
    answered = 0
    for end in range(suggest.SMALLEST, len(q) + 1):
        if q[end - 1].isspace():
            continue
        took = []
        for _ in range(repeat):
            start = time.perf_counter()
            shown = suggest.suggest(q[:end])
            took.append((time.perf_counter() - start) * 1000)
        times.append(min(took))
        answered += bool(shown)
        if any(one.npsn in wanted for one in shown):
            return Typed(end, len(q), times, answered)
    return Typed(0, len(q), times, answered)


def line(name: str, group: list[Typed]) -> str:
    """One line of the table."""
    letters = sorted(each.letters or each.of for each in group)
    times = sorted(milliseconds for each in group for milliseconds in each.milliseconds)
    shown = sum(each.letters > 0 for each in group) / len(group)
    return (
        f"{name:24}{len(group):8}{shown:7.3f}{statistics.median(letters):15.0f}{letters[len(letters) * 9 // 10]:13}"
        f"{statistics.fmean(each.of for each in group):6.1f}{sum(each.answered for each in group) / len(times):10.3f}"
        f"{statistics.median(times):8.1f}{times[int(len(times) * 0.95)]:8.1f}"
    )
