"""What waits for a moderator: one list of claims, flags, suggestions and pairs, first what silence decides first.

The desk's queue and the weekly letter are this list, and each thing in it says what happens when nobody decides.
"""

import datetime
import functools
import operator
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Cast

from directory import actors, ids
from directory.entries.duplicates import Duplicate
from directory.entries.entries import Entry
from directory.regions import regions
from partners import wording
from partners.accounts import moderators
from partners.trust import silence
from partners.trust.claims import Claim
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

MOST = 1_000  # of each kind: nobody turns over more
_ORDER = ("due", "rank", "since", "key")


class Item(NamedTuple):
    """One thing to decide."""

    about: str  # a name of the kinds
    key: uuid.UUID
    title: str
    detail: str
    place: str
    since: datetime.datetime
    silence: str  # what happens when nobody decides, and when


class Kind(NamedTuple):
    """One kind of thing: what waits of it, by what it is put in its place, and how one is told."""

    label: str
    waiting: Callable[[actors.Actor], "QuerySet[Any]"]
    due: Any  # when silence decides; NULL, and the last, where it never does
    since: str
    told: Callable[[Any], tuple[str, str, Entry | None, str]]  # title, detail, whose it is, silence
    regions: tuple[str, ...] = ("entry__region_id",)
    rank: Any = Value(0.0, FloatField())  # among those with one `due`


def _claims(by: actors.Actor) -> "QuerySet[Claim]":
    """Without those to entries that they claim or act for: others decide these."""
    moderated = moderators.moderated_by(by, "entry__region_id")
    seen: Any = Claim.objects.as_seen_by(by).awaiting("moderator")
    rows: QuerySet[Claim] = seen.filter(moderated, is_interested=False)
    return rows.select_related("entry__region")


def _claim(row: Any) -> tuple[str, str, Entry, str]:
    by_itself = {
        "open": "gugur" if row.is_contested else "berlaku sementara",
        "provisional": "tetap sementara bila ada bukti, jika tidak gugur",
        "suspended": "gugur",
    }[row.status]
    when = f" {_day(row.due_at)}" if row.due_at else ""
    status = wording.term("claim_status", row.status).id.lower()
    return row.entry.name, f"{status}, diperebutkan" if row.is_contested else status, row.entry, by_itself + when


def _flags(by: actors.Actor) -> "QuerySet[Flag]":
    """One of those about each object: they are answered together."""
    rows = Flag.objects.visible_to(by).open()
    first = rows.order_by("subject_type", "subject_id", "-has_hidden", "pk").distinct("subject_type", "subject_id")
    return rows.filter(pk__in=first.values("pk")).select_related("entry__region")


def _flag(row: Flag) -> tuple[str, str, Entry | None, str]:
    ends = f"gugur {_day(row.created_at + silence.FLAG_LAPSES_AFTER)}"
    title = row.entry.name if row.entry else ids.encode(row.subject_type, row.subject_id)
    reason = wording.term("flag_reason", row.reason_code).id.lower()
    return title, reason, row.entry, "tetap tersembunyi" if row.has_hidden else ends


def _suggestions(by: actors.Actor) -> "QuerySet[Suggestion]":
    return Suggestion.objects.handed_to(by).open().select_related("entry__region")


def _suggestion(row: Suggestion) -> tuple[str, str, Entry, str]:
    ends = row.created_at + silence.SUGGESTION_LAPSES_AFTER
    return row.entry.name, wording.called(row.changes).id, row.entry, f"gugur, entri tetap, {_day(ends)}"


def _duplicates(by: actors.Actor) -> "QuerySet[Duplicate]":
    return Duplicate.objects.visible_to(by).open().select_related("first__region", "second")


def _duplicate(row: Duplicate) -> tuple[str, str, Entry, str]:
    return f"{row.first.name} / {row.second.name}", f"kemiripan {row.score:.0%}", row.first, "tetap dua entri"


def _after(wait: datetime.timedelta) -> Any:
    return ExpressionWrapper(F("created_at") + Value(wait), DateTimeField())


def _day(moment: datetime.datetime) -> str:
    return f"{moment:%d-%m-%Y}"


# What hides something is due at once: it stays hidden until somebody looks.
_FLAG_DUE = Case(When(has_hidden=True, then=F("created_at")), default=_after(silence.FLAG_LAPSES_AFTER))
KINDS = {
    "claim": Kind("Klaim", _claims, F("due_at"), "created_at", _claim),
    "flag": Kind("Laporan", _flags, _FLAG_DUE, "created_at", _flag),
    "suggestion": Kind("Saran", _suggestions, _after(silence.SUGGESTION_LAPSES_AFTER), "created_at", _suggestion),
    "duplicate": Kind(
        "Mungkin satu",
        _duplicates,
        Cast(Value(None), DateTimeField()),
        "found_at",
        _duplicate,
        regions=("first__region_id", "second__region_id"),
        rank=1.0 - F("score"),  # behind all that silence leaves as it is, the likest first
    ),
}


def page(
    by: actors.Actor, *, kinds: Mapping[str, Kind] = KINDS, region: str = "", start: int = 0, size: int
) -> list[Item]:
    """What waits of the kinds for this moderator, in one region where it is named; at most MOST of each kind.

    One query for the places, and one for the rows of each kind. Rooms above this one have kinds of their own.
    """
    places, *others = [_places(about, kind, by, region) for about, kind in kinds.items()]
    if others:
        places = places.union(*others, all=True).order_by(*_ORDER)
    shown = list(places[start : start + size])
    rows = {
        about: kinds[about].waiting(by).in_bulk([key for one, *_, key in shown if one == about])
        for about in {about for about, *_ in shown}
    }
    seen = [(about, rows[about].get(key), since) for about, _, _, since, key in shown]
    return [_item(about, kinds[about], row, since) for about, row, since in seen if row is not None]


def counts(by: actors.Actor, *, kinds: Mapping[str, Kind] = KINDS, region: str = "") -> dict[str, int]:
    """How much waits of each kind, counted to MOST."""
    return {about: _places(about, kind, by, region).count() for about, kind in kinds.items()}


def _places(about: str, kind: Kind, by: actors.Actor, region: str) -> "QuerySet[Any, Any]":
    rows = kind.waiting(by)
    if region:
        rows = rows.filter(functools.reduce(operator.or_, (regions.within(one, region) for one in kind.regions)))
    placed = rows.annotate(about=Value(about), key=F("pk"), due=kind.due, rank=kind.rank, since=F(kind.since))
    shown: QuerySet[Any, Any] = placed.order_by(*_ORDER).values_list("about", *_ORDER)[:MOST]
    return shown


def _item(about: str, kind: Kind, row: Any, since: datetime.datetime) -> Item:
    title, detail, entry, by_itself = kind.told(row)
    place = entry.region.name if entry and entry.region else "tanpa wilayah"
    return Item(about, row.pk, title, detail, place, since, by_itself)
