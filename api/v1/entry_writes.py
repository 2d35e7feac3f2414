"""How entries are written over HTTP: make, change, close, reopen, and the moderators' hide and show."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import bodies
from api.v1 import entries, inputs, writing
from directory import clock, errors, ids
from directory.entries import editing
from directory.entries.entries import Entry
from partners.trust import founding, freshness

_KEPT = "Kept in the history, where anybody may read why an entry was closed or reopened; the other reasons are notes."


class ReasonInput(inputs.Input):
    """Why."""

    example = {"reason": "Digabung dengan sekolah tetangga"}
    reason = inputs.Text(max_length=500, required=False, allow_blank=True, help_text=_KEPT)


class EntryAnswers(writing.Writes):
    """Answers with an entry as it is now."""

    def _count_new(self) -> None:
        """Nobody fills the directory by the hundred; who is nobody is refused by the verb."""
        if self.actor.reference:  # type: ignore[attr-defined]
            self.count_hourly("entries")  # type: ignore[attr-defined]

    def _answer_entry(self, row: Entry, *, status: int = 200) -> HttpResponse:
        body = bodies.load([row.pk])[row.pk]
        address = f"/v1/{row.kind}s/{ids.encode(row.kind, row.pk)}" if status == 201 else ""
        return self.answer_written(body.body, version=body.version, status=status, location=address)


class EntryWrites(EntryAnswers):
    """The writing actions of a kind of entry."""

    kind: ClassVar[str]
    input_class: ClassVar[type[inputs.Input]]

    @writing.writes("create{Object}", "Add a new {object}", scope="entries:write", body="input_class", status=201)
    def create(self, request: Request) -> HttpResponse:
        """Add an entry and act for it: you are its first member. It is marked as provisional until it is checked."""
        values = self.body()
        self._count_new()
        row = founding.found(self.kind, values, by=self.actor, now=clock.now())
        return self._answer_entry(row, status=201)

    @writing.writes("update{Object}", "Change a {object}", scope="entries:write", body="input_class")
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change members (JSON Merge Patch): a list is replaced whole, null empties. Needs `If-Match`."""
        values = self.body(partial=True)
        row = editing.change(self._key(pk), values, version=self.version(), by=self.actor, now=clock.now())
        return self._answer_entry(row)

    @writing.writes("close{Object}", "Say that a {object} no longer works", scope="entries:write", body=ReasonInput)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponse:
        """It stays listed, with the status `closed`."""
        return self._moved_by(editing.close, pk)

    @writing.writes("reopen{Object}", "Take the closing of a {object} back", scope="entries:write", body=ReasonInput)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> HttpResponse:
        """The status is `active` again."""
        return self._moved_by(editing.reopen, pk)

    @writing.writes(
        "hide{Object}", "Take a {object} out of sight", scope="moderation:write", body=ReasonInput, status=204
    )
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: from now on it looks as if it never was."""
        editing.hide(self._key(pk), reason=self.body().get("reason", ""), by=self.actor, now=clock.now())
        return self.answer_nothing()

    @writing.writes("show{Object}", "Bring a hidden {object} back", scope="moderation:write", body=ReasonInput)
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: it is listed again."""
        return self._moved_by(editing.show, pk)

    def _moved_by(self, verb: Any, pk: str) -> HttpResponse:
        reason = self.body().get("reason", "")
        return self._answer_entry(verb(self._key(pk), reason=reason, by=self.actor, now=clock.now()))

    def _key(self, pk: str) -> Any:
        return entries.key_of(pk, self.actor, kind=self.kind)


class PutInput(inputs.Input):
    """An entry of any kind: the kind, and what that kind can be given."""

    example = {"object": "school"}
    object = serializers.ChoiceField(choices=ids.ENTRIES)

    def to_internal_value(self, data: Any) -> Any:
        """The kind alone: the rest is cleaned by the kind's own shape."""
        kind = data.get("object") if isinstance(data, dict) else None
        return super().to_internal_value({"object": kind} if kind is not None else {})


class EntryUpsert(EntryAnswers):
    """Make or change the entry of an identifier, and say that an entry still holds, whatever its kind."""

    @writing.writes("confirmEntry", "Say that an entry still holds", scope="entries:write")
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> HttpResponse:
        """For its editors: all that it says is still correct. `trust` then tells when, and is not `stale`."""
        return self._answer_entry(freshness.confirm(entries.key_of(pk, self.actor), by=self.actor, now=clock.now()))

    @writing.writes("putEntry", "Make or change the entry of an identifier", scope="entries:write", body=PutInput)
    def update(self, request: Request, pk: str) -> HttpResponse:
        """Idempotent: 201 when there was none of this `scheme:value`, else 200; members left out stay as they are.

        Send `object` (the kind) and what a POST of that kind takes. `If-Match` is optional here.
        """
        from api.v1 import kinds  # it stands on this file

        if ":" not in pk:
            raise errors.Missing("not_found")
        scheme, value = entries.identifiers.from_path(pk)
        kind = self.body()["object"]
        shape = next(viewset.input_class for viewset in kinds.VIEWSETS if viewset.kind == kind)
        members = {name: one for name, one in request.data.items() if name != "object"}
        held = entries.found(pk)
        if held is None:
            self._count_new()
        values = inputs.checked(shape, members, lang=self.language, partial=held is not None)
        version = self.version() if request.headers.get("If-Match") else None
        row, is_new = founding.put(scheme, value, kind, values, version=version, by=self.actor, now=clock.now())
        return self._answer_entry(row, status=201 if is_new else 200)
