"""Write the OpenAPI document to docs/reference/openapi.yaml, or compare it with what the code says."""

import difflib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from api.openapi import document

PATH = settings.BASE_DIR / "docs" / "reference" / "openapi.yaml"
SHOWN_LINES = 40


class Command(BaseCommand):
    """`openapi` writes, `openapi --check` compares."""

    help = "Write docs/reference/openapi.yaml from the code; --check fails when the committed one differs."
    requires_system_checks = ()  # it asks nothing of the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check`."""
        parser.add_argument("--check", action="store_true", help="compare only, and show what differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the document, or fail with the first lines that differ."""
        text = document.as_yaml(document.whole())
        committed = PATH.read_text("utf-8") if PATH.exists() else ""
        if check and text != committed:
            raise CommandError(_difference(committed, text))
        if not check:
            PATH.write_text(text, "utf-8")


def _difference(committed: str, text: str) -> str:
    lines = list(difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "generated", lineterm=""))
    more = [f"... and {len(lines) - SHOWN_LINES} more lines"] if len(lines) > SHOWN_LINES else []
    hint = "docs/reference/openapi.yaml is not what the code says. Run: manage.py openapi"
    return "\n".join([hint, *lines[:SHOWN_LINES], *more])
