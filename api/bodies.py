"""Public reads are kept bodies: the serializer's bytes beside each entry, with the version and shape they are of."""

import functools
import hashlib
import inspect
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from directory import statements
from directory.entries import entries, identifiers

BATCH = 200
BEFORE_ALL = uuid.UUID(int=0)


class KeptBody(models.Model):
    """The JSON of one entry as its serializer wrote it at `version`, under the serializer `shape`."""

    entry = models.OneToOneField(
        "directory.Entry", on_delete=models.CASCADE, primary_key=True, related_name="kept_body"
    )
    version = models.BigIntegerField()
    shape = models.CharField(max_length=16)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.entry_id} at version {self.version}"


class Body(NamedTuple):
    """One entry as it is served."""

    id: uuid.UUID
    kind: str
    status: str
    version: int
    merged_into: uuid.UUID | None
    body: bytes


_SELECT = """
SELECT entry.id, entry.kind, entry.status, entry.version, entry.merged_into_id, kept.body
FROM directory_entry entry
LEFT JOIN api_keptbody kept ON kept.entry_id = entry.id AND kept.version = entry.version AND kept.shape = %s
WHERE """
BY_ONE_ID = _SELECT + "entry.id = %s"  # an array costs 40 microseconds more
BY_ID = _SELECT + "entry.id = ANY(%s)"
_KEPT = (
    "SELECT body FROM api_keptbody kept"
    " WHERE kept.entry_id = directory_entry.id AND kept.version = directory_entry.version AND kept.shape = %s"
)
BY_IDENTIFIER = (
    _SELECT
    + "entry.id = (SELECT entry_id FROM directory_identifier WHERE scheme = %s AND value = %s AND retired_at IS NULL)"
)


def load(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Body]:
    """The bodies of entries of any status; the caller decides who may see them. One statement when all are kept."""
    found = (
        statements.prepared(BY_ONE_ID, [shape(), *ids])
        if len(ids) == 1
        else statements.prepared(BY_ID, [shape(), list(ids)])
    )
    return {body.id: body for body in _complete(found)}


def load_identified(scheme: str, value: str) -> Body | None:
    """The body of the entry with an identifier."""
    return next(iter(_complete(statements.prepared(BY_IDENTIFIER, [shape(), scheme, value]))), None)


Statement = tuple[str, Sequence[Any]]  # with its values


def statement(rows: models.QuerySet[entries.Entry], columns: Sequence[str]) -> Statement:
    """The statement for the columns of a cut queryset and the kept body; ("", ()) finds nothing."""
    # A subquery is asked for the rows that are left after the cut; of a join, the planner may read the bodies of all.
    kept = RawSQL(_KEPT, [shape()])  # noqa: S611 - a constant
    try:
        return rows.annotate(kept=kept).values_list(*columns, "kept").query.sql_with_params()
    except EmptyResultSet:  # a search for nothing
        return "", ()


def beside(statement: Statement) -> list[tuple[Any, ...]]:
    """The rows of such a statement; a body that is behind is None."""
    return statements.literal(*statement) if statement[0] else []


def _complete(rows: list[tuple[Any, ...]]) -> list[Body]:
    behind = [row[0] for row in rows if row[5] is None]
    made = serialised(behind) if behind else {}
    return [Body(*row[:5], made[row[0]][1] if row[5] is None else bytes(row[5])) for row in rows]


def _serializers() -> dict[str, Any]:
    from api.v1 import kinds  # the shapes import the ground they stand on, not the other way round

    return kinds.SERIALIZERS


@functools.cache
def shape() -> str:
    """What the bodies' form depends on: the code that writes them, as a hash."""
    modules = {sys.modules[base.__module__] for one in _serializers().values() for base in inspect.getmro(one)}
    own = {*modules, identifiers, entries}
    files = sorted(str(module.__file__) for module in own if module.__name__.split(".")[0] in ("api", "directory"))
    digest = hashlib.blake2s(digest_size=8)
    for file in files:
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()


def serialised(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[int, bytes]]:
    """Version and body of entries, made now by the serializers. Bounded queries, whatever the number."""
    from api.v1 import kinds

    # The version is read first: what changes while the rest is read belongs to a later version.
    rows = list(kinds.prepared(entries.Entry.objects.filter(pk__in=list(ids))))
    shapes = {kind: serializer() for kind, serializer in _serializers().items()}
    return {row.pk: (row.version, orjson.dumps(shapes[row.kind].to_representation(row))) for row in rows}


def written(row: entries.Entry) -> bytes:
    """The body of one entry that has all its shape reads, as the serializer writes it."""
    return orjson.dumps(_serializers()[row.kind]().to_representation(row))


def behind(*, after: uuid.UUID = BEFORE_ALL) -> list[uuid.UUID]:
    """The next ids of visible entries whose body is missing or of another version or shape."""
    kept = KeptBody.objects.filter(entry=models.OuterRef("pk"), version=models.OuterRef("version"), shape=shape())
    waiting = entries.Entry.objects.filter(~models.Exists(kept), status__in=entries.SEEN, pk__gt=after)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])


def keep(ids: Sequence[uuid.UUID]) -> int:
    """Write the bodies of entries; an older version never replaces a newer one. Returns how many were made."""
    made = serialised(ids)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO api_keptbody (entry_id, version, shape, body) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (entry_id) DO UPDATE SET version = excluded.version, shape = excluded.shape,"
            " body = excluded.body WHERE api_keptbody.version <= excluded.version",
            [(key, version, shape(), body) for key, (version, body) in made.items()],
        )
    return len(made)


def drop_unseen() -> int:
    """Remove the bodies of entries that nobody is served any more: hidden, merged, erased. Returns how many."""
    return KeptBody.objects.exclude(entry__status__in=entries.SEEN).delete()[0]


def catch_up(*, batches: int) -> int:
    """Keep the bodies that are behind, at most `batches` times BATCH of them. Returns how many were made."""
    total = 0
    waiting = behind()
    while waiting and batches > 0:
        total += keep(waiting)
        batches -= 1
        waiting = behind(after=waiting[-1])
    return total


def mistakes(*, after: uuid.UUID = BEFORE_ALL) -> Iterator[tuple[int, list[uuid.UUID]]]:
    """Compare the kept bodies with the serializer, batch by batch: how many were compared, and which differ.

    Bodies that are behind are not mistakes: nobody is served them.
    """
    rows = KeptBody.objects.filter(shape=shape(), version=models.F("entry__version")).order_by("pk")
    while batch := list(rows.filter(pk__gt=after).values_list("pk", "version", "body")[:BATCH]):
        made = serialised([key for key, _, _ in batch])
        yield len(batch), [key for key, version, body in batch if _differs(made.get(key), version, bytes(body))]
        after = batch[-1][0]


def _differs(made: tuple[int, bytes] | None, version: int, body: bytes) -> bool:
    # A version that moved on since the batch was read tells nothing.
    return made is not None and made[0] == version and made[1] != body
