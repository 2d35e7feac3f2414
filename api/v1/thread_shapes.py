"""How threads look: messages with their files, the items of a timeline, and how far one has read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields, happenings
from directory import ids, vocabularies
from partners.collaborations import threads


class MessageFileSerializer(fields.Serializer):
    """A file that came with a message. It is handed out as bytes to be saved, and never shown here."""

    id = fields.PublicId("message_file", source="pk")
    object = fields.ObjectName("message_file")
    message = fields.PublicId("message", source="message_id")
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=threads.TYPES)
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class MessageSerializer(fields.Serializer):
    """What one side of a request wrote."""

    id = fields.PublicId("message", source="pk")
    object = fields.ObjectName("message")
    collaboration = fields.PublicId("collaboration", source="collaboration_id")
    entry = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField()
    text = serializers.CharField()
    files = MessageFileSerializer(many=True, source="shown_files")
    created_at = serializers.DateTimeField()

    @extend_schema_field({**components.public_id(*ids.ENTRIES), "description": "Which of the two wrote."})
    def get_entry(self, row: Any) -> str:
        """The entry of the side."""
        return ids.encode(row.entry.kind, row.entry_id)

    @extend_schema_field(
        {
            **components.public_id("user", "api_key"),
            "type": ["string", "null"],
            "description": "The person or key, to members of that entry alone.",
        }
    )
    def get_author(self, row: Any) -> str | None:
        """Who wrote, if the reader acts for the same entry."""
        by = self.context["actor"]
        if by.acting_entry != row.entry_id or not (row.author_id or row.api_key_id):
            return None
        return ids.encode("user", row.author_id) if row.author_id else ids.encode("api_key", row.api_key_id)


class TimelineItemSerializer(fields.Serializer):
    """One thing that happened in a request: a message, a file, or a step of the request itself."""

    id = fields.Described(components.public_id("event"))
    object = fields.ObjectName("timeline_item")
    type = serializers.CharField(help_text=f"What happened: `{threads.WROTE}`, `{threads.ATTACHED}`, or a step.")
    at = serializers.DateTimeField()
    actor = happenings.HappeningActorSerializer()
    before = fields.Described(
        {"anyOf": [components.codes(vocabularies.codes("collaboration_status")), {"type": "null"}]},
        help_text="The status before it; `null` at the beginning.",
    )
    after = fields.Described(
        {"anyOf": [components.codes(vocabularies.codes("collaboration_status")), {"type": "null"}]},
        help_text="The status after it; `null` of what concerns no status.",
    )
    message = fields.Described({"anyOf": [components.ref("Message"), {"type": "null"}]}, help_text="Of a message.")
    file = fields.Described({"anyOf": [components.ref("MessageFile"), {"type": "null"}]}, help_text="Of a file.")


class ReadMarkerSerializer(fields.Serializer):
    """How far you have read the timeline."""

    object = fields.ObjectName("read_marker")
    collaboration = fields.Described(components.public_id("collaboration"))
    up_to = fields.Described(
        {**components.public_id("event"), "type": ["string", "null"]}, help_text="The last item that you have read."
    )
    unread_count = serializers.IntegerField(help_text="Items behind it that others than your own side made.")
