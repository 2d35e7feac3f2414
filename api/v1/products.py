"""Library-software products, and which libraries run them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api import renderers
from api.openapi import components
from api.v1 import fields, resource
from directory import ids, vocabularies
from directory.software import filters, products


class ProductSerializer(fields.Serializer):
    """A product; `vendor` is null for a community's that has no entry of its own."""

    id = fields.PublicId("product", source="pk")
    object = fields.ObjectName("product")
    version = serializers.IntegerField()
    name = serializers.CharField()
    vendor = serializers.SerializerMethodField()
    website = serializers.CharField(allow_blank=True)
    repository_url = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True, help_text="An SPDX identifier, or `proprietary`.")
    latest_version = serializers.CharField(allow_blank=True)
    hosting = serializers.ListField(child=serializers.ChoiceField(choices=vocabularies.choices("hosting")))
    standards = serializers.ListField(child=serializers.ChoiceField(choices=vocabularies.choices("standard")))
    services = serializers.ListField(child=serializers.ChoiceField(choices=vocabularies.choices("service")))
    price_model = serializers.ChoiceField(choices=vocabularies.choices("price_model"), allow_blank=True)
    description_id = serializers.CharField(allow_blank=True)
    description_en = serializers.CharField(allow_blank=True)
    is_retired = serializers.BooleanField(help_text="Whether it is no longer maintained.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.expandable("Entry", "vendor", "organisation", nullable=True))
    def get_vendor(self, row: products.Product) -> str | None:
        """The vendor's id."""
        return ids.encode(row.vendor.kind, row.vendor.pk) if row.vendor else None


class ProductViewSet(resource.ResourceViewSet):
    """Library-software products."""

    renderer_classes = (*renderers.TABLE, renderers.JsonLd)
    object_name, model, serializer_class = "product", products.Product, ProductSerializer
    filterset_class = filters.ProductFilter
    sorts = {**resource.ResourceViewSet.sorts, "name": "name_key"}
    expandable = ("vendor",)
    path_pattern, path_example = components.public_id("product")["pattern"], "prd_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With their vendors."""
        return rows.select_related("vendor")
