"""The past of an entry: what it was after any of its changes, put together from the rows of today and from the history.

What is told of the past is what may be told today: a contact is only shown where the same value is public now.
"""

import datetime
import itertools
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import models

from directory import filters, journal
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.kinds import LIBRARY_HOLDERS, MODELS, Library
from directory.entries.names import EntryName
from directory.entries.relations import Relation
from directory.regions.regions import Region

LISTS: dict[type[models.Model], str] = {EntryName: "names", Identifier: "identifiers", Relation: "relations"}
MADE = 0  # the place of what the entry was when it was made

# The rows of a table as they were after the change at a place: a row that a later change ended is the oldest of those
# that later changes ended, else it is that of today; what a later change made was not there. Beside them the rows that
# the changes in `ended` ended. A merge moves rows between entries, so a row that ever was the entry's may have been
# another's: `_told` leaves such versions out. Rows that were emptied (directory/seal.py) say what is left of them.
# `jsonb_populate_record` puts old rows into the table of today: a column that went is passed over, a new one is empty.
_ROWS = """
WITH later AS (
    SELECT event_id FROM directory_history
    WHERE table_name = 'directory_entry' AND row_id = %(entry)s::text AND id > %(place)s
), own AS (
    SELECT row_id FROM directory_history WHERE entry_id = %(entry)s AND table_name = '{table}'
    UNION SELECT one.{key}::text FROM {table} AS one WHERE one.{of} = %(entry)s
), kept AS (
    SELECT id, row_id, event_id, data FROM directory_history
    WHERE table_name = '{table}' AND row_id IN (SELECT row_id FROM own)
), oldest AS (
    SELECT DISTINCT ON (row_id) row_id, data FROM kept
    WHERE event_id IN (SELECT event_id FROM later) ORDER BY row_id, id
), versions AS (
    SELECT NULL::uuid AS ended_by, data FROM oldest
    UNION ALL
    SELECT NULL, to_jsonb(one) FROM {table} AS one
    WHERE one.{of} = %(entry)s AND NOT EXISTS (SELECT FROM oldest WHERE oldest.row_id = one.{key}::text)
    UNION ALL
    (SELECT DISTINCT ON (row_id, event_id) event_id, data FROM kept
    WHERE event_id = ANY(%(ended)s) ORDER BY row_id, event_id, id)
)
SELECT versions.ended_by, version.*
FROM versions, jsonb_populate_record(NULL::{table}, %(defaults)s::jsonb || versions.data) AS version
WHERE version.first_event_id NOT IN (SELECT event_id FROM later)
"""


class AsOf(filters.Filters):
    """When the past is asked for."""

    as_of = filters.LastMoment()


class Change(NamedTuple):
    """One change of an entry, or its making: the event, and the entry before and after; before it was made, None."""

    event: journal.Event
    before: Entry | None
    after: Entry
    place: int


class Step(NamedTuple):
    """A change of an entry: the id of the row that was kept for it, and its event. Of the making the id is MADE."""

    place: int
    event: uuid.UUID


def step_at(entry: uuid.UUID, moment: datetime.datetime) -> Step | None:
    """The last change up to a moment, or the making; None when it was made later. Two queries."""
    last = _steps(entry).filter(at__lte=moment).order_by("-id").values_list("id", "event_id").first()
    if last is not None:
        return Step(*last)
    made = Entry.objects.filter(pk=entry, first_event__at__lte=moment).values_list("first_event_id", flat=True).first()
    return Step(MADE, made) if made else None


def as_of(entry: uuid.UUID, step: Step) -> Entry:
    """The entry as it was after a change, with all that its document reads. Bounded queries."""
    return _Past(entry, [step]).states()[0]


def changes(entry: uuid.UUID, *, before: int | None = None, limit: int) -> list[Change]:
    """The newest changes, or those older than the one at the place `before`; the last of all is the making.

    A bounded number of queries, whatever the limit.
    """
    if before == MADE:
        return []
    rows = _steps(entry) if before is None else _steps(entry).filter(pk__lt=before)
    made = Entry.objects.values_list("first_event_id", flat=True).get(pk=entry)
    steps = [Step(*row) for row in rows.order_by("-id").values_list("id", "event_id")[: limit + 1]]
    if len(steps) <= limit:
        steps.append(Step(MADE, made))
    states = [*_Past(entry, steps).states(), None]
    events = journal.Event.objects.in_bulk([step.event for step in steps])
    return [
        Change(events[step.event], states[number + 1], after, step.place)
        for number, (step, after) in enumerate(zip(steps, states, strict=False))
        if after is not None
    ][:limit]


def _steps(entry: uuid.UUID) -> models.QuerySet[journal.History]:
    """The kept rows of the entry itself, one for each change: one of what is shown with it keeps one too."""
    # In the order of their ids: an entry is locked while its old row is kept. Positions are older than that: of two
    # transactions, the one that began first may change the entry last.
    return journal.History.objects.filter(table_name=Entry._meta.db_table, row_id=str(entry))


class _Past:
    """The rows of an entry after the first of the steps, and the way back to the others, each older than the last."""

    def __init__(self, entry: uuid.UUID, steps: Sequence[Step]) -> None:
        self.entry, self.steps = entry, steps
        self.today = Entry.objects.select_related("first_event").get(pk=entry)
        self.kind_model = MODELS[self.today.kind]
        tables: list[type[journal.Row]] = [Entry, self.kind_model, EntryName, Identifier, Relation, Contact]
        if self.today.kind in LIBRARY_HOLDERS:
            tables.append(Library)
        self.rows = [row for model in tables for row in self._read(model)]
        self.contacts = list(Contact.objects.filter(entry=entry, visibility="public").order_by("pk"))
        self.targets = Entry.objects.in_bulk({row.target_id for row in self.rows if isinstance(row, Relation)})
        codes = {row.region_id for row in self.rows if isinstance(row, Entry) and row.region_id}
        self.regions = _Regions(codes, since=self.today.first_event.position)

    def _read(self, model: type[journal.Row]) -> list[Any]:
        """All versions of the rows of a table that are needed; `ended_by` is the change that ended one, else None."""
        sql = _ROWS.format(
            table=model._meta.db_table,
            key=model._meta.pk.column,
            of="id" if model is Entry else "entry_id",
        )
        params = {
            "entry": self.entry,
            "place": self.steps[0].place,
            "ended": [step.event for step in self.steps[:-1]],
            "defaults": _defaults(model),
        }
        return list(model._default_manager.raw(sql, params))

    def states(self) -> list[Entry]:
        """The entry after each of the steps."""
        held = {_key(row): row for row in self.rows if row.ended_by is None}
        told = [self._told(held, self.steps[0])]
        for undone, step in itertools.pairwise(self.steps):
            held = {key: row for key, row in held.items() if row.first_event_id != undone.event}
            held |= {_key(row): row for row in self.rows if row.ended_by == undone.event}
            told.append(self._told(held, step))
        return told

    def _told(self, held: dict[Any, Any], step: Step) -> Entry:
        """The entry of one state, as a serializer takes it."""
        entry = _copy(held[Entry, self.entry])
        entry.first_event = self.today.first_event
        entry.region = self.regions.after(step, entry.region_id)
        lists: dict[str, list[Any]] = {name: [] for name in LISTS.values()}
        public = set()
        for (model, _), row in held.items():
            if model is not Entry and row.entry_id != self.entry:
                continue  # before or after a merge
            if model in LISTS and (model is not Relation or row.target_id in self.targets):
                lists[LISTS[model]].append(row)
            elif model is Contact and row.visibility == "public":
                public.add((row.kind, row.value))
        for row in lists["relations"]:
            row.target = self.targets[row.target_id]
        shown = [row for row in self.contacts if (row.kind, row.value) in public]
        vars(entry).update(_prefetched_objects_cache=lists, public_contacts=shown)
        for model in (self.kind_model, Library):
            field: Any = Entry._meta.get_field(str(model._meta.model_name))
            field.set_cached_value(entry, held.get((model, self.entry)))
        return entry


class _Regions:
    """Regions and those above them, as they were called then; one may be renamed while the entry is elsewhere."""

    def __init__(self, codes: set[str], *, since: int) -> None:
        wanted = {above for code in codes for above in _lineage(code)}
        self.today = Region.objects.in_bulk(wanted)
        rows = journal.History.objects.filter(table_name=Region._meta.db_table, row_id__in=wanted, position__gte=since)
        self.kept = list(rows.order_by("id").values_list("id", "event_id", "row_id", "data__name"))

    def after(self, step: Step, code: str | None) -> Region | None:
        """The region with those above it."""
        region = None
        for part in _lineage(code) if code else ():
            if part in self.today:
                today = self.today[part]
                later = (
                    name
                    for kept, event, row, name in self.kept
                    if row == part and kept > step.place and event != step.event
                )
                region = Region(code=part, name=next(later, today.name), level=today.level, parent=region)
        return region


def _key(row: models.Model) -> tuple[type[models.Model], Any]:
    return type(row), row.pk


def _copy(row: Entry) -> Entry:
    return Entry(**{field.attname: getattr(row, field.attname) for field in Entry._meta.concrete_fields})


def _lineage(code: str) -> Iterator[str]:
    parts = code.split(".")
    return (".".join(parts[:number]) for number in range(1, len(parts) + 1))


def _defaults(model: type[models.Model]) -> str:
    """What the columns that a kept row may not have yet are when they are empty, as JSON."""
    return orjson.dumps(
        {
            field.column: [] if isinstance(field, ArrayField) else field.get_default()
            for field in model._meta.concrete_fields
            if field.has_default() and not field.null
        }
    ).decode()
