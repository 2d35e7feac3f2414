"""Regions, their codes, aliases and flags in bulk: rows are staged, looked at, and applied in three statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection


class Table(NamedTuple):
    """A table that rows are loaded into; `line` is staged too, so that a problem can name its place."""

    name: str
    key: tuple[str, ...]  # the columns by which a row is known again; the last one names it in a report
    values: Mapping[str, str]  # the other columns, each with the SQL of a value that was never stated

    @property
    def staged(self) -> str:
        """The temporary table that holds the rows until the end of the transaction."""
        return f"staged_{self.name}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a staged row after its line."""
        return (*self.key, *self.values)


REGIONS = Table(
    "directory_region",
    ("code",),
    {
        "name": "NULL",
        "name_key": "NULL",
        "level": "NULL",
        "parent_id": "NULL",
        "latitude": "NULL",
        "longitude": "NULL",
        "postal_code": "''",
        "area_km2": "NULL",
        "population": "NULL",
        "time_zone": "''",
    },
)
CODES = Table("directory_regioncode", ("scheme", "code"), {"region_id": "NULL", "note": "''"})
ALIASES = Table("directory_regionalias", ("region_id", "name_key"), {"name": "NULL"})
FLAGS = Table(
    "directory_regionflag",
    ("flag", "legal_basis", "region_id"),
    {"valid_from": "NULL", "valid_until": "NULL", "note": "''"},
)


class Outcome(NamedTuple):
    """What staged rows come to: how many are new, how many change a row, how many are there already."""

    inserted: int
    changed: int
    unchanged: int

    @property
    def writes(self) -> int:
        """Rows that are written at all."""
        return self.inserted + self.changed


def stage(table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows of (line, *table.columns) into the temporary table; None means that a value is not stated.

    Inside a transaction, whose end drops the temporary table.
    """
    columns = ", ".join(table.columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table.staged}")
        cursor.execute(
            f"CREATE TEMP TABLE {table.staged} ON COMMIT DROP AS"
            f" SELECT 0::bigint AS line, {columns} FROM {table.name} WITH NO DATA"
        )
        with cursor.copy(f"COPY {table.staged} (line, {columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table.staged}")


def take_repeated(table: Table) -> list[tuple[int, str]]:
    """The (line, key) of staged rows whose key stands on an earlier line; they are no longer staged."""
    return _taken(
        table,
        f"EXISTS (SELECT FROM {table.staged} earlier WHERE ({_list('earlier', table.key)}) = "
        f"({_list('staged', table.key)}) AND earlier.line < staged.line)",
        shown=table.key[-1],
    )


def take_orphans(table: Table, *, column: str) -> list[tuple[int, str]]:
    """The (line, code) of staged rows that name a region in `column` that neither exists nor is staged."""
    found: list[tuple[int, str]] = []
    newcomer = f"AND NOT EXISTS (SELECT FROM {table.staged} above WHERE above.code = staged.{column})"
    condition = (
        f"staged.{column} IS NOT NULL "
        f"AND NOT EXISTS (SELECT FROM {REGIONS.name} region WHERE region.code = staged.{column}) "
        f"{newcomer if table is REGIONS else ''}"
    )
    while taken := _taken(table, condition, shown=column):  # a child of an orphan is an orphan, one level on
        found += taken
        if table is not REGIONS:
            break
    return sorted(found)


def _taken(table: Table, condition: str, *, shown: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH taken AS (DELETE FROM {table.staged} staged WHERE {condition} RETURNING line, {shown}) "
            "SELECT * FROM taken ORDER BY line"
        )
        return list(cursor.fetchall())


def absent(table: Table, *, where: str = "true", parameters: Sequence[Any] = ()) -> list[str]:
    """The last key column of rows `where` the staged ones lack; to report, never to delete."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT target.{table.key[-1]} FROM {table.name} target WHERE ({where}) AND NOT EXISTS "
            f"(SELECT FROM {table.staged} staged WHERE {_same_key(table)}) ORDER BY 1",
            parameters,
        )
        return [key for (key,) in cursor.fetchall()]


def outcome(table: Table) -> Outcome:
    """What applying the staged rows would do. One statement, no write."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {_missing('target', table)}), "
            f"count(*) FILTER (WHERE NOT {_missing('target', table)} AND {_differs(table)}), count(*) "
            f"FROM {table.staged} staged LEFT JOIN {table.name} target ON {_same_key(table)}"
        )
        inserted, changed, rows = cursor.fetchone()
    return Outcome(inserted, changed, rows - inserted - changed)


def apply(table: Table) -> None:
    """Insert what is new and update what differs, in the order of the keys; after `journal.record`.

    A value that is not stated leaves what is known. A row that would not change is not written.
    """
    stated = ", ".join(
        [
            *(f"staged.{column}" for column in table.key),
            *(f"coalesce(staged.{c}, {d})" for c, d in table.values.items()),
        ]
    )
    assignments = ", ".join(f"{column} = coalesce(staged.{column}, target.{column})" for column in table.values)
    update = (
        f"UPDATE {table.name} target SET {assignments} FROM {table.staged} staged "
        f"WHERE {_same_key(table)} AND {_differs(table)}"
    )
    # Keys sort parents before their children: a code is shorter than all below it.
    insert = (
        f"INSERT INTO {table.name} ({', '.join(table.columns)}) SELECT {stated} FROM {table.staged} staged "
        f"LEFT JOIN {table.name} target ON {_same_key(table)} "
        f"WHERE {_missing('target', table)} ORDER BY {_list('staged', table.key)}"
    )
    with connection.cursor() as cursor:
        for statement in (update, insert):
            cursor.execute(statement)
        cursor.execute(f"ANALYZE {table.name}")  # before COMMIT, or the deferred foreign-key checks plan blindly


def _list(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _same_key(table: Table) -> str:
    return f"({_list('target', table.key)}) = ({_list('staged', table.key)})"


def _missing(alias: str, table: Table) -> str:
    return f"{alias}.{table.key[0]} IS NULL"


def _differs(table: Table) -> str:
    return " OR ".join(
        [
            "false",
            *(
                f"(staged.{column} IS DISTINCT FROM target.{column} AND staged.{column} IS NOT NULL)"
                for column in table.values
            ),
        ]
    ).join("()")
