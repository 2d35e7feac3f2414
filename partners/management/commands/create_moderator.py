"""`manage.py create_moderator`: the first moderators, who have nobody yet to appoint them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from directory import actors, clock, errors
from partners.accounts import moderators


class Command(BaseCommand):
    help = "Make somebody a moderator, of a region or of the whole country, and give them an account if they have none."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address, and the region."""
        parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
        parser.add_argument("--region", metavar="CODE", help="a Kemendagri code such as 32.71 (default: the country)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint, and say what comes next."""
        email, region = options["email"].strip().lower(), options["region"]
        try:
            validate_email(email)
            user, is_new = moderators.appoint(
                email, region=region, by=actors.command("create_moderator"), now=clock.now()
            )
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        except errors.Invalid:
            raise CommandError(f"There is no region {region}.") from None
        self.stdout.write(f"{email} moderates {f'region {region}' if region else 'the whole country'}.")
        if is_new or not user.has_usable_password():
            page = settings.PUBLIC_URL + reverse("account_reset_password")
            self.stdout.write(f"They have no password yet: have them open {page}, where a code is sent to {email}.")
