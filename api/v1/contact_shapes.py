"""How a contact looks, wherever it is shown."""

from rest_framework import serializers

from api.v1 import fields
from directory import vocabularies

OBJECT = "contact"


class EntryContactSerializer(fields.Serializer):
    """One address, number or link of an entry, with who may see it."""

    id = fields.PublicId(OBJECT, source="pk")
    object = fields.ObjectName(OBJECT)
    version = serializers.IntegerField(
        source="entry.version", help_text="Of the entry: a change of a contact is a change of it."
    )
    kind = serializers.ChoiceField(choices=vocabularies.choices("contact_kind"))
    value = serializers.CharField(help_text="Phones in E.164.")
    label = serializers.CharField(allow_blank=True, help_text="Whose it is, in a few words.")
    visibility = serializers.ChoiceField(choices=vocabularies.choices("visibility"))
    created_at = serializers.DateTimeField(source="first_event.at")
    updated_at = serializers.DateTimeField(source="event.at")
