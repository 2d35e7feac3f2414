"""What a claim gives and takes: the right to act for the entry, and the badge that says what was checked."""

import datetime
from collections.abc import Collection

from directory import actors, journal, vocabularies
from directory.entries.entries import Entry
from partners.accounts import memberships
from partners.accounts.api_keys import ApiKey
from partners.accounts.invitations import Invitation
from partners.trust import evidence
from partners.trust.claims import Claim


def give(claim: Claim, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Let the claimant act for the entry; what was suspended with the claim works again."""
    memberships.Membership.objects.current().filter(entry=claim.entry_id).update(suspended_at=None)
    memberships.begin(user=claim.user_id, entry=claim.entry_id, roles=claim.roles, by=by, now=now)


def suspend(claim: Claim, *, now: datetime.datetime) -> None:
    """Stop everybody who came to the entry by this claim; keys and invitations they made end."""
    memberships.Membership.objects.current().filter(entry=claim.entry_id).update(suspended_at=now)
    ApiKey.objects.filter(entry=claim.entry_id, revoked_at=None).update(revoked_at=now)
    Invitation.objects.open(now).filter(entry=claim.entry_id).update(withdrawn_at=now)


def take(claim: Claim, *, by: actors.Actor, now: datetime.datetime) -> None:
    """End what an undecided claim gave: its claimant's membership, and everybody's who came by it."""
    suspend(claim, now=now)
    journal.record("membership.ended", by=by, now=now, subject=("entry", claim.entry_id))
    memberships.Membership.objects.current().filter(entry=claim.entry_id).update(ended_at=now)


def take_over(claim: Claim, *, by: actors.Actor, now: datetime.datetime) -> None:
    """End what a claim once accepted gave its claimant alone: whom they admitted since stays."""
    journal.record("membership.ended", by=by, now=now, subject=("entry", claim.entry_id))
    memberships.Membership.objects.current().filter(entry=claim.entry_id, user=claim.user_id).update(ended_at=now)
    ApiKey.objects.filter(entry=claim.entry_id, user=claim.user_id, revoked_at=None).update(revoked_at=now)
    sent = Invitation.objects.open(now).filter(entry=claim.entry_id, invited_by=claim.user_id)
    sent.update(withdrawn_at=now)


def badge(claim: Claim, level: str, checked: Collection[str], *, by: actors.Actor, now: datetime.datetime) -> None:
    """Say on the entry how far it can be trusted, and what was checked now; nothing checked has no date."""
    entry = Entry.objects.get(pk=claim.entry_id)
    codes = [code for code in vocabularies.codes("checked") if code in checked]
    values = {"trust_level": level, "checked_what": codes, "verified_at": now if codes else None}
    if all(getattr(entry, name) == value for name, value in values.items()):
        return
    journal.record(
        "entry.trust_changed",
        by=by,
        now=now,
        subject=(entry.kind, entry.pk),
        status_before=entry.trust_level,
        status_after=level,
    )
    Entry.objects.filter(pk=entry.pk).update(**values)


def level_of(checked: Collection[str]) -> str:
    """How far an accepted claim can be trusted, by what was checked."""
    return "verified" if evidence.VERIFYING.intersection(checked) else "claimed"
