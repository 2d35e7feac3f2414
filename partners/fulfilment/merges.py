"""What becomes of shipments when their sender or receiver is merged: they go on with the entry that stays."""

import datetime
import uuid

from django.db.models import Q, QuerySet

from directory import actors
from partners.fulfilment.shipments import Shipment
from partners.trust.following import Reference


def _of_both(gone: uuid.UUID, *, into: uuid.UUID, by: actors.Actor, now: datetime.datetime) -> QuerySet[Shipment]:
    """Those between the two stay, for nothing is sent from one place to itself."""
    return Shipment.objects.filter(Q(sender=gone, receiver=into) | Q(sender=into, receiver=gone))


REFERENCES = (
    Reference(Shipment, "sender", "shipment", _of_both),
    Reference(Shipment, "receiver", "shipment", _of_both),
)
