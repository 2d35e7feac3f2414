"""Import a ministry's list of schools."""

import argparse
import datetime
from typing import Any

from directory import actors, clock
from directory.imports import command, files, origins, report, schools
from directory.search import cells, words

# Which fields of a source the operator may give, and the option that gives each.
SOURCE_OPTIONS = {
    "title": "source_title",
    "publisher": "source_publisher",
    "url": "source_url",
    "date": "source_date",
    "licence": "licence",
    "rank": "rank",
    "coverage": "coverage",
    "not_covered": "not_covered",
}


class Command(command.ImportCommand):
    """Reads the file, reports every problem, and applies all of it or nothing. The same file again changes nothing."""

    help = "Import a list of schools from a CSV file. Problems go to a report; the same file again changes nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", required=True, metavar="NAME", help="the source's name, e.g. dapodik-2019")
        parser.add_argument(
            "--region-scheme",
            required=True,
            choices=("kemendagri", "dapodik"),
            help="whose region codes the file has",
        )
        parser.add_argument("--source-title", metavar="TEXT", help="what the source is (needed once, when it is new)")
        parser.add_argument("--source-publisher", metavar="TEXT", help="who publishes it")
        parser.add_argument("--source-url", metavar="URL", help="where it is published")
        parser.add_argument(
            "--source-date",
            "--date",
            type=datetime.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day the file speaks of",
        )
        parser.add_argument("--licence", metavar="TEXT", help="its licence, e.g. MIT or CC-BY-4.0")
        parser.add_argument("--rank", type=int, help="0 to 999: a higher one is not overwritten (default: 100)")
        parser.add_argument("--coverage", metavar="TEXT", help="what it covers")
        parser.add_argument("--not-covered", metavar="TEXT", help="what it does not cover, e.g. madrasah")

    def load(self, table: files.Table, problems: report.Report, options: dict[str, Any]) -> str:
        given = {field: options[option] for field, option in SOURCE_OPTIONS.items()}
        origin = origins.find(options["source"], given=given)
        read, headers = schools.stage(
            table, self.rows(table), origin=origin, scheme=options["region_scheme"], problems=problems
        )
        summary = schools.apply(
            origin=origin,
            read=read,
            headers=headers,
            problems=problems,
            by=actors.command("import_schools"),
            now=clock.now(),
            reason=table.name,
            is_dry_run=options["dry_run"],
        )
        if summary.created + summary.changed and not options["dry_run"]:
            # Or typing errors in new names, and quick facets, wait for the worker's next round.
            words.rebuild()
            cells.fold()
        return str(summary)
