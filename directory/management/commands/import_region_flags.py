"""`manage.py import_region_flags FILE --flag FLAG ...`: the regions that a decree gives a status for a time."""

import argparse
import datetime
from typing import Any

from directory import actors, clock, vocabularies
from directory.imports import command, files, region_flags, report


def day(text: str) -> datetime.date:
    """The date of a command-line argument."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2020-05-07") from None


class Command(command.ImportCommand):
    help = "Flag the regions of a file: kode, and if known sumber (kept as a note)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        flags = vocabularies.codes("region_flag")
        parser.add_argument("--flag", required=True, choices=flags, help="the status")
        parser.add_argument("--legal-basis", required=True, help='the decree, such as "Perpres 63/2020"')
        parser.add_argument("--valid-from", required=True, type=day, metavar="DATE", help="the first day")
        parser.add_argument(
            "--valid-until", type=day, metavar="DATE", help="the last day; leave it out if none is known"
        )

    def load(self, table: files.Table, problems: report.Report, options: dict[str, Any]) -> str:
        status = region_flags.Status(
            options["flag"], options["legal_basis"], options["valid_from"], options["valid_until"]
        )
        return region_flags.load(
            table,
            self.rows(table),
            status=status,
            problems=problems,
            by=actors.command("import_region_flags"),
            now=clock.now(),
            is_dry_run=options["dry_run"],
        )
