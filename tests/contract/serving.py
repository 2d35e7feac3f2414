"""Calls of the WSGI application inside a test's transaction."""

import contextlib
from collections.abc import Iterator

from django.core.signals import request_finished, request_started
from django.db import close_old_connections


@contextlib.contextmanager
def connection_kept() -> Iterator[None]:
    """Let no request close the connection, which has the test's transaction open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
