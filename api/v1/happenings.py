"""Who did something, as far as the reader may know: the shape that timelines, events and notifications share."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields
from directory import actors, ids, journal, vocabularies
from directory.entries.entries import Entry


class HappeningActorSerializer(fields.Serializer):
    """Who did it. People are named to members of the entry that they acted for, and to nobody else."""

    kind = serializers.ChoiceField(choices=vocabularies.choices("history_actor"))
    entry = fields.Described(
        {**components.public_id(*ids.ENTRIES), "type": ["string", "null"]}, help_text="For whom a `member` acted."
    )
    by = fields.Described(
        {**components.public_id("user", "api_key"), "type": ["string", "null"]},
        help_text="The person or the key, where it was of the entry that you act for.",
    )


def actor(event: journal.Event, by: actors.Actor, *, owners: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """What an actor may know of who made an event; `owners` are the entries whose object it is, with their ids."""
    kind = "person"
    if event.source_id:
        kind = "source"
    elif event.actor_kind in ("system", "command"):
        kind = "system"
    elif event.acting_entry_id in owners:
        kind = "member"
    elif event.is_moderator:
        kind = "moderator"
    is_own = bool(by.roles) and event.acting_entry_id == by.acting_entry and kind == "member"
    return {
        "kind": kind,
        "entry": owners[event.acting_entry_id] if kind == "member" and event.acting_entry_id else None,
        "by": event.actor_reference if is_own else None,
    }


def public_ids(keys: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The public ids of entries, by their keys and those of the entries that were merged into them. One query."""
    rows = Entry.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).values_list("pk", "merged_into", "kind")
    return {key: ids.encode(kind, into if into in keys else key) for key, into, kind in rows}
