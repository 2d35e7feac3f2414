"""How units move once they are agreed: what was agreed, the offer and the need together, in ledger and counters."""

import uuid
from collections.abc import Collection, Mapping

from directory import errors, ids, journal
from partners.collaborations.terms import AgreedLine
from partners.offers import stock
from partners.offers.stock import Step

# (from, to) -> how many; the places are the counters of AgreedLine.
Steps = Mapping[tuple[str, str], int]
# Where units of an offer and of a need are when those of the agreed line are given back, or written off.
_OF_OFFER = {"released": "available"}
_OF_NEED = {"released": "available", "written_off": "available"}


def move(steps: Mapping[uuid.UUID, Steps], *, event: journal.Event) -> None:
    """Move units of agreed lines, by their keys. The caller holds the locks of their requests.

    A need lacks again what is written off. Raises Conflict `insufficient_quantity`.
    """
    agreed = {row.pk: row for row in _locked(steps)}
    of_request: dict[uuid.UUID, list[Step]] = {}
    for key, row in agreed.items():
        own = of_request.setdefault(row.collaboration_id, [])
        for (source, target), quantity in steps[key].items():
            _take(row, source, target, quantity)
            if row.term_line.offer_line_id:
                own.append(Step(row.term_line.offer_line_id, source, _OF_OFFER.get(target, target), quantity))
            if row.term_line.need_line_id:
                own.append(Step(row.term_line.need_line_id, source, _OF_NEED.get(target, target), quantity))
    for row in agreed.values():
        row.save(update_fields=["reserved", "in_transit", "received", "written_off", "released"])
    stock.lock({step.line for own in of_request.values() for step in own})
    for request in sorted(of_request):
        stock.move(of_request[request], event=event, collaboration=request)


def _take(row: AgreedLine, source: str, target: str, quantity: int) -> None:
    there = getattr(row, source)
    if there < quantity:
        raise errors.Conflict(
            "insufficient_quantity",
            line=ids.encode("agreed_line", row.pk),
            value=row.term_line.title,
            requested=quantity,
            available=there,
        )
    setattr(row, source, there - quantity)
    setattr(row, target, getattr(row, target) + quantity)


def _locked(keys: Collection[uuid.UUID]) -> list[AgreedLine]:
    rows = AgreedLine.objects.filter(pk__in=list(keys)).select_related("term_line").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))
