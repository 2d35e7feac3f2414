"""What collaboration requests can be filtered by; who `me` and the roles are says the reader, so the view narrows."""

from typing import Any

from django.db.models import QuerySet

from directory import actors, filters, vocabularies
from directory.software.filters import Id
from partners.collaborations.collaborations import Collaborations

OF_READER = ("awaiting", "role")


class _Later(filters.OneOf):
    """A filter whose codes mean something only for a reader: `of_reader` applies it."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """All of them."""
        return qs


class CollaborationFilter(filters.Filters):
    """The filters of collaboration requests."""

    status = filters.OneOf(choices=vocabularies.codes("collaboration_status"))
    kind = filters.OneOf(choices=vocabularies.codes("collaboration_kind"))
    awaiting = _Later(choices=("me", *vocabularies.codes("awaiting")))
    role = _Later(choices=vocabularies.codes("side"))
    proposal = Id(field_name="proposal", lookup_expr="exact", names=("offer", "need"))
    is_inquiry = filters.Flag(lookup_expr="exact")
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")


def of_reader(rows: Collaborations, values: Any, by: actors.Actor) -> Collaborations:
    """The rows narrowed by `awaiting` and `role`, as they are for a reader."""
    if "awaiting" in values:
        codes = values["awaiting"]
        found = rows.filter(awaiting__in=codes)
        rows = found | rows.awaiting(by.acting_entry) if "me" in codes else found
    return rows.of_role(values["role"], by.acting_entry) if "role" in values else rows
