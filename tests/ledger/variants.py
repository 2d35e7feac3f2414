"""Six ways to break the accepting of requests, each of which the checker has to find."""

import datetime
import functools
import random
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from directory import journal
from partners.collaborations import moves, revisions
from partners.offers import stock
from partners.offers.lines import Line
from partners.offers.proposals import Proposal

PAUSE = 0.02  # seconds between what is read and what is written, so that a race is one


def _unlocked(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Line]:
    return Line.objects.in_bulk(list(keys))


def _unlocked_proposals(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Proposal]:
    return Proposal.objects.select_related("entry").in_bulk(list(keys))


def _without_locks() -> None:
    revisions.locked_proposals = _unlocked_proposals  # type: ignore[assignment]
    stock.lock = _unlocked


def read_then_save() -> None:
    """Counters are read, and what they should be then is saved, without a lock between."""
    _without_locks()
    taken = stock._taken

    def slowly(row: Line, step: stock.Step) -> Any:
        time.sleep(PAUSE)
        return taken(row, step)

    stock._taken = slowly


def increment_without_guard() -> None:
    """What is reserved is counted up in one statement, and nobody asks whether it is there."""
    _without_locks()

    def move(
        steps: Iterable[stock.Step], *, event: journal.Event, collaboration: uuid.UUID | None = None
    ) -> dict[uuid.UUID, Line]:
        wanted = [step for step in steps if step.quantity]
        for step in wanted:
            Line.objects.filter(pk=step.line).update(
                reserved=F("reserved") + step.quantity, total=F("total") + step.quantity
            )
        stock.Movement.objects.bulk_create(
            stock.Movement(
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
        return _unlocked([step.line for step in wanted])

    stock.move = move


def no_transaction() -> None:
    """Each line is reserved for itself and stays so, also when a later one is refused."""
    _without_locks()
    whole = stock.move

    def move(
        steps: Iterable[stock.Step], *, event: journal.Event, collaboration: uuid.UUID | None = None
    ) -> dict[uuid.UUID, Line]:
        wanted = [step for step in steps if step.quantity]
        for step in wanted[:-1]:
            _apart(lambda step=step: _reserve(step))  # type: ignore[misc]
        return whole(wanted[-1:], event=event, collaboration=collaboration)

    stock.move = move


def _reserve(step: stock.Step) -> None:
    Line.objects.filter(pk=step.line, available__gte=step.quantity).update(
        available=F("available") - step.quantity, reserved=F("reserved") + step.quantity
    )


def event_after_commit() -> None:
    """The event is written when all is committed, and now and then it is not."""
    step = moves.machine.step

    def later(table: Any, action: str, row: Any, **how: Any) -> Any:
        if action != "accept":
            return step(table, action, row, **how)
        refused = moves.machine.refusal(table, action, row, by=how["by"], now=how["now"])
        if refused is not None:
            raise refused
        told = journal.Event.objects.filter(subject_id=str(row.pk)).order_by("-position").first()
        assert told is not None
        told.at, told.status_before, told.status_after = how["now"], row.status, "accepted"
        if random.random() > 0.5:
            transaction.on_commit(functools.partial(_record, row.pk, how["by"], how["now"]))
        return row, told

    moves.machine.step = later  # type: ignore[assignment]


@transaction.atomic
def _record(key: uuid.UUID, by: Any, now: datetime.datetime) -> None:
    journal.record("collaboration.accepted", by=by, now=now, subject=("collaboration", key), status_after="accepted")


def wrong_lock_order() -> None:
    """Offers and lines are locked as they come."""

    def proposals(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Proposal]:
        return {key: Proposal.objects.select_for_update(no_key=True).get(pk=key) for key in _shuffled(keys)}

    def lines(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Line]:
        return {key: Line.objects.select_for_update(no_key=True).get(pk=key) for key in _shuffled(keys)}

    revisions.locked_proposals = proposals  # type: ignore[assignment]
    stock.lock = lines


def _shuffled(keys: Collection[uuid.UUID]) -> Iterable[uuid.UUID]:
    found = list(keys)
    random.shuffle(found)
    for key in found:
        yield key
        time.sleep(PAUSE)


def missing_revision_check() -> None:
    """Whatever stands now is accepted, whichever revision was read."""
    accept = moves.accept

    def whichever(collaboration: uuid.UUID, *, revision: int, **how: Any) -> Any:
        now_at = moves.Collaboration.objects.values_list("revision", flat=True).get(pk=collaboration)
        return accept(collaboration, revision=now_at, **how)

    moves.accept = whichever


def _apart(act: Callable[[], object]) -> None:
    """Act in a connection of its own, which commits at once."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


VARIANTS: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (
        read_then_save,
        increment_without_guard,
        no_transaction,
        event_after_commit,
        wrong_lock_order,
        missing_revision_check,
    )
}


def break_by(name: str) -> None:
    """Break the running application in one of the ways; "" leaves it whole."""
    if name:
        VARIANTS[name]()


__all__ = ["VARIANTS", "break_by"]
