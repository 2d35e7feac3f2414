"""What became of an entry: who or which source changed what, and when, as far as it may be told today."""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import conditional, pagination
from api.openapi import components
from api.v1 import entries, fields, kinds, resource
from directory import errors, ids, journal, vocabularies
from directory.entries import history

CHANGES = ("created", "changed")
BEHIND = "/history"
LARGEST_PORTION = 400
PUBLIC_REASONS = ("entry.closed", "entry.reopened")  # given to be read; other reasons are notes of moderators
_OF_THE_ROW = ("id", "object", "version", "provenance", "created_at", "updated_at")
_NESTED = ("library", "trust")
_ANY = {"description": "As the entry shows it."}


class ChangedBySerializer(fields.Serializer):
    """Who made the change. A person is never named: `kind` says in which part they acted."""

    kind = serializers.ChoiceField(choices=vocabularies.choices("history_actor"))
    entry = fields.Described(
        {**components.public_id(*ids.ENTRIES), "type": ["string", "null"]}, help_text="For whom a `member` acted."
    )
    source = fields.Described(
        {**components.public_id("source"), "type": ["string", "null"]}, help_text="Which `source` said so."
    )


class HistoryChangeSerializer(fields.Serializer):
    """One member of the entry that is different since."""

    field = serializers.CharField(help_text="Its name in the entry, `library.titles` for one inside another.")
    before = fields.Described(_ANY)
    after = fields.Described(_ANY)


class HistoryItemSerializer(fields.Serializer):
    """One change of an entry; `as_of` its `at` shows the entry with it."""

    id = fields.Described(components.public_id("event"))
    object = fields.ObjectName("history_item")
    type = serializers.CharField(help_text="What happened, such as `entry.changed` or `source.imported`.")
    change = serializers.ChoiceField(choices=CHANGES, help_text="`created`: this is how the entry came here.")
    at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Of the entry after it.")
    actor = ChangedBySerializer()
    reason = serializers.CharField(allow_blank=True, help_text="Of a closing or reopening.")
    changes = HistoryChangeSerializer(
        many=True, help_text="Empty when the entry was created. Of contacts only those that are public today."
    )


class HistoryViewSet(resource.ListViewSet):
    """What became of an entry, the newest first: who or which source changed what, and when.

    A change of which nothing may be told today is left out.
    """

    object_name, model, serializer_class = "history_item", journal.History, HistoryItemSerializer
    parameters = ("format", "limit", "cursor")
    moves = True
    path_description = entries.EntryViewSet.path_description
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    def list(self, request: Request, entry: str) -> HttpResponse:
        """A page of changes."""
        kind = self.basename.removesuffix("-history")
        body = entries.seen(entry, self.actor, kind="" if kind == "entry" else kind)
        if body.status == "merged":
            return entries.moved(self, body.id, behind=BEHIND)
        self.cache = conditional.PERSONAL if body.kind == entries.PERSON else conditional.PUBLIC
        limit = self.asked.limit
        told = list(itertools.islice(_told(body.id, before=self._before(), limit=limit), limit + 1))
        is_more = len(told) > limit
        cursor = pagination.encode([self._mark, told[limit - 1][0]]) if is_more else None
        return self.answer_envelope(
            [document for _, document in told[:limit]], {"has_more": is_more, "next_cursor": cursor}
        )

    @property
    def _mark(self) -> str:
        return f"{self.asked.place} history"

    def _before(self) -> int | None:
        values = pagination.decode_marked(self.asked.cursor, self._mark)
        if values is None:
            return None
        if len(values) != 1 or type(values[0]) is not int or not 0 <= values[0] < 2**63:
            raise errors.Invalid("invalid_cursor", parameter="cursor")
        return values[0]


def _told(entry: uuid.UUID, *, before: int | None, limit: int) -> Iterator[tuple[int, bytes]]:
    """The places and documents of the changes of which something may be told, the newest first.

    The first portion read is a page and one more, as nearly every change tells something; each further one is twice as
    large. The last of all is the making, which always tells something.
    """
    portion = limit + 1
    while found := history.changes(entry, before=before, limit=portion):
        for one in found:
            document = _document(one, entry)
            if document is not None:
                yield one.place, document
        before, portion = found[-1].place, min(2 * portion, LARGEST_PORTION)


def _document(change: history.Change, entry: uuid.UUID) -> bytes | None:
    """One item; None when there is nothing to tell."""
    changes = list(_differences(change)) if change.before else []
    if change.before and not changes:
        return None
    event = change.event
    item = {
        "id": ids.encode("event", event.pk),
        "object": "history_item",
        "type": event.type,
        "change": "changed" if change.before else "created",
        "at": event.at,
        "version": change.after.version,
        "actor": _actor(event, change, entry),
        "reason": event.reason if event.type in PUBLIC_REASONS else "",
        "changes": changes,
    }
    return orjson.dumps(item, option=orjson.OPT_UTC_Z)


def _actor(event: journal.Event, change: history.Change, entry: uuid.UUID) -> dict[str, Any]:
    kind = "system"
    if event.source_id:
        kind = "source"
    elif event.actor_kind in ("user", "api_key", "developer", "anonymous"):
        is_member = event.acting_entry_id == entry
        kind = "member" if is_member else "moderator" if event.is_moderator else "person"
    return {
        "kind": kind,
        "entry": ids.encode(change.after.kind, entry) if kind == "member" else None,
        "source": ids.encode("source", event.source_id) if event.source_id else None,
    }


def _differences(change: history.Change) -> Iterator[dict[str, Any]]:
    """The members that differ, by the names and in the form under which the entry shows them."""
    shape = kinds.SERIALIZERS[change.after.kind]()
    before, after = shape.to_representation(change.before), shape.to_representation(change.after)
    for name, value in after.items():
        if name in _NESTED:
            pairs = [(f"{name}.{inner}", before[name][inner], value[inner]) for inner in value]
        else:
            pairs = [(name, before[name], value)]
        for field, old, new in pairs:
            if name not in _OF_THE_ROW and not _is_same(field, old, new):
                yield {"field": field, "before": old, "after": new}


def _is_same(field: str, old: Any, new: Any) -> bool:
    # The first of the names is the official one, which stands under `name` too.
    return bool(old[1:] == new[1:] if field == "names" else old == new)
