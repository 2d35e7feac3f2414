"""Freshness: who acts for an entry says now and then that it still holds; where nobody does, it is marked as stale."""

import datetime
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from directory import actors, errors, journal, permissions
from directory.entries import editing
from directory.entries.entries import Entry
from partners.accounts.memberships import Membership
from partners.trust import letters

# How long a word holds. A school and its library change with the school year, and so do the lists of publishers that
# sell to them and the offices and associations around them: a year, and five weeks in which the new one settles, or
# the mail would come in the holidays. A person's work, and the versions and prices of software, keep to no calendar.
HOLDS = {
    "school": datetime.timedelta(days=400),
    "publisher": datetime.timedelta(days=400),
    "organisation": datetime.timedelta(days=400),
    "author": datetime.timedelta(days=365),
    "vendor": datetime.timedelta(days=365),
}
ASKED_BEFORE = datetime.timedelta(days=30)


class ConfirmationAsked(models.Model):
    """When the editors of an entry were last asked whether it still holds."""

    entry = models.OneToOneField(
        "directory.Entry", on_delete=models.CASCADE, primary_key=True, related_name="confirmation_asked"
    )
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id} at {self.asked_at:%Y-%m-%d}"


@transaction.atomic
def confirm(entry: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Say that all that the entry shows still holds. Missing, Forbidden, Conflict `wrong_state`."""
    row = editing.seen(entry, by=by)
    permissions.require(permissions.RULES["confirm_entry"], by=by, entry=row.pk)
    if row.status != "active":
        raise errors.Conflict("wrong_state", value=row.status)
    journal.record("entry.confirmed", by=by, now=now, subject=(row.kind, row.pk))
    Entry.objects.filter(pk=row.pk).update(last_confirmed_at=now, is_stale=False)
    return Entry.objects.get(pk=row.pk)


def answered(asked: uuid.UUID, row: Entry) -> datetime.datetime | None:
    """When the question of the last letter was answered, or needed none any more; None while it waits.

    `asked` is the entry that the letter named, `row` the one that it is now.
    """
    at = ConfirmationAsked.objects.filter(entry=asked).values_list("asked_at", flat=True).first()
    said = row.last_confirmed_at
    return said if said and (at is None or said >= at) else None


def mark_stale(*, now: datetime.datetime) -> int:
    """Mark the entries with members whose last word is too old, and clear the mark where no member is left."""
    marked = sum(_set(key, kind, True, now=now) for kind, key in _due(now, early=datetime.timedelta(0)))
    left = Entry.objects.filter(~Exists(_members()), is_stale=True).values_list("kind", "pk")
    return marked + sum(_set(key, kind, False, now=now) for kind, key in list(left))


def ask(*, now: datetime.datetime) -> int:
    """Ask the editors of each entry whose word grows old, once in its period. Returns how many were asked of."""
    return sum(_ask(key, now=now) for kind, key in _due(now, early=ASKED_BEFORE))


def _members() -> "models.QuerySet[Membership]":
    return Membership.objects.acting().filter(entry=OuterRef("pk"))


def _with_word() -> "models.QuerySet[Any]":
    """Active entries that somebody acts for, with `since`: their last word, or else when the first began to act."""
    first = _members().order_by("created_at").values("created_at")[:1]
    return Entry.objects.filter(Exists(_members()), status="active").annotate(
        since=Coalesce("last_confirmed_at", Subquery(first)), asked_at=models.F("confirmation_asked__asked_at")
    )


def _due(now: datetime.datetime, *, early: datetime.timedelta) -> list[tuple[str, uuid.UUID]]:
    """Kind and key of entries whose word is, or in the time `early` will be, too old: those to mark, or to ask of."""
    is_over = Q(pk__in=[])
    for kind, holds in HOLDS.items():
        is_near = Q(kind=kind, since__lte=now + early - holds)
        not_asked = Q(asked_at=None) | Q(asked_at__lt=models.F("since")) | Q(asked_at__lte=now - holds)
        is_over |= is_near & not_asked if early else is_near
    rows = _with_word().filter(is_over)
    rows = rows if early else rows.filter(is_stale=False)
    return list(rows.order_by("pk").values_list("kind", "pk"))


@transaction.atomic
def _set(key: uuid.UUID, kind: str, is_stale: bool, *, now: datetime.datetime) -> bool:
    """Write the mark, unless somebody has given their word since the entry was found."""
    row = Entry.objects.select_for_update(of=("self",)).get(pk=key)
    has_spoken = row.last_confirmed_at is not None and row.last_confirmed_at > now - HOLDS[kind]
    if row.is_stale == is_stale or (is_stale and has_spoken):
        return False
    event = "entry.went_stale" if is_stale else "entry.left_alone"
    journal.record(event, by=actors.SYSTEM, now=now, subject=(kind, key))
    Entry.objects.filter(pk=key).update(is_stale=is_stale)
    return True


@transaction.atomic
def _ask(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    """Write the letters of one entry; those of another run at the same moment are seen, and none is written twice."""
    row = Entry.objects.select_for_update(of=("self",)).get(pk=key)
    word = _with_word().get(pk=key)
    if word.asked_at and word.asked_at >= word.since and word.asked_at > now - HOLDS[row.kind]:
        return False
    stale_on = max(word.since + HOLDS[row.kind], now).date()
    for user in letters.editors_of(key):
        letters.ask_to_confirm(row, user, stale_on=stale_on, now=now)
    ConfirmationAsked.objects.update_or_create(entry=row, defaults={"asked_at": now})
    return True
