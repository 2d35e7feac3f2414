"""Claims when two entries turn out to be one: they follow to the entry that stays, and come back with an undo."""

import datetime
import uuid

from django.db.models import Q

from partners.trust import claims
from partners.trust.claims import Claim


def follow(gone: uuid.UUID, *, into: uuid.UUID, come_along: bool) -> None:
    """Take the claims of a merged entry along; the caller has locked both entries.

    Those that are open always, for they mean the same place; the one that holds it when its members `come_along` too
    and nobody holds the other. Whoever claims both keeps the claim to the entry that stays.
    """
    there = Claim.objects.filter(entry=into)
    moved = Q(status="open")
    if come_along and not there.filter(status__in=claims.HOLDING).exists():
        moved |= Q(status__in=claims.HOLDING)
    rows = Claim.objects.filter(moved, entry=gone)
    rows = rows.exclude(user__in=there.filter(status__in=claims.LIVE).values("user"))
    rows.update(entry=into, moved_from=gone)


def come_back(gone: uuid.UUID, *, since: datetime.datetime) -> None:
    """Give a merged entry its claims again; what was decided since the merge was decided about the other entry."""
    undecided = Q(decided_at=None) | Q(decided_at__lt=since)
    Claim.objects.filter(undecided, moved_from=gone).update(entry=gone, moved_from=None)
