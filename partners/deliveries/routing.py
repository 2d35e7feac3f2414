"""Who is told of what: a table from events to sides and roles, and the task that reads the journal by it."""

import datetime
import uuid
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from directory import ids, journal
from directory.entries.entries import Entry
from directory.permissions import EDITORS
from partners.accounts import memberships
from partners.accounts.memberships import Membership
from partners.collaborations.blocks import Block
from partners.deliveries import deliveries, events, preferences, subjects
from partners.deliveries.deliveries import Delivery
from partners.deliveries.events import Place

BATCH = 500
TOO_OLD_FOR_MAIL = datetime.timedelta(days=7)  # when the worker stood still so long, the list tells enough
_LAST_ID = uuid.UUID(int=2**128 - 1)


class Told(NamedTuple):
    """Of which side people are told, in which roles, and whether it cannot wait for the next morning."""

    whom: str  # `others`: of the sides that did not do it; `first`, `second`: of that one alone
    roles: frozenset[str] = EDITORS
    is_urgent: bool = False
    is_echo: bool = False  # told unless the system did it within somebody's request: they know


_RECEIVERS = EDITORS | {"receiver"}
TOLD: dict[str, Told] = {
    **{
        f"{name}.{step}": Told("others")
        for name in ("offer", "need")
        for step in ("sent_back", "taken_down", "expired")
    },
    "offer.opened": Told("others", is_echo=True),
    "need.opened": Told("others", is_echo=True),
    "collaboration.activated": Told("others", is_echo=True),
    **{
        f"collaboration.{step}": Told("others")
        for step in (
            *("submitted", "countered", "revised", "accepted", "declined", "withdrawn", "expired", "revived"),
            *("waiting", "taken"),
            *("not_signed", "extended", "not_shipped", "cancelled", "closed_short", "settled"),
            *("taken_down", "dissolved", "message_sent", "file_attached"),
        )
    },
    "collaboration.offered": Told("first", is_urgent=True),
    "collaboration.reminded": Told("others", is_urgent=True),
    "collaboration.close_asked": Told("others", is_urgent=True),
    **{
        f"session.{step}": Told("others")
        for step in ("scheduled", "rescheduled", "held", "no_show", "objected", "cancelled")
    },
    **{f"dispute.{step}": Told("others", _RECEIVERS, is_urgent=True) for step in ("opened", "answered")},
    **{
        f"dispute.{step}": Told("others", _RECEIVERS)
        for step in ("agreed", "escalated", "decided", "withdrawn", "unresolved")
    },
    "shipment.dispatched": Told("second", _RECEIVERS),
    "shipment.arrived": Told("others", _RECEIVERS),
    "shipment.received": Told("first"),
    "shipment.lost": Told("second", _RECEIVERS),
    "shipment.returned": Told("others", _RECEIVERS),
    "shipment.unconfirmed": Told("second", _RECEIVERS, is_urgent=True),
}


class RoutingPlace(models.Model):
    """The one row that keeps up to where the journal was read."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    event_id = models.UUIDField(default=uuid.UUID(int=0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="routing_place_one_row")]

    def __str__(self) -> str:
        return f"position {self.position}"


def route(*, now: datetime.datetime) -> int:
    """Make the deliveries of what has happened since the kept place; returns how many events were told.

    The deliveries of a batch and the place behind it commit together: who dies between leaves nothing half done, and
    of two at once the second waits and goes on from where the first came to.
    """
    RoutingPlace.objects.get_or_create(pk=1)
    told = 0
    while True:
        number = _route_batch(now)
        told += number
        if number < BATCH:
            return told


@transaction.atomic
def _route_batch(now: datetime.datetime) -> int:
    kept = RoutingPlace.objects.select_for_update().get(pk=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_horizon()")
        (horizon,) = cursor.fetchone()
    told = journal.Event.objects.filter(type__in=TOLD.keys(), position__lt=horizon)
    batch = list(events.after(told, Place(kept.position, kept.event_id))[:BATCH])
    Delivery.objects.bulk_create(_made(batch, now), ignore_conflicts=True)
    # Below the horizon nothing can appear any more, so what is not told need not be passed over again.
    is_all = len(batch) < BATCH
    place = Place(horizon - 1, _LAST_ID) if is_all else Place(batch[-1].position, batch[-1].pk)
    kept.position, kept.event_id = max(place, Place(kept.position, kept.event_id))
    kept.save(update_fields=["position", "event_id"])
    return len(batch)


def _made(batch: list[journal.Event], now: datetime.datetime) -> Iterator[Delivery]:
    """The deliveries of some events. A bounded number of queries for each kind of object and each set of roles."""
    recent = [event for event in batch if event.at > now - events.KEPT]
    sides = {event.pk: found for event, found in zip(recent, _sides(recent), strict=True)}
    entries = {entry for found in sides.values() for entry in found}
    muted = set(Block.objects.filter(entry__in=entries).values_list("entry", "other"))
    people = _people(entries)
    chosen = {(row.user_id, row.entry_id): row for row in preferences.Preference.objects.filter(entry__in=entries)}
    zones = _zones(entries)
    for event in recent:
        rule, seen = TOLD[event.type], set[uuid.UUID]()
        if rule.is_echo and event.actor_kind == "system" and event.request_id:
            continue
        for entry in sides[event.pk]:
            if (entry, event.acting_entry_id) in muted:
                continue
            for user, roles, has_address in people[entry]:
                # Of a person who acts for both sides one is enough, and nobody is told of their own act.
                is_own = event.actor_kind == "user" and event.actor_reference == ids.encode("user", user)
                if is_own or user in seen or not roles & rule.roles:
                    continue
                seen.add(user)
                common = {"event_id": event.pk, "user_id": user, "entry_id": entry, "created_at": now}
                yield Delivery(**common, channel="in_app", due_at=now)
                mail = chosen[user, entry].mail if (user, entry) in chosen else "daily"
                if mail != "never" and has_address and event.at > now - TOO_OLD_FOR_MAIL:
                    is_at_once = mail == "at_once" or rule.is_urgent
                    due = now if is_at_once else deliveries.next_digest(zones[entry], now=now)
                    yield Delivery(**common, channel="mail", due_at=due)


def _sides(batch: list[journal.Event]) -> Iterator[list[uuid.UUID]]:
    """The entries that are told of each event, by the rows of its object."""
    keys: dict[str, set[uuid.UUID]] = defaultdict(set)
    for event in batch:
        keys[event.subject_type].add(uuid.UUID(event.subject_id))
    columns = {name: subjects.KINDS[name].owners for name in keys}
    rows: dict[str, dict[uuid.UUID, Any]] = {}
    for name, found in keys.items():
        held = subjects.KINDS[name].model.objects.filter(pk__in=found)
        rows[name] = {row[0]: row[1:] for row in held.values_list("pk", *columns[name])}
    for event in batch:
        owners: Any = rows[event.subject_type].get(uuid.UUID(event.subject_id), ())
        whom = TOLD[event.type].whom
        if whom == "others":
            yield [entry for entry in owners if entry != event.acting_entry_id]
        else:
            yield [entry for entry in owners[slice(0, 1) if whom == "first" else slice(1, 2)] if entry]


def _people(entries: set[uuid.UUID]) -> dict[uuid.UUID, list[tuple[uuid.UUID, frozenset[str], bool]]]:
    """Who acts for each entry, in which roles, and whether their address is proved. One query."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, frozenset[str], bool]]] = defaultdict(list)
    for row in Membership.objects.acting().filter(entry__in=entries).select_related("user").order_by("pk"):
        found[row.entry_id].append((row.user_id, memberships.effective(row), row.user.confirmed_at is not None))
    return found


def _zones(entries: set[uuid.UUID]) -> dict[uuid.UUID, zoneinfo.ZoneInfo]:
    """The time zone of each entry. Two queries."""
    codes = dict(Entry.objects.filter(pk__in=entries).values_list("pk", "region_id"))
    named = deliveries.time_zones({code for code in codes.values() if code})
    return {key: zoneinfo.ZoneInfo(named.get(code or "", deliveries.TIME_ZONE)) for key, code in codes.items()}
