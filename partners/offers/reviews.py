"""Offers and needs that wait for a moderator, as the one list of what waits takes them."""

from typing import Any

from django.db.models import F, QuerySet

from directory import actors
from directory.entries.entries import Entry
from partners import wording
from partners.offers import reading
from partners.offers.proposals import Proposal
from partners.trust import waiting


def _waiting(by: actors.Actor) -> QuerySet[Any]:
    """Of both directions, without those of the moderator's own entries: nobody decides about their own."""
    rows = Proposal.objects.visible_to(by).filter(status="in_review").exclude(entry__in=reading.own_entries(by))
    return rows.select_related("entry__region")


def _told(row: Proposal) -> tuple[str, str, Entry, str]:
    kind = wording.term("collaboration_kind", row.kind).id.lower()
    opens = f"terbuka sendiri {row.review_due_at:%d-%m-%Y}" if row.review_due_at else "tetap menunggu"
    return row.title, f"{kind}, {row.entry.name}", row.entry, opens


KINDS = {
    "offer": waiting.Kind(
        "Penawaran", lambda by: _waiting(by).filter(direction="offer"), F("review_due_at"), "updated_at", _told
    ),
    "need": waiting.Kind(
        "Kebutuhan", lambda by: _waiting(by).filter(direction="need"), F("review_due_at"), "updated_at", _told
    ),
}
