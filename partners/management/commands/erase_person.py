"""Erase a person who asks for it by letter, or who cannot sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory import actors, clock, errors
from partners import erasing
from partners.accounts import privacy
from partners.accounts.users import User


class Command(BaseCommand):
    """Do what POST /v1/me/erase does, for the operator; who asks must have been proved to be that person."""

    help = "Erase a person: what goes, what stays and why is told first. It cannot be taken back."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person, and how."""
        parser.add_argument("EMAIL", help="the address that the person signs in with")
        parser.add_argument("--dry-run", action="store_true", help="do everything, tell it, and keep nothing")
        parser.add_argument(
            "--entry",
            choices=privacy.ENTRY_CHOICES,
            default="keep",
            help="hide: also empty and hide the author's entry that is the person (default: keep)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and say what became of what."""
        user = User.objects.filter(email__iexact=options["EMAIL"], is_active=True).first()
        if user is None:
            raise CommandError("There is no active account with this address.")
        try:
            report = erasing.erase(
                user.pk,
                entry=options["entry"],
                dry_run=options["dry_run"],
                by=actors.command("erase_person"),
                now=clock.now(),
            )
        except errors.Conflict as refusal:
            raise CommandError(f"First another member must become admin of: {refusal.params['value']}") from None
        for part in report.parts:
            self.stdout.write(f"{part.fate:8} {part.count:6} {part.name}: {part.why.en}")
        for entry in report.listed_again:
            self.stdout.write(f"listed again: {entry}")
        for entry in report.hidden:
            self.stdout.write(f"emptied and hidden: {entry}")
        self.stdout.write("Nothing was changed." if options["dry_run"] else "Erased.")
