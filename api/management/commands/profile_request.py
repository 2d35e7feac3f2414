"""Print where the time of one request goes."""

import contextlib
import logging
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test import RequestFactory

from api import profiling
from api.wsgi import application

MOST_LETTERS = 600  # of a statement that is printed


class Command(BaseCommand):
    help = "Answer a request in this process and print the microseconds of each layer and the SQL it sends."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address and how often."""
        parser.add_argument("path", help="such as '/v1/schools?region=32.71&limit=50'")
        parser.add_argument(
            "--repeat", type=int, default=50, help="medians of so many answers after the first (default 50)"
        )
        parser.add_argument("--full-sql", action="store_true", help="print statements whole, with all their parameters")

    def handle(self, *args: Any, path: str, repeat: int, full_sql: bool, **options: Any) -> None:
        """Refuses an address that is not answered with 200."""
        if repeat < 1:
            raise CommandError("--repeat must be 1 or more.")
        with _unread_log():
            first, size = self._answer(path)
            rest = [self._answer(path)[0] for _ in range(repeat)]
        self.stdout.write(f"GET {path}: {size} bytes, {len(first.statements)} statements, median of {repeat} answers")
        self.stdout.write(f"{'layer':34}{'us':>9}{'share':>8}{'first':>10}")
        total = statistics.median(profile.total for profile in rest)
        for layer, at_first in first.layers.items():
            median = statistics.median(profile.layers[layer] for profile in rest)
            if median or at_first:
                self.stdout.write(f"{layer:34}{median:9.0f}{median / total:8.0%}{at_first:10.0f}")
        self.stdout.write(f"{'total':34}{total:9.0f}{1:8.0%}{first.total:10.0f}")
        for number, (text, _) in enumerate(rest[-1].statements):
            median = statistics.median(
                profile.statements[number][1] for profile in rest if number < len(profile.statements)
            )
            shown = text if full_sql or len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} ..."
            self.stdout.write(f"\n{median:.0f} us  {shown}")

    def _answer(self, path: str) -> tuple[profiling.Profile, int]:
        environ = RequestFactory(SERVER_NAME="localhost").get(path).environ
        statuses: list[str] = []
        with profiling.profiled() as profile:
            size = sum(len(part) for part in application(environ, lambda status, headers: statuses.append(status)))
        if not statuses[0].startswith("200"):
            raise CommandError(f"{path} is answered with {statuses[0]}.")
        return profile, size


@contextlib.contextmanager
def _unread_log() -> Iterator[None]:
    """The lines of the log are written, for they cost time, but nobody wants to see them here."""
    handlers = [one for one in logging.getLogger().handlers if getattr(one, "stream", None) is sys.stderr]
    with Path(os.devnull).open("w") as nowhere:
        for handler in handlers:
            handler.setStream(nowhere)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for handler in handlers:
                handler.setStream(sys.stderr)  # type: ignore[attr-defined]
