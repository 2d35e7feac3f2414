"""How notifications and events look, and how a person wants to be told."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields, happenings
from directory import ids, vocabularies
from partners.deliveries import subjects

_TEXT = {
    "type": "object",
    "properties": {"id": components.TEXT, "en": components.TEXT},
    "required": ["id", "en"],
}


class EventObjectSerializer(fields.Serializer):
    """What an event is about."""

    id = fields.Described(components.public_id(*subjects.KINDS))
    object = serializers.ChoiceField(choices=subjects.NAMES)
    version = serializers.IntegerField(
        allow_null=True, help_text="Of the object now: when it is higher than you know, fetch the object."
    )
    status = serializers.CharField(allow_null=True, help_text="The status after the event.")


class EventSerializer(fields.Serializer):
    """One thing that happened. It is thin: fetch the object for the rest, as far as you may see it."""

    id = fields.Described(components.public_id("event"))
    type = serializers.CharField(help_text="One of the types of docs/reference/events.md; later versions may add some.")
    at = serializers.DateTimeField()
    actor = happenings.HappeningActorSerializer()
    object = EventObjectSerializer()
    before = serializers.CharField(allow_null=True, help_text="The status before the event.")


class NotificationObjectSerializer(fields.Serializer):
    """What a notification is about."""

    id = fields.Described(components.public_id(*subjects.KINDS))
    object = serializers.ChoiceField(choices=subjects.NAMES)
    title = serializers.CharField()


class NotificationSerializer(fields.Serializer):
    """One thing that you are told of, as a member of an entry."""

    id = fields.Described(components.public_id("notification"))
    object = fields.ObjectName("notification")
    event = fields.Described(components.public_id("event"))
    type = serializers.CharField(help_text="As of events.")
    at = serializers.DateTimeField()
    entry = fields.Described({**components.public_id(*ids.ENTRIES), "description": "For which entry you are told."})
    actor = happenings.HappeningActorSerializer()
    subject = NotificationObjectSerializer()
    text = fields.Described({**_TEXT, "description": "What happened, in a sentence."})
    read_at = serializers.DateTimeField(allow_null=True)


class PreferencesSerializer(fields.Serializer):
    """How you want to be told of what happens for the entry that you act for."""

    object = fields.ObjectName("notification_preferences")
    entry = serializers.SerializerMethodField()
    version = serializers.IntegerField(help_text="0 while you have chosen nothing.")
    mail = serializers.ChoiceField(choices=vocabularies.choices("mail_frequency"))
    language = serializers.ChoiceField(choices=vocabularies.choices("mail_language"), help_text="Of the mails.")

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_entry(self, row: Any) -> str:
        """The entry."""
        return ids.encode(row.entry.kind, row.entry_id)
