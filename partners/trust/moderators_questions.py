"""The questions that only moderators are asked: who acts for an entry, and whether two entries are one."""

import datetime
import uuid
from typing import Any

from directory import actors
from directory.entries import duplicates
from directory.entries.duplicates import Duplicate
from directory.entries.entries import Entry
from partners import wording
from partners.accounts import moderators
from partners.trust import asking, claim_moves, letters, merges
from partners.trust.claims import LIVE, Claim
from partners.trust.evidence import Evidence
from partners.wording import Words, chosen

# --- claims ---

_NOT_PROVED = "Bukti belum cukup."
_CLAIM = {
    "accept": Words("Terima", "Accept"),
    "decline": Words("Tolak: bukti belum cukup", "Decline: the evidence is not enough"),
}
_CLAIM_BY_ITSELF = {
    "open": "berlaku sementara atau gugur",
    "provisional": "tetap sementara bila ada bukti, jika tidak gugur",
    "suspended": "gugur",
}


def _claims(actor: actors.Actor, most: int) -> asking.Waiting:
    moderated = moderators.moderated_by(actor, "entry__region_id")
    waiting: Any = Claim.objects.as_seen_by(actor).awaiting("moderator")
    rows = waiting.filter(moderated, is_interested=False)
    lines = [
        asking.Line(
            row.pk,
            row.created_at,
            f"Klaim atas {letters.placed(row.entry)}: {wording.term('claim_status', row.status).id.lower()}.",
            _CLAIM_BY_ITSELF[row.status] + (f" {asking.day(row.due_at)}" if row.due_at else ""),
        )
        for row in rows.select_related("entry").order_by("created_at", "pk")[:most]
    ]
    return asking.Waiting(rows.count(), lines)


def _ask_claim(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = asking.seen(Claim.objects.as_seen_by(actor).select_related("entry", "user"), key)
    given = Evidence.objects.counting().filter(claim=row.pk).order_by("pk").values_list("kind", flat=True)
    shown = ", ".join(str(wording.term("evidence_kind", kind)).lower() for kind in given)
    who = f"{row.user.name or chosen('Tanpa nama', 'No name')} ({row.user.email})"
    proofs = chosen(f"Bukti: {shown or 'belum ada'}.", f"Evidence: {shown or 'none yet'}.")
    return asking.Page(
        title=chosen(f"Klaim atas {row.entry.name}", f"A claim to {row.entry.name}"),
        text=f"{who}. {proofs} {row.statement}",
        answers=_CLAIM if row.status in LIVE and actor.moderates(row.entry.region_id) and not row.is_interested else {},
    )


def _answer_claim(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_CLAIM, code)
    if code == "accept":
        return claim_moves.accept(key, checked=(), by=by, now=now)  # nobody has looked at a letter here
    return claim_moves.decline(key, reason=_NOT_PROVED, by=by, now=now)


# --- duplicates ---

_DIFFER = Words("Bukan duplikat", "No duplicate")


def _duplicates(actor: actors.Actor, most: int) -> asking.Waiting:
    rows = Duplicate.objects.visible_to(actor).open().select_related("first", "second").order_by("-score", "pk")
    lines = [
        asking.Line(
            row.pk,
            row.found_at,
            f"Mungkin satu: {letters.placed(row.first)} dan {row.second.name} ({row.score:.0%}).",
            "tetap dua entri",
        )
        for row in rows[:most]
    ]
    return asking.Waiting(rows.count(), lines)


def _ask_duplicate(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = asking.seen(Duplicate.objects.visible_to(actor).select_related("first", "second"), key)
    pair = {"first": row.first, "second": row.second}
    answers = {
        "dismiss": _DIFFER,
        **{
            f"keep_{which}": Words(f"Gabungkan, pertahankan {one}", f"Merge, keep {one}") for which, one in pair.items()
        },
    }
    both = f"{row.first.name}, {row.second.name}"
    told = [
        f"{one.name}: {', '.join(filter(None, (_numbers(one), one.address, one.region_id)))}" for one in pair.values()
    ]
    return asking.Page(
        title=chosen(f"Mungkin satu: {both}", f"Perhaps one: {both}"),
        text=f"{'. '.join(told)}. {chosen('Penggabungan dapat dibatalkan.', 'A merge can be undone.')}",
        answers=answers if row.status == "open" else {},
    )


def _numbers(entry: Entry) -> str:
    held = entry.identifiers.filter(retired_at=None).order_by("pk")
    return " ".join(f"{one.scheme} {one.value}" for one in held)


def _answer_duplicate(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(("dismiss", "keep_first", "keep_second"), code)
    if code == "dismiss":
        return duplicates.dismiss(key, by=by, now=now)
    row = asking.seen(Duplicate.objects.visible_to(by).open(), key)
    into, gone = (row.first_id, row.second_id) if code == "keep_first" else (row.second_id, row.first_id)
    return merges.merge(gone, into=into, by=by, now=now)


CLAIM = asking.Question(_ask_claim, _answer_claim, _claims)
DUPLICATE = asking.Question(_ask_duplicate, _answer_duplicate, _duplicates)
