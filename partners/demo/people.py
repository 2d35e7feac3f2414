"""Who acts in the demo: a person for each partner that does something, and three who can sign in."""

import datetime
import uuid
from typing import Any

from directory import actors, journal
from directory.entries.entries import Entry
from partners.accounts import acting, memberships, moderators
from partners.accounts.users import User

PASSWORD = "pustaka-demo"  # noqa: S105 - of made-up people, in a database that only the demo has
PUBLISHER, TEACHER = "penerbit@demo.example", "guru@demo.example"
NEIGHBOUR, MODERATOR = "tetangga@demo.example", "moderator@demo.example"  # a teacher of the next school


def verify(entries: list[Entry], *, by: actors.Actor, now: datetime.datetime) -> None:
    """Mark the demo's partners as verified, so that what they offer is open at once."""
    journal.record("demo.verified", by=by, now=now)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        trust_level="verified", verified_at=now, checked_what=["moderator"]
    )


def member(entry: Entry, *, by: actors.Actor, now: datetime.datetime, email: str = "") -> actors.Actor:
    """Somebody who does everything for an entry, and acts for it from now on; with `email` they can sign in."""
    address = email or f"{uuid.uuid5(uuid.NAMESPACE_URL, str(entry.pk)).hex[:12]}@demo.example"
    person = User.objects.create_user(address, PASSWORD if email else None)
    User.objects.filter(pk=person.pk).update(name=f"Penanggung jawab {entry.name}"[:200], confirmed_at=now)
    memberships.begin(user=person.pk, entry=entry.pk, roles=memberships.ROLES, by=by, now=now)
    return acting.of_user(User.objects.get(pk=person.pk))


def moderator(*, by: actors.Actor, now: datetime.datetime) -> Any:
    """A moderator of the country who can sign in."""
    person = User.objects.create_user(MODERATOR, PASSWORD)
    User.objects.filter(pk=person.pk).update(name="Moderator demo", confirmed_at=now)
    return moderators.appoint(MODERATOR, by=by, now=now)
