"""Requests that are agreed already, for tests of what comes after."""

import datetime
from types import SimpleNamespace
from typing import Any

from directory import clock
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import AgreedLine, TermLine, Terms
from partners.models import Line, Proposal
from partners.offers import moves, stock, writing
from tests import factories, people


def verified(kind: str, **fields: Any) -> Any:
    """An entry of which everything was checked."""
    entry = factories.entry(kind, **fields)
    with factories.recorded():
        type(entry).objects.filter(pk=entry.pk).update(trust_level="verified", verified_at=clock.now())
    entry.refresh_from_db()
    return entry


def opened(
    entry: Any, *quantities: int, direction: str = "offer", kind: str = "book_donation", unit: str = "copy"
) -> Proposal:
    """An open offer or need of an entry, with a line for each quantity."""
    by = people.actor(people.member(entry), entry)
    lines = [
        {"title": f"Judul {number}", "quantity": quantity, "unit": unit, "unit_value": 25_000}
        for number, quantity in enumerate(quantities, start=1)
    ]
    values = {"kind": kind, "title": "Buku bacaan", "lines": lines}
    row = writing.create(direction, values, entry=entry.pk, by=by, now=clock.now())
    return moves.publish(direction, row.pk, by=by, now=clock.now())


def donation(
    *quantities: int, now: datetime.datetime | None = None, kind: str = "book_donation", unit: str = "copy"
) -> SimpleNamespace:
    """A school's request to a publisher's offer of that many units a line, accepted whole and active."""
    now = now or clock.now()
    giver, receiver = verified("publisher"), verified("school")
    offer = opened(giver, *quantities, kind=kind, unit=unit)
    need = opened(receiver, *quantities, direction="need", kind=kind, unit=unit)
    row = Collaboration.objects.create(
        initiator=receiver,
        counterparty=giver,
        proposal=offer,
        kind=kind,
        initiator_gives=False,
        subject=offer.title,
        status="active",
        revision=1,
        accepted_revision=1,
        created_at=now,
        updated_at=now,
        submitted_at=now,
        accepted_at=now,
        activated_at=now,
    )
    with factories.recorded("collaboration.accepted", subject=("collaboration", row.pk)) as event:
        terms = Terms.objects.create(collaboration=row, number=1, side="initiator", event=event, created_at=now)
        pairs = zip(_lines(offer), _lines(need), strict=True)
        for number, (offered, needed) in enumerate(pairs, start=1):
            line = TermLine.objects.create(
                terms=terms,
                number=number,
                offer_line=offered,
                need_line=needed,
                title=offered.title,
                unit=offered.unit,
                quantity=offered.total,
                min_quantity=1,
            )
            AgreedLine.objects.create(collaboration=row, term_line=line, quantity=offered.total, reserved=offered.total)
        steps = [stock.Step(line.pk, "available", "reserved", line.total) for line in (*_lines(offer), *_lines(need))]
        stock.move(steps, event=event, collaboration=row.pk)
    return SimpleNamespace(
        row=row,
        giver=giver,
        receiver=receiver,
        offer=offer,
        need=need,
        agreed=list(row.agreed_lines.order_by("term_line__number")),
        sends=people.actor(people.member(giver), giver),
        counts=people.actor(people.member(receiver), receiver),
    )


def _lines(proposal: Proposal) -> list[Line]:
    return list(proposal.lines.order_by("position"))
