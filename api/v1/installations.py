"""Which library runs which software, over time: a library's history, and a product's libraries."""

import functools
import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import conditional, renderers
from api.openapi import components
from api.v1 import entries, entry_inputs, entry_writes, fields, inputs, kinds, resource, writing
from directory import clock, errors, ids, vocabularies
from directory.software import filters, stating
from directory.software.installations import Installation
from directory.software.products import Product
from partners.trust import vendor_statements


class InstallationSerializer(fields.Serializer):
    """One statement that a library runs, or ran, a product, and who says so."""

    id = fields.PublicId("installation", source="pk")
    object = fields.ObjectName("installation")
    version = serializers.IntegerField()
    library = serializers.SerializerMethodField()
    product = fields.PublicId("product", source="product_id", shape="Product")
    status = serializers.ChoiceField(
        choices=vocabularies.choices("installation_status"),
        help_text="What waits for the library's consent is seen by both sides only.",
    )
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
    consented_at = serializers.DateTimeField(allow_null=True, help_text="The library agreed to the vendor's statement.")
    verified_at = serializers.DateTimeField(allow_null=True, help_text="A moderator checked it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_library(self, row: Installation) -> str:
        """The id of the school or organisation."""
        return ids.encode(row.library.kind, row.library_id)


class CorrectionInput(inputs.Input):
    """What can be said of the use of a product; a month or a year is given as its first day."""

    example = {"product_version": "4.2", "until_date": "2025-07-01", "until_precision": "month"}
    product_version = entry_inputs.OptionalText(max_length=40)
    hosting = entry_inputs.OptionalChoice("hosting")
    from_date = serializers.DateField(required=False, allow_null=True, help_text="Since when.")
    from_precision = entry_inputs.OptionalChoice("date_precision")
    until_date = serializers.DateField(
        required=False, allow_null=True, help_text="The first day on which it no longer ran."
    )
    until_precision = entry_inputs.OptionalChoice("date_precision")
    evidence = entry_inputs.OptionalText(max_length=500, help_text="What supports the statement.")


class InstallationInput(CorrectionInput):
    """A statement that a library runs, or ran, a product."""

    example = {
        "product": "prd_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "product_version": "4.1",
        "from_date": "2022-01-01",
        "from_precision": "year",
    }
    product = inputs.Id("product")


class EndInput(inputs.Input):
    """Since when a product no longer runs."""

    example = {"until_date": "2025-07-01", "until_precision": "month"}
    until_date = serializers.DateField(help_text="The first day on which it no longer ran.")
    until_precision = serializers.ChoiceField(choices=vocabularies.choices("date_precision"))


class ListedInstallations(writing.Writes, resource.ListViewSet):
    """What both lists of statements share."""

    renderer_classes = renderers.TABLE
    object_name, model, serializer_class = "installation", Installation, InstallationSerializer
    filterset_class = filters.InstallationFilter
    expandable = ("library", "product", "product.vendor")

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the libraries' kinds."""
        return rows.select_related("library")


class LibraryInstallationViewSet(ListedInstallations):
    """The software history of a library: statements are added, never overwritten."""

    kind: ClassVar[str]  # of the entry whose library it is
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    def visible(self) -> QuerySet[Any]:
        """The statements about the library in the address that can be seen."""
        return super().visible().filter(library=self._library)

    @functools.cached_property
    def _library(self) -> uuid.UUID:
        """The school or organisation in the address."""
        return entries.key_of(self.kwargs[self.kind], self.actor, kind=self.kind)

    @writing.writes(
        "state{Object}Installation",
        "State that the library of a {object} runs a product",
        scope="entries:write",
        body=InstallationInput,
        status=201,
    )
    def create(self, request: Request, **address: str) -> HttpResponse:
        """Add a statement: for the library, as the product's vendor, or as a moderator; whom you act for decides.

        A vendor's is shown at once where the library has a public catalogue (`opac_url`), else when the library
        consents; its members get a mail, and remove it with one click.
        """
        values = self.body()
        row = vendor_statements.state(self._library, values.pop("product"), values, by=self.actor, now=clock.now())
        return self.answer_row(row, status=201, location=f"/v1/installations/{ids.encode('installation', row.pk)}")


def of_kind(kind: str) -> type[LibraryInstallationViewSet]:
    """The statements about the libraries of a kind of entries."""
    about = {
        "kind": kind,
        "spoken_name": kind,
        "path_description": f"{kind.capitalize()}: {entries.EntryViewSet.path_description}",
        "__doc__": LibraryInstallationViewSet.__doc__,
    }
    return type(f"{kind.title()}InstallationViewSet", (LibraryInstallationViewSet,), about)


OF_LIBRARIES = {kind: of_kind(kind) for kind in stating.LIBRARIES}


class InstallationViewSet(ListedInstallations, resource.ResourceViewSet):
    """Statements about which library runs which software, of all libraries."""

    parameters = ("format", "fields", "limit", "cursor", "include", "profile")  # in the order in which they were made
    path_pattern = components.public_id("installation")["pattern"]
    path_example = "ins_01kf3cb0s3f8q8r2d1kq8m8n8p"

    @writing.writes("updateInstallation", "Correct a statement", scope="entries:write", body=CorrectionInput)
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Correct your own (JSON Merge Patch); null empties. Needs `If-Match`.

        What changed in the library, as a new version, is a new statement. What the school consented to is shown again
        when it consents to what you write now.
        """
        values = self.body(partial=True)
        row = vendor_statements.change(self.key_of(pk), values, version=self.version(), by=self.actor, now=clock.now())
        return self.answer_row(row)

    @writing.writes("endInstallation", "Say since when a product no longer runs", scope="entries:write", body=EndInput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> HttpResponse:
        """As who stated it, or as the library."""
        return self.answer_row(stating.end(self.key_of(pk), **self.body(), by=self.actor, now=clock.now()))

    @writing.writes("consentToInstallation", "Agree to a vendor's statement", scope="entries:write")
    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str) -> HttpResponse:
        """As the library: from now on it is shown as stated by the vendor."""
        return self.answer_row(stating.consent(self.key_of(pk), by=self.actor, now=clock.now()))

    @writing.writes(
        "removeInstallation", "Remove a statement", scope="entries:write", body=entry_writes.ReasonInput, status=204
    )
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> HttpResponse:
        """As the library, as who stated it or as a moderator: nobody sees it any more.

        What a library removed, the vendor cannot state again.
        """
        reason = self.body().get("reason", "")
        stating.remove(self.key_of(pk), reason=reason, by=self.actor, now=clock.now())
        return self.answer_nothing()

    @writing.writes("verifyInstallation", "Say that a statement was checked", scope="moderation:write")
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: sets `verified_at`."""
        return self.answer_row(stating.verify(self.key_of(pk), by=self.actor, now=clock.now()))


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
