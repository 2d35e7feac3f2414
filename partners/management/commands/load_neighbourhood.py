"""`manage.py load_neighbourhood`: what the demo's partners do together, made up like they are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from directory import actors, clock
from directory.demo import load as entries
from directory.imports import running
from partners.demo import neighbourhood, people


class Command(BaseCommand):
    requires_system_checks = []  # `make run` calls it at the first start
    help = "Load offers, needs and requests of the demo's partners once, with four people who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        with running.alone(wait=True, say=self.stderr.write):
            if not entries.is_loaded():
                raise CommandError("The demo data are not loaded: run load_demo first.")
            if neighbourhood.is_loaded():
                self.stdout.write("There are offers or needs already; nothing was changed.")
                return
            total = neighbourhood.OFFERS + neighbourhood.NEEDS + neighbourhood.REQUESTS
            with tqdm(desc="neighbourhood", total=total, disable=None) as bar:
                neighbourhood.load(by=actors.command("load_neighbourhood"), now=clock.now(), advance=bar.update)
            self.stdout.write(
                f"Loaded {neighbourhood.OFFERS} offers, {neighbourhood.NEEDS} needs and {neighbourhood.REQUESTS} "
                f"requests. Sign in as {people.PUBLISHER}, {people.TEACHER}, {people.NEIGHBOUR} or {people.MODERATOR} "
                f"with {people.PASSWORD}."
            )
