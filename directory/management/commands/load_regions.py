"""Load the country's own table of provinces and regencies, with their other names."""

from typing import Any

from django.core.management.base import BaseCommand

from directory import actors, clock
from directory.regions import indonesia


class Command(BaseCommand):
    """Make a new installation know the country before any import; again, it changes nothing."""

    help = "Load the 38 provinces and 514 regencies with the names people type; what an import said of one stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing, and say how many regions that was."""
        outcome = indonesia.load(by=actors.command("load_regions"), now=clock.now())
        self.stdout.write(f"{outcome.inserted} regions new, {outcome.changed} changed.")
