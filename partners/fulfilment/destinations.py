"""Where a promised delivery goes: said by the receiving side, read by the giving side once accepted, and noted."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from directory import actors, errors, journal
from directory.text import EMPTY
from partners.collaborations import collaborations
from partners.collaborations.collaborations import Collaboration
from partners.fulfilment.planning import giver_and_receiver
from partners.fulfilment.shipments import ShipmentLine

FIELDS = ("recipient_name", "phone", "address", "district", "postal_code", "landmark", "hours")
OPEN = ("draft", "pending", "accepted", "active")
SHOWN = ("accepted", "active")  # to the giving side
KEPT_FOR = datetime.timedelta(days=365)  # after the request ended: it names a person


class Destination(models.Model):
    """The address of one request's deliveries."""

    collaboration = models.OneToOneField(
        "partners.Collaboration", on_delete=models.PROTECT, primary_key=True, related_name="destination"
    )
    recipient_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, **EMPTY)
    address = models.CharField(max_length=500)
    district = models.CharField(max_length=120, **EMPTY)
    postal_code = models.CharField(max_length=5, **EMPTY)
    landmark = models.CharField(max_length=300, **EMPTY)
    hours = models.CharField(max_length=120, **EMPTY)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.collaboration_id}"


@transaction.atomic
def give(
    collaboration: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Destination:
    """Say where it goes; until the first parcel has left. Missing, Forbidden, Conflict `wrong_state`."""
    row = _seen(collaboration, by=by, lock=True)
    if by.acting_entry != giver_and_receiver(row)[1] or not by.roles & {"editor", "approver", "receiver"}:
        raise errors.Forbidden("role_needed", allowed="approver, editor, receiver")
    if "collaborations:write" not in by.scopes:
        raise errors.Forbidden("missing_scope", value="collaborations:write")
    left = ShipmentLine.objects.filter(agreed_line__collaboration=row.pk, shipment__dispatched_at__isnull=False)
    if row.status not in OPEN or left.exists():
        raise errors.Conflict("wrong_state", value=row.status if row.status not in OPEN else "dispatched")
    journal.record("collaboration.destination_given", by=by, now=now, subject=("collaboration", row.pk))
    made, _ = Destination.objects.update_or_create(
        collaboration=row, defaults={**{name: values.get(name, "") for name in FIELDS}, "updated_at": now}
    )
    return made


@transaction.atomic
def read(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Destination:
    """Where it goes: to the receiving side always, to the giving side once it is accepted, and that is noted.

    Raises Missing (also where none was given), Forbidden.
    """
    row = _seen(collaboration, by=by)
    giver, receiver = giver_and_receiver(row)
    if "collaborations:read" not in by.scopes:
        raise errors.Forbidden("missing_scope", value="collaborations:read")
    if by.acting_entry not in (giver, receiver):
        raise errors.Missing("not_found")
    found = Destination.objects.filter(collaboration=row.pk).first()
    if found is None or (by.acting_entry == giver and row.status not in SHOWN):
        raise errors.Missing("not_found")
    if by.acting_entry == giver:
        journal.record("collaboration.destination_read", by=by, now=now, subject=("collaboration", row.pk))
    return found


def forget(*, now: datetime.datetime) -> int:
    """Forget the addresses of requests that ended long ago. Returns how many."""
    return Destination.objects.filter(collaboration__ended_at__lt=now - KEPT_FOR).delete()[0]


def _seen(key: uuid.UUID, *, by: actors.Actor, lock: bool = False) -> Collaboration:
    rows = Collaboration.objects.visible_to(by).filter(pk=key)
    row = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if row is None or not collaborations.side_of(row, by):
        raise errors.Missing("not_found")
    return row
