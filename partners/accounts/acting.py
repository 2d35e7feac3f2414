"""From a credential to the Actor it stands for; every flag that can end a right is read anew for each request."""

import datetime
import uuid
from typing import TYPE_CHECKING

from directory import actors, errors, ids
from directory.entries import entries
from partners.accounts import api_keys, memberships
from partners.accounts.memberships import Membership
from partners.accounts.moderators import Moderator

if TYPE_CHECKING:
    from partners.accounts.users import User

KEY_ROLES = frozenset({"viewer", "editor", "approver", "receiver"})  # members and keys are a person's business


def of_key(text: str, *, acting_entry: str = "", now: datetime.datetime) -> actors.Actor | None:
    """The actor of a key's text, None when it opens nothing; `acting_entry` is the public id that the caller names.

    Raises Forbidden `not_a_member` for an entry that the caller cannot act for.
    """
    key = api_keys.opened_by(text, now=now)
    if key is None:
        return None
    if key.kind == "personal":
        return of_user(key.user, acting_entry=acting_entry, scopes=frozenset(key.scopes))
    reference = ids.encode("api_key", key.pk)
    scopes = frozenset(key.scopes)
    if key.kind == "developer":
        if acting_entry:
            raise errors.Forbidden("not_a_member")
        return actors.Actor(kind="developer", reference=reference, scopes=scopes, is_confirmed=True)
    if key.entry is None or key.entry.status not in entries.SEEN:
        return None
    if acting_entry and acting_entry != ids.encode(key.entry.kind, key.entry.pk):
        raise errors.Forbidden("not_a_member")
    return actors.Actor(
        kind="api_key",
        reference=reference,
        is_confirmed=True,
        acting_entry=key.entry_id,
        roles=KEY_ROLES,
        is_provisional=key.entry.trust_level == "provisional",
        scopes=scopes,
    )


def of_user(user: "User", *, acting_entry: str = "", scopes: frozenset[str] = actors.ALL_SCOPES) -> actors.Actor:
    """The actor of a person, for the entry named, or for the only one there is; with several and none named, for none.

    Raises Forbidden `not_a_member` for an entry that the person cannot act for.
    """
    members = list(Membership.objects.acting().filter(user=user).select_related("entry")[:MOST_ENTRIES])
    member = _chosen(members, acting_entry)
    return actors.Actor(
        kind="user",
        reference=ids.encode("user", user.pk),
        user=user.pk,
        is_confirmed=user.confirmed_at is not None,
        acting_entry=member.entry_id if member else None,
        roles=memberships.effective(member) if member else frozenset(),
        is_provisional=member is not None and member.entry.trust_level == "provisional",
        scopes=scopes,
        regions=Moderator.objects.regions_of(user.pk) if user.is_active else (),
    )


MOST_ENTRIES = 200


def _chosen(members: list[Membership], acting_entry: str) -> Membership | None:
    if not acting_entry:
        return members[0] if len(members) == 1 else None
    for member in members:
        if ids.encode(member.entry.kind, member.entry_id) == acting_entry:
            return member
    raise errors.Forbidden("not_a_member")


def entry_needed(by: actors.Actor) -> uuid.UUID:
    """The entry acted for; Invalid `acting_entry_required` when the caller has several, or none, and says not which.

    Raises Forbidden `sign_in_needed` for who is nobody yet.
    """
    if by.kind == "anonymous":
        raise errors.Forbidden("sign_in_needed")
    if by.acting_entry is None:
        raise errors.Invalid("acting_entry_required")
    return by.acting_entry
