"""Vendors of library software."""

from rest_framework import serializers

from api.v1 import entries, fields, shapes
from directory import vocabularies
from directory.entries import filters


class VendorSerializer(shapes.EntrySerializer):
    """A vendor."""

    object = fields.ObjectName("vendor")
    founded_year = serializers.IntegerField(source="vendor.founded_year", allow_null=True)
    services = serializers.ListField(
        source="vendor.services", child=serializers.ChoiceField(choices=vocabularies.choices("service"))
    )


class VendorViewSet(entries.EntryViewSet):
    """Vendors of library software."""

    object_name = kind = "vendor"
    serializer_class, filterset_class = VendorSerializer, filters.VendorFilter
