"""How an agreed collaboration ends: cancelled, never signed or sent, closed short by both, or settled."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from directory import actors, journal
from partners import machine
from partners.agreements import signing as agreements
from partners.collaborations import deadlines, granting, guards, moves
from partners.collaborations.collaborations import Collaboration, side_of
from partners.collaborations.transitions import TABLE

EXTENSION = datetime.timedelta(days=30)


@transaction.atomic
def cancel(collaboration: uuid.UUID, *, note: str, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Give back what was not sent; if anything was sent it closes as partial. Missing, Forbidden, Conflict."""
    return _released("cancel", TABLE.lock(collaboration, by), by=by, now=now, note=note)


@transaction.atomic
def not_signed(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Give everything back, as the system: not both have signed in time. Missing, Forbidden, Conflict."""
    return _released("not_signed", TABLE.lock(collaboration, by), by=by, now=now)


@transaction.atomic
def not_shipped(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Give back, as the system, what was not sent in time. Missing, Forbidden, Conflict `already_sent`."""
    return _released("not_shipped", TABLE.lock(collaboration, by), by=by, now=now)


@transaction.atomic
def remind(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Note, as the system, that nothing is sent yet; deliveries tell the sides. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "remind", collaboration, by=by, now=now)
    done: Collaboration = machine.finish(row, event)
    return done


@transaction.atomic
def extend(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Take 30 days more to send, once. Missing, Forbidden, Conflict `already_sent`, `already_extended`."""
    row, event = machine.begin(TABLE, "extend", collaboration, by=by, now=now)
    held = deadlines.Deadline.objects.waiting().filter(collaboration=row.pk, name="not_shipped").first()
    until = max(held.due_at if held else now, now) + EXTENSION
    done: Collaboration = machine.finish(row, event, extended_at=now, due_at=moves.put_sending(row, until))
    return done


@transaction.atomic
def ask_close_short(
    collaboration: uuid.UUID, *, note: str = "", by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Ask the other side to end it before everything is sent. Missing, Forbidden, Conflict `close_asked_already`."""
    row, event = machine.begin(TABLE, "ask_close_short", collaboration, by=by, now=now)
    done: Collaboration = machine.finish(row, event, close_asked_by=side_of(row, by), note=note)
    return done


@transaction.atomic
def close_short(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Agree to that. Missing, Forbidden, Conflict `close_not_asked`."""
    row = TABLE.lock(collaboration, by)
    return _released("close_short", row, by=by, now=now, note=row.note)


@transaction.atomic
def settle(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Close it, as the system, when nothing is reserved or on its way: full, partial or none, by what was received.

    Raises Missing, Forbidden, Conflict.
    """
    row, event = machine.begin(TABLE, "settle", collaboration, by=by, now=now)
    ended = {"ended_at": now, "due_at": deadlines.replace(row, {}), "outcome": _outcome(guards.agreed(row))}
    done: Collaboration = machine.finish(row, event, **ended)
    return done


def follow(
    collaborations: Iterable[uuid.UUID], *, by: actors.Actor, now: datetime.datetime, is_anew: bool = False
) -> None:
    """What becomes of requests when something of them was sent, counted, came back or was set to a time.

    As the system within what `by` does: closes those of which everything has ended, gives back what came back after
    the end, and puts the time to send: none where everything is on its way or has its time, another one from now with
    `is_anew` or where there was none.
    """
    system = actors.system(by)
    for key in sorted(set(collaborations)):
        row = TABLE.lock(key, system)
        if row.status == "closed" and any(line.reserved for line in guards.agreed(row)):
            row, event = machine.step(TABLE, "release", row, by=system, now=now)
            _give_back(row, event)
            machine.finish(row, event)
        elif machine.refusal(TABLE, "settle", row, by=system, now=now) is None:
            settle(key, by=system, now=now)
        elif row.status == "active":
            _put_time_to_send(row, now=now, is_anew=is_anew)


def _put_time_to_send(row: Collaboration, *, now: datetime.datetime, is_anew: bool) -> None:
    is_idle = guards.idle(row, actors.SYSTEM, now) is None
    if is_idle and not is_anew and deadlines.Deadline.objects.waiting().filter(collaboration=row.pk).exists():
        return
    row.due_at = moves.put_sending(row, now + moves.SENT_WITHIN) if is_idle else deadlines.replace(row, {})
    row.save(update_fields=["due_at"])


def dissolve(row: Collaboration, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """End a locked one, as the system within what `by` does: its two sides are one entry now."""
    return _released("dissolve", row, by=actors.system(by), now=now)


def _released(
    action: str, row: Collaboration, *, by: actors.Actor, now: datetime.datetime, **fields: Any
) -> Collaboration:
    """End a locked one, and give back what is reserved. What is on its way can still be counted afterwards."""
    is_begun = guards.is_begun(guards.agreed(row))
    row, event = machine.step(TABLE, action, row, by=by, now=now, is_otherwise=is_begun and action in MAY_BE_BEGUN)
    _give_back(row, event)
    outcome = ("partial" if is_begun else "none") if event.status_after == "closed" else ""
    ended = {"awaiting": "none", "ended_at": now, "due_at": deadlines.replace(row, {}), "outcome": outcome}
    done: Collaboration = machine.finish(row, event, **ended, **fields)
    return done


def _give_back(row: Collaboration, event: journal.Event) -> None:
    granting.give_back(row, event=event)
    if event.status_before == "accepted":  # it never began
        agreements.void(row.pk, reason=event.type, now=event.at)


MAY_BE_BEGUN = [name for name, move in TABLE.moves.items() if move.otherwise]


def _outcome(lines: Any) -> str:
    if all(line.received == line.quantity for line in lines):
        return "full"
    return "partial" if any(line.received for line in lines) else "none"
