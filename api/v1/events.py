"""The feed of happenings: what programs read that react to what happens."""

import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from api import conditional, pagination
from api.openapi import components
from api.v1 import happenings, resource
from api.v1.notification_shapes import EventSerializer
from directory import clock, errors, filters, ids, journal
from partners.deliveries import events, subjects
from partners.deliveries.catalogue import EVENTS


class EventFilter(filters.Filters):
    """What the feed can be narrowed to; `object` is read by the view."""

    type = filters.OneOf(choices=list(EVENTS))
    since = filters.Moment()


class EventViewSet(resource.ListViewSet):
    """What happened in the last 30 days, as far as you may see what it is about: each event once, without gaps.

    Begin without a cursor, or with `since`; keep `next_cursor`, which is given on every page, also on the last and on
    an empty one, and goes on from there. A page can have fewer than `limit` while `has_more` is true. A cursor of more
    than 30 days ago is refused (`cursor_too_old`): read your objects anew, and begin again. Whoever is not signed in
    reads of open offers and needs; a key or a member also of what their entry takes part in. To mirror the directory
    read `/v1/changes`.
    """

    object_name, model, serializer_class = "event", journal.Event, EventSerializer
    filterset_class = EventFilter
    parameters = ("format", "limit", "cursor")
    extra_parameters = {"object": components.public_id(*subjects.KINDS)}
    cache = conditional.FRESH

    def list(self, request: Request) -> HttpResponse:
        """The next events."""
        now = clock.now()
        page = events.read(
            self.actor,
            place=self._place(),
            limit=self.asked.limit,
            now=now,
            types=self.asked.filters.get("type", ()),
            about=subjects.reference(self.asked.extra["object"]) if "object" in self.asked.extra else None,
            since=self.asked.filters.get("since"),
        )
        mark = ["events", page.place.position, page.place.id, int(now.timestamp())]
        members = {"has_more": page.has_more, "next_cursor": pagination.encode(mark)}
        return self.answer_envelope(self._documents(page.found), members)

    def _place(self) -> events.Place | None:
        values = pagination.decode_marked(self.asked.cursor, "events")
        if values is None:
            return None
        try:
            position, key, read_at = values
            if not (type(position) is type(read_at) is int and 0 <= position < 2**63 and 0 <= read_at < 2**40):
                raise ValueError(values)
            place = events.Place(position, uuid.UUID(key))
        except (ValueError, TypeError, AttributeError):
            raise errors.Invalid("invalid_cursor", parameter="cursor") from None
        return events.checked(place, read_at, now=clock.now())

    def _documents(self, found: Sequence[events.Happening]) -> Sequence[bytes]:
        keys = {owner for one in found for owner in (*one.subject.owners, *_readers(one.event))}
        owners = happenings.public_ids(keys)
        return [orjson.dumps(_document(one, self.actor, owners), option=orjson.OPT_UTC_Z) for one in found]


def _readers(event: journal.Event) -> Sequence[uuid.UUID]:
    """Whoever reads contacts that are not public is told to the entry whose they are."""
    return [event.acting_entry_id] if event.type == "contact.revealed" and event.acting_entry_id else []


def _document(one: events.Happening, by: Any, named: dict[uuid.UUID, str]) -> dict[str, Any]:
    event, subject = one.event, one.subject
    owners = {key: named[key] for key in (*subject.owners, *_readers(event))}
    return {
        "id": ids.encode("event", event.pk),
        "type": event.type,
        "at": event.at,
        "actor": happenings.actor(event, by, owners=owners),
        "object": {
            "id": ids.encode(event.subject_type, subject.row.pk),
            "object": event.subject_type,
            "version": subject.row.version,
            "status": event.status_after or None,
        },
        "before": event.status_before or None,
    }
