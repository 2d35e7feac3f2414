"""How to reach an entry: each reader is told what they may see, and reading what is not public is an event."""

import functools
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import conditional, renderers
from api.openapi import components
from api.v1 import entries, inputs, resource, writing
from api.v1.contact_shapes import OBJECT, EntryContactSerializer
from directory import clock, errors, ids, vocabularies
from directory.entries import contacts
from directory.entries.contacts import Contact


class ContactInput(inputs.Input):
    """How to reach the entry."""

    example = {"kind": "whatsapp", "value": "0812-3456-7890", "label": "Perpustakaan", "visibility": "signed_in"}
    kind = serializers.ChoiceField(choices=vocabularies.choices("contact_kind"))
    value = inputs.Text(help_text="A number without a country's code is Indonesian.")
    label = inputs.Text(max_length=100, required=False, allow_blank=True, help_text="Whose it is, in a few words.")
    visibility = serializers.ChoiceField(
        choices=vocabularies.choices("visibility"), required=False, help_text="`members_only` when left out."
    )


class ContactViewSet(writing.Writes, resource.ResourceViewSet):
    """How to reach the entry, as far as you may know: the public contacts, and those for you, each with its visibility.

    Reading one that is not public is recorded: the entry can be told who read its contacts. A list is never longer than
    one page.
    """

    object_name, model, serializer_class = OBJECT, Contact, EntryContactSerializer
    renderer_classes = (renderers.Json,)
    kind: ClassVar[str] = ""  # of the entries in the address; "" for all
    parameters = ("format", "fields")
    cache = conditional.PERSONAL
    paths = {
        "entry": (
            entries.EntryViewSet.path_description,
            entries.EntryViewSet.path_pattern,
            entries.EntryViewSet.path_example,
        ),
        "id": ("The id of a contact.", components.public_id(OBJECT)["pattern"], "con_01kf3cb0s3f8q8r2d1kq8m8n8p"),
    }

    @functools.cached_property
    def _entry(self) -> uuid.UUID:
        return entries.key_of(self.kwargs["entry"], self.actor, kind=self.kind)

    def visible(self) -> QuerySet[Any]:
        """The contacts of the entry that the caller may see, with what their document reads."""
        rows = Contact.objects.visible_to(self.actor).filter(entry=self._entry)
        return rows.select_related("entry", "first_event", "event").order_by("pk")

    def list(self, request: Request, entry: str) -> HttpResponse:
        """All that the caller may see."""
        documents = self._read(self.visible())
        return self.answer_envelope(self.shaped(documents), {"has_more": False, "next_cursor": None})

    def retrieve(self, request: Request, entry: str, pk: str) -> HttpResponse:
        """One contact."""
        rows = list(self.visible().filter(pk=self.key_of(pk)))
        if not rows:
            raise errors.Missing("not_found")
        return self.answer_one(self._read(rows)[0], version=rows[0].entry.version)

    def _read(self, rows: Iterable[Contact]) -> Sequence[bytes]:
        read = [*rows]
        contacts.reveal(read, by=self.actor, now=clock.now())
        return [resource.dumps(EntryContactSerializer().to_representation(row)) for row in read]

    @writing.writes(
        "create{Object}Contact", "Add a contact of the {object}", scope="entries:write", body=ContactInput, status=201
    )
    def create(self, request: Request, entry: str) -> HttpResponse:
        """Add an address, a number or a link; only members see it unless `visibility` says otherwise."""
        row = contacts.add(self._entry, self.body(), by=self.actor, now=clock.now())
        location = (
            f"/v1/{row.entry.kind}s/{ids.encode(row.entry.kind, row.entry_id)}/contacts/{ids.encode(OBJECT, row.pk)}"
        )
        return self._answer_contact(row, status=201, location=location)

    @writing.writes(
        "update{Object}Contact", "Change a contact of the {object}", scope="entries:write", body=ContactInput
    )
    def partial_update(self, request: Request, entry: str, pk: str) -> HttpResponse:
        """Change members (JSON Merge Patch). `If-Match` takes the ETag of the contact or of its entry."""
        values, version = self.body(partial=True), self.version()
        row = contacts.change(self._entry, self.key_of(pk), values, version=version, by=self.actor, now=clock.now())
        return self._answer_contact(row)

    @writing.writes("delete{Object}Contact", "Remove a contact of the {object}", scope="entries:write", status=204)
    def destroy(self, request: Request, entry: str, pk: str) -> HttpResponse:
        """Take a contact away."""
        contacts.remove(self._entry, self.key_of(pk), by=self.actor, now=clock.now())
        return self.answer_nothing()

    def _answer_contact(self, row: Contact, *, status: int = 200, location: str = "") -> HttpResponse:
        body = resource.dumps(EntryContactSerializer().to_representation(row))
        return self.answer_written(body, version=row.entry.version, status=status, location=location)


def of_kind(kind: str) -> type[ContactViewSet]:
    """The contacts of a kind of entries; those of all kinds together are of an `entry`."""
    about = {"kind": "" if kind == "entry" else kind, "spoken_name": kind, "__doc__": ContactViewSet.__doc__}
    return type(f"{kind.title()}ContactViewSet", (ContactViewSet,), about)


VIEWSETS = {kind: of_kind(kind) for kind in ("entry", *ids.ENTRIES)}
