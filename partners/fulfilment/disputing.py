"""What happens to a dispute: opened, answered in turn, ended by agreement, by a moderator, or by silence."""

import datetime
import uuid
from collections.abc import Collection
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal
from partners import machine, school_days
from partners.collaborations import deadlines, endings
from partners.fulfilment import dispute_table, shipment_table, shipments, shipping
from partners.fulfilment.dispute_table import TABLE, WRITE, side_of
from partners.fulfilment.disputes import LIVE, SIDES, Dispute, DisputeLine, Statement
from partners.fulfilment.shipments import Shipment

ANSWER_DAYS = 10  # school days; then it is the moderators'
UNRESOLVED_AFTER = datetime.timedelta(days=30)
OPENED_WITHIN = datetime.timedelta(days=30)  # after the count was closed


@transaction.atomic
def open(
    shipment: uuid.UUID,
    *,
    kind: str,
    lines: Collection[uuid.UUID],
    text: str,
    resolution: str,
    by: actors.Actor,
    now: datetime.datetime,
) -> Dispute:
    """Say that something of some lines of a shipment is not so, and how it should end; the other side answers.

    Raises Forbidden, Invalid `unknown_object`, `unknown_line`, Conflict `wrong_state`, `not_expected_yet`,
    `nothing_counted`, `too_late`, `disputed_already`.
    """
    if by.kind == "anonymous":
        raise errors.Forbidden("sign_in_needed")
    if WRITE not in by.scopes:
        raise errors.Forbidden("missing_scope", value=WRITE)
    if not Shipment.objects.visible_to(by).filter(pk=shipment).exists():
        raise errors.Invalid("unknown_object", pointer="#/shipment", value="shipment")
    parcel: Shipment = shipment_table.lock_all(shipment)
    sides = set(SIDES) & shipments.standing(parcel, by)
    if not sides:
        raise errors.Forbidden("role_needed", allowed="approver, editor, receiver")
    found = [line for line in shipments.lines_of(parcel) if line.pk in set(lines)]
    if len(found) < len(set(lines)):
        raise errors.Invalid("unknown_line", pointer="#/lines")
    _check(parcel, found, kind=kind, resolution=resolution, now=now)
    if DisputeLine.objects.filter(is_live=True, line__in=found).exists():
        raise errors.Conflict("disputed_already")
    side = sides.pop()
    row = Dispute(
        id=uuid_utils.compat.uuid7(),
        shipment=parcel,
        kind=kind,
        opened_by=side,
        awaiting=_other(side),
        resolution=resolution,
        created_at=now,
        updated_at=now,
        due_at=now + UNRESOLVED_AFTER,
    )
    event = journal.record("dispute.opened", by=by, now=now, subject=("dispute", row.pk), status_after="open")
    row.save(force_insert=True)
    DisputeLine.objects.bulk_create(DisputeLine(dispute=row, line=line) for line in found)
    _said(row, side, text, event=event)
    row.due_at = _await(row, now=now)
    row.save(update_fields=["due_at"])
    endings.follow(shipments.collaborations_of(parcel.pk), by=by, now=now)
    return row


def _check(parcel: Shipment, lines: Collection[Any], *, kind: str, resolution: str, now: datetime.datetime) -> None:
    if kind == "not_arrived":
        if parcel.status != "dispatched":
            raise errors.Conflict("wrong_state", value=parcel.status)
        if now < shipping.expected_at(parcel):
            raise errors.Conflict("not_expected_yet", value=f"{shipping.expected_at(parcel):%Y-%m-%d}")
    else:
        if parcel.status not in (*shipments.UNDERWAY, "received"):
            raise errors.Conflict("wrong_state", value=parcel.status)
        if all(line.uncounted == line.quantity for line in lines):
            raise errors.Conflict("nothing_counted")
        if parcel.received_at is not None and now > parcel.received_at + OPENED_WITHIN:
            raise errors.Conflict("too_late", value=OPENED_WITHIN.days * 24)
    if resolution == "lost" and parcel.status not in shipments.UNDERWAY:
        raise errors.Conflict("wrong_state", value=parcel.status)


@transaction.atomic
def answer(key: uuid.UUID, *, text: str, resolution: str, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """Say how it is from here, and how it should end. Missing, Forbidden, Conflict `not_your_turn`, `wrong_state`."""
    row, event = machine.begin(TABLE, "answer", key, by=by, now=now)
    row.resolution = resolution
    if refused := dispute_table.can_be_lost(row, by, now):
        raise refused
    side = side_of(row, by)
    _said(row, side, text, event=event)
    row.awaiting = _other(side)
    due = _await(row, now=now)
    done: Dispute = machine.finish(row, event, awaiting=row.awaiting, resolution=resolution, due_at=due)
    return done


@transaction.atomic
def agree(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """End it as the other side has said last. Missing, Forbidden, Conflict `not_your_turn`, `wrong_state`."""
    row, event = machine.begin(TABLE, "agree", key, by=by, now=now)
    return _ended(row, event, by=by, now=now)


@transaction.atomic
def escalate(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """Hand it to the moderators, as a side or as the system. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "escalate", key, by=by, now=now)
    row.status = "escalated"
    done: Dispute = machine.finish(row, event, due_at=_await(row, now=now))
    return done


@transaction.atomic
def decide(key: uuid.UUID, *, text: str, resolution: str, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """End it as a moderator, with a reason that both sides read.

    Raises Missing, Forbidden `conflict_of_interest`, Conflict `wrong_state` (also of a shipment that is not lost).
    """
    row, event = machine.begin(TABLE, "decide", key, by=by, now=now)
    row.resolution = resolution
    if refused := dispute_table.can_be_lost(row, by, now):
        raise refused
    _said(row, "moderator", text, event=event)
    return _ended(row, event, by=by, now=now)


@transaction.atomic
def withdraw(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """Take it back, as the side that opened it. Missing, Forbidden, Conflict `not_yours_to_withdraw`."""
    row, event = machine.begin(TABLE, "withdraw", key, by=by, now=now)
    return _ended(row, event, by=by, now=now, has_result=False)


@transaction.atomic
def lapse(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Dispute:
    """End it without a result, as the system. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "lapse", key, by=by, now=now)
    return _ended(row, event, by=by, now=now, has_result=False)


def _ended(
    row: Dispute, event: journal.Event, *, by: actors.Actor, now: datetime.datetime, has_result: bool = True
) -> Dispute:
    """Its lines go on: what was lost of them is written off, and what is left to send has its whole time again."""
    deadlines.replace(row, {})
    named = set(DisputeLine.objects.filter(dispute=row.pk).values_list("line", flat=True))
    DisputeLine.objects.filter(dispute=row.pk).update(is_live=False)
    done: Dispute = machine.finish(row, event, awaiting="", due_at=None, ended_at=now, resolution=row.resolution)
    lost = has_result and row.resolution == "lost"
    open_lines = [line for line in shipments.lines_of(row.shipment) if line.uncounted] if lost else []
    if open_lines and {line.pk for line in open_lines} <= named:
        shipping.lose(row.shipment_id, by=actors.system(by), now=now)
    else:
        shipping.write_off([line for line in open_lines if line.pk in named], event=event)
        endings.follow(shipments.collaborations_of(row.shipment_id), by=by, now=now)
    return done


def _said(row: Dispute, side: str, text: str, *, event: journal.Event) -> None:
    Statement.objects.create(dispute=row, side=side, text=text, resolution=row.resolution, event=event, at=event.at)


def _await(row: Dispute, *, now: datetime.datetime) -> datetime.datetime | None:
    """Put what silence does to a locked one; returns when it does something first."""
    wanted = {"lapse": row.created_at + UNRESOLVED_AFTER}
    if row.status == LIVE[0]:
        wanted["escalate"] = school_days.after(now, days=ANSWER_DAYS)
    return deadlines.replace(row, wanted)


def _other(side: str) -> str:
    return "receiver" if side == "sender" else "sender"
