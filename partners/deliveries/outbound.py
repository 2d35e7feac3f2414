"""Mails of what happened: one letter to a person for an entry with all that is due, written once and sent by mail.py.

They are thin, as everything that leaves the house: what happened and to what, nothing of what was written.
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

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
ALL = "/account/entries/{}/requests/"


class Line(NamedTuple):
    """What happened to one thing, and where it is read."""

    title: str
    sentence: str
    page: str


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
        "Semua permintaan: {address}",
        "Berhenti menerima surel ini (satu klik): {unsubscribe}",
    ),
    "en": Words(
        "{count} news for {entry}",
        "What happened for {entry}:",
        "and {count} more.",
        "All requests: {address}",
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
    told = {row.pk for row, *_ in lines}
    Delivery.objects.filter(pk__in=told).update(sent_at=now)
    Delivery.objects.filter(pk__in=set(keys) - told).update(dropped_at=now)
    choice = preferences.of(user, entry)
    public = ids.encode(choice.entry.kind, entry)
    said = []
    for row, title, about in lines:
        sentence = getattr(EVENTS[row.event.type], choice.language)
        said.append(Line(title, sentence, subjects.page(row.event.subject_type, about, public)))
    _put(said, choice, now=now)
    return True


def _lines(rows: Sequence[Delivery], user: uuid.UUID, entry: uuid.UUID) -> list[tuple[Delivery, str, Any]]:
    """What the person may read of it today, and still wants by mail, each with its object and what that is called."""
    by = member(user, entry)
    if by is None or not by.is_confirmed or preferences.of(user, entry).mail == "never":
        return []
    told = subjects.told([row.event for row in rows], by)
    shown = [row for row in rows if row.event_id in told]
    found = [(row, told[row.event_id]) for row in shown]
    return [(row, " ".join(subject.title.split())[:LONGEST_TITLE], subject.row) for row, subject in found]


def member(user: uuid.UUID, entry: uuid.UUID, *, scopes: frozenset[str] = actors.ALL_SCOPES) -> actors.Actor | None:
    """The person as they act for the entry today; None when they do not any more."""
    person, held = User.objects.filter(pk=user, is_active=True).first(), Entry.objects.filter(pk=entry).first()
    if person is None or held is None:
        return None
    try:
        return acting.of_user(person, acting_entry=ids.encode(held.kind, held.pk), scopes=scopes)
    except errors.Forbidden:
        return None


def _put(lines: Sequence[Line], choice: preferences.Preference, *, now: datetime.datetime) -> None:
    words, entry = WORDS[choice.language], choice.entry.name
    public = ids.encode(choice.entry.kind, choice.entry_id)
    unsubscribe = f"{settings.PUBLIC_URL}{PATH}{preferences.unsubscribe_token(choice.user_id, choice.entry_id)}"
    written = [f"- {one.title}: {one.sentence}\n  {settings.PUBLIC_URL}{one.page}" for one in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        written.append(words.more.format(count=len(lines) - MOST_LINES))
    text = "\n".join(
        (
            words.opening.format(entry=entry),
            *written,
            "",
            words.where.format(address=f"{settings.PUBLIC_URL}{ALL.format(public)}"),
            words.ending.format(unsubscribe=unsubscribe),
            "",
        )
    )
    first = f"{lines[0].sentence} {lines[0].title}"
    subject = first if len(lines) == 1 else words.several.format(count=len(lines), entry=entry)
    mail.put(
        to=choice.user.email,
        subject=subject[:200],
        text=text,
        now=now,
        entry=choice.entry_id,
        unsubscribe=unsubscribe,
    )
