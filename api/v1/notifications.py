"""What a person is told: the list of notifications, and how they want to be told."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import pagination, renderers
from api.openapi import components
from api.v1 import happenings, inputs, resource, writing
from api.v1.notification_shapes import NotificationSerializer, PreferencesSerializer
from directory import actors, clock, errors, filters, ids, vocabularies
from directory import permissions as rules
from partners import permissions
from partners.deliveries import deliveries, outbound, preferences, subjects
from partners.deliveries.catalogue import EVENTS


class NotificationFilter(filters.Filters):
    """The filters of notifications."""

    is_read = filters.Flag()


class PreferencesInput(inputs.Input):
    """How you want to be told."""

    example = {"mail": "daily", "language": "id"}
    mail = serializers.ChoiceField(
        choices=vocabularies.choices("mail_frequency"),
        required=False,
        help_text="`daily`: at six in the morning where the entry is, and what has a deadline at once.",
    )
    language = serializers.ChoiceField(choices=vocabularies.choices("mail_language"), required=False)


class NotificationViewSet(writing.Writes, resource.ResourceViewSet):
    """What you are told of as a member, of every entry that you act for: what is unread first, then the newest.

    What you may no longer see is left out, so a page can have fewer than `limit`. Kept for 90 days.
    """

    object_name, model, serializer_class = "notification", deliveries.Delivery, NotificationSerializer
    filterset_class = NotificationFilter
    renderer_classes = (renderers.Json,)
    parameters = ("format", "limit", "cursor", "include")
    path_description = "The id of a notification."
    path_pattern, path_example = components.public_id("notification")["pattern"], "ntf_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The person's own; 401 without a credential, 403 for programs and without the scope."""
        rules.require(permissions.RULES["see_own_data"], by=self.actor)
        return deliveries.Delivery.objects.visible_to(self.actor)

    @property
    def order(self) -> pagination.Order:
        """What is unread, then the newest."""
        return pagination.Order(("is_read", "id"), (False, True))

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those whose object can still be seen."""
        rows = list(deliveries.Delivery.objects.filter(pk__in=keys).select_related("event", "entry"))
        found = {}
        for entry in {row.entry_id for row in rows}:
            of_entry = [row for row in rows if row.entry_id == entry]
            by = outbound.member(self.actor.person, entry, scopes=self.actor.scopes)
            told = subjects.told([row.event for row in of_entry], by) if by else {}
            names = happenings.public_ids({owner for subject in told.values() for owner in subject.owners})
            for row in of_entry:
                if by and row.event_id in told:
                    found[row.pk] = _document(row, told[row.event_id], by, names)
        return found

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One notification."""
        return self.answer_one(self._one(self.visible().filter(pk=self.key_of(pk))), version=None)

    def _one(self, rows: QuerySet[Any]) -> bytes:
        keys = list(rows.values_list("pk", flat=True))
        found = self.documents(keys)
        if not found:
            raise errors.Missing("not_found")
        return found[keys[0]]

    @writing.writes("readNotification", "Mark a notification as read", scope="profile:write")
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> HttpResponse:
        """Mark one as read; a second time changes nothing."""
        row = deliveries.mark_read(self.key_of(pk), by=self.actor, now=clock.now())
        return self.answer_written(self._one(deliveries.Delivery.objects.filter(pk=row.pk)))

    @writing.writes("readAllNotifications", "Mark all notifications as read", scope="profile:write", status=204)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> HttpResponse:
        """Mark as read all that you have now."""
        deliveries.mark_all_read(by=self.actor, now=clock.now())
        return self.answer_nothing()


class PreferencesViewSet(writing.Writes, resource.ListViewSet):
    """How you want to be told by mail, for the entry that you act for."""

    object_name, model, serializer_class = "notification_preferences", preferences.Preference, PreferencesSerializer
    spoken_name = "notification preferences"
    parameters = ("format",)
    is_single = True

    def list(self, request: Request) -> HttpResponse:
        """The choice, or what holds without one."""
        row = preferences.own(self.actor)
        return self.answer_one(resource.dumps(PreferencesSerializer().to_representation(row)), version=row.version)

    @writing.writes(
        "updateNotificationPreferences", "Choose how you are told", scope="profile:write", body=PreferencesInput
    )
    def partial_update(self, request: Request) -> HttpResponse:
        """Change members (JSON Merge Patch). Needs `If-Match`. The list of notifications has everything, always."""
        values, version = self.body(partial=True), self.version()
        return self.answer_row(preferences.change(values=values, version=version, by=self.actor, now=clock.now()))


def _document(row: deliveries.Delivery, subject: subjects.Subject, by: actors.Actor, names: dict[Any, str]) -> bytes:
    event = row.event
    document = {
        "id": ids.encode("notification", row.pk),
        "object": "notification",
        "event": ids.encode("event", event.pk),
        "type": event.type,
        "at": event.at,
        "entry": ids.encode(row.entry.kind, row.entry_id),
        "actor": happenings.actor(event, by, owners={key: names[key] for key in subject.owners}),
        "subject": {
            "id": ids.encode(event.subject_type, subject.row.pk),
            "object": event.subject_type,
            "title": subject.title,
        },
        "text": EVENTS[event.type]._asdict(),
        "read_at": row.read_at,
    }
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)
