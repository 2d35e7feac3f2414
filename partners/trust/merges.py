"""Merges as moderators make them: the entry's rows and who acts for it, in one transaction, and undone alike."""

import datetime
import uuid
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction

from directory import actors, errors, ids
from directory.entries import duplicates, merging, splitting
from directory.entries.entries import Entry
from directory.entries.filling import Line
from partners import mail
from partners.accounts import memberships
from partners.accounts.memberships import Membership
from partners.trust import case_merges, claims, following
from partners.trust.claims import Claim

# Whose right to act was checked. Those of a provisional entry might have made it to come into the other one.
CHECKED = ("claimed", "verified")
UNDECIDED = ("provisional", "suspended")


class MergedMembership(models.Model):
    """One membership that a merge ended in the entry that is gone, and what it became in the one that stays."""

    id = models.BigAutoField(primary_key=True)
    event = models.UUIDField(db_index=True)  # of the merge
    before = models.ForeignKey("partners.Membership", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("partners.Membership", on_delete=models.PROTECT, related_name="+")
    roles_before = ArrayField(models.CharField(max_length=10), null=True)  # of `after`; null: the merge made it
    roles_after = ArrayField(models.CharField(max_length=10))

    def __str__(self) -> str:
        return f"{self.before_id} became {self.after_id}"


@transaction.atomic
def merge(
    gone: uuid.UUID, *, into: uuid.UUID, by: actors.Actor, now: datetime.datetime, reason: str = ""
) -> merging.Result:
    """As `merging.merge`. Members come along when a claim of theirs was checked, or where nobody acts for `into` yet.

    Claims, suggestions and flags that nobody has decided follow, pairs with third entries, requests and shipments; with
    the members offers, needs and blocks, too (see following.py). The members of the entry that is gone are told by
    mail. Its keys open nothing any more: no key changes hands. Also Conflict `undecided_claim` where checked members
    would come into an entry that is held by a claim nobody has decided.
    """
    loser, survivor = merging.pair(gone, into, by=by)
    is_free = survivor.trust_level == "listed" and not _is_held(survivor)
    come_along = is_free or loser.trust_level in CHECKED
    if come_along and not is_free and Claim.objects.filter(entry=into, status__in=UNDECIDED).exists():
        raise errors.Conflict("undecided_claim")
    result = merging.merge(gone, into=into, by=by, now=now, reason=reason, brings_trust=come_along)
    held, leaving = memberships.locked(into), memberships.locked(gone)
    if come_along:
        _as_if_alone(held, leaving)
    for member in leaving:
        result.lines.append(Line("member", "moved" if come_along else "left", _shown(member)))
        if come_along:
            _move(member, held, into=into, event=result.event, now=now)
        _tell(member, result, come_along=come_along, now=now)
    case_merges.follow(gone, into=result.entry, come_along=come_along, merge=result.event, now=now)
    result.lines.extend(following.follow(following.Merge(gone, into, result.event, come_along, by, now)))
    return result


def _as_if_alone(held: list[Membership], leaving: list[Membership]) -> None:
    """Whoever was alone, here or there, did everything, and goes on doing it beside the others."""
    for members in (held, leaving):
        if len(members) == 1 and held and leaving:
            members[0].roles = list(memberships.ROLES)
            members[0].save(update_fields=["roles"])


def _is_held(row: Entry) -> bool:
    """Whether somebody acts for the entry, or holds it by a claim."""
    is_claimed = Claim.objects.filter(entry=row, status__in=claims.HOLDING).exists()
    return is_claimed or Membership.objects.current().filter(entry=row).exists()


def _shown(member: Membership) -> str:
    """By id and roles: the address of a member is nobody else's."""
    return f"{ids.encode('user', member.user_id)} {', '.join(member.roles)}"


def _move(
    member: Membership, held: list[Membership], *, into: uuid.UUID, event: uuid.UUID, now: datetime.datetime
) -> None:
    after = next((one for one in held if one.user_id == member.user_id), None)
    before = list(after.roles) if after else None
    roles = [role for role in memberships.ROLES if role in {*member.roles, *(before or ())}]
    if after is None:
        after = Membership.objects.create(
            user_id=member.user_id, entry_id=into, roles=roles, created_at=now, suspended_at=member.suspended_at
        )
    else:
        after.roles = roles
        after.save(update_fields=["roles"])
    member.ended_at = now
    member.save(update_fields=["ended_at"])
    MergedMembership.objects.create(event=event, before=member, after=after, roles_before=before, roles_after=roles)


def _tell(member: Membership, result: merging.Result, *, come_along: bool, now: datetime.datetime) -> None:
    what = (
        "Anda tetap bertindak, kini untuk entri itu."
        if come_along
        else "Untuk bertindak bagi entri itu, ajukan klaim atas entri tersebut."
    )
    mail.put(
        to=member.user.email,
        subject=f"Digabung: {result.other.name}",
        text=(
            f"Moderator menggabungkan entri {result.other.name} ke dalam {result.entry.name}"
            f" ({ids.encode(result.entry.kind, result.entry.pk)}).\n{what}\n"
            "Bila ini keliru, balas surel ini: penggabungan dapat dibatalkan.\n"
        ),
        now=now,
        entry=result.entry.pk,
    )


@transaction.atomic
def unmerge(gone: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> merging.Result:
    """As `merging.unmerge`; members are again what they were. Also refused where they have changed since."""
    merging.permitted(gone, by=by)
    event, _ = merging.merge_of(gone)
    result = merging.unmerge(gone, by=by, now=now, reason=reason)
    memberships.locked(result.entry.pk)
    case_merges.come_back(gone, merged_at=event.at, now=now)
    following.come_back(gone, into=result.entry.pk, event=event.pk)
    rows = list(MergedMembership.objects.filter(event=event.pk).select_related("before", "after").order_by("pk"))
    merging.refuse([errors.Conflict("changed_since", value=_shown(row.after)) for row in rows if _is_overtaken(row)])
    for row in rows:
        if row.roles_before is None:
            row.after.ended_at = now
        else:
            row.after.roles = row.roles_before
        row.after.save(update_fields=["roles", "ended_at"])
        row.before.ended_at = None
        row.before.save(update_fields=["ended_at"])
        result.lines.append(Line("member", "restored", _shown(row.before)))
    return result


def _is_overtaken(row: MergedMembership) -> bool:
    return row.after.ended_at is not None or row.after.roles != row.roles_after


@transaction.atomic
def split(
    source: uuid.UUID,
    *,
    name: str,
    by: actors.Actor,
    now: datetime.datetime,
    installations: Collection[uuid.UUID] = (),
    **chosen: Any,
) -> merging.Result:
    """As `splitting.split`; who acts for the entry and what waits about it stays, but for what is said of that use."""
    result = splitting.split(source, name=name, by=by, now=now, installations=installations, **chosen)
    case_merges.part(source, made=result.other.pk, installations=[*installations])
    return result


@transaction.atomic
def unsplit(made: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> merging.Result:
    """As `splitting.unsplit`; refused where somebody acts for the new entry: merge the two instead.

    What waits about the new entry follows to the first one.
    """
    result = splitting.unsplit(made, by=by, now=now, reason=reason)
    merging.refuse([errors.Conflict("changed_since", value=_shown(row)) for row in memberships.locked(made)])
    duplicates.close_of(made, by_merge=result.event, now=now, pair=result.entry.pk)
    case_merges.follow(made, into=result.entry, come_along=False, merge=result.event, now=now)
    return result
