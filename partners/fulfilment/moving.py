"""How units travel: what was agreed, the offer and the need move together, in the ledger and in the counters."""

import uuid
from collections.abc import Iterable, Mapping

from directory import errors, ids, journal
from partners.collaborations.terms import AgreedLine
from partners.fulfilment.shipments import Shipment, ShipmentLine
from partners.offers import stock
from partners.offers.stock import Step


def lines(row: Shipment) -> list[ShipmentLine]:
    """The lines of a locked shipment, with what was agreed."""
    return list(ShipmentLine.objects.filter(shipment=row.pk).select_related("agreed_line__term_line").order_by("pk"))


def move(
    lines: Iterable[ShipmentLine], steps: Mapping[uuid.UUID, Mapping[tuple[str, str], int]], *, event: journal.Event
) -> None:
    """Move units of what was agreed, of the offer, and of the need, which lacks again what is lost."""
    lines = list(lines)
    agreed = {row.pk: row for row in _agreed(lines)}
    of_request: dict[uuid.UUID, list[Step]] = {}
    for line in lines:
        row = agreed[line.agreed_line_id]
        own = of_request.setdefault(row.collaboration_id, [])
        for (source, target), quantity in steps[line.pk].items():
            if getattr(row, source) < quantity:
                raise errors.Conflict(
                    "insufficient_quantity",
                    line=ids.encode("agreed_line", row.pk),
                    value=row.term_line.title,
                    requested=quantity,
                    available=getattr(row, source),
                )
            setattr(row, source, getattr(row, source) - quantity)
            setattr(row, target, getattr(row, target) + quantity)
            if row.term_line.offer_line_id:
                own.append(Step(row.term_line.offer_line_id, source, target, quantity))
            if row.term_line.need_line_id:
                needed = "available" if target == "written_off" else target
                own.append(Step(row.term_line.need_line_id, source, needed, quantity))
    for row in agreed.values():
        row.save(update_fields=["reserved", "in_transit", "received", "written_off"])
    stock.lock({step.line for own in of_request.values() for step in own})
    for request in sorted(of_request):
        stock.move(of_request[request], event=event, collaboration=request)


def _agreed(lines: Iterable[ShipmentLine]) -> list[AgreedLine]:
    keys = [line.agreed_line_id for line in lines]
    rows = AgreedLine.objects.filter(pk__in=keys).select_related("term_line").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))
