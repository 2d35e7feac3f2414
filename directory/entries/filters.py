"""What entries can be filtered by; lists, exports, facets and saved searches speak this one language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.lookups import In

from directory import errors, filters, vocabularies
from directory.entries import entries, geo, kinds
from directory.regions import regions

MOST_REGIONS = 50


class _Numbers(forms.Field):
    """A comma list of finite numbers of a fixed length."""

    def __init__(self, *, count: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.count = count

    def clean(self, value: Any) -> list[float]:
        """The numbers."""
        try:
            numbers = [filters.number(part) for part in str(value).split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != self.count:
            raise forms.ValidationError(value, code="invalid_coordinates")
        return numbers


class _Place(_Numbers):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(count=2, **kwargs)

    def clean(self, value: Any) -> Any:
        """The place of `latitude,longitude`."""
        place = geo.Place(*super().clean(value))
        if abs(place.latitude) > 90 or abs(place.longitude) > 180:
            raise forms.ValidationError(value, code="invalid_coordinates")
        return place


class _Box(_Numbers):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(count=4, **kwargs)

    def clean(self, value: Any) -> Any:
        """South-west and north-east of `west,south,east,north` (the order of GeoJSON, RFC 7946)."""
        west, south, east, north = super().clean(value)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise forms.ValidationError(value, code="invalid_coordinates")
        return geo.Place(south, west), geo.Place(north, east)


class _Region(forms.Field):
    def clean(self, value: Any) -> list[str]:
        """The Kemendagri codes of a comma list of regions in any known scheme."""
        parts = list(dict.fromkeys(part.strip() for part in str(value).split(",")))
        if len(parts) > MOST_REGIONS:  # each is looked up
            raise errors.Invalid("too_many_values", most=MOST_REGIONS)
        return [regions.Region.objects.code_of(part) for part in parts]


class Region(filters.Plain):
    """`region=32.71` or `region=dapodik:026100`: the region and all below it; comma = OR."""

    field_class = _Region

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows in any of the regions."""
        condition = Q()
        for code in value:
            condition |= entries.within(code)
        return qs.filter(condition)


class Near(filters.Plain):
    """`near=latitude,longitude`: those with coordinates; the circle's radius is `radius_km`."""

    field_class = _Place

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows that have a place."""
        return qs.filter(latitude__isnull=False)


class Radius(filters.Number):
    """`radius_km=5`, with `near`."""


class Box(filters.Plain):
    """`bbox=west,south,east,north`."""

    field_class = _Box

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows inside."""
        return geo.in_box(qs, south_west=value[0], north_east=value[1])


class EntryFilter(filters.Filters):
    """The filters of every kind of entry."""

    status = filters.OneOf(choices=("active", "closed"))
    region = Region(field_name="region_id")
    trust_level = filters.OneOf(choices=vocabularies.codes("trust_level"))
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")
    near = Near()
    radius_km = Radius(min_value=0.001, max_value=1000)
    bbox = Box()

    @classmethod
    def narrow(cls, queryset: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
        """The queryset narrowed by cleaned values; `radius_km` belongs to `near`."""
        values = dict(values)
        radius = values.pop("radius_km", None)
        if radius is not None:
            if "near" not in values:
                raise errors.Several([errors.Invalid("radius_without_near", parameter="radius_km")])
            queryset = geo.in_circle(queryset, values["near"], radius_km=radius)
        if _are_regencies(values.get("region", ())):
            for name in [name for name in values if _is_of_kind(cls.base_filters[name])]:
                queryset = queryset.filter(_asked_of_each(cls.base_filters[name].field_name, values.pop(name)))
        return super().narrow(queryset, values)


_ROWS: dict[str, type[kinds.KindRow]] = {**kinds.MODELS, "library": kinds.Library}


def _are_regencies(codes: Sequence[str]) -> bool:
    return bool(codes) and all(len(code) >= entries.REGENCY for code in codes)


def _is_of_kind(declared: Any) -> bool:
    return type(declared) is filters.OneOf and "__" in declared.field_name


def _asked_of_each(field_name: str, codes: Sequence[str]) -> "In[Any]":
    """The condition on a kind's row, asked of each entry of a regency in turn, some thousand at the most.

    Joined, the planner reads the index of a form for the whole country: 25,517 rows and 3.4 ms for a page of 50.
    A subquery it does not turn round.
    """
    relation, column = field_name.split("__")
    of_entry = _ROWS[relation]._default_manager.filter(entry=models.OuterRef("pk"))
    return In(models.Subquery(of_entry.values(column)[:1]), list(codes))


class AnyKindFilter(EntryFilter):
    """The filters of all entries together."""

    kind = filters.OneOf(choices=vocabularies.codes("kind"))


class Exists(filters.OneOf):
    """What is known of a library; a school without a library's row is `unknown`."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows with one of the answers."""
        if "unknown" not in value:
            return qs.filter(library__exists__in=value)
        # Those without another answer: the planner takes "unknown or no row" for nearly nothing, and reads all.
        others = kinds.Library.objects.filter(entry=models.OuterRef("pk")).exclude(exists__in=value)
        return qs.filter(~models.Exists(others))


class SchoolFilter(EntryFilter):
    """The filters of schools."""

    form = filters.OneOf(field_name="school__form", choices=vocabularies.codes("form"))
    ownership = filters.OneOf(field_name="school__ownership", choices=vocabularies.codes("ownership"))
    ministry = filters.OneOf(field_name="school__ministry", choices=vocabularies.codes("ministry"))
    accreditation = filters.OneOf(
        field_name="school__accreditation", choices=vocabularies.codes("school_accreditation")
    )
    library_exists = Exists(choices=vocabularies.codes("library_exists"))
    library_type = filters.OneOf(field_name="library__type", choices=vocabularies.codes("library_type"))
    library_accreditation = filters.OneOf(
        field_name="library__accreditation", choices=vocabularies.codes("library_accreditation")
    )


class PublisherFilter(EntryFilter):
    """The filters of publishers."""

    book_level = filters.Overlap(field_name="publisher__book_levels", choices=vocabularies.codes("book_level"))


class AuthorFilter(EntryFilter):
    """The filters of authors."""

    role = filters.Overlap(field_name="author__roles", choices=vocabularies.codes("author_role"))
    book_level = filters.Overlap(field_name="author__book_levels", choices=vocabularies.codes("book_level"))


class VendorFilter(EntryFilter):
    """The filters of vendors."""

    service = filters.Overlap(field_name="vendor__services", choices=vocabularies.codes("service"))


class OrganisationFilter(EntryFilter):
    """The filters of organisations."""

    type = filters.OneOf(field_name="organisation__type", choices=vocabularies.codes("organisation_type"))
