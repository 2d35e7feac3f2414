"""A person leaves every entry at once; an entry that nobody acts for any more is listed as before it was claimed."""

import datetime
import uuid

from directory import actors, errors, ids, journal
from directory.entries.entries import Entry
from partners.accounts import memberships
from partners.accounts.api_keys import ApiKey
from partners.accounts.memberships import Membership


def leave_all(user: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> list[Entry]:
    """End all memberships of a person; returns the entries that nobody is left for.

    Raises Conflict `hand_over_first`, which names the entries whose other members would be without an admin. Call it
    inside a transaction.
    """
    held = Membership.objects.current().filter(user=user).order_by("entry")
    own, orphaned, alone = [], [], []
    for entry in list(held.values_list("entry", flat=True)):  # in the order of keys, as everybody locks them
        members = memberships.locked(entry)
        row = next((one for one in members if one.user_id == user), None)
        if row is None:  # ended in the meantime
            continue
        others = [one for one in members if one.pk != row.pk]
        own.append(row)
        if not others:
            alone.append(entry)
        elif not any("admin" in one.roles and one.suspended_at is None for one in others):
            orphaned.append(entry)
    if orphaned:
        raise errors.Conflict("hand_over_first", value=", ".join(_public(orphaned)))
    for row in own:
        journal.record("membership.ended", by=by, now=now, subject=("membership", row.pk))
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    return [_unclaim(entry, by=by, now=now) for entry in alone]


def _public(keys: list[uuid.UUID]) -> list[str]:
    return [ids.encode(row.kind, row.pk) for row in Entry.objects.filter(pk__in=keys).order_by("pk")]


def _unclaim(entry: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Entry:
    """List the entry as one that nobody speaks for; its keys open nothing more."""
    row = Entry.objects.get(pk=entry)
    journal.record("entry.left", by=by, now=now, subject=(row.kind, row.pk))
    Entry.objects.filter(pk=entry).update(trust_level="listed", checked_what=[], verified_at=None)
    ApiKey.objects.filter(entry=entry, revoked_at=None).update(revoked_at=now)
    return row
