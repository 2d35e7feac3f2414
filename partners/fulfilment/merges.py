"""What becomes of shipments when their sender or receiver is merged: they go on with the entry that stays."""

from django.db.models import Q, QuerySet

from partners.fulfilment.shipments import Shipment
from partners.trust.following import Merge, Reference


def _of_both(merge: Merge) -> QuerySet[Shipment]:
    """Those between the two stay, for nothing is sent from one place to itself."""
    both = Q(sender=merge.gone, receiver=merge.into) | Q(sender=merge.into, receiver=merge.gone)
    return Shipment.objects.filter(both)


REFERENCES = (
    Reference(Shipment, "sender", "shipment", _of_both),
    Reference(Shipment, "receiver", "shipment", _of_both),
)
