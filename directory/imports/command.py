"""What the import commands share: the file, the report, the lock, the progress bar and refusals in one sentence."""

import abc
import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from directory.imports import files, report, running


class ImportCommand(BaseCommand, abc.ABC):
    """A command that reads one table from a file. Problems are reported and do not fail it; a refusal does."""

    requires_system_checks: list[str] = []  # they read the whole API, which an import does not serve

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV (comma, semicolon or TAB; UTF-8; gzip)")
        parser.add_argument("--dry-run", action="store_true", help="do everything, report it, and keep nothing")
        parser.add_argument(
            "--report", type=Path, metavar="PATH", help="where to write the problems (default: FILE.report.csv here)"
        )
        parser.add_argument("--no-wait", action="store_true", help="give up when another import is running")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["report"] or Path(f"{options['file'].name}.report.csv")
        try:
            with (
                running.alone(wait=not options["no_wait"], say=self.stderr.write),
                files.opened(options["file"]) as table,
                report.opened(path) as problems,
            ):
                summary = self.load(table, problems, options)
        except files.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["dry_run"]:
            summary += "\nDry run: nothing was kept."
        if problems.counts:
            summary += f"\nProblems, listed in {path}:\n{problems.summary()}"
        self.stdout.write(summary)

    @abc.abstractmethod
    def load(self, table: files.Table, problems: report.Report, options: dict[str, Any]) -> str:
        """Import the table and return the summary for the operator; files.Refused keeps everything as it was."""

    def rows(self, table: files.Table) -> Iterator[files.Row]:
        """The rows of the table, behind a progress bar when a person is watching."""
        with tqdm(total=table.size, unit="B", unit_scale=True, desc=table.name, disable=None) as bar:
            for count, row in enumerate(table):
                yield row
                if count % 1000 == 0:
                    bar.update(table.position - bar.n)
            bar.update(table.position - bar.n)
