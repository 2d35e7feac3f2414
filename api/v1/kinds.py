"""The kinds of entries with their shapes, and /v1/entries, where all kinds are one list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import PolymorphicProxySerializer

from api.v1 import authors, entries, entry_writes, organisations, publishers, schools, shapes, vendors
from directory.entries import filters
from directory.entries.entries import Entry

VIEWSETS: tuple[type[entries.EntryViewSet], ...] = (
    schools.SchoolViewSet,
    publishers.PublisherViewSet,
    authors.AuthorViewSet,
    vendors.VendorViewSet,
    organisations.OrganisationViewSet,
)
SERIALIZERS: dict[str, Any] = {viewset.kind: viewset.serializer_class for viewset in VIEWSETS}
ANY_KIND = PolymorphicProxySerializer(
    component_name="Entry", serializers=SERIALIZERS, resource_type_field_name="object"
)


def prepared(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries of any kind with all that their shapes read."""
    return shapes.prepared(rows).select_related(*SERIALIZERS, "library")


class AnyKindListViewSet(entries.EntryListViewSet):
    """A list of entries of all kinds."""

    object_name = "entry"
    serializer_class, filterset_class = ANY_KIND, filters.AnyKindFilter
    facets = ("kind", *entries.EntryListViewSet.facets)

    def field_names(self) -> Sequence[str]:
        """The members of any kind's shape."""
        return list(dict.fromkeys(name for shape in SERIALIZERS.values() for name in shape().fields))


class EntriesViewSet(entry_writes.EntryUpsert, AnyKindListViewSet, entries.EntryViewSet):
    """Entries of all kinds together."""
