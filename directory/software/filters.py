"""What products and software histories can be filtered by."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet

from directory import errors, filters, ids, vocabularies


class _Id(forms.Field):
    def __init__(self, *, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = names

    def clean(self, value: Any) -> uuid.UUID:
        """The key of a public id of one of the object types."""
        name, key = ids.decode(value)
        if name not in self.names:
            raise errors.Invalid("invalid_id", value=value)
        return key


class Id(filters.Plain):
    """`name=<public id>`."""

    field_class = _Id


class AsOf(filters.Day):
    """`as_of=2026-01-31`: what was in use on that day."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The installations in use."""
        return qs.as_of(value)  # type: ignore[attr-defined,no-any-return]


class ProductFilter(filters.Filters):
    """The filters of products."""

    vendor = Id(names=("vendor", "organisation"))
    licence = filters.OneOf()
    hosting = filters.Overlap(choices=vocabularies.codes("hosting"))
    standard = filters.Overlap(field_name="standards", choices=vocabularies.codes("standard"))
    service = filters.Overlap(field_name="services", choices=vocabularies.codes("service"))
    price_model = filters.OneOf(choices=vocabularies.codes("price_model"))
    is_retired = filters.Flag()
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")


class InstallationFilter(filters.Filters):
    """The filters of a library's software history."""

    as_of = AsOf()
    product = Id(names=("product",))
    stated_by = filters.OneOf(choices=vocabularies.codes("stated_by"))
    status = filters.OneOf(choices=("shown", "awaiting_consent"))
