"""The app of who is there."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def align_feed_clock(connection: Any, **_: Any) -> None:
    """A restored database is only ever met on a new connection, so this is the one place to look."""
    from directory import journal  # models load after apps

    with connection.cursor() as cursor:
        journal.align(cursor)


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Direktori"

    def ready(self) -> None:
        connection_created.connect(align_feed_clock, dispatch_uid="align_feed_clock")
