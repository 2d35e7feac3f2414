"""How a contact looks, wherever it is shown."""

import uuid

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields
from directory import ids, vocabularies
from directory.entries.contacts import Contact

OBJECT = "contact"


class EntryContactSerializer(fields.Serializer):
    """One address, number or link of an entry, with who may see it."""

    id = serializers.SerializerMethodField()
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

    @extend_schema_field(components.public_id(OBJECT))
    def get_id(self, row: Contact) -> str:
        """Its number in the form of all ids."""
        return public(row)


def public(row: Contact) -> str:
    """The public id: a number has no UUID, so the number stands in the place of one."""
    return ids.encode(OBJECT, uuid.UUID(int=row.pk))
