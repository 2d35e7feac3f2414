"""`manage.py load_demo`: a directory to look at, made up and marked as such."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from directory import actors, clock
from directory.demo import load
from directory.imports import running


class Command(BaseCommand):
    requires_system_checks = []  # `make run` calls it at every start
    help = "Load the demo data once; a second time it says that they are there and changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with running.alone(wait=True, say=self.stderr.write):
            if load.is_loaded():
                self.stdout.write("The demo data are loaded already; nothing was changed.")
                return
            with tqdm(desc="demo", unit=" rows", disable=None) as bar:
                demo = load.load(by=actors.command("load_demo"), now=clock.now(), advance=bar.update)
            self.stdout.write(
                f"Loaded {len(demo.entries):,} entries, {len(demo.products)} products and {len(demo.histories):,} "
                f"installations, all made up (source `{load.SOURCE}`)."
            )
