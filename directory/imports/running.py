"""One import at a time: the second one waits and says so, or is refused."""

import contextlib
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection

from directory.imports import files

_LOCK = 0x6D70_696D  # "mpim": the advisory lock's number; the session holds it, so a killed import frees it
_POLL_SECONDS = 1.0


@contextlib.contextmanager
def alone(*, wait: bool, say: Callable[[str], object]) -> Iterator[None]:
    """Hold the right to import. When another import holds it: wait for it, or raise files.Refused."""
    if not _take():
        if not wait:
            raise files.Refused("Another import is running. Try again when it has ended.")
        say("Another import is running. Waiting for it to end ...")
        while not _take():
            time.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])  # a broken connection has freed it already


def _take() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
