"""What offers and needs can be filtered by, in the language of the directory, and what they can be counted by."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from directory import errors, filters, ids, text, vocabularies
from directory.entries import filters as entry_filters
from directory.entries import geo
from directory.entries.entries import Entry
from directory.regions import filters as region_filters
from directory.software.filters import Id
from partners.offers.lines import Line
from partners.offers.proposals import Proposal

LONGEST_SEARCH = 200
MOST_WORDS = 12
OF_LINES = {"level": "level", "subject": "subject", "language": "language", "book_format": "format"}
LINE_FACETS = ("level", "subject")
MOST_COUNTED = 10_000  # for facets


class OfEntry:
    """A filter of the entry whose the row is."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows of the entries that are left."""
        return qs.filter(entry__in=super().filter(Entry.objects.order_by(), value))  # type: ignore[misc]


class Region(OfEntry, entry_filters.Region):
    """`region=32.71`: of an entry in the region."""


class Near(OfEntry, entry_filters.Near):
    """`near=latitude,longitude`: of an entry that has a place."""


class Reaches(filters.Plain):
    """`reaches=53.71`: those that are for the region, by itself, by one above it, or because they are for all."""

    field_class = region_filters.Code

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows that reach so far."""
        parts = value.split(".")
        above = [".".join(parts[: length + 1]) for length in range(len(parts))]
        return qs.filter(Q(reach_regions=[]) | Q(reach_regions__overlap=above))


class OfLine(filters.OneOf):
    """What a line must be; `narrow` asks all of it of one and the same line."""


class Available(filters.Flag):
    """`is_available=true`: open, and something is left of what the other filters ask for."""


class ProposalFilter(filters.Filters):
    """The filters of offers and needs."""

    kind = filters.OneOf(choices=vocabularies.codes("collaboration_kind"))
    status = filters.OneOf(choices=vocabularies.codes("proposal_status"))
    level = OfLine(choices=vocabularies.codes("book_level"))
    subject = OfLine(choices=vocabularies.codes("subject"))
    language = OfLine()
    book_format = OfLine(choices=vocabularies.codes("book_format"))
    region = Region()
    reaches = Reaches()
    near = Near()
    radius_km = entry_filters.Radius(min_value=0.001, max_value=1000)
    is_available = Available()
    deadline_from = filters.Day(field_name="deadline", lookup_expr="gte")
    deadline_until = filters.Day(field_name="deadline", lookup_expr="lte")
    entry = Id(field_name="entry_id", names=ids.ENTRIES)
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")

    @classmethod
    def narrow(cls, queryset: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
        """The queryset narrowed by cleaned values; what is asked of lines one line must meet alone."""
        values = dict(values)
        radius = values.pop("radius_km", None)
        if radius is not None:
            if "near" not in values:
                raise errors.Several([errors.Invalid("radius_without_near", parameter="radius_km")])
            queryset = queryset.filter(
                entry__in=geo.in_circle(Entry.objects.order_by(), values["near"], radius_km=radius)
            )
        asked = {f"{column}__in": values.pop(name) for name, column in OF_LINES.items() if name in values}
        lines = Line.objects.current().filter(proposal=OuterRef("pk"), **asked)
        if asked:
            queryset = queryset.filter(Exists(lines))
        if "is_available" in values:
            is_available = Q(Exists(lines.filter(available__gt=0)), status="open")
            queryset = queryset.filter(is_available if values.pop("is_available") else ~is_available)
        return super().narrow(queryset, values)


def matching(rows: QuerySet[Any], q: str) -> QuerySet[Any]:
    """Those with all words of a search in title, description or lines, the last one maybe half-typed.

    Raises Invalid `query_too_long`.
    """
    if len(q) > LONGEST_SEARCH:
        raise errors.Invalid("query_too_long", parameter="q", most=LONGEST_SEARCH)
    words = text.words(q)[:MOST_WORDS]
    if not words:
        return rows.none()
    asked = " & ".join(f"'{word}'" for word in words) + ("" if q[-1].isspace() else ":*")  # letters and digits only
    found = SearchVector("words", config="simple")
    return rows.alias(found=found).filter(found=SearchQuery(asked, config="simple", search_type="raw"))


def is_bounded(rows: QuerySet[Any]) -> bool:
    """Whether there are more than are counted."""
    return rows.order_by()[MOST_COUNTED : MOST_COUNTED + 1].exists()


def counted(rows: QuerySet[Any], name: str) -> Sequence[tuple[str, int]]:
    """How many of the rows, or of MOST_COUNTED of them, have each value of a facet, most first; one with lines of
    several counts for each.
    """
    rows = Proposal.objects.filter(pk__in=rows.order_by().values("pk")[:MOST_COUNTED])
    if name in LINE_FACETS:
        of_rows = Line.objects.current().filter(proposal__in=rows.values("pk")).exclude(**{name: ""}).order_by()
        found = of_rows.values_list(name).annotate(number=Count("proposal", distinct=True))
    else:
        found = rows.values_list(name).annotate(number=Count("pk"))
    return list(found.order_by("-number", name))
