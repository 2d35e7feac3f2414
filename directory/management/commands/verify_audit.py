"""Compute the seal of the journal anew and compare it with what was sealed."""

from typing import Any

import tqdm
from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory import clock, journal, seal, seal_heads


class Command(BaseCommand):
    """Tell whether the journal is what was sealed."""

    help = "Compare the journal with its seal; stops at the first link that differs."
    requires_system_checks: list[str] = []  # they read the whole API, which this does not serve

    def add_arguments(self, parser: CommandParser) -> None:
        """--from and --head."""
        parser.add_argument(
            "--from", dest="since", metavar="N", type=int, default=1, help="begin with this link (default: the first)"
        )
        parser.add_argument(
            "--head",
            metavar="NUMBER:DIGEST",
            default="",
            help="a link as it was told before: fail when it is gone or another",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 with a sentence for the first mismatch."""
        if options["since"] < 1:
            raise CommandError("The first link is number 1.", returncode=2)
        self._compare_head(options["head"])
        for fault in seal_heads.faults():
            raise CommandError(fault)
        wanted = seal.SealLink.objects.filter(number__gte=options["since"]).count()
        with tqdm.tqdm(total=wanted, unit="link", disable=None) as progress:
            for fault in seal.verify(since=options["since"]):
                if fault:
                    raise CommandError(fault)
                progress.update(1)
        for fault in seal.loose_ends(now=clock.now()):
            raise CommandError(fault)
        self._tell(wanted)

    def _compare_head(self, head: str) -> None:
        if not head:
            return
        number = head.partition(":")[0]
        link = seal.SealLink.objects.filter(number=int(number)).first() if number.isdecimal() else None
        if link is None:
            raise CommandError(f"There is no link {number}: the end of the chain is gone, or it is another chain.")
        if str(link) != head:
            raise CommandError(f"Link {number} has another digest than the one that was told before.")

    def _tell(self, links: int) -> None:
        last = seal.SealLink.objects.order_by("number").last()
        if last is None:
            self.stdout.write("Nothing is sealed yet.")
            return
        erased = journal.History.objects.filter(digest__isnull=False).count()
        self.stdout.write(
            f"{links} links compared, all whole; {erased} kept rows were emptied since.\n"
            f"Keep the head elsewhere, and give it the next time: --head {last}"
        )
