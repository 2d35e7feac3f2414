"""Which library runs which software, over time: a library's history, and a product's libraries."""

import functools
import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api import conditional, renderers
from api.openapi import components
from api.v1 import entries, fields, kinds, resource
from directory import clock, errors, ids, vocabularies
from directory.software import filters
from directory.software.installations import Installation
from directory.software.products import Product


class InstallationSerializer(fields.Serializer):
    """One statement that a library runs, or ran, a product, and who says so."""

    id = fields.PublicId("installation", source="pk")
    object = fields.ObjectName("installation")
    version = serializers.IntegerField()
    library = serializers.SerializerMethodField()
    product = fields.PublicId("product", source="product_id", shape="Product")
    product_version = serializers.CharField(allow_blank=True)
    hosting = serializers.ChoiceField(choices=vocabularies.choices("hosting"), allow_blank=True)
    from_date = serializers.DateField(
        allow_null=True, help_text="Since when; of a month or year its first day, `from_precision` says which."
    )
    from_precision = serializers.ChoiceField(choices=vocabularies.choices("date_precision"), allow_blank=True)
    until_date = serializers.DateField(
        allow_null=True, help_text="The first day on which it no longer ran; `null` while it does."
    )
    until_precision = serializers.ChoiceField(choices=vocabularies.choices("date_precision"), allow_blank=True)
    evidence = serializers.CharField(allow_blank=True, help_text="What supports the statement.")
    stated_by = serializers.ChoiceField(choices=vocabularies.choices("stated_by"))
    verified_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_library(self, row: Installation) -> str:
        """The id of the school or organisation."""
        return ids.encode(row.library.kind, row.library_id)


class InstallationViewSet(resource.ListViewSet):
    """The software history of a school's library: statements are added, never overwritten."""

    renderer_classes = renderers.TABLE
    object_name, model, serializer_class = "installation", Installation, InstallationSerializer
    filterset_class = filters.InstallationFilter
    expandable = ("library", "product", "product.vendor")
    path_description = "A school: " + entries.EntryViewSet.path_description
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    def visible(self) -> QuerySet[Any]:
        """The statements that can be seen; of the school in the address, if there is one."""
        rows = Installation.objects.visible_to(self.actor)
        return rows.filter(library=self._school) if self._school else rows

    @functools.cached_property
    def _school(self) -> uuid.UUID | None:
        """The school in the address; None where installations are expanded from elsewhere."""
        reference = self.kwargs.get("school") if hasattr(self, "kwargs") else None
        return entries.key_of(reference, self.actor, kind="school") if reference else None

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the libraries' kinds."""
        return rows.select_related("library")


class ProductLibraryViewSet(kinds.AnyKindListViewSet):
    """The libraries that run a product: today, or on the day `as_of`."""

    extra_parameters = {"as_of": {"type": "string", "format": "date"}}
    cache = conditional.PUBLIC  # no person runs a library's software
    path_description, path_example = "The id of a product.", "prd_01kf3cb0s3f8q8r2d1kq8m8n8p"
    path_pattern = components.public_id("product")["pattern"]

    def narrowed(self) -> QuerySet[Any]:
        """The entries with an installation of the product that was in use on the day."""
        try:
            name, key = ids.decode(self.kwargs["product"])
        except errors.Invalid:
            raise errors.Missing("not_found") from None
        if name != "product" or not Product.objects.visible_to(self.actor).filter(pk=key).exists():
            raise errors.Missing("not_found")
        day = filters.InstallationFilter.cleaned(self.asked.extra).get("as_of", clock.now().date())
        running = Installation.objects.visible_to(self.actor).as_of(day).filter(product=key)
        return super().narrowed().filter(pk__in=running.values("library"))
