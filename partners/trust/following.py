"""What the rooms above keep about an entry follows it when it turns out to be another one; an undo brings it back.

What others addressed to it and what both sides agreed goes along always. What the entry alone has said, its offers and
needs, what it asks for, and whom it blocks, goes along with the people who said it. Where they do not come along nobody
has checked whether they spoke for it: then that stays where it is, out of sight, and binds nobody.
"""

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
from directory.text import EMPTY


class Merge(NamedTuple):
    """A merge that is being made: the entry that is gone and the one that stays, both locked."""

    gone: uuid.UUID
    into: uuid.UUID
    event: uuid.UUID
    come_along: bool  # whether the people of the one act for the other from now on
    by: actors.Actor
    now: datetime.datetime


class Reference(NamedTuple):
    """A column of a room above that names an entry, and moves with it."""

    table: type[models.Model]
    column: str
    # Of the object, as in directory/ids.py; "": its rows say it, as offers and needs do; None: nobody is told.
    name: str | None
    # The rows that stay where they are, whether or not it ends them; called before anything of this column moves.
    staying: Callable[[Merge], models.QuerySet[Any]] | None = None


# The rooms above add theirs when the app is ready (partners/apps.py), in the order in which everybody locks them.
REFERENCES: list[Reference] = []


class MovedReference(models.Model):
    """One row that a merge moved to the entry that stays, or took a value from because the other has the same."""

    id = models.BigAutoField(primary_key=True)
    event = models.UUIDField(db_index=True)  # of the merge
    table = models.CharField(max_length=40)
    column = models.CharField(max_length=40)
    row = models.UUIDField()
    taken = models.CharField(max_length=80, **EMPTY)  # the value

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


def follow(merge: Merge) -> list[Line]:
    """Move what refers to a merged entry. What was moved, for the moderator."""
    for table, columns in _columns().items():
        named = functools.reduce(operator.or_, (Q(**{column: merge.gone}) for column in columns))
        _locked(table._default_manager.filter(named))
    told = []
    for one in REFERENCES:
        rows = one.table._default_manager.filter(**{one.column: merge.gone})
        if one.staying is not None:
            rows = rows.exclude(pk__in=one.staying(merge).values("pk"))
        found = _locked(rows)
        one.table._default_manager.filter(pk__in=[row.pk for row in found]).update(**{one.column: merge.into})
        _note(merge, one.table, one.column, {row.pk: "" for row in found})
        if one.name is not None:
            names = [(one.name or row.direction, row.pk) for row in found]
            told += [Line(name, "moved", ids.encode(name, key)) for name, key in names]
    return told


def take(merge: Merge, rows: models.QuerySet[Any], column: str) -> None:
    """Empty a text of rows that move, where the entry that stays has the same; an undo gives it back."""
    held = dict(rows.values_list("pk", column))
    _note(merge, rows.model, column, held)
    rows.model._default_manager.filter(pk__in=held).update(**{column: ""})


def come_back(gone: uuid.UUID, *, into: uuid.UUID, event: uuid.UUID) -> None:
    """Give a merged entry again what the merge moved and nobody has moved since, as it was."""
    for one in REFERENCES:
        moved = MovedReference.objects.filter(event=event, table=one.table.__name__)
        kept = moved.filter(column=one.column, taken="").values("row")
        keys = [row.pk for row in _locked(one.table._default_manager.filter(pk__in=kept, **{one.column: into}))]
        back = one.table._default_manager.filter(pk__in=keys)
        back.update(**{one.column: gone})
        for lost in moved.filter(row__in=keys).exclude(taken=""):
            one.table._default_manager.filter(pk=lost.row, **{lost.column: ""}).update(**{lost.column: lost.taken})


def _note(merge: Merge, table: type[models.Model], column: str, rows: dict[uuid.UUID, str]) -> None:
    MovedReference.objects.bulk_create(
        MovedReference(event=merge.event, table=table.__name__, column=column, row=key, taken=taken)
        for key, taken in rows.items()
    )


def _columns() -> dict[type[models.Model], list[str]]:
    """The tables in the order in which they are locked, each with its columns."""
    found: dict[type[models.Model], list[str]] = {}
    for one in REFERENCES:
        found.setdefault(one.table, []).append(one.column)
    return found


def _locked(rows: models.QuerySet[Any]) -> list[Any]:
    """Rows under lock, in the order of ids, as whoever locks several of them does."""
    return list(rows.order_by("pk").select_for_update(no_key=True))
