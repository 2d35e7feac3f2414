"""Regions from province to village: the tree, and look-up by the codes of any scheme."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.exports import columns
from api.openapi import components
from api.v1 import fields, resource
from directory import errors, vocabularies
from directory.regions import filters, regions


class RegionCodeSerializer(fields.Serializer):
    """The region's code in another scheme."""

    in_csv = columns.Joined("{scheme}:{code}")

    scheme = serializers.ChoiceField(choices=vocabularies.choices("region_scheme"))
    code = serializers.CharField()


class LegalStatusSerializer(fields.Serializer):
    """A legal status for a time; it may have ended."""

    in_csv = columns.Joined("{flag}:{valid_from}/{valid_until}")

    flag = serializers.ChoiceField(choices=vocabularies.choices("region_flag"))
    legal_basis = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class RegionSerializer(fields.Serializer):
    """A region; its id is the dotted Kemendagri code."""

    id = serializers.CharField(source="code", help_text="The Kemendagri code.")
    object = fields.ObjectName("region")
    version = serializers.IntegerField()
    name = serializers.CharField()
    level = serializers.SerializerMethodField()
    parent = serializers.CharField(source="parent_id", allow_null=True, help_text="The code of the region above.")
    aliases = serializers.SerializerMethodField()
    codes = RegionCodeSerializer(many=True)
    flags = LegalStatusSerializer(many=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    postal_code = serializers.CharField(allow_blank=True)
    area_km2 = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField(allow_null=True)
    time_zone = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.ref("RegionLevel"))
    def get_level(self, row: regions.Region) -> str:
        """The level's code."""
        return regions.LEVELS[row.level]

    def get_aliases(self, row: Any) -> list[str]:
        """Other names."""
        return [alias.name for alias in row.aliases.all()]


class RegionViewSet(resource.ResourceViewSet):
    """Provinces, regencies and cities, districts and villages."""

    object_name, model, serializer_class = "region", regions.Region, RegionSerializer
    filterset_class = filters.RegionFilter
    sorts = {**resource.ResourceViewSet.sorts, "name": "name_key"}
    path_description = "A Kemendagri code (`32.71`), or `scheme:code` (`dapodik:026100`, `bps:3271`, `iso:ID-JB`)."
    path_pattern, path_example = r"^([0-9.]{2,13}|(kemendagri|dapodik|bps|iso):.+)$", "32.71"

    def visible(self) -> QuerySet[Any]:
        """All of them."""
        return regions.Region.objects.all()

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With codes, flags and other names."""
        return rows.prefetch_related("codes", "flags", "aliases")

    def key_of(self, text: str) -> str:
        """The code of the region that a code of any scheme names."""
        try:
            return regions.Region.objects.resolve(text).code
        except errors.Invalid as error:
            if error.code == "unknown_region":
                raise errors.Missing("not_found") from None
            raise
