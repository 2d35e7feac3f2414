"""Bring the vocabulary of search to what the entries say now."""

from typing import Any

from django.core.management.base import BaseCommand

from directory.search import words


class Command(BaseCommand):
    """Rebuild the vocabulary by which typing errors are mended."""

    help = "Rebuild the vocabulary by which search mends typing errors; readers see the old one until it is done."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many words changed."""
        self.stdout.write(f"{words.rebuild()} words changed.")
