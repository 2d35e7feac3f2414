"""Library-software products, as their vendors describe and change them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import entry_inputs, fields, inputs, resource, writing
from directory import clock, ids, vocabularies
from directory.software import filters, products
from partners.accounts import acting


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


class Licence(entry_inputs.Optional, serializers.RegexField):
    """An SPDX identifier or expression that null empties."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=rf"^{products.LICENCE.pattern}\Z", max_length=60, **kwargs)


class ProductInput(inputs.Input):
    """What a product can be given."""

    example = {"name": "Rak Digital Sekolah", "licence": "GPL-3.0-or-later", "hosting": ["self_hosted", "cloud"]}
    name = inputs.Text(max_length=200)
    website = entry_inputs.OptionalAddress(max_length=500)
    repository_url = entry_inputs.OptionalAddress(max_length=500)
    licence = Licence(help_text="An SPDX identifier, or `proprietary`.")
    latest_version = entry_inputs.OptionalText(max_length=40)
    hosting = entry_inputs.Codes("hosting")
    standards = entry_inputs.Codes("standard")
    services = entry_inputs.Codes("service")
    price_model = entry_inputs.OptionalChoice("price_model")
    description_id = entry_inputs.OptionalText(max_length=5000, help_text="In Indonesian.")
    description_en = entry_inputs.OptionalText(max_length=5000, help_text="In English.")


class ProductViewSet(writing.Writes, resource.ResourceViewSet):
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

    @writing.writes("createProduct", "Add a product", scope="entries:write", body=ProductInput, status=201)
    def create(self, request: Request) -> HttpResponse:
        """Add a product of the vendor you act for; moderators add one of a community."""
        by = self.actor
        vendor = by.acting_entry if by.moderates(None) else acting.entry_needed(by)
        row = products.create(self.body(), vendor=vendor, by=by, now=clock.now())
        return self.answer_row(row, status=201, location=f"/v1/products/{ids.encode('product', row.pk)}")

    @writing.writes("updateProduct", "Change a product", scope="entries:write", body=ProductInput)
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change members (JSON Merge Patch): a list is replaced whole, null empties. Needs `If-Match`."""
        values = self.body(partial=True)
        row = products.change(self.key_of(pk), values, version=self.version(), by=self.actor, now=clock.now())
        return self.answer_row(row)

    @writing.writes("retireProduct", "Say that a product is no longer maintained", scope="entries:write")
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> HttpResponse:
        """It stays listed, with `is_retired`."""
        return self.answer_row(products.retire(self.key_of(pk), by=self.actor, now=clock.now()))

    @writing.writes("restoreProduct", "Take the retirement of a product back", scope="entries:write")
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """It is maintained again."""
        return self.answer_row(products.restore(self.key_of(pk), by=self.actor, now=clock.now()))
