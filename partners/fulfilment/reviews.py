"""Disputes that wait for a moderator, as the one list of what waits takes them."""

from typing import Any

from django.db.models import F, Q, QuerySet

from directory import actors
from directory.entries.entries import Entry
from partners import wording
from partners.fulfilment.disputes import Dispute
from partners.offers import reading
from partners.trust import waiting


def _waiting(by: actors.Actor) -> QuerySet[Any]:
    """Those that were handed on, without those in which the moderator acts for a side."""
    own = reading.own_entries(by)
    rows = Dispute.objects.visible_to(by).filter(status="escalated")
    rows = rows.exclude(Q(shipment__sender__in=own) | Q(shipment__receiver__in=own))
    return rows.select_related("shipment__sender__region", "shipment__receiver")


def _told(row: Any) -> tuple[str, str, Entry, str]:
    kind = wording.term("dispute_kind", row.kind).id.lower()
    detail = f"{kind}, {row.shipment.receiver.name}"
    return row.shipment.sender.name, detail, row.shipment.sender, f"berakhir tanpa hasil {row.due_at:%d-%m-%Y}"


KINDS = {
    "dispute": waiting.Kind(
        "Sengketa",
        _waiting,
        F("due_at"),
        "created_at",
        _told,
        regions=("shipment__sender__region_id", "shipment__receiver__region_id"),
    )
}
