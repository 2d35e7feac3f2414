"""How moderators make one entry of two and two of one, over HTTP: each with a preview, and each undone."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import entries, entry_inputs, entry_writes, fields, inputs, resource, writing
from directory import clock, errors, ids
from directory.entries import filling, merging
from partners.trust import merges

_ENTRY_ID = components.public_id(*ids.ENTRIES)


class MergeLineSerializer(fields.Serializer):
    """One thing that changed, or would change."""

    what = serializers.CharField(help_text="`identifier`, `name`, `contact`, `member` ..., or the name of a member.")
    action = serializers.ChoiceField(
        choices=filling.ACTIONS,
        help_text="`left`: it stays with the entry that is gone, because the other has the same or may not have it.",
    )
    value = serializers.CharField(
        help_text="What it is; of a contact that is not public its kind alone, of a member the id and the roles."
    )


class MergeSerializer(fields.Serializer):
    """What a merge, a split or the undoing of one did, or would do."""

    object = fields.ObjectName("merge")
    dry_run = serializers.BooleanField(help_text="Whether nothing was changed.")
    entry = fields.Described({**_ENTRY_ID, "description": "The entry that goes on."})
    other = fields.Described(
        {
            "anyOf": [_ENTRY_ID, {"type": "null"}],
            "description": "The entry that is gone or is back, or that a split made; `null` where none was made yet.",
        }
    )
    event = fields.Described({"anyOf": [components.public_id("event"), {"type": "null"}], "description": "Its record."})
    changes = MergeLineSerializer(many=True)


class MergeInput(inputs.Input):
    """Into which entry, and why."""

    example = {"into": "npsn:20106343", "reason": "Sekolah yang sama, tercatat dua kali"}
    into = inputs.Text(max_length=100, help_text="The id or `scheme:value` of the entry that stays.")
    reason = inputs.Text(max_length=500, required=False, allow_blank=True, help_text="Kept in the history.")


class SplitNameInput(inputs.Input):
    """A name of the entry that belongs to the new one."""

    value = inputs.Text()
    type = entry_inputs.NameInput().fields["type"]


class SplitInput(inputs.Input):
    """What belongs to the new entry."""

    example = {"name": "SD Negeri 4 Sukamaju", "identifiers": [{"scheme": "npsn", "value": "20106343"}]}
    name = inputs.Text(help_text="The official name of the new entry.")
    identifiers = entry_inputs.IdentifierInput(many=True, required=False, max_length=50)
    names = SplitNameInput(many=True, required=False, max_length=50)
    installations = serializers.ListField(
        child=inputs.Text(max_length=40), required=False, max_length=100, help_text="Ids of statements of use."
    )
    reason = inputs.Text(max_length=500, required=False, allow_blank=True, help_text="Kept in the history.")


class EntryMerges(writing.Writes):
    """The merging actions of a kind of entry, for moderators of the regions of both."""

    kind: ClassVar[str]

    @writing.writes(
        "merge{Object}",
        "Merge a {object} into another",
        scope="moderation:write",
        body=MergeInput,
        answer=MergeSerializer,
        parameters=("dry_run",),
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> HttpResponse:
        """What this one has moves to the other, and its id answers 301 to it for ever; it can be undone."""
        asked = self.body()
        gone, into = self._own_key(pk), merging.named(asked["into"])
        return self._performed(merges.merge, gone, into=into, reason=asked.get("reason", ""))

    @writing.writes(
        "unmerge{Object}",
        "Undo the merge of a {object}",
        scope="moderation:write",
        body=entry_writes.ReasonInput,
        answer=MergeSerializer,
        parameters=("dry_run",),
    )
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, pk: str) -> HttpResponse:
        """Call it with the id that is gone. 409 tells what happened since and cannot be kept."""
        return self._performed(merges.unmerge, self._own_key(pk), reason=self.body().get("reason", ""))

    @writing.writes(
        "split{Object}",
        "Make a {object} of its own out of parts of one",
        scope="moderation:write",
        body=SplitInput,
        answer=MergeSerializer,
        parameters=("dry_run",),
    )
    @action(detail=True, methods=["post"])
    def split(self, request: Request, pk: str) -> HttpResponse:
        """The numbers, names and statements of use that are named move to the new entry; it can be undone."""
        asked = self.body()
        return self._performed(
            merges.split,
            self._own_key(pk),
            name=asked["name"],
            numbers=[
                (one["scheme"], entries.identifiers.clean(one["scheme"], one["value"]))
                for one in asked.get("identifiers", ())
            ],
            other_names=[(one["type"], one["value"]) for one in asked.get("names", ())],
            installations=[_installation(text, number) for number, text in enumerate(asked.get("installations", ()))],
            reason=asked.get("reason", ""),
        )

    @writing.writes(
        "unsplit{Object}",
        "Undo the split that made a {object}",
        scope="moderation:write",
        body=entry_writes.ReasonInput,
        answer=MergeSerializer,
        parameters=("dry_run",),
    )
    @action(detail=True, methods=["post"])
    def unsplit(self, request: Request, pk: str) -> HttpResponse:
        """Call it with the id of the entry that the split made; it answers 301 to the first one from then on."""
        return self._performed(merges.unsplit, self._own_key(pk), reason=self.body().get("reason", ""))

    def _own_key(self, pk: str) -> Any:
        """The key of the very entry that is named, also when it was merged; the right comes before all else."""
        body = entries.found(pk)
        if body is None or body.kind != self.kind:
            raise errors.Missing("not_found")
        return merging.permitted(body.id, by=self.actor).pk  # type: ignore[attr-defined]

    def _performed(self, verb: Callable[..., merging.Result], *args: Any, **values: Any) -> HttpResponse:
        def act() -> merging.Result:
            return verb(*args, **values, by=self.actor, now=clock.now())  # type: ignore[attr-defined]

        is_dry = self.is_dry_run
        result = merging.preview(act) if is_dry else act()
        return self.answer_written(resource.dumps(_document(result, is_dry=is_dry)))


def _document(result: merging.Result, *, is_dry: bool) -> dict[str, Any]:
    is_made = not (is_dry and result.other.first_event_id == result.event)  # a split's new entry, rolled back
    return {
        "object": "merge",
        "dry_run": is_dry,
        "entry": ids.encode(result.entry.kind, result.entry.pk),
        "other": ids.encode(result.other.kind, result.other.pk) if is_made else None,
        "event": None if is_dry else ids.encode("event", result.event),
        "changes": [line._asdict() for line in result.lines],
    }


def _installation(text: str, number: int) -> Any:
    try:
        name, key = ids.decode(text)
    except errors.Invalid:
        name, key = "", None
    if name != "installation":
        raise errors.Invalid("not_of_entry", pointer=f"#/installations/{number}", value=text)
    return key
