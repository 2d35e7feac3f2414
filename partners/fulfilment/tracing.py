"""Where promised units went: from the line of an offer by agreement, shipment and count to the line of a need."""

import uuid
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from directory import actors
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import AgreedLine
from partners.fulfilment.shipments import Count, ShipmentLine

MOST = 100  # agreed lines of one trace


def of(name: str, key: uuid.UUID, *, by: actors.Actor) -> QuerySet[AgreedLine]:
    """The agreed lines that the actor sees of a `line` of an offer or need, an `agreed_line` or a `shipment`.

    Each with its terms, request, shipments and counts, in the order of ids; the caller cuts.
    """
    found = {
        "line": Q(term_line__offer_line=key) | Q(term_line__need_line=key),
        "agreed_line": Q(pk=key),
        "shipment": Q(shipment_lines__shipment=key),
    }[name]
    counts = Prefetch("counts", Count.objects.order_by("pk"))
    travelled = ShipmentLine.objects.select_related("shipment").exclude(shipment__status="cancelled").order_by("pk")
    rows = AgreedLine.objects.filter(found, collaboration__in=Collaboration.objects.visible_to(by))
    related = ("collaboration", "term_line__offer_line__proposal", "term_line__need_line__proposal")
    shipped: Any = Prefetch("shipment_lines", travelled.prefetch_related(counts))
    return rows.select_related(*related).prefetch_related(shipped).order_by("pk")
