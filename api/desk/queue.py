"""One queue of what waits for a moderator: a short list of sources, each with its age and what happens by itself."""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.db.models import F, QuerySet
from django.urls import reverse

from directory import actors, ids, vocabularies
from directory.entries.duplicates import Duplicate
from partners import wording
from partners.offers import reading
from partners.offers.proposals import Proposal
from partners.trust import silence
from partners.trust.claims import Claim
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

SHOWN = 25  # of each source


class Item(NamedTuple):
    """One thing to decide."""

    title: str
    detail: str
    address: str
    since: datetime.datetime
    by_itself: str  # what happens when nobody decides


class Section(NamedTuple):
    """One source as the queue shows it."""

    name: str
    items: list[Item]
    more: int  # that are not shown


class Source(NamedTuple):
    """Where things to decide come from: the waiting rows, the most pressing first, and how one is shown."""

    name: str
    waiting: Callable[[actors.Actor], QuerySet]  # type: ignore[type-arg]
    item: Callable[[object], Item]


def label(vocabulary: str, code: str) -> str:
    """The Indonesian label of a code."""
    return next((term.id for term in vocabularies.VOCABULARIES[vocabulary] if term.code == code), code)


def _claims(by: actors.Actor) -> QuerySet[Claim]:
    """Of the moderator's regions, without those to entries that they claim or act for: others decide these."""
    waiting = Claim.objects.as_seen_by(by).awaiting("moderator").filter(is_interested=False)
    return waiting.select_related("entry__region", "user").order_by("created_at", "pk")


def _claim(row: Claim) -> Item:
    due = {
        "open": f"berlaku sementara pada {row.due_at:%d-%m-%Y}" if row.due_at else "",
        "provisional": f"pada {row.due_at:%d-%m-%Y} tetap sementara bila ada bukti, jika tidak gugur",
        "suspended": f"kedaluwarsa pada {row.due_at:%d-%m-%Y}" if row.due_at else "",
    }
    if row.is_contested:  # type: ignore[attr-defined]  # annotated
        due["open"] = f"diperebutkan: kedaluwarsa pada {row.due_at:%d-%m-%Y}" if row.due_at else "diperebutkan"
    return Item(
        row.entry.name,
        f"{label('claim_status', row.status)}, {row.entry.region or 'tanpa wilayah'}",
        reverse("desk:claim", args=[ids.encode("claim", row.pk)]),
        row.created_at,
        due[row.status],
    )


def _duplicates(by: actors.Actor) -> QuerySet[Duplicate]:
    rows = Duplicate.objects.visible_to(by).open().select_related("first__region", "second")
    return rows.order_by("-score", "pk")


def _duplicate(row: Duplicate) -> Item:
    return Item(
        f"{row.first.name} / {row.second.name}",
        f"kemiripan {row.score:.2f}, {row.first.region or 'tanpa wilayah'}",
        reverse("desk:pair", args=[ids.encode("duplicate", row.pk)]),
        row.found_at,
        "tetap dua entri",
    )


def _suggestions(by: actors.Actor) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.handed_to(by).open().select_related("entry__region")
    return rows.order_by("created_at", "pk")


def _suggestion(row: Suggestion) -> Item:
    return Item(
        row.entry.name,
        f"{wording.called(row.changes).id}, {row.entry.region or 'tanpa wilayah'}",
        reverse("desk:suggestion", args=[ids.encode("suggestion", row.pk)]),
        row.created_at,
        f"berakhir tanpa perubahan pada {row.created_at + silence.SUGGESTION_LAPSES_AFTER:%d-%m-%Y}",
    )


def _flags(by: actors.Actor) -> QuerySet[Flag]:
    """What hides something comes first: it waits for nobody else."""
    rows = Flag.objects.visible_to(by).open().select_related("entry__region")
    return rows.order_by("-has_hidden", "created_at", "pk")


def _flag(row: Flag) -> Item:
    ends = f"berakhir pada {row.created_at + silence.FLAG_LAPSES_AFTER:%d-%m-%Y}"
    return Item(
        row.entry.name if row.entry else row.subject_type,
        f"{label('flag_reason', row.reason_code)}, {(row.entry and row.entry.region) or 'tanpa wilayah'}",
        reverse("desk:flag", args=[ids.encode("flag", row.pk)]),
        row.created_at,
        "tetap tersembunyi" if row.has_hidden else ends,
    )


def _proposals(by: actors.Actor) -> QuerySet[Proposal]:
    """Those that open by themselves come first, the next one at the top; nobody decides about their own."""
    waiting = Proposal.objects.visible_to(by).filter(status="in_review").exclude(entry__in=reading.own_entries(by))
    return waiting.select_related("entry__region").order_by(F("review_due_at").asc(nulls_last=True), "pk")


def _proposal(row: Proposal) -> Item:
    return Item(
        row.title,
        f"{label('collaboration_kind', row.kind)}, {row.entry.name}, {row.entry.region or 'tanpa wilayah'}",
        reverse("desk:proposal", args=[ids.encode(row.direction, row.pk)]),
        row.updated_at,
        f"terbuka sendiri pada {row.review_due_at:%d-%m-%Y}" if row.review_due_at else "tetap menunggu",
    )


SOURCES = (
    Source("Klaim", _claims, _claim),  # type: ignore[arg-type]
    Source("Saran perubahan", _suggestions, _suggestion),  # type: ignore[arg-type]
    Source("Pengaduan", _flags, _flag),  # type: ignore[arg-type]
    Source("Penawaran dan kebutuhan", _proposals, _proposal),  # type: ignore[arg-type]
    Source("Kemungkinan duplikat", _duplicates, _duplicate),  # type: ignore[arg-type]
)


def sections(by: actors.Actor) -> list[Section]:
    """Everything that waits for this moderator. Two queries for each source."""
    found = []
    for source in SOURCES:
        rows = source.waiting(by)
        shown = [source.item(row) for row in rows[:SHOWN]]
        count = rows.order_by()[:1000].count() if len(shown) == SHOWN else len(shown)
        found.append(Section(source.name, shown, count - len(shown)))
    return found
