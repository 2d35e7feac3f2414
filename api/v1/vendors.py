"""Vendors of library software."""

from rest_framework import serializers

from api.v1 import entries, entry_inputs, entry_merging, entry_writes, fields, shapes
from directory import vocabularies
from directory.entries import filters


class VendorSerializer(shapes.EntrySerializer):
    """A vendor."""

    object = fields.ObjectName("vendor")
    founded_year = serializers.IntegerField(source="vendor.founded_year", allow_null=True)
    services = serializers.ListField(
        source="vendor.services", child=serializers.ChoiceField(choices=vocabularies.choices("service"))
    )


class VendorInput(entry_inputs.EntryInput):
    """What a vendor can be given."""

    example = {"name": "PT Rak Digital", "services": ["training"]}
    founded_year = entry_inputs.Count(min_value=1500, max_value=2200)
    services = entry_inputs.Codes("service")


class VendorViewSet(entry_merging.EntryMerges, entry_writes.EntryWrites, entries.EntryViewSet):
    """Vendors of library software."""

    object_name = kind = "vendor"
    input_class = VendorInput
    serializer_class, filterset_class = VendorSerializer, filters.VendorFilter
