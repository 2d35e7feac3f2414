"""The questions that only moderators are asked: who acts for an entry, and whether two entries are one."""

import datetime
import uuid

from directory import actors
from directory.entries import duplicates
from directory.entries.duplicates import Duplicate
from directory.entries.entries import Entry
from partners import wording
from partners.trust import asking, claim_moves, merges
from partners.trust.claims import LIVE, Claim
from partners.trust.evidence import Evidence
from partners.wording import Words, chosen

# --- claims ---

_NOT_PROVED = "Bukti belum cukup."
_CLAIM = {
    "accept": Words("Terima", "Accept"),
    "decline": Words("Tolak: bukti belum cukup", "Decline: the evidence is not enough"),
}


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
        answered=None if row.status in LIVE else asking.done("claim_status", row.status),
    )


def _answer_claim(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_CLAIM, code)
    if code == "accept":
        return claim_moves.accept(key, checked=(), by=by, now=now)  # nobody has looked at a letter here
    return claim_moves.decline(key, reason=_NOT_PROVED, by=by, now=now)


# --- duplicates ---

_DIFFER = Words("Bukan duplikat", "No duplicate")


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
        answered=None if row.status == "open" else asking.done("duplicate_status", row.status),
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


CLAIM = asking.Question(_ask_claim, _answer_claim)
DUPLICATE = asking.Question(_ask_duplicate, _answer_duplicate)
