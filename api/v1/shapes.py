"""The shape that all kinds of entries share: the only declaration of their members, for JSON, CSV and OpenAPI."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.exports import columns
from api.openapi import components
from api.v1 import fields
from directory import ids, vocabularies
from directory.entries import contacts, entries, identifiers
from directory.regions import regions

NAME_TYPES = [("official", "Nama resmi"), *vocabularies.choices("name_type")]
SCHEMES = [(name, scheme.label) for name, scheme in identifiers.SCHEMES.items()]


class PlaceSerializer(fields.Serializer):
    """A region by code, name and level."""

    in_csv = columns.Joined("", by="level", show="name", own=tuple(regions.LEVELS.values()))

    code = serializers.CharField(help_text="The Kemendagri code.")
    name = serializers.CharField()
    level = serializers.SerializerMethodField()

    @extend_schema_field(components.ref("RegionLevel"))
    def get_level(self, row: regions.Region) -> str:
        """The level's code."""
        return regions.LEVELS[row.level]


class PlaceWithPathSerializer(PlaceSerializer):
    """The region of an entry with those above it, from the province down to itself."""

    path = PlaceSerializer(source="lineage", many=True, help_text="From the province down to the region itself.")


class NameSerializer(fields.Serializer):
    """A name of an entry; the official one comes first."""

    in_csv = columns.Joined("{type}:{value}", by="type", left_out=("official",))

    value = serializers.CharField()
    type = serializers.ChoiceField(choices=NAME_TYPES)
    language = serializers.CharField(allow_blank=True, help_text="BCP 47, where it is known.")


class IdentifierSerializer(fields.Serializer):
    """A number in a scheme; `url` shows it at its registry, where there is one."""

    in_csv = columns.Joined("{scheme}:{value}", by="scheme", own=("npsn",))

    scheme = serializers.ChoiceField(choices=SCHEMES)
    value = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, row: identifiers.Identifier) -> str | None:
        """Where its registry shows it; null where there is no such page."""
        resolver = identifiers.SCHEMES[row.scheme].resolver
        return resolver.format(value=row.value) if resolver else None


class ContactSerializer(fields.Serializer):
    """A public contact; those that are not public never stand in a body."""

    in_csv = columns.Joined("{kind}:{value}")

    kind = serializers.ChoiceField(choices=vocabularies.choices("contact_kind"))
    value = serializers.CharField(help_text="Phones in E.164.")
    label = serializers.CharField(allow_blank=True, help_text="Whose it is, in a few words.")


class RelationSerializer(fields.Serializer):
    """How the entry belongs to another."""

    in_csv = columns.Joined("{type}:{entry}")

    type = serializers.ChoiceField(choices=vocabularies.choices("relation_type"))
    entry = serializers.SerializerMethodField()

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_entry(self, row: Any) -> str:
        """The other entry's id."""
        return ids.encode(row.target.kind, row.target_id)


class TrustSerializer(fields.Serializer):
    """What was checked of the entry, and when; no import and no edit moves it."""

    claimed = serializers.SerializerMethodField()
    level = serializers.ChoiceField(source="trust_level", choices=vocabularies.choices("trust_level"))
    checked_what = serializers.ListField(child=serializers.CharField(), help_text="What was verified.")
    verified_at = serializers.DateTimeField(allow_null=True)
    last_confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="When its owner last said that all of it still holds."
    )
    stale = serializers.BooleanField(source="is_stale", help_text="Whether that is too long ago.")

    def get_claimed(self, row: Any) -> bool:
        """Whether somebody maintains the entry."""
        return row.trust_level != "listed"


class ProvenanceSerializer(fields.Serializer):
    """Which source the entry came from and when; `null` when a person wrote it."""

    source = serializers.SerializerMethodField()
    recorded_at = serializers.DateTimeField(source="first_event.at")

    @extend_schema_field(components.expandable("Source", "source", nullable=True))
    def get_source(self, row: Any) -> str | None:
        """The source's id."""
        return ids.encode("source", row.first_event.source_id) if row.first_event.source_id else None


# Made once: a serializer copies all its fields when it is made, which costs more than to use it.
_NAMES, _IDENTIFIERS, _RELATIONS = (
    shape(many=True) for shape in (NameSerializer, IdentifierSerializer, RelationSerializer)
)


class EntrySerializer(fields.Serializer):
    """What every kind of entry shows."""

    id = serializers.SerializerMethodField()
    object = serializers.CharField(source="kind")
    version = serializers.IntegerField(help_text="Rises with every change.")
    status = serializers.ChoiceField(
        choices=entries.SHOWN, help_text="`closed`: it no longer works, and stays listed. `hidden`: to moderators only."
    )
    name = serializers.CharField(help_text="The official name.")
    names = serializers.SerializerMethodField()
    identifiers = serializers.SerializerMethodField()
    region = PlaceWithPathSerializer(allow_null=True, help_text="The most exact region known.")
    address = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    location_accuracy = serializers.ChoiceField(
        choices=vocabularies.choices("location_accuracy"), allow_blank=True, help_text="How far to trust the point."
    )
    website = serializers.CharField(allow_blank=True)
    description_id = serializers.CharField(allow_blank=True, help_text="In Indonesian.")
    description_en = serializers.CharField(allow_blank=True, help_text="In English.")
    languages = serializers.ListField(child=serializers.CharField(), help_text="Languages it works in, BCP 47.")
    contacts = ContactSerializer(source="public_contacts", many=True, help_text="The public contacts.")
    relations = serializers.SerializerMethodField()
    trust = TrustSerializer(source="*")
    provenance = ProvenanceSerializer(source="*")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_id(self, row: entries.Entry) -> str:
        """The entry's id."""
        return ids.encode(row.kind, row.pk)

    @extend_schema_field(NameSerializer(many=True))
    def get_names(self, row: Any) -> list[dict[str, Any]]:
        """All names, the official one first."""
        others = sorted(row.names.all(), key=lambda name: name.pk)
        return [{"value": row.name, "type": "official", "language": ""}, *_NAMES.to_representation(others)]

    @extend_schema_field(IdentifierSerializer(many=True))
    def get_identifiers(self, row: Any) -> list[dict[str, Any]]:
        """The identifiers that hold, in the order of the scheme table."""
        order = list(identifiers.SCHEMES)
        held = [one for one in row.identifiers.all() if one.retired_at is None]
        return _IDENTIFIERS.to_representation(sorted(held, key=lambda one: (order.index(one.scheme), one.value)))

    @extend_schema_field(RelationSerializer(many=True))
    def get_relations(self, row: Any) -> list[dict[str, Any]]:
        """The relations that start from the entry; the other end may have been hidden since."""
        return _RELATIONS.to_representation(sorted(row.relations.all(), key=lambda one: one.pk))


def prepared(rows: QuerySet[entries.Entry]) -> QuerySet[entries.Entry]:
    """Entries with what the common shape reads: one query, and one for each list in it."""
    return rows.select_related("region__parent__parent__parent", "first_event").prefetch_related(
        "names",
        "identifiers",
        "relations__target",
        Prefetch("contacts", contacts.Contact.objects.filter(visibility="public").order_by("pk"), "public_contacts"),
    )
