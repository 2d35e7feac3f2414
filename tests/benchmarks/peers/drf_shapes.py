"""The serializers of the tutorial peer: nested, derived from the models where they can be."""

from typing import Any

from rest_framework import serializers

from directory import ids
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.kinds import Library
from directory.entries.names import EntryName
from directory.entries.relations import Relation
from directory.regions.regions import LEVELS, Region
from tests.benchmarks.peers import django_rows


class RegionSerializer(serializers.ModelSerializer):
    """A region."""

    level = serializers.SerializerMethodField()

    class Meta:
        model = Region
        fields = ("code", "name", "level")

    def get_level(self, row: Region) -> str:
        """The level's code."""
        return LEVELS[row.level]


class RegionWithPathSerializer(RegionSerializer):
    """A region with those above it."""

    path = RegionSerializer(source="lineage", many=True)

    class Meta(RegionSerializer.Meta):
        fields = (*RegionSerializer.Meta.fields, "path")


class NameSerializer(serializers.ModelSerializer):
    """A name."""

    class Meta:
        model = EntryName
        fields = ("value", "type", "language")


class IdentifierSerializer(serializers.ModelSerializer):
    """A number in a scheme."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Identifier
        fields = ("scheme", "value", "url")

    def get_url(self, row: Identifier) -> str | None:
        """Where its registry shows it."""
        return django_rows.resolved(row)


class ContactSerializer(serializers.ModelSerializer):
    """A public contact."""

    class Meta:
        model = Contact
        fields = ("kind", "value", "label")


class RelationSerializer(serializers.ModelSerializer):
    """How the entry belongs to another."""

    entry = serializers.SerializerMethodField()

    class Meta:
        model = Relation
        fields = ("type", "entry")

    def get_entry(self, row: Relation) -> str:
        """The other entry's id."""
        return ids.encode(row.target.kind, row.target_id)


class TrustSerializer(serializers.ModelSerializer):
    """What was checked."""

    claimed = serializers.SerializerMethodField()
    level = serializers.CharField(source="trust_level")
    stale = serializers.BooleanField(source="is_stale")

    class Meta:
        model = Entry
        fields = ("claimed", "level", "checked_what", "verified_at", "last_confirmed_at", "stale")

    def get_claimed(self, row: Entry) -> bool:
        """Whether somebody maintains the entry."""
        return row.trust_level != "listed"


class ProvenanceSerializer(serializers.Serializer):
    """Where the entry came from."""

    source = serializers.SerializerMethodField()
    recorded_at = serializers.DateTimeField(source="at")

    def get_source(self, row: Any) -> str | None:
        """The source's id."""
        return ids.encode("source", row.source_id) if row.source_id else None


class LibrarySerializer(serializers.ModelSerializer):
    """A library."""

    class Meta:
        model = Library
        fields = (
            "exists",
            "type",
            "name",
            "npp",
            "titles",
            "copies",
            "room_area_m2",
            "opening_hours_per_week",
            "librarians",
            "teacher_librarians",
            "library_staff",
            "has_internet",
            "opac_url",
            "accreditation",
            "accreditation_year",
            "accreditation_valid_until",
        )


# What depends on more than one attribute: serializers made once, as a method makes them anew for every row.
_NAMES, _NUMBERS, _LIBRARY = NameSerializer(many=True), IdentifierSerializer(many=True), LibrarySerializer()


class SchoolSerializer(serializers.ModelSerializer):
    """A school."""

    id = serializers.SerializerMethodField()
    object = serializers.CharField(source="kind")
    names = serializers.SerializerMethodField()
    identifiers = serializers.SerializerMethodField()
    region = RegionWithPathSerializer()
    contacts = ContactSerializer(source="public_contacts", many=True)
    relations = RelationSerializer(source="shown_relations", many=True)
    trust = TrustSerializer(source="*")
    provenance = ProvenanceSerializer(source="first_event")
    form = serializers.CharField(source="school.form")
    ownership = serializers.CharField(source="school.ownership")
    ministry = serializers.CharField(source="school.ministry")
    accreditation = serializers.CharField(source="school.accreditation")
    pupils = serializers.IntegerField(source="school.pupils")
    class_groups = serializers.IntegerField(source="school.class_groups")
    library = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = (
            "id",
            "object",
            "version",
            "status",
            "name",
            "names",
            "identifiers",
            "region",
            "address",
            "postal_code",
            "latitude",
            "longitude",
            "location_accuracy",
            "website",
            "description_id",
            "description_en",
            "languages",
            "contacts",
            "relations",
            "trust",
            "provenance",
            "created_at",
            "updated_at",
            "form",
            "ownership",
            "ministry",
            "accreditation",
            "pupils",
            "class_groups",
            "library",
        )

    def get_id(self, row: Entry) -> str:
        """The id as it is shown."""
        return ids.encode(row.kind, row.pk)

    def get_names(self, row: Entry) -> Any:
        """The official name first."""
        return _NAMES.to_representation(django_rows.names(row))

    def get_identifiers(self, row: Entry) -> Any:
        """Those that hold."""
        return _NUMBERS.to_representation(django_rows.numbers(row))

    def get_library(self, row: Any) -> Any:
        """Without a row an unknown one."""
        return _LIBRARY.to_representation(getattr(row, "library", None) or Library())


class SuggestionSerializer(serializers.ModelSerializer):
    """An entry to choose."""

    id = serializers.SerializerMethodField()
    object = serializers.SerializerMethodField()
    label = serializers.SerializerMethodField()
    npsn = serializers.SerializerMethodField()
    region = serializers.CharField(source="region_id")

    class Meta:
        model = Entry
        fields = ("id", "object", "kind", "name", "label", "npsn", "region")

    def get_id(self, row: Entry) -> str:
        """The id as it is shown."""
        return ids.encode(row.kind, row.pk)

    def get_object(self, row: Entry) -> str:
        """What it is."""
        return "completion"

    def get_label(self, row: Any) -> str:
        """The name with district and regency."""
        above = {LEVELS[region.level]: region.name for region in (row.region.lineage() if row.region else ())}
        return ", ".join([row.name, *(above[level] for level in ("district", "regency") if level in above)])

    def get_npsn(self, row: Any) -> str | None:
        """Its NPSN, if it has one."""
        return next((one.value for one in row.held_identifiers if one.scheme == "npsn"), None)


class WriteSerializer(serializers.Serializer):
    """The new address of an entry's website."""

    entry = serializers.CharField(max_length=40)
    website = serializers.URLField(max_length=300)
