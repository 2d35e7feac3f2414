"""What the rooms above keep about an entry follows it when it turns out to be another one; an undo brings it back."""

import datetime
import functools
import operator
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q

from directory import actors, ids
from directory.entries.filling import Line


class Reference(NamedTuple):
    """A column of a room above that names an entry, and moves with it."""

    table: type[models.Model]
    column: str
    name: str  # of the object, as in directory/ids.py; "": its rows say it, as offers and needs do
    # Called with the entry that is gone and the one that stays, before anything moves; the rows that stay where they
    # are, whether or not it ends them, are the ones it gives.
    before: Callable[..., models.QuerySet[Any]] | None = None


# The rooms above add theirs when the app is ready (partners/apps.py), in the order in which everybody locks them.
REFERENCES: list[Reference] = []


class MovedReference(models.Model):
    """One row that a merge moved to the entry that stays."""

    id = models.BigAutoField(primary_key=True)
    event = models.UUIDField(db_index=True)  # of the merge
    table = models.CharField(max_length=40)
    column = models.CharField(max_length=40)
    row = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


def follow(
    gone: uuid.UUID, *, into: uuid.UUID, event: uuid.UUID, by: actors.Actor, now: datetime.datetime
) -> list[Line]:
    """Move what refers to a merged entry; the caller has locked both. What was moved, for the moderator."""
    for table, columns in _columns().items():
        named = functools.reduce(operator.or_, (Q(**{column: gone}) for column in columns))
        _locked(table._default_manager.filter(named))
    told = []
    for one in REFERENCES:
        rows = one.table._default_manager.filter(**{one.column: gone})
        if one.before is not None:
            rows = rows.exclude(pk__in=one.before(gone, into=into, by=by, now=now).values("pk"))
        found = _locked(rows)
        one.table._default_manager.filter(pk__in=[row.pk for row in found]).update(**{one.column: into})
        MovedReference.objects.bulk_create(
            MovedReference(event=event, table=one.table.__name__, column=one.column, row=row.pk) for row in found
        )
        names = [(one.name or row.direction, row.pk) for row in found]
        told += [Line(name, "moved", ids.encode(name, key)) for name, key in names]
    return told


def come_back(gone: uuid.UUID, *, into: uuid.UUID, event: uuid.UUID) -> None:
    """Give a merged entry again what the merge moved and nobody has moved since."""
    for one in REFERENCES:
        moved = MovedReference.objects.filter(event=event, table=one.table.__name__, column=one.column)
        rows = one.table._default_manager.filter(pk__in=moved.values("row"), **{one.column: into})
        keys = [row.pk for row in _locked(rows)]
        one.table._default_manager.filter(pk__in=keys).update(**{one.column: gone})


def _columns() -> dict[type[models.Model], list[str]]:
    """The tables in the order in which they are locked, each with its columns."""
    found: dict[type[models.Model], list[str]] = {}
    for one in REFERENCES:
        found.setdefault(one.table, []).append(one.column)
    return found


def _locked(rows: models.QuerySet[Any]) -> list[Any]:
    """Rows under lock, in the order of ids, as whoever locks several of them does."""
    return list(rows.order_by("pk").select_for_update(no_key=True))
