"""The delta feed: the state of every entry, each once, in the order of change; a mirror follows it without gaps."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import BooleanField, F, Q, QuerySet, UUIDField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform

from directory import filters, journal, statements, vocabularies
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

    id: uuid.UUID
    kind: str
    status: str
    changed_position: int
    updated_at: datetime.datetime
    merged_into: uuid.UUID | None
    matches: bool


# Where the past of a filtered value stands; a kind never changes.
_KEPT_IN = {
    "region": ("directory_entry", "region_id"),
    "form": ("directory_school", "form"),
    "ownership": ("directory_school", "ownership"),
}
START = Position(0, uuid.UUID(int=0))
_TOLD = ("pk", "kind", "status", "changed_position", "updated_at", "merged_into_id")


def changes(values: Mapping[str, Any], *, after: Position = START, limit: int) -> list[Change]:
    """The next changes, at most `limit`. One statement; two queries when filtered.

    An entry that was hidden since `after` is announced whatever the filter: were it matched, the filter would tell
    where it is.
    """
    if not values:
        asked = [after.changed, after.changed, after.changed, after.id, limit]
        return [Change._make((*row, row[2] != "hidden")) for row in statements.prepared(_EVERYTHING, asked)]
    matching = FeedFilter.narrow(entries.Entry.objects.exclude(status="hidden"), values)
    rows = matching
    if after != START:
        gone = _hidden(since=after.changed) | _left(values, since=after.changed)
        rows |= FeedFilter.narrow(gone, {"kind": values["kind"]} if "kind" in values else {})
        place = Value(after.changed), Value(after.id, output_field=UUIDField())
        rows = rows.filter(filters.RowComparison(F("changed_position"), F("pk"), *place, operator=">"))
    told = rows.filter(journal.settled()).order_by("changed_position", "pk").values_list(*_TOLD)[:limit]
    found = list(told)
    matched = set(matching.filter(pk__in=[row[0] for row in found]).values_list("pk", flat=True))
    return [Change._make((*row, row[0] in matched)) for row in found]


# Asked of each hidden entry on its way, not of all history since the cursor: that took 5 ms a page after 5,663 old
# rows, and grew with them. The limit keeps the planner from turning it round, the status comes first.
_WAS_SEEN = """
'directory_entry' = (
    SELECT kept.table_name FROM directory_history kept
    WHERE kept.entry_id = directory_entry.id AND kept.position > %s AND kept.table_name = 'directory_entry'
        AND kept.data ->> 'status' IN ('active', 'closed')
    LIMIT 1
)
"""
# Of a mirror of everything each page asks the same, so it is planned once.
_EVERYTHING = f"""
SELECT {", ".join(("id", *_TOLD[1:]))} FROM directory_entry
WHERE (status <> 'hidden' OR (%s::bigint > {START.changed} AND {_WAS_SEEN}))
    AND changed_position < journal_horizon() AND (changed_position, id) > (%s, %s)
ORDER BY changed_position, id LIMIT %s
"""


def _hidden(*, since: int) -> QuerySet[entries.Entry]:
    was_seen = RawSQL(_WAS_SEEN, [since], output_field=BooleanField())  # noqa: S611 - a constant
    return entries.Entry.objects.filter(was_seen, status="hidden")


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
