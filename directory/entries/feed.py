"""The delta feed: the state of every entry, each once, in the order of change; a mirror follows it without gaps."""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact

from directory import filters, journal, vocabularies
from directory.entries import entries
from directory.entries.filters import Region
from directory.regions import regions


class Position(NamedTuple):
    """A place in the feed: everything up to and with this entry has been read."""

    changed: int
    id: uuid.UUID


class FeedFilter(filters.Filters):
    """What a feed can be narrowed to; an entry that stops matching is announced once as having left."""

    kind = filters.OneOf(choices=vocabularies.codes("kind"))
    region = Region(field_name="region_id")
    form = filters.OneOf(field_name="school__form", choices=vocabularies.codes("form"))
    ownership = filters.OneOf(field_name="school__ownership", choices=vocabularies.codes("ownership"))


class Change(NamedTuple):
    """One entry in the feed; `matches` is false when it is only there because it left the filter."""

    entry: entries.Entry
    matches: bool


# Where the past of a filtered value stands; a kind never changes.
_KEPT_IN = {
    "region": ("directory_entry", "region_id"),
    "form": ("directory_school", "form"),
    "ownership": ("directory_school", "ownership"),
}
START = Position(0, uuid.UUID(int=0))


def changes(values: Mapping[str, Any], *, after: Position = START, limit: int) -> list[Change]:
    """The next changes, at most `limit`. Two queries.

    An entry that was hidden since `after` is announced whatever the filter: were it matched, the filter would tell
    where it is.
    """
    matching = FeedFilter.narrow(entries.Entry.objects.exclude(status="hidden"), values)
    rows = matching.filter(journal.settled())
    if after != START:
        kinds = {"kind": values["kind"]} if "kind" in values else {}
        gone = _hidden(since=after.changed) | _left(values, since=after.changed)
        rows |= FeedFilter.narrow(gone, kinds).filter(journal.settled())
        place = Value(after.changed), Value(after.id, output_field=UUIDField())
        rows = rows.filter(filters.RowComparison(F("changed_position"), F("pk"), *place, operator=">"))
    found = list(rows.order_by("changed_position", "pk")[:limit])
    matched = set(matching.filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return [Change(row, row.pk in matched) for row in found]


def _hidden(*, since: int) -> QuerySet[entries.Entry]:
    # Asked of each hidden entry on its way, not of all history since the cursor: that took 5 ms a page after 5,663
    # old rows, and grew with them. The limit keeps the planner from turning it round, the status comes first.
    seen = _kept("directory_entry", "status", since=since).filter(entry_id=OuterRef("pk"), old__in=entries.SEEN)
    was_seen = Exact(Subquery(seen.values("table_name")[:1]), "directory_entry")
    return entries.Entry.objects.filter(status="hidden").filter(was_seen)


def _kept(table: str, column: str, *, since: int) -> QuerySet[Any]:
    rows = journal.History.objects.filter(position__gt=since, table_name=table, entry_id__isnull=False)
    return rows.annotate(old=KeyTextTransform(column, "data"))


def _left(values: Mapping[str, Any], *, since: int) -> QuerySet[entries.Entry]:
    """Entries of which the journal kept an old row that one of the filters matched.

    With several filters this may name an entry that never matched all of them: a mirror ignores ids it does not hold.
    """
    once = Q(pk__in=[])
    for name in values.keys() & _KEPT_IN.keys():
        once |= Q(pk__in=_kept(*_KEPT_IN[name], since=since).filter(_matched(name, values[name])).values("entry_id"))
    return entries.Entry.objects.filter(once)


def _matched(name: str, codes: list[str]) -> Q:
    if name != "region":
        return Q(old__in=codes)
    condition = Q()
    for code in codes:
        condition |= regions.within("old", code)
    return condition
