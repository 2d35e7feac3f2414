"""What claims can be filtered by."""

from typing import Any

from django.db.models import Q, QuerySet

from directory import filters, vocabularies
from directory.entries import filters as entry_filters
from directory.regions import regions


class Awaiting(filters.OneOf):
    """`awaiting=moderator`: those on which a moderator can decide something."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows that await any of them."""
        found = qs.none()
        for whom in value:
            found = found | qs.awaiting(whom)  # type: ignore[attr-defined]
        return found


class Region(entry_filters.Region):
    """`region=32.71`: claims to entries of the region and of all below it."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows in any of the regions."""
        condition = Q()
        for code in value:
            condition |= regions.within("entry__region_id", code)
        return qs.filter(condition)


class ClaimFilter(filters.Filters):
    """The filters of claims."""

    status = filters.OneOf(choices=vocabularies.codes("claim_status"))
    awaiting = Awaiting(choices=("moderator", "claimant"))
    region = Region()
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")
