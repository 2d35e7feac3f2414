"""Compare the counters of offers and needs with the quantity ledger that they cache."""

from typing import Any

import tqdm
from django.core.management.base import BaseCommand, CommandError

from directory import ids
from partners.offers import stock
from partners.offers.lines import Line

SHOWN = 100


class Command(BaseCommand):
    """Tell whether every counter of every line is what the ledger says."""

    help = "Compare the counters of offers and needs with the quantity ledger; nothing is changed."
    requires_system_checks: list[str] = []  # they read the whole API, which this does not serve

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1, with each counter that differs."""
        number = Line.objects.count()
        with tqdm.tqdm(total=number, unit="line", disable=None) as progress:
            found = list(stock.drifts(progress=progress.update))
        for drift in found[:SHOWN]:
            line = ids.encode("line", drift.line)
            self.stdout.write(f"{line} {drift.state}: counted {drift.counted}, ledger {drift.ledger}")
        if found:
            raise CommandError(f"{len(found)} counters differ from the ledger, in {number} lines.")
        self.stdout.write(f"{number} lines: every counter is what the ledger says.")
