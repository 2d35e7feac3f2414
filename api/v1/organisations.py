"""Associations, foundations, offices, universities, community libraries and bookshops."""

from rest_framework import serializers

from api.v1 import entries, fields, shapes
from directory import vocabularies
from directory.entries import filters


class OrganisationSerializer(shapes.EntrySerializer):
    """An organisation."""

    object = fields.ObjectName("organisation")
    type = serializers.ChoiceField(source="organisation.type", choices=vocabularies.choices("organisation_type"))


class OrganisationViewSet(entries.EntryViewSet):
    """Associations, foundations, offices, universities, community libraries and bookshops."""

    object_name = kind = "organisation"
    serializer_class, filterset_class = OrganisationSerializer, filters.OrganisationFilter
