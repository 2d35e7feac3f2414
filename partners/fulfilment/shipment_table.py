"""THE table of shipments: which action leads where, who may take it, and what else must hold."""

import datetime
import uuid
from typing import Any

from django.db.models import F, Sum

from directory import actors, errors
from partners import machine
from partners.collaborations.collaborations import Collaboration
from partners.fulfilment import disputes
from partners.fulfilment.shipments import UNDERWAY, Shipment, ShipmentLine, collaborations_of, standing
from partners.machine import SYSTEM, Move

SENDER = {"sender": "collaborations:write"}
COUNTERS = {"receiver": "collaborations:write", "holder": "collaborations:write"}
ANY_SIDE = {**SENDER, **COUNTERS}
SYSTEMS = {SYSTEM: "collaborations:write"}


def locked(key: uuid.UUID, by: actors.Actor) -> Shipment:
    """The shipment as the actor sees it, locked behind the requests that it carries something of. Raises Missing."""
    if not Shipment.objects.visible_to(by).filter(pk=key).exists():
        raise errors.Missing("not_found")
    return lock_all(key)


def lock_all(key: uuid.UUID) -> Shipment:
    """The shipment under lock; first its requests in the order of ids, as everybody takes them."""
    held = Collaboration.objects.filter(pk__in=collaborations_of(key)).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))
    rows = Shipment.objects.select_related("sender", "receiver").filter(pk=key)
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def _is_wanted(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    states = Collaboration.objects.filter(pk__in=collaborations_of(row.pk)).exclude(status="active")
    other = states.values_list("status", flat=True).first()
    if other:
        return errors.Conflict("wrong_state", value=other)
    lines = ShipmentLine.objects.filter(shipment=row.pk).values_list("agreed_line", flat=True)
    return errors.Conflict("disputed") if disputes.paused(list(lines)) else None


def _is_counted(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    left = _uncounted(row)
    return errors.Conflict("not_all_counted", left=left) if left else None


def _is_untouched(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    sent = ShipmentLine.objects.filter(shipment=row.pk).aggregate(all=Sum("quantity"))["all"]
    return None if _uncounted(row) == sent else errors.Conflict("counted_already")


def _uncounted(row: Any) -> int:
    counted = F("accepted") + F("damaged") + F("missing") + F("wrong")
    left = ShipmentLine.objects.filter(shipment=row.pk).aggregate(left=Sum(F("quantity") - counted, default=0))
    return int(left["left"])


MOVES = {
    "issue_code": Move(("planned", *UNDERWAY), "", SENDER, "code_issued"),
    "dispatch": Move(("planned",), "dispatched", SENDER, "dispatched", _is_wanted),
    "arrive": Move(("dispatched",), "arrived", ANY_SIDE, "arrived"),
    "count": Move(UNDERWAY, "", COUNTERS, "counted"),
    "close": Move(UNDERWAY, "received", COUNTERS, "received", _is_counted),
    "lose": Move(UNDERWAY, "lost", {**SENDER, **SYSTEMS}, "lost"),
    "return": Move(UNDERWAY, "returned", ANY_SIDE, "returned", _is_untouched),
    "cancel": Move(("planned",), "cancelled", SENDER, "cancelled"),
    "mark_unconfirmed": Move(UNDERWAY, "", SYSTEMS, "unconfirmed"),
}
TABLE = machine.Table("shipment", MOVES, locked, standing)
