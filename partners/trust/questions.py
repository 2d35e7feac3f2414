"""What a link of a mail asks, and what its buttons do: a room adds a line to QUESTIONS.

`ask` gives the page behind a link, and `answer` calls the verb of the room, so rights and states hold as everywhere.
"""

import datetime
import uuid

from django.db import transaction

from directory import actors, ids
from directory.entries import members
from directory.entries.entries import Entry
from partners import wording
from partners.trust import (
    asking,
    flags,
    freshness,
    letters,
    moderators_questions,
    suggestions,
    vendor_statements,
)
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion
from partners.wording import Words, chosen

# --- suggestions ---

_DECLINES = {"decline_not_correct": "not_correct", "decline_not_verifiable": "not_verifiable", "decline_abuse": "abuse"}
_SUGGESTION = {
    "accept": Words("Terima", "Accept"),
    **{code: wording.joined("Tolak: {}", "Decline: {}", "decline_reason", why) for code, why in _DECLINES.items()},
}


def _ask_suggestion(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = asking.seen(Suggestion.objects.visible_to(actor).select_related("entry"), key)
    now = members.held(row.entry, list(row.changes))
    moved = wording.called(members.moved_on(row.entry, row.before))
    since = chosen(f" Sejak itu berubah: {moved.id}.", f" Changed since: {moved.en}.") if moved.id else ""
    return asking.Page(
        title=chosen(f"Saran untuk {row.entry.name}", f"A suggestion for {row.entry.name}"),
        text=f"{row.reason}{since}",
        answers=_SUGGESTION if row.status == "open" else {},
        changes=asking.changes(row.entry.kind, now, row.changes),
        answered=None if row.status == "open" else asking.done("suggestion_status", row.status),
    )


def _answer_suggestion(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_SUGGESTION, code)
    if code == "accept":
        return suggestions.accept(key, by=by, now=now)
    return suggestions.decline(key, reason=_DECLINES[code], by=by, now=now)


# --- flags ---

_FLAG = {
    "dismiss": Words("Tidak ada masalah", "Nothing is wrong"),
    "uphold": Words("Laporan benar", "The report is right"),
}
_FLAG_OF_ENTRY = {**_FLAG, "hide": Words("Laporan benar, sembunyikan", "The report is right: hide it")}


def _named(row: Flag) -> str:
    found = Entry.objects.filter(pk=row.entry_id).first() if row.entry_id else None
    return letters.placed(found) if found else ids.encode(row.subject_type, row.subject_id)


def _ask_flag(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = asking.seen(Flag.objects.visible_to(actor), key)
    beside = Flag.objects.beside(row).exclude(pk=row.pk).count()
    also = chosen(
        f" {beside} laporan lain tentang hal yang sama dijawab sekaligus.",
        f" {beside} more reports on the same are answered with it.",
    )
    said = wording.term("flag_reason", row.reason_code)
    return asking.Page(
        title=chosen(f"Laporan tentang {_named(row)}", f"A report on {_named(row)}"),
        text=f"{said}. {row.note}{also if beside else ''}",
        answers=(_FLAG_OF_ENTRY if row.subject_type in ids.ENTRIES else _FLAG) if row.status == "open" else {},
        answered=None if row.status == "open" else asking.done("flag_status", row.status),
    )


def _answer_flag(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_FLAG_OF_ENTRY, code)
    if code == "dismiss":
        return flags.dismiss(key, by=by, now=now)
    return flags.uphold(key, hide=code == "hide", by=by, now=now)


# --- freshness ---

_CONFIRMATION = {"confirm": Words("Ya, masih benar", "Yes, still correct")}


def _ask_confirmation(key: uuid.UUID, actor: actors.Actor) -> asking.Page:
    row = asking.seen(Entry.objects.visible_to(actor), _survivor(key))
    text = chosen(f"Apakah semua data {row.name} masih benar?", f"Is all that is said of {row.name} still correct?")
    title = chosen(f"Masih benar? {row.name}", f"Still correct? {row.name}")
    said = freshness.answered(key, row)
    answered = Words(f"Sudah dijawab pada {said:%d-%m-%Y}.", f"Answered already on {said:%d-%m-%Y}.") if said else None
    answers = _CONFIRMATION if row.status == "active" and not answered else {}
    return asking.Page(title, f"{text} {row.address}".strip(), answers, answered=answered)


@transaction.atomic
def _answer_confirmation(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    asking.chosen(_CONFIRMATION, code)
    row = asking.seen(Entry.objects.visible_to(by).select_for_update(of=("self",)), _survivor(key))
    if freshness.answered(key, row):  # by a press of the same moment
        return row
    return freshness.confirm(row.pk, by=by, now=now)


def _survivor(key: uuid.UUID) -> uuid.UUID:
    """The entry that the one asked about is now."""
    row = Entry.objects.survivor(key)
    return row.pk if row else key


QUESTIONS: dict[str, asking.Question] = {
    "claim": moderators_questions.CLAIM,
    "duplicate": moderators_questions.DUPLICATE,
    "flag": asking.Question(_ask_flag, _answer_flag),
    "suggestion": asking.Question(_ask_suggestion, _answer_suggestion),
    "installation": vendor_statements.QUESTION,
    "confirmation": asking.Question(_ask_confirmation, _answer_confirmation),
}
