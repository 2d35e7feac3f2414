"""A person erased from every room: what they started ends first, by the rules of its room, then the account goes."""

import dataclasses
import datetime
import uuid

from django.db import transaction

from directory import actors, errors, ids
from partners.accounts import privacy
from partners.trust import claim_moves, claims
from partners.trust.claims import Claim
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion


def erase(
    user: uuid.UUID,
    *,
    entry: str = "keep",
    confirmation: str = "",
    dry_run: bool = False,
    by: actors.Actor,
    now: datetime.datetime,
) -> privacy.Report:
    """As `privacy.erase`, with the claims that nobody has decided taken back; with `dry_run` nothing is kept."""
    if by.kind != "command" and by.user != user:
        raise errors.Missing("not_found")
    with transaction.atomic():
        live = Claim.objects.filter(user=user, status__in=claims.LIVE).order_by("pk")
        for claim in list(live.values_list("pk", flat=True)):
            _end(claim, by=by, now=now)
        report = privacy.erase(user, entry=entry, confirmation=confirmation, dry_run=dry_run, by=by, now=now)
        for public in report.hidden:
            _forget_sayings(ids.decode(public)[1])
        if dry_run:
            transaction.set_rollback(True)
    return report


def _forget_sayings(entry: uuid.UUID) -> None:
    """What others proposed and said about an author's entry that is empty now."""
    Suggestion.objects.filter(entry=entry).delete()
    Flag.objects.filter(entry=entry).update(note="", answer="")


def _end(claim: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Take the claim back; the operator, who is not the claimant, declines it."""
    if by.kind == "command":
        claim_moves.decline(claim, reason="", by=by, now=now)
    else:  # whoever may erase everything needs no further scope for a part of it
        claim_moves.withdraw(claim, by=dataclasses.replace(by, scopes=actors.ALL_SCOPES), now=now)
