"""Signing what was accepted: the deed is written out, each side's approver signs it, and with the second it begins."""

import datetime
import uuid

from django.db import transaction

from directory import actors, errors, journal, vocabularies
from partners import machine, papers
from partners.agreements import agreements, rendering
from partners.agreements import signing as signatures
from partners.agreements.agreements import Agreement
from partners.collaborations import guards
from partners.collaborations.collaborations import Collaboration, side_of
from partners.collaborations.terms import AgreedLine
from partners.collaborations.transitions import TABLE


def write_out(row: Collaboration, *, event: journal.Event) -> Agreement:
    """The deed of a locked one that was just accepted; its number is that of the event."""
    units = {term.code: term.id.lower() for term in vocabularies.VOCABULARIES["line_unit"]}
    granted = AgreedLine.objects.filter(collaboration=row.pk).select_related("term_line").order_by("term_line__number")
    lines = [
        {"quantity": one.quantity, "unit": units[one.term_line.unit], "title": one.term_line.title} for one in granted
    ]
    terms = guards.latest(row)
    sides = [row.initiator, row.counterparty]
    giver, receiver = sides if row.initiator_gives else sides[::-1]
    text = rendering.render(
        row.kind,
        number=event.pk.hex,
        date=papers.day(event.at),
        giver=_party(giver),
        receiver=_party(receiver),
        lines=lines,
        conditions=[terms.conditions, *_dates(terms)] if terms.conditions else _dates(terms),
    )
    return signatures.make(row.pk, revision=row.revision, kind=row.kind, text=text, event=event)


@transaction.atomic
def send_code(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> datetime.datetime:
    """Mail the code that signing needs to whoever asks, who must be able to sign. Returns until when it holds.

    Raises Missing, Forbidden, Conflict.
    """
    row = TABLE.lock(collaboration, by)
    refused = machine.refusal(TABLE, "sign", row, by=by, now=now)
    if refused is not None:
        raise refused
    return signatures.send_code(_deed(row), by=by, now=now)


@transaction.atomic
def sign(
    collaboration: uuid.UUID, *, sha256: str, code: str, by: actors.Actor, now: datetime.datetime
) -> tuple[Collaboration, bool]:
    """Sign for one's side; the request, and whether both have signed now: whoever calls it lets it begin.

    Raises Missing, Forbidden, Conflict `wrong_state`, `stale_text`, `wrong_code`, `code_locked`, `already_exists`.
    """
    row, event = machine.begin(TABLE, "sign", collaboration, by=by, now=now)
    side = side_of(row, by)
    signed = signatures.sign(_deed(row), side=side, role="approver", sha256=sha256, code=code, event=event, by=by)
    return machine.finish(row, event), len(signed) == 2


def _deed(row: Collaboration) -> Agreement:
    found = agreements.standing_of(row.pk)
    if found is None:
        raise errors.Conflict("wrong_state", value=row.status)
    return found


def _party(entry: object) -> dict[str, str]:
    region = getattr(entry, "region", None)
    return {"name": str(entry), "place": region.name if region else "Indonesia"}


def _dates(terms: object) -> list[str]:
    labels = {"starts_on": "Mulai", "ends_on": "Sampai", "needed_by": "Diperlukan paling lambat"}
    found = {name: getattr(terms, name) for name in labels}
    return [f"{labels[name]} {day.isoformat()}." for name, day in found.items() if day is not None]
