"""The statements that a request sends to the database, whichever kind of cursor sends them."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from directory import statements as fixed


@contextlib.contextmanager
def sent() -> Iterator[list[tuple[str, Any]]]:
    """Collect (SQL, parameters) of every statement; Django sees only those of its own cursors.

    But not the one that counts requests: it comes once for a block of them (api/throttling.py).
    """
    statements: list[tuple[str, Any]] = []
    execute = psycopg.Cursor.execute

    def recording(self: Any, query: Any, params: Any = None, **kwargs: Any) -> Any:
        record(query.decode() if isinstance(query, bytes) else str(query), params)
        return execute(self, query, params, **kwargs)

    def record(text: str, params: Any) -> None:
        if text and "api_ratecount" not in text:
            statements.append((text, params))

    def by_libpq(name: str) -> None:
        send = getattr(fixed, name)
        patched.setattr(fixed, name, lambda sql, values: record(sql, values) or send(sql, values))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", recording)
        by_libpq("prepared")
        by_libpq("literal")
        yield statements
