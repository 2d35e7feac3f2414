"""What happens to a shipment: planned, sent, counted on receipt in one go or several, lost, or sent back."""

import datetime
import uuid
from collections.abc import Sequence

from django.db import transaction

from directory import actors, journal
from partners import machine
from partners.collaborations import deadlines, endings
from partners.fulfilment import moving, shipments
from partners.fulfilment.shipment_table import TABLE
from partners.fulfilment.shipments import Shipment, ShipmentLine

UNCONFIRMED_AFTER = datetime.timedelta(days=30)  # after it was expected
# Until when it is expected where nobody said: days by sea and road, by the province's code.
EXPECTED_WITHIN = {"java": datetime.timedelta(days=14), "remote": datetime.timedelta(days=45)}
JAVA = ("31", "32", "33", "34", "35", "36")


@transaction.atomic
def dispatch(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    """It is on its way: reserved units travel from now on.

    Raises Missing, Forbidden, Conflict `wrong_state`, `insufficient_quantity` (part of it was released or sent).
    """
    row, event = machine.begin(TABLE, "dispatch", key, by=by, now=now)
    found = shipments.lines_of(row)
    moving.move({line.agreed_line_id: {("reserved", "in_transit"): line.quantity} for line in found}, event=event)
    done: Shipment = machine.finish(row, event, dispatched_at=now)
    await_count(done)
    endings.follow(shipments.collaborations_of(row.pk), by=by, now=now, is_anew=True)
    return done


def await_count(row: Shipment) -> None:
    """Put the day on which a locked one that was sent is marked, if nobody has counted it by then."""
    deadlines.replace(row, {"unconfirmed": expected_at(row) + UNCONFIRMED_AFTER})


@transaction.atomic
def arrive(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    """It is there, and not counted yet. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "arrive", key, by=by, now=now)
    done: Shipment = machine.finish(row, event, arrived_at=now)
    return done


@transaction.atomic
def lose(key: uuid.UUID, *, reason: str = "", by: actors.Actor, now: datetime.datetime) -> Shipment:
    """It did not come: what nobody has counted is written off, and needed again. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "lose", key, by=by, now=now, reason=reason)
    write_off([line for line in shipments.lines_of(row) if line.uncounted], event=event)
    done: Shipment = machine.finish(row, event, code="")
    deadlines.replace(done, {})
    endings.follow(shipments.collaborations_of(row.pk), by=by, now=now)
    return done


def write_off(lines: Sequence[ShipmentLine], *, event: journal.Event) -> None:
    """What nobody has counted of lines of a locked shipment is missing, and needed again."""
    moving.move({line.agreed_line_id: {("in_transit", "written_off"): line.uncounted} for line in lines}, event=event)
    for line in lines:
        line.missing += line.uncounted
        line.save(update_fields=["missing"])


@transaction.atomic
def send_back(key: uuid.UUID, *, reason: str = "", by: actors.Actor, now: datetime.datetime) -> Shipment:
    """It went back to its sender, who still owes it and has the whole time again to send it.

    Raises Missing, Forbidden, Conflict `counted_already`.
    """
    row, event = machine.begin(TABLE, "return", key, by=by, now=now, reason=reason)
    found = shipments.lines_of(row)
    moving.move({line.agreed_line_id: {("in_transit", "reserved"): line.quantity} for line in found}, event=event)
    done: Shipment = machine.finish(row, event, code="")
    deadlines.replace(done, {})
    endings.follow(shipments.collaborations_of(row.pk), by=by, now=now, is_anew=True)
    return done


@transaction.atomic
def cancel(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    """It is not sent after all; its units stay promised. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "cancel", key, by=by, now=now)
    done: Shipment = machine.finish(row, event, code="")
    return done


@transaction.atomic
def mark_unconfirmed(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    """Mark, as the system, what should long be there and nobody has counted; it is never taken for received.

    Raises Missing, Forbidden, Conflict.
    """
    row, event = machine.begin(TABLE, "mark_unconfirmed", key, by=by, now=now)
    done: Shipment = machine.finish(row, event, is_unconfirmed=True)
    return done


def expected_at(row: Shipment) -> datetime.datetime:
    """When a sent shipment should be there: the day that was said, else what is usual for the receiver's place."""
    if row.expected_on is not None:
        return datetime.datetime.combine(row.expected_on, datetime.time(17), tzinfo=datetime.UTC)
    region = row.receiver.region_id or ""
    sent: datetime.datetime = row.dispatched_at or row.created_at
    return sent + EXPECTED_WITHIN["java" if region[:2] in JAVA else "remote"]
