"""`manage.py import_regions FILE`: provinces, regencies, districts and villages of the country."""

from typing import Any

from directory import actors, clock
from directory.imports import command, files, regions, report


class Command(command.ImportCommand):
    help = "Import regions: kode, nama, and if known level, kode_induk, lat, lng, kodepos, luas_km2, penduduk."

    def load(self, table: files.Table, problems: report.Report, options: dict[str, Any]) -> str:
        return regions.load(
            table,
            self.rows(table),
            problems=problems,
            by=actors.command("import_regions"),
            now=clock.now(),
            is_dry_run=options["dry_run"],
        )
