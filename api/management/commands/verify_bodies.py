"""Compare every kept body with what the serializer writes now."""

from typing import Any

import tqdm
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Exists, F, OuterRef

from api import bodies
from directory import ids
from directory.entries.entries import Entry


class Command(BaseCommand):
    help = "Compare every kept body with the serializer; --keep writes those that are missing or behind first."

    def add_arguments(self, parser: CommandParser) -> None:
        """--keep."""
        parser.add_argument("--keep", action="store_true", help="keep the bodies that are missing or behind first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a kept body differs from its serializer."""
        if options["keep"]:
            self._keep()
        kept = bodies.KeptBody.objects.filter(shape=bodies.shape(), version=F("entry__version"))
        current = kept.count()
        wrong = []
        with tqdm.tqdm(total=current, unit="body", disable=None) as progress:
            for compared, different in bodies.mistakes():
                wrong += different
                progress.update(compared)
        # Not `exclude(pk__in=...)`: NOT IN over 215,000 rows took 17 minutes.
        behind = Entry.objects.listed().filter(~Exists(kept.filter(pk=OuterRef("pk")))).count()
        self.stdout.write(f"{current} bodies compared, {len(wrong)} differ; {behind} entries have none yet.")
        for entry in Entry.objects.filter(pk__in=wrong[:20]):
            self.stderr.write(f"differs: {ids.encode(entry.kind, entry.pk)}")
        if wrong:
            raise SystemExit(1)

    def _keep(self) -> None:
        with tqdm.tqdm(unit="body", disable=None) as progress:
            while made := bodies.catch_up(batches=10):
                progress.update(made)
