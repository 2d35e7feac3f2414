"""Mails of what happened: one letter to a person for an entry with all that is due, written once and sent by mail.py.

They are thin, as everything that leaves the house: what happened and to what, nothing of what was written.
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from directory import actors, errors, ids
from directory.entries.entries import Entry
from partners import mail
from partners.accounts import acting
from partners.accounts.users import User
from partners.deliveries import preferences, subjects
from partners.deliveries.catalogue import EVENTS
from partners.deliveries.deliveries import Delivery

MOST_LINES = 50  # of one letter
LONGEST_TITLE = 100
PATH = "/links/unsubscribe/"


class Words(NamedTuple):
    """What a letter says beside its lines."""

    several: str  # the subject, for more than one line
    opening: str
    more: str
    where: str
    ending: str


WORDS = {
    "id": Words(
        "{count} kabar untuk {entry}",
        "Yang terjadi untuk {entry}:",
        "dan {count} lagi.",
        "Lihat semuanya: {address}",
        "Berhenti menerima surel ini (satu klik): {unsubscribe}",
    ),
    "en": Words(
        "{count} news for {entry}",
        "What happened for {entry}:",
        "and {count} more.",
        "See all of it: {address}",
        "Stop these mails (one click): {unsubscribe}",
    ),
}


def write_due(*, now: datetime.datetime) -> int:
    """Write the letters that are due; returns how many. What nobody may read or wants any more is dropped."""
    due = Delivery.objects.due(now).order_by("user", "entry").values_list("user", "entry").distinct()
    return sum(_write(user, entry, now=now) for user, entry in list(due))


@transaction.atomic
def _write(user: uuid.UUID, entry: uuid.UUID, *, now: datetime.datetime) -> bool:
    """The letter of one person for one entry. It and the note that it was written commit together."""
    due = Delivery.objects.due(now).filter(user=user, entry=entry).select_related("event").order_by("event")
    rows = list(due.select_for_update(of=("self",), skip_locked=True))
    keys = [row.pk for row in rows]
    lines = _lines(rows, user, entry)
    if not lines:
        Delivery.objects.filter(pk__in=keys).update(dropped_at=now)
        return False
    told = {row.pk for row, _ in lines}
    Delivery.objects.filter(pk__in=told).update(sent_at=now)
    Delivery.objects.filter(pk__in=set(keys) - told).update(dropped_at=now)
    choice = preferences.of(user, entry)
    _put([(title, getattr(EVENTS[row.event.type], choice.language)) for row, title in lines], choice, now=now)
    return True


def _lines(rows: Sequence[Delivery], user: uuid.UUID, entry: uuid.UUID) -> list[tuple[Delivery, str]]:
    """What the person may read of it today, and still wants by mail, each with what its object is called."""
    by = member(user, entry)
    if by is None or not by.is_confirmed or preferences.of(user, entry).mail == "never":
        return []
    told = subjects.told([row.event for row in rows], by)
    shown = [row for row in rows if row.event_id in told]
    return [(row, " ".join(told[row.event_id].title.split())[:LONGEST_TITLE]) for row in shown]


def member(user: uuid.UUID, entry: uuid.UUID, *, scopes: frozenset[str] = actors.ALL_SCOPES) -> actors.Actor | None:
    """The person as they act for the entry today; None when they do not any more."""
    person, held = User.objects.filter(pk=user, is_active=True).first(), Entry.objects.filter(pk=entry).first()
    if person is None or held is None:
        return None
    try:
        return acting.of_user(person, acting_entry=ids.encode(held.kind, held.pk), scopes=scopes)
    except errors.Forbidden:
        return None


def _put(lines: Sequence[tuple[str, str]], choice: preferences.Preference, *, now: datetime.datetime) -> None:
    words, entry = WORDS[choice.language], choice.entry.name
    unsubscribe = f"{settings.PUBLIC_URL}{PATH}{preferences.unsubscribe_token(choice.user_id, choice.entry_id)}"
    written = [f"- {title}: {sentence}" for title, sentence in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        written.append(words.more.format(count=len(lines) - MOST_LINES))
    text = "\n".join(
        (
            words.opening.format(entry=entry),
            *written,
            "",
            words.where.format(address=f"{settings.PUBLIC_URL}/account/"),
            words.ending.format(unsubscribe=unsubscribe),
            "",
        )
    )
    title, sentence = lines[0]
    subject = f"{sentence} {title}" if len(lines) == 1 else words.several.format(count=len(lines), entry=entry)
    mail.put(to=choice.user.email, subject=subject[:200], text=text, now=now, unsubscribe=unsubscribe)
