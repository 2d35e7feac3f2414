"""What a link of a mail asks, and what its buttons do; what waits for moderators. A room adds a line to QUESTIONS.

A `Question` is of one object type. `waiting` gives the weekly letter its lines; `ask` the page behind a link, whose
buttons are its answers; `answer` calls the verb of the room, so rights and states hold as everywhere.
"""

import datetime
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import actors, errors, ids
from directory.entries import members
from directory.entries.entries import Entry
from partners.accounts import moderators
from partners.trust import claim_moves, flags, freshness, letters, silence, suggestions
from partners.trust.claims import LIVE, Claim
from partners.trust.evidence import Evidence
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion


class Line(NamedTuple):
    """One thing that waits: since when, in a few words, and what happens by itself."""

    subject: uuid.UUID
    since: datetime.datetime
    text: str
    silence: str


class Change(NamedTuple):
    """One member on the page: what it is called, and its value until now and then."""

    label: str
    before: Any
    after: Any


class Page(NamedTuple):
    """What the page behind a link shows."""

    title: str
    text: str
    answers: dict[str, str]  # code -> the words on the button; none where nothing can be answered any more
    changes: tuple[Change, ...] = ()


class Waiting(NamedTuple):
    """What waits for a moderator: how many in all, and the first of them."""

    total: int
    lines: list[Line]


class Question(NamedTuple):
    """What can be asked about objects of one type."""

    ask: Callable[[uuid.UUID, actors.Actor], Page]
    answer: Callable[[uuid.UUID, str, actors.Actor, datetime.datetime], object]
    waiting: Callable[[actors.Actor, int], Waiting] | None = None  # None: never a moderator's


def chosen(answers: dict[str, str], code: str) -> None:
    """Raise Invalid when a code is none of the answers."""
    if code not in answers:
        raise errors.Invalid("invalid_choice", value=code, allowed=", ".join(answers))


def day(moment: datetime.datetime) -> str:
    """A day as a letter writes it."""
    return f"{moment:%d-%m-%Y}"


# --- suggestions ---

_DECLINES = {"decline_not_correct": "not_correct", "decline_not_verifiable": "not_verifiable", "decline_abuse": "abuse"}
_SUGGESTION = {
    "accept": "Terima",
    **{code: f"Tolak: {letters.term('decline_reason', reason).lower()}" for code, reason in _DECLINES.items()},
}


def _suggestions(actor: actors.Actor, most: int) -> Waiting:
    rows = Suggestion.objects.handed_to(actor).open().select_related("entry").order_by("created_at", "pk")
    lines = [
        Line(
            row.pk,
            row.created_at,
            f"Saran untuk {row.entry.name}: {letters.called(row.changes)}.",
            f"gugur {day(row.created_at + silence.SUGGESTION_LAPSES_AFTER)}",
        )
        for row in rows[:most]
    ]
    return Waiting(rows.count(), lines)


def _ask_suggestion(key: uuid.UUID, actor: actors.Actor) -> Page:
    row = _seen(Suggestion.objects.visible_to(actor).select_related("entry"), key)
    now = members.held(row.entry, list(row.changes))
    moved = [letters.called([name]) for name in members.moved_on(row.entry, row.before)]
    since = f" Sejak itu berubah: {', '.join(moved)}." if moved else ""
    return Page(
        title=f"Saran untuk {row.entry.name}",
        text=f"{row.reason}{since}",
        answers=_SUGGESTION if row.status == "open" else {},
        changes=tuple(Change(letters.called([name]), now[name], value) for name, value in row.changes.items()),
    )


def _answer_suggestion(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    chosen(_SUGGESTION, code)
    if code == "accept":
        return suggestions.accept(key, by=by, now=now)
    return suggestions.decline(key, reason=_DECLINES[code], by=by, now=now)


# --- flags ---

_FLAG = {"dismiss": "Tidak ada masalah", "uphold": "Laporan benar"}
_FLAG_OF_ENTRY = {**_FLAG, "hide": "Laporan benar, sembunyikan"}


def _flags(actor: actors.Actor, most: int) -> Waiting:
    rows = Flag.objects.visible_to(actor).open().order_by("-has_hidden", "created_at", "pk")
    first_of_each = rows.order_by("subject_type", "subject_id", "pk").distinct("subject_type", "subject_id")
    firsts = rows.filter(pk__in=first_of_each)
    lines = [
        Line(
            row.pk,
            row.created_at,
            f"Laporan tentang {_named(row)}: {letters.term('flag_reason', row.reason_code).lower()}.",
            "tetap tersembunyi" if row.has_hidden else f"gugur {day(row.created_at + silence.FLAG_LAPSES_AFTER)}",
        )
        for row in firsts[:most]
    ]
    return Waiting(firsts.count(), lines)


def _named(row: Flag) -> str:
    found = Entry.objects.filter(pk=row.entry_id).values_list("name", flat=True).first() if row.entry_id else None
    return found or ids.encode(row.subject_type, row.subject_id)


def _ask_flag(key: uuid.UUID, actor: actors.Actor) -> Page:
    row = _seen(Flag.objects.visible_to(actor), key)
    beside = Flag.objects.beside(row).exclude(pk=row.pk).count()
    also = f" {beside} laporan lain tentang hal yang sama dijawab sekaligus." if beside else ""
    return Page(
        title=f"Laporan tentang {_named(row)}",
        text=f"{letters.term('flag_reason', row.reason_code)}. {row.note}{also}",
        answers=(_FLAG_OF_ENTRY if row.subject_type in ids.ENTRIES else _FLAG) if row.status == "open" else {},
    )


def _answer_flag(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    chosen(_FLAG_OF_ENTRY, code)
    if code == "dismiss":
        return flags.dismiss(key, by=by, now=now)
    return flags.uphold(key, hide=code == "hide", by=by, now=now)


# --- claims ---

_NOT_PROVED = "Bukti belum cukup."
_CLAIM = {"accept": "Terima", "decline": "Tolak: bukti belum cukup"}
_CLAIM_BY_ITSELF = {
    "open": "berlaku sementara atau gugur",
    "provisional": "tetap berlaku sementara",
    "suspended": "gugur",
}


def _claims(actor: actors.Actor, most: int) -> Waiting:
    moderated = moderators.moderated_by(actor, "entry__region_id")
    rows = Claim.objects.as_seen_by(actor).awaiting("moderator").filter(moderated).exclude(user=actor.user)
    lines = [
        Line(
            row.pk,
            row.created_at,
            f"Klaim atas {row.entry.name}: {letters.term('claim_status', row.status).lower()}.",
            _CLAIM_BY_ITSELF[row.status] + (f" {day(row.due_at)}" if row.due_at else ""),
        )
        for row in rows.select_related("entry").order_by("created_at", "pk")[:most]
    ]
    return Waiting(rows.count(), lines)


def _ask_claim(key: uuid.UUID, actor: actors.Actor) -> Page:
    row = _seen(Claim.objects.visible_to(actor).select_related("entry", "user"), key)
    given = Evidence.objects.counting().filter(claim=row.pk).order_by("pk").values_list("kind", flat=True)
    shown = ", ".join(letters.term("evidence_kind", kind).lower() for kind in given) or "belum ada"
    return Page(
        title=f"Klaim atas {row.entry.name}",
        text=f"{row.user.name or 'Tanpa nama'} ({row.user.email}). Bukti: {shown}. {row.statement}",
        answers=_CLAIM if row.status in LIVE and actor.moderates(row.entry.region_id) else {},
    )


def _answer_claim(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    chosen(_CLAIM, code)
    if code == "accept":
        return claim_moves.accept(key, checked=(), by=by, now=now)  # nobody has looked at a letter here
    return claim_moves.decline(key, reason=_NOT_PROVED, by=by, now=now)


# --- freshness ---

_CONFIRMATION = {"confirm": "Ya, masih benar"}


def _ask_confirmation(key: uuid.UUID, actor: actors.Actor) -> Page:
    row = _seen(Entry.objects.visible_to(actor), key)
    text = f"Apakah semua data {row.name} masih benar? {row.address}".strip()
    return Page(f"Masih benar? {row.name}", text, _CONFIRMATION if row.status == "active" else {})


def _answer_confirmation(key: uuid.UUID, code: str, by: actors.Actor, now: datetime.datetime) -> object:
    chosen(_CONFIRMATION, code)
    return freshness.confirm(key, by=by, now=now)


def _seen(rows: "QuerySet[Any]", key: uuid.UUID) -> Any:
    row = rows.filter(pk=key).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


QUESTIONS: dict[str, Question] = {
    "claim": Question(_ask_claim, _answer_claim, _claims),
    "flag": Question(_ask_flag, _answer_flag, _flags),
    "suggestion": Question(_ask_suggestion, _answer_suggestion, _suggestions),
    "confirmation": Question(_ask_confirmation, _answer_confirmation),
}
