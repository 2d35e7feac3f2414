"""Temporary tables of an import: filled by COPY, checked by SQL, read back as a stream: memory stays flat."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

TABLES: tuple[str, ...] = (
    "import_row",
    "import_region",
    "import_school",
    "import_match",
    "import_new",
    "import_candidate",
    "import_difference",
    "import_verdict",
    "import_id",
    "import_listed",
    "import_met",
    "import_known",
    "import_told",
)


def clear() -> None:
    """Drop what an earlier import of this session left."""
    execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in TABLES)}")


def execute(sql: str, parameters: dict[str, Any] | None = None) -> int:
    """Run one statement and return how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def make(table: str, select: str, parameters: dict[str, Any] | None = None) -> int:
    """Make a temporary table from a query, with statistics for the queries that follow; returns its rows."""
    rows = execute(f"CREATE TEMP TABLE {table} AS {select}", parameters)
    execute(f"ANALYZE {table}")
    return rows


def count(table: str, condition: str = "true", parameters: dict[str, Any] | None = None) -> int:
    """How many rows of a table meet the condition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}", parameters)
        return int(cursor.fetchone()[0])


def copy_in(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Fill a table by COPY."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def copy_out(select: str, parameters: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, as text, without holding them; run no other statement before the last is read."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT", parameters) as copy:
        yield from copy.rows()


def know(*tables: str) -> None:
    """Give statistics to the tables that never had any, or the first joins with them may take hours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s) AND reltuples < 0", [list(tables)])
        unknown = [name for (name,) in cursor.fetchall()]
    for table in unknown:
        execute(f"ANALYZE {table}")
