"""What waits about an entry that is merged: it follows to the entry that stays or is closed; an undo brings it back."""

import datetime
import uuid

from django.db.models import Q

from directory import actors, ids, journal
from directory.entries import duplicates, members
from directory.entries.entries import Entry
from partners import machine
from partners.trust import claim_letters, claims, flags, suggestions
from partners.trust.claim_table import TABLE
from partners.trust.claims import Claim
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

SAID_ALREADY = "Entri digabung, dan entri yang tinggal sudah menyatakan ini."
CLAIMED_ALREADY = "Entri digabung. Klaim Anda atas entri yang tinggal tetap berjalan."
FLAGGED_ALREADY = "Entri digabung. Laporan Anda tentang entri yang tinggal tetap ada."


def follow(gone: uuid.UUID, *, into: Entry, come_along: bool, merge: uuid.UUID, now: datetime.datetime) -> None:
    """Take along what waits about a merged entry; the caller has locked both entries, and `now` is when they merged.

    Of what nobody has decided all that still makes sense; the claim that holds the entry when its members
    `come_along` too and nobody holds the other. What does not is closed, and those who wait for it are told.
    """
    _claims(gone, into=into.pk, come_along=come_along, now=now)
    for row in Suggestion.objects.open().filter(entry=gone).select_for_update(of=("self",)).order_by("pk"):
        _suggestion(row, gone=gone, into=into, now=now)
    for flag in Flag.objects.open().filter(entry=gone).select_for_update().order_by("pk"):
        _flag(flag, gone=gone, into=into.pk, now=now)
    duplicates.hand_over(gone, into=into.pk, by_merge=merge, now=now)


def come_back(gone: uuid.UUID, *, merged_at: datetime.datetime, now: datetime.datetime) -> None:
    """Give a merged entry what followed, and open again what the merge closed.

    What was decided since was decided about the other entry, and stays there.
    """
    undecided = Q(decided_at=None) | Q(decided_at__lt=merged_at)
    Claim.objects.filter(undecided, moved_from=gone).update(entry=gone, moved_from=None)
    # Whose time came while the entry was gone is answered for once it is back.
    Claim.objects.filter(entry=gone, due_at__lt=now).update(due_at=now + claims.UNANSWERED)
    Flag.objects.filter(moved_from=gone, status="open", subject_type__in=ids.ENTRIES).update(subject_id=gone)
    open_again = {"status": "open", "decided_at": None}
    closed = {"claim": Claim, "suggestion": Suggestion, "flag": Flag}
    empty = {
        "claim": {"due_at": now + claims.LAPSES, "reason": ""},
        "suggestion": {"decided_by": None, "decline_reason": "", "note": ""},
        "flag": {"decided_by": None, "answer": ""},
    }
    for name, model in closed.items():
        for row in model.objects.filter(moved_from=gone, decided_at=merged_at):  # type: ignore[attr-defined]
            journal.record(
                f"{name}.reopened",
                by=actors.SYSTEM,
                now=now,
                subject=(name, row.pk),
                status_before=row.status,
                status_after="open",
            )
            model.objects.filter(pk=row.pk).update(  # type: ignore[attr-defined, arg-type]
                **open_again, **empty[name], version=row.version + 1, updated_at=now
            )
    for model in (Suggestion, Flag):
        model.objects.filter(moved_from=gone, status="open").update(entry=gone, moved_from=None)
    Claim.objects.filter(moved_from=gone, status="open", entry=gone).update(moved_from=None)


def part(source: uuid.UUID, *, made: uuid.UUID, installations: list[uuid.UUID]) -> None:
    """Let what is said against statements of use go with them to the entry that a split made; all else stays."""
    about = Flag.objects.open().filter(entry=source, subject_type="installation", subject_id__in=installations)
    about.update(entry=made)


def _claims(gone: uuid.UUID, *, into: uuid.UUID, come_along: bool, now: datetime.datetime) -> None:
    there = Claim.objects.filter(entry=into)
    moved = Q(status="open")
    if come_along and not there.filter(status__in=claims.HOLDING).exists():
        moved |= Q(status__in=claims.HOLDING)
    rows = Claim.objects.filter(moved, entry=gone)
    rows.exclude(user__in=there.filter(status__in=claims.LIVE).values("user")).update(entry=into, moved_from=gone)
    twice = Claim.objects.told_to(actors.SYSTEM).filter(entry=gone, status="open").select_related("entry", "user")
    for row in twice.order_by("pk"):
        _, event = machine.step(TABLE, "lapse", row, by=actors.SYSTEM, now=now, reason=CLAIMED_ALREADY)
        machine.finish(row, event, due_at=None, decided_at=now, reason=CLAIMED_ALREADY, moved_from_id=gone)
        claim_letters.followed(row, CLAIMED_ALREADY, now=now)


def _suggestion(row: Suggestion, *, gone: uuid.UUID, into: Entry, now: datetime.datetime) -> None:
    row.entry, row.moved_from_id = into, gone
    row.is_for_moderators |= not suggestions.has_editors(into.pk)
    row.save(update_fields=["entry", "moved_from", "is_for_moderators"])
    if not members.moved_on(into, row.changes):
        suggestions.answer(row, "declined", by=actors.SYSTEM, now=now, decline_reason="outdated", note=SAID_ALREADY)


def _flag(row: Flag, *, gone: uuid.UUID, into: uuid.UUID, now: datetime.datetime) -> None:
    is_about_it = row.subject_id == gone and row.subject_type in ids.ENTRIES
    twice = Flag.objects.filter(author=row.author_id, author__isnull=False, subject_type=row.subject_type)
    row.entry_id, row.moved_from_id = into, gone
    if is_about_it and twice.filter(subject_id=into).exists():
        flags.end(row, "dismissed", note=FLAGGED_ALREADY, by=actors.SYSTEM, now=now)
    elif is_about_it:
        row.subject_id = into
    row.save(update_fields=["entry", "moved_from", "subject_id"])
