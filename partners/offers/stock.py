"""The quantity ledger: copies, places and seats alike move between states, each move a row that names its event.

The counters of a line cache the ledger. Both change here and nowhere else, under the lock of the line.
"""

import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import pgtrigger
from django.db import models
from django.db.models import F, Q, Sum

from directory import errors, ids, journal
from partners.offers.lines import STATES, Line

OUTSIDE = ""  # where units come from when a total rises, and go to when it falls
PLACES = (OUTSIDE, *STATES)


class Step(NamedTuple):
    """So many units of a line go from one state to another."""

    line: uuid.UUID
    source: str
    target: str
    quantity: int


class Movements(models.QuerySet["Movement"]):
    """Questions about the ledger."""

    def holders(self, line: uuid.UUID) -> dict[uuid.UUID, int]:
        """The collaborations that hold reserved units of a line, with how many; in the order of ids."""
        came = Sum("quantity", filter=Q(target="reserved"), default=0)
        went = Sum("quantity", filter=Q(source="reserved"), default=0)
        found = self.filter(line=line, collaboration__isnull=False).values("collaboration").annotate(held=came - went)
        return {row["collaboration"]: row["held"] for row in found.order_by("collaboration") if row["held"]}


class Movement(models.Model):
    """One row of the ledger; nothing changes it."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey("partners.Line", on_delete=models.PROTECT, related_name="movements")
    source = models.CharField(max_length=12, blank=True)
    target = models.CharField(max_length=12, blank=True)
    quantity = models.PositiveIntegerField()
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="movements", db_index=False)
    collaboration = models.ForeignKey(
        "partners.Collaboration", on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    at = models.DateTimeField()

    objects = Movements.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="movement_moves_something"),
            models.CheckConstraint(
                condition=Q(source__in=PLACES) & Q(target__in=PLACES) & ~Q(source=F("target")),
                name="movement_between_states",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep_ledger", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}: {self.source or 'outside'} to {self.target or 'outside'}"


def lock(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Line]:
    """The lines under lock, taken in the order of ids: whoever locks lines does it here, so nobody waits in a circle.

    Offer and need lines share the one order. One statement.
    """
    rows = Line.objects.filter(pk__in=set(keys)).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def move(
    steps: Iterable[Step], *, event: journal.Event, collaboration: uuid.UUID | None = None
) -> dict[uuid.UUID, Line]:
    """Move units, all or none, and write the ledger; the lines as they are then.

    Raises Conflict `insufficient_quantity` where fewer are in the state they are taken from, with `because` one for
    each such line. Three statements.
    """
    wanted = [step for step in steps if step.quantity]
    found = lock({step.line for step in wanted})
    refused = [lack for step in wanted if (lack := _taken(found[step.line], step))]
    if refused:
        refused[0].because = refused
        raise refused[0]
    Line.objects.bulk_update(found.values(), ["total", *STATES])
    Movement.objects.bulk_create(
        Movement(
            line_id=step.line,
            source=step.source,
            target=step.target,
            quantity=step.quantity,
            event=event,
            collaboration_id=collaboration,
            at=event.at,
        )
        for step in wanted
    )
    return found


def add(rows: Collection[Line], *, event: journal.Event) -> None:
    """Insert lines with what is available of them, and write where it came from. Two statements."""
    Line.objects.bulk_create(rows)
    Movement.objects.bulk_create(
        Movement(line=row, source=OUTSIDE, target="available", quantity=row.total, event=event, at=event.at)
        for row in rows
        if row.total
    )


def _taken(row: Line, step: Step) -> errors.Conflict | None:
    """Move the units on the row in memory; the refusal where there are too few."""
    if step.source != OUTSIDE:
        there = getattr(row, step.source)
        if there < step.quantity:
            return errors.Conflict(
                "insufficient_quantity",
                line=ids.encode("line", row.pk),
                value=row.title,
                requested=step.quantity,
                available=there,
            )
        setattr(row, step.source, there - step.quantity)
    else:
        row.total += step.quantity
    if step.target != OUTSIDE:
        setattr(row, step.target, getattr(row, step.target) + step.quantity)
    else:
        row.total -= step.quantity
    return None


class Drift(NamedTuple):
    """A counter that is not what the ledger says."""

    line: uuid.UUID
    state: str
    counted: int
    ledger: int


def drifts(*, batch: int = 1000, progress: Callable[[int], Any] = lambda read: None) -> Iterable[Drift]:
    """Every counter that is not what the ledger says, line after line; each batch of lines is read in one snapshot.

    `progress` is told how many lines were read since the last time.
    """
    after: Any = None
    while True:
        rows = Line.objects.order_by("pk").annotate(
            **{f"{state}_came": _sum("target", state) for state in STATES},
            **{f"{state}_went": _sum("source", state) for state in STATES},
        )
        page = list((rows.filter(pk__gt=after) if after else rows)[:batch])
        for row in page:
            for state in STATES:
                ledger = getattr(row, f"{state}_came") - getattr(row, f"{state}_went")
                if getattr(row, state) != ledger:
                    yield Drift(row.pk, state, getattr(row, state), ledger)
        progress(len(page))
        if len(page) < batch:
            return
        after = page[-1].pk


def _sum(column: str, state: str) -> Sum:
    return Sum("movements__quantity", filter=Q(**{f"movements__{column}": state}), default=0)
