"""`manage.py import_region_codes FILE --scheme SCHEME`: which region a code of another scheme means."""

import argparse
from typing import Any

from directory import actors, clock
from directory.imports import command, files, region_codes, report


class Command(command.ImportCommand):
    help = "Import the codes of another scheme (and time zones): its code, kode_kemendagri, and if known cara, iana_tz."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--scheme", required=True, choices=list(region_codes.SCHEMES), help="whose codes these are")

    def load(self, table: files.Table, problems: report.Report, options: dict[str, Any]) -> str:
        return region_codes.load(
            table,
            self.rows(table),
            scheme=options["scheme"],
            problems=problems,
            by=actors.command("import_region_codes"),
            now=clock.now(),
            is_dry_run=options["dry_run"],
        )
