"""The delta feed: what a mirror reads to stay equal to the directory."""

import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import bodies, conditional, pagination
from api.openapi import components
from api.v1 import fields, resource
from directory import errors, ids, vocabularies
from directory.entries import entries, feed

CHANGES = ("present", "merged", "removed", "left_filter")


class ChangeSerializer(fields.Serializer):
    """The state of one entry: `entry` to store, or a tombstone that says why to drop it."""

    id = fields.Described(components.public_id(*ids.ENTRIES))
    object = fields.ObjectName("change")
    kind = serializers.ChoiceField(choices=vocabularies.choices("kind"))
    change = serializers.ChoiceField(
        choices=CHANGES,
        help_text="`present`: store `entry`. `merged`: drop it, `merged_into` took its place. `removed`: drop it, it "
        "is no longer public. `left_filter`: it no longer matches your filter.",
    )
    changed_at = serializers.DateTimeField(allow_null=True, help_text="`null` for what was removed.")
    merged_into = fields.Described({**components.public_id(*ids.ENTRIES), "type": ["string", "null"]})
    entry = fields.Described(
        {"anyOf": [components.ref("Entry"), {"type": "null"}]}, help_text="As it is now, when it is `present`."
    )


class ChangeViewSet(resource.ListViewSet):
    """The state of entries in the order of their last change, each once, for mirrors.

    Begin without a cursor, store each `entry`, drop what comes as `merged`, `removed` or `left_filter` (ids you do not
    hold can be ignored), and keep `next_cursor`: it is given on every page, also on the last, and goes on from there
    for ever. `has_more` says whether more is there already.
    """

    object_name, model, serializer_class = "change", entries.Entry, ChangeSerializer
    filterset_class = feed.FeedFilter
    parameters = ("format", "limit", "cursor")
    cache = conditional.FRESH

    def list(self, request: Request) -> HttpResponse:
        """The next changes."""
        after = self._after()
        found = feed.changes(self.asked.filters, after=after, limit=self.asked.limit + 1)
        shown, more = found[: self.asked.limit], len(found) > self.asked.limit
        if shown:
            after = feed.Position(shown[-1].changed_position, shown[-1].id)
        cursor = pagination.encode(["changes", after.changed, after.id])
        return self.answer_envelope(self._documents(shown), {"has_more": more, "next_cursor": cursor})

    def _after(self) -> feed.Position:
        values = pagination.decode_marked(self.asked.cursor, "changes")
        if values is None:
            return feed.START
        try:
            changed, key = values
            return feed.Position(_bigint(changed), uuid.UUID(key))
        except (ValueError, TypeError, AttributeError):
            raise errors.Invalid("invalid_cursor", parameter="cursor") from None

    def _documents(self, shown: Sequence[feed.Change]) -> Sequence[bytes]:
        kept = bodies.load([one.id for one in shown if one.matches and one.status in entries.SEEN])
        return [_document(one, kept) for one in shown]


def _bigint(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _document(change: feed.Change, kept: dict[Any, bodies.Body]) -> bytes:
    what = {"hidden": "removed", "merged": "merged"}.get(change.status, "present" if change.matches else "left_filter")
    head: dict[str, Any] = {
        "id": ids.encode(change.kind, change.id),
        "object": "change",
        "kind": change.kind,
        "change": what,
        "changed_at": None if change.status == "hidden" else change.updated_at,
        "merged_into": ids.encode(change.kind, change.merged_into) if change.merged_into else None,
    }
    body = kept[change.id].body if what == "present" else b"null"
    return orjson.dumps(head, option=orjson.OPT_UTC_Z)[:-1] + b',"entry":' + body + b"}"
