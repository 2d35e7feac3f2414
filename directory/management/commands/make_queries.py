"""Queries to measure search with, made from the schools of the directory as people would type them."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.management.commands import measure_search
from directory.search import samples


class Command(BaseCommand):
    """Write a file of queries by class of error."""

    help = "Make queries from the directory's schools, with the errors people make, for measure_search."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the half of the schools, how many and of which classes."""
        parser.add_argument("file", type=Path, metavar="FILE", help="where to write class,query,npsn rows")
        parser.add_argument(
            "--half", choices=samples.HALVES, default="tuning", help="of which schools; tune on `tuning` only"
        )
        parser.add_argument("--each", type=int, default=500, help="queries of each class (default: 500)")
        parser.add_argument("--seed", type=int, default=1, help="other queries for another number (default: 1)")
        parser.add_argument(
            "--class",
            dest="classes",
            action="append",
            choices=list(samples.CLASSES),
            help="only this class; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, and say which schools were taken."""
        source = samples.Samples(options["half"])
        rows = [
            (query.kind, query.typed, " ".join(query.npsns))
            for kind in options["classes"] or samples.CLASSES
            for query in source.queries(kind, most=options["each"], seed=options["seed"])
        ]
        if not rows:
            raise CommandError("The directory has no active schools with an NPSN and a regency to make queries from.")
        try:
            with options["file"].open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(measure_search.COLUMNS)
                writer.writerows(rows)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error}") from None
        self.stdout.write(
            f"{len(rows):,} queries from the {source.half} half: {len(source.schools):,} of {source.of:,} schools, "
            f"parted by the SHA-256 of their NPSN; seed {options['seed']}."
        )
