"""Lists of offers and needs: searched, filtered, the nearest first, counted; of everybody, and of one entry."""

import functools
import uuid
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.request import Request

from api import conditional, pagination, renderers
from api.v1 import entries, proposal_shapes, resource
from directory import errors
from directory.entries import geo
from directory.entries.entries import Entry
from partners.offers import proposal_filters, reading
from partners.offers.proposals import Proposal


class ListedProposals(resource.ListViewSet):
    """What all lists of offers and needs share."""

    direction: ClassVar[str]
    model = Proposal
    filterset_class = proposal_filters.ProposalFilter
    renderer_classes = (renderers.Json, renderers.Csv)
    cache = conditional.PERSONAL  # they name authors, and what is taken down must be gone at once
    searches = True
    expandable = ("entry",)
    extra_parameters: ClassVar[dict[str, Any]] = {"external_id": {"type": "string"}}
    sorts: ClassVar[dict[str, str]] = {
        "updated_at": "updated_at",
        "created_at": "id",  # it tells the millisecond
        "deadline": "deadline_key",
        "expires_at": "expires_key",
    }
    special_sorts = ("distance",)
    facets = ("kind", "level", "subject", "status")

    def visible(self) -> QuerySet[Any]:
        """The offers, or the needs, that the actor sees."""
        return Proposal.objects.visible_to(self.actor).filter(direction=self.direction)

    def selected(self) -> QuerySet[Any]:
        """Those under the filters that answer the search; open ones unless a status is asked for."""
        rows = super().selected()
        if "status" not in self.asked.filters:
            rows = rows.filter(status="open")
        if "external_id" in self.asked.extra:  # nobody finds others by their numbers
            rows = rows.own(self.actor).filter(external_id=self.asked.extra["external_id"])
        return proposal_filters.matching(rows, self.asked.q) if self.asked.q else rows

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        rows = reading.prepared(self.visible().filter(pk__in=keys)).in_bulk()
        return self.documents_of(rows.values(), most_lines=proposal_shapes.LINES_IN_LISTS)

    def documents_of(self, rows: Collection[Any], *, most_lines: int | None = None) -> dict[Any, bytes]:
        """The JSON of rows with all that is read beside them."""
        reading.fill(rows, by=self.actor, most_lines=most_lines)
        shape = self.get_serializer_class()(context={"actor": self.actor, "from": self.origin})
        return {row.pk: resource.dumps(shape.to_representation(row)) for row in rows}

    @functools.cached_property
    def origin(self) -> geo.Place | None:
        """From where distances are told: the place that was named, else that of the entry acted for."""
        if near := self.asked.filters.get("near"):
            return near  # type: ignore[no-any-return]
        own = Entry.objects.filter(pk=self.actor.acting_entry, latitude__isnull=False)
        point = own.values_list("latitude", "longitude").first() if self.actor.acting_entry else None
        return geo.Place(*point) if point else None

    def page(self) -> pagination.Page:
        """By distance when near a place, else by the order asked for."""
        sort = self.asked.sort or (("distance",) if "near" in self.asked.filters else ())
        if "distance" not in sort:
            return super().page()
        if sort != ("distance",):
            raise errors.Invalid("sort_alone", parameter="sort", value="distance")
        if "near" not in self.asked.filters:
            raise errors.Invalid("sort_needs", parameter="sort", value="distance", needed="near")
        mark = f"{self.asked.place} distance"
        after = pagination.decode_marked(self.asked.cursor, mark)
        limit, place = self.asked.limit, self.asked.filters["near"]
        found = geo.nearest(self.selected(), place, limit=limit + 1, after=after, of="entry__")
        shown = found[:limit]
        seen = self.documents([hit.id for hit in shown])
        cursor = pagination.encode([mark, *shown[-1].key]) if len(found) > limit else ""
        return pagination.Page([seen[hit.id] for hit in shown if hit.id in seen], cursor)

    def extras(self) -> dict[str, Any]:
        """Total and facets."""
        extras = super().extras()
        if self.asked.facets:
            rows = self.selected()
            is_bounded = proposal_filters.is_bounded(rows)
            found = {name: proposal_filters.counted(rows, name) for name in self.asked.facets}
            extras["facets"] = {name: _facet(values, is_approximate=is_bounded) for name, values in found.items()}
        return extras


def _facet(counted: Sequence[tuple[str, int]], *, is_approximate: bool) -> dict[str, Any]:
    return {"buckets": [{"value": value, "count": count} for value, count in counted], "approximate": is_approximate}


class OfEntry(ListedProposals):
    """Those of the entry in the address."""

    moves = True
    path_description = entries.EntryViewSet.path_description
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    def list(self, request: Request, entry: str) -> HttpResponseBase:
        """A page of them; 301 where the entry was merged."""
        body = entries.seen(entry, self.actor)
        if body.status == "merged":
            return entries.moved(self, body.id, behind=f"/{self.direction}s")
        self.entry: uuid.UUID = body.id
        return super().list(request)

    def visible(self) -> QuerySet[Any]:
        """Those of the entry."""
        return super().visible().filter(entry=self.entry)


class OffersOfEntry(OfEntry):
    """What an entry offers."""

    direction, object_name, serializer_class = "offer", "offer", proposal_shapes.OfferSerializer


class NeedsOfEntry(OfEntry):
    """What an entry needs."""

    direction, object_name, serializer_class = "need", "need", proposal_shapes.NeedSerializer
