"""Letters before an offer or need expires: one to each approver of an entry, whatever number of them it is about."""

import datetime
import itertools
from collections.abc import Sequence

from django.db import transaction

from directory import actors, ids, journal
from partners import mail
from partners.accounts.memberships import Membership
from partners.offers.proposals import LIVE, Proposal

BEFORE = datetime.timedelta(days=14)
BATCH = 500
NAMED = 20  # titles in one letter
WORDS = {"offer": "Penawaran", "need": "Kebutuhan"}


def remind(*, now: datetime.datetime) -> int:
    """Tell the approvers of what expires within 14 days, once for each term. Returns how many were told of."""
    due = Proposal.objects.filter(status__in=LIVE, reminded_at=None, expires_at__gt=now, expires_at__lte=now + BEFORE)
    found = due.order_by("entry", "expires_at", "pk").values_list("entry", "pk")[:BATCH]
    by_entry = itertools.groupby(found, key=lambda one: one[0])
    return sum(_of_entry([key for _, key in rows], now=now) for _, rows in by_entry)


@transaction.atomic
def _of_entry(keys: Sequence[object], *, now: datetime.datetime) -> int:
    """Note and tell of those of one entry that are still to be told of under the lock."""
    due = Proposal.objects.filter(pk__in=keys, status__in=LIVE, reminded_at=None, expires_at__lte=now + BEFORE)
    rows = list(due.select_related("entry").order_by("pk").select_for_update(of=("self",), no_key=True))
    if not rows:
        return 0
    for row in rows:
        journal.record(f"{row.direction}.expires_soon", by=actors.SYSTEM, now=now, subject=(row.direction, row.pk))
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    members = Membership.objects.acting().filter(entry=rows[0].entry_id).in_one_of(["approver"])
    for member in members.select_related("user").order_by("pk"):
        subject = f"Segera berakhir: {rows[0].entry.name}"
        mail.put(to=member.user.email, subject=subject, text=_text(rows), now=now, entry=rows[0].entry_id)
    return len(rows)


def _text(rows: Sequence[Proposal]) -> str:
    shown = sorted(rows, key=lambda row: (row.expires_key, row.pk))[:NAMED]
    lines = [
        f"- {WORDS[row.direction]} {row.title} ({ids.encode(row.direction, row.pk)}): {row.expires_at:%d-%m-%Y}"
        for row in shown
    ]
    more = [f"- dan {len(rows) - len(shown)} lainnya"] if len(rows) > len(shown) else []
    told = [f"Yang berikut dari {rows[0].entry.name} segera berakhir:", "", *lines, *more, ""]
    told += ["Perpanjanglah bila masih berlaku. Yang sudah dijanjikan tetap berlaku walau berakhir.", ""]
    return "\n".join(told)
