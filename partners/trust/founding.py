"""Entries that people bring into the directory themselves: whoever makes one is its first member."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from directory import actors, errors
from directory.entries import editing
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from partners.accounts import memberships
from partners.trust import claim_moves


@transaction.atomic
def found(kind: str, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Make an entry and act for it from now on, visibly provisional until a moderator has decided the claim to it.

    Raises what `editing.create` raises.
    """
    row = editing.create(kind, values, by=by, now=now)
    if by.user is None or by.is_moderator:  # who lists others does not become one of them
        return row
    Entry.objects.filter(pk=row.pk).update(trust_level="provisional")
    memberships.begin(user=by.user, entry=row.pk, roles=memberships.ALL_ROLES, by=by, now=now)
    claim_moves.open_founded(row.pk, by=by, now=now)
    return Entry.objects.get(pk=row.pk)


@transaction.atomic
def put(
    scheme: str,
    value: str,
    kind: str,
    values: Mapping[str, Any],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> tuple[Entry, bool]:
    """Make the entry of an identifier, or change it; whether it was made. As `found` and `editing.change`.

    The same values again change nothing. An identifier of a kind other than `kind` is Conflict `wrong_kind`.
    """
    held = Identifier.objects.filter(scheme=scheme, value=value, retired_at=None).select_related("entry").first()
    if held is None:
        named = [*values.get("identifiers", ()), {"scheme": scheme, "value": value}]
        unique = {(one["scheme"], one["value"]): one for one in named}
        return found(kind, {**values, "identifiers": list(unique.values())}, by=by, now=now), True
    row = editing.seen(held.entry_id, by=by)
    if row.kind != kind:
        raise errors.Conflict("wrong_kind", value=row.kind)
    return editing.change(row.pk, values, version=version, by=by, now=now), False
