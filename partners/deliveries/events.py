"""The feed of happenings: what the reader may see of the journal's last 30 days, each once and without gaps."""

import datetime
import uuid
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import F, QuerySet, UUIDField, Value

from directory import actors, errors, filters, journal
from partners.deliveries import subjects
from partners.deliveries.catalogue import EVENTS

KEPT = datetime.timedelta(days=30)
BATCH = 500
MOST_SCANNED = 2000  # for one page: of what the reader may not see there can be much
_SLOW = datetime.timedelta(hours=1)  # longer than any transaction that acts between its moment and its position


class Place(NamedTuple):
    """A place in the feed: everything up to and with this event has been read."""

    position: int
    id: uuid.UUID


class Happening(NamedTuple):
    """One event with the object that it is about, as it is now."""

    event: journal.Event
    subject: subjects.Subject


class Page(NamedTuple):
    """Some happenings, the place behind them, and whether there may be more already."""

    found: list[Happening]
    place: Place
    has_more: bool


START = Place(0, uuid.UUID(int=0))


def after(rows: "QuerySet[journal.Event]", place: Place) -> "QuerySet[journal.Event]":
    """The events behind a place that a feed may serve, in its order."""
    here = Value(place.position), Value(place.id, output_field=UUIDField())
    later = rows.filter(filters.RowComparison(F("position"), F("pk"), *here, operator=">"))
    return later.filter(position__lt=journal.Horizon()).order_by("position", "pk")


def read(
    by: actors.Actor,
    *,
    place: Place | None,
    limit: int,
    now: datetime.datetime,
    types: Collection[str] = (),
    about: tuple[str, uuid.UUID] | None = None,
    since: datetime.datetime | None = None,
) -> Page:
    """The next happenings that the actor may see, at most `limit`. Of each batch of the journal a query a kind."""
    begin = max(since, now - KEPT) if since else now - KEPT
    rows = journal.Event.objects.filter(type__in=set(types) & EVENTS.keys() if types else EVENTS.keys(), at__gte=begin)
    if about is not None:
        rows = rows.filter(subject_type=about[0], subject_id=str(about[1]))
    else:
        rows = rows.filter(subject_type__in=subjects.KINDS.keys())
    here, found, scanned = place or _first(begin), list[Happening](), 0
    while scanned < MOST_SCANNED:
        batch = list(after(rows, here)[:BATCH])
        told = subjects.told(batch, by)
        for event in batch:
            if event.pk in told:
                if len(found) == limit:
                    return Page(found, here, True)
                found.append(Happening(event, told[event.pk]))
            here = Place(event.position, event.pk)
        if len(batch) < BATCH:
            return Page(found, here, False)
        scanned += len(batch)
    return Page(found, here, True)


def _first(begin: datetime.datetime) -> Place:
    """A place before everything that happened since a moment, for a reader who comes without one."""
    earlier = journal.Event.objects.filter(at__lte=begin - _SLOW).order_by("-at")
    position = earlier.values_list("position", flat=True).first()
    return Place(position or 0, START.id)


def checked(place: Place, read_at: int, *, now: datetime.datetime) -> Place:
    """The place of a cursor, given in the second `read_at`. Raises Invalid `cursor_too_old` once the feed moved on."""
    if read_at < (now - KEPT).timestamp():
        raise errors.Invalid("cursor_too_old", parameter="cursor", value=KEPT.days)
    return place
