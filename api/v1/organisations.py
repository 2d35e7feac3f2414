"""Associations, foundations, offices, universities, community libraries and bookshops."""

from rest_framework import serializers

from api.v1 import entries, entry_inputs, entry_merging, entry_writes, fields, shapes
from directory import vocabularies
from directory.entries import filters


class OrganisationSerializer(shapes.EntrySerializer):
    """An organisation."""

    object = fields.ObjectName("organisation")
    type = serializers.ChoiceField(source="organisation.type", choices=vocabularies.choices("organisation_type"))


class OrganisationInput(entry_inputs.EntryInput):
    """What an organisation can be given."""

    example = {"name": "Taman Baca Pelangi", "type": "community_library"}
    type = serializers.ChoiceField(choices=vocabularies.choices("organisation_type"))


class OrganisationViewSet(entry_merging.EntryMerges, entry_writes.EntryWrites, entries.EntryViewSet):
    """Associations, foundations, offices, universities, community libraries and bookshops."""

    object_name = kind = "organisation"
    input_class = OrganisationInput
    serializer_class, filterset_class = OrganisationSerializer, filters.OrganisationFilter
