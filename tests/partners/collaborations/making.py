"""Collaboration requests for tests that need one in some state, without the steps that lead there."""

from typing import Any

from django.db import transaction

from directory import actors, clock, journal
from directory.models import Entry
from partners.collaborations import collaborations
from partners.models import Collaboration, TermLine, Terms, User
from tests import factories, people

ANSWERED = ("accepted", "active", "closed")


def sides() -> tuple[Entry, Entry]:
    """A school that asks and a publisher that is asked."""
    return factories.entry(name="SD Asal"), factories.entry("publisher", name="Penerbit Tujuan")


def collaboration(
    initiator: Entry,
    counterparty: Entry,
    status: str = "pending",
    *,
    by: actors.Actor | None = None,
    message: str = "",
    line: str = "",
    unit: str = "copy",
    **fields: Any,
) -> Collaboration:
    """A request in a status, with the event that led there, made by `by`; its terms with a message and a line."""
    with transaction.atomic():
        made = Collaboration(
            initiator=initiator,
            counterparty=counterparty,
            kind="book_donation",
            initiator_gives=False,
            subject=fields.pop("subject", "Hibah buku bacaan"),
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        _lead_to(made, status)
        for name, value in fields.items():
            setattr(made, name, value)
        made.save(force_insert=True)
        made.refresh_from_db()
        event = _event(made, by or factories.TESTER, before="" if status in ("draft", "pending") else "pending")
        if made.revision:
            terms = Terms.objects.create(
                collaboration=made, number=1, side="initiator", message=message, event=event, created_at=event.at
            )
            if line:
                TermLine.objects.create(terms=terms, number=1, title=line, unit=unit, quantity=2, min_quantity=1)
    return made


def move(row: Collaboration, status: str, *, by: actors.Actor) -> journal.Event:
    """Take a request to another status."""
    with transaction.atomic():
        before, row.status = row.status, status
        _lead_to(row, status)
        row.version, row.updated_at = row.version + 1, clock.now()
        event = _event(row, by, before=before)
        row.save()
    return event


def _lead_to(row: Collaboration, status: str) -> None:
    row.status = status
    row.awaiting = "counterparty" if status == "pending" else "none"
    row.revision = 1
    row.accepted_revision = 1 if status in ANSWERED else None
    row.ended_at = clock.now() if status in collaborations.DECIDED else None
    row.outcome = "full" if status == "closed" else ""


def _event(row: Collaboration, by: actors.Actor, *, before: str) -> journal.Event:
    step = {"draft": "drafted", "pending": "submitted", "active": "activated", "closed": "settled"}
    return journal.record(
        f"collaboration.{step.get(row.status, row.status)}",
        by=by,
        now=clock.now(),
        subject=("collaboration", row.pk),
        status_before=before,
        status_after=row.status,
    )


class Two:
    """Two sides with a person each, their clients, and a request between them."""

    def __init__(self, status: str = "pending", **fields: Any) -> None:
        self.school, self.publisher = sides()
        self.asker: User = people.member(self.school)
        self.asked: User = people.member(self.publisher)
        decider = self.asked if status in ("declined", "accepted") else self.asker
        by = people.actor(decider, self.publisher if decider is self.asked else self.school)
        self.row = collaboration(self.school, self.publisher, status, by=by, **fields)
        self.as_asker = people.as_person(self.asker, acting_for=self.school)
        self.as_asked = people.as_person(self.asked, acting_for=self.publisher)

    def by_asker(self) -> actors.Actor:
        """Who asks."""
        return people.actor(self.asker, self.school)

    def by_asked(self) -> actors.Actor:
        """Who is asked."""
        return people.actor(self.asked, self.publisher)
