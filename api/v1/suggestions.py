"""Suggestions: anybody proposes a change of an entry; its editors, then moderators, take it over or say why not.

A suggestion is followed by its secret, which is told once. It goes in a body, never in an address of /v1: bodies stand
in no log, and a header would need a rule of its own for every proxy. The page of a link has it in its path, which our
logs leave out.
"""

import functools
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import allowed, entries, fields, inputs, kinds, resource, writing
from directory import clock, errors, filters, ids, vocabularies
from directory import permissions as rules
from directory.entries import members
from directory.entries.entries import Entry
from partners import permissions
from partners.trust import suggestions

VALUES = {"type": "object", "additionalProperties": True, "description": "Members of the entry by name."}
_KINDS = {viewset.kind: viewset for viewset in kinds.VIEWSETS}


class SuggestionFilter(filters.Filters):
    """The filters of suggestions."""

    status = filters.OneOf(choices=vocabularies.codes("suggestion_status"))


class SuggestionSerializer(fields.Serializer):
    """A proposal: what it would change, and what the entry said there when it was made."""

    id = fields.PublicId("suggestion", source="pk")
    object = fields.ObjectName("suggestion")
    version = serializers.IntegerField()
    entry = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=vocabularies.choices("suggestion_status"))
    changes = serializers.JSONField()
    before = serializers.JSONField()
    moved_on = serializers.SerializerMethodField()
    reason = serializers.CharField()
    has_contact = serializers.SerializerMethodField()
    is_for_moderators = serializers.BooleanField(help_text="Whether it has come to the moderators of the region.")
    accepted = serializers.ListField(child=serializers.CharField(), help_text="The members that were taken over.")
    decline_reason = serializers.ChoiceField(choices=vocabularies.choices("decline_reason"), allow_blank=True)
    note = serializers.CharField(allow_blank=True, help_text="With the answer, to the author.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    def get_fields(self) -> Any:
        """The members, of which two hold whatever an entry can say."""
        declared = super().get_fields()
        for name in ("changes", "before"):
            extend_schema_field(VALUES)(declared[name])
        return declared

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_entry(self, row: suggestions.Suggestion) -> str:
        """The entry's id."""
        return ids.encode(row.entry.kind, row.entry_id)

    def get_moved_on(self, row: suggestions.Suggestion) -> list[str]:
        """While it is open: the members of which the entry no longer says what it said then."""
        return members.moved_on(row.entry, row.before) if row.status == "open" else []

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: suggestions.Suggestion) -> list[dict[str, Any]]:
        """What the reader can do, by the function that decides."""
        address = f"/v1/suggestions/{ids.encode('suggestion', row.pk)}"
        return [
            {"name": name, "href": f"{address}/{name}", "enabled": code is None, "reason": code}
            for name, code in suggestions.refusals(row, **self.context).items()
        ]

    def get_has_contact(self, row: suggestions.Suggestion) -> bool:
        """Whether the author hears of the answer by mail; nobody reads the address."""
        return bool(row.contact)


class NewSuggestionSerializer(SuggestionSerializer):
    """A suggestion with the secret by which its author follows it."""

    example_also = {
        "secret": "x7sQm2fJw1bN0pYc4hTt8vLk6zRa9dGe",
        "status_url": "https://mitra.example/links/suggestions/x7sQm2fJw1bN0pYc4hTt8vLk6zRa9dGe",
    }
    secret = serializers.CharField(help_text="Told once: with it `status` and `withdraw` need no account.")
    status_url = serializers.CharField(help_text="The page that shows to whoever has the address how it stands.")


class SuggestionInput(inputs.Input):
    """What should be said of an entry, and why."""

    example = {
        "changes": {"address": "Jl. Melati No. 3"},
        "reason": "Pindah ke gedung baru bulan lalu",
        "contact": "warga@contoh.example",
    }
    changes = serializers.DictField(help_text="As a PATCH of the entry takes them (JSON Merge Patch).")
    reason = inputs.Text(max_length=1000)
    contact = serializers.EmailField(
        required=False, allow_blank=True, help_text="To hear of the answer; shown to nobody, forgotten 90 days later."
    )


class AcceptSuggestionInput(inputs.Input):
    """Which of the changes are taken over."""

    example = {"fields": ["address"]}
    fields = serializers.ListField(  # type: ignore[assignment]  # the word of the contract
        child=inputs.Text(max_length=40), required=False, max_length=50, help_text="Left out: all of them."
    )


class DeclineSuggestionInput(inputs.Input):
    """Why nothing is changed."""

    example = {"reason_code": "not_correct", "note": "Alamatnya masih yang lama."}
    reason_code = serializers.ChoiceField(choices=vocabularies.choices("decline_reason"))
    note = inputs.Text(max_length=1000, required=False, allow_blank=True, help_text="Told to the author.")


class SuggestionSecretInput(inputs.Input):
    """The secret of a suggestion."""

    example = {"secret": "x7sQm2fJw1bN0pYc4hTt8vLk6zRa9dGe"}
    secret = inputs.Text(max_length=100)


class OwnSuggestionSecretInput(inputs.Input):
    """The secret of a suggestion, of whoever did not sign in to make it."""

    example = SuggestionSecretInput.example
    secret = inputs.Text(max_length=100, required=False, allow_blank=True)


class _Suggestions(writing.Writes):
    """What both addresses of suggestions share."""

    object_name, model, serializer_class = "suggestion", suggestions.Suggestion, SuggestionSerializer
    filterset_class = SuggestionFilter
    renderer_classes = (renderers.Json,)
    sorts = {"created_at": "created_at", "updated_at": "updated_at"}
    actor: Any

    def visible(self) -> QuerySet[Any]:
        """Those that the caller may see; 401 without a credential."""
        rules.require(permissions.RULES["see_suggestions"], by=self.actor)
        return suggestions.Suggestion.objects.visible_to(self.actor)

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        shape = SuggestionSerializer(context={"by": self.actor})
        rows = prepared(self.visible().filter(pk__in=keys)).in_bulk()
        return {key: resource.dumps(shape.to_representation(row)) for key, row in rows.items()}

    def shown(self, row: suggestions.Suggestion, *, is_author: bool = False, **secrets: str) -> tuple[bytes, int]:
        """The JSON of a suggestion as it is now and its version, with what is told once."""
        now = prepared(suggestions.Suggestion.objects.filter(pk=row.pk)).get()
        for name, value in secrets.items():
            setattr(now, name, value)
        shape = NewSuggestionSerializer if secrets else SuggestionSerializer
        context = {"by": self.actor, "is_author": is_author}
        return resource.dumps(shape(context=context).to_representation(now)), now.version


def prepared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Suggestions with what their shape reads: one query, and one for each list of the entry."""
    kept = [f"entry__{kind}" for kind in _KINDS]
    return rows.select_related("entry", *kept, "entry__library").prefetch_related("entry__names", "entry__identifiers")


class SuggestionViewSet(_Suggestions, resource.ResourceViewSet):
    """Suggestions: of the entry acted for, of the regions moderated, and one's own."""

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One suggestion."""
        row = self.visible().filter(pk=self.key_of(pk)).first()
        if row is None:
            raise errors.Missing("not_found")
        body, version = self.shown(row)
        return self.answer_one(body, version=version)

    @writing.writes("acceptSuggestion", "Take a suggestion over", scope="suggestions:write", body=AcceptSuggestionInput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """Change the entry as proposed, in whole or in part, by your own right to edit it (`entries:write`)."""
        asked = self.body()
        row = suggestions.accept(self.key_of(pk), fields=asked.get("fields", ()), by=self.actor, now=clock.now())
        return self._answer_now(row)

    @writing.writes("declineSuggestion", "Decline a suggestion", scope="suggestions:write", body=DeclineSuggestionInput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> HttpResponse:
        """Leave the entry as it is, and say why."""
        asked = self.body()
        key, note = self.key_of(pk), asked.get("note", "")
        row = suggestions.decline(key, reason=asked["reason_code"], note=note, by=self.actor, now=clock.now())
        return self._answer_now(row)

    @writing.writes(
        "withdrawSuggestion",
        "Take your suggestion back",
        scope="suggestions:write",
        body=OwnSuggestionSecretInput,
        is_for_anyone=True,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take your own suggestion back, by your account or by its secret."""
        secret = self.body().get("secret", "")
        row = suggestions.withdraw(self.key_of(pk), secret=secret, by=self.actor, now=clock.now())
        return self._answer_now(row, is_author=True)

    @writing.writes("readSuggestion", "See how your suggestion stands", body=SuggestionSecretInput, is_for_anyone=True)
    @action(detail=True, methods=["post"])
    def status(self, request: Request, pk: str) -> HttpResponse:
        """How a suggestion stands, by its secret. A POST, as a secret belongs in no address; nothing is changed."""
        row = suggestions.opened_by(self.body()["secret"], key=self.key_of(pk))
        return self._answer_now(row, is_author=True)

    def _answer_now(self, row: suggestions.Suggestion, *, is_author: bool = False) -> HttpResponse:
        body, version = self.shown(row, is_author=is_author)
        return self.answer_written(body, version=version)


class EntrySuggestionViewSet(_Suggestions, resource.ListViewSet):
    """The suggestions for an entry, of those that the caller may see."""

    path_description = "An entry: " + entries.EntryViewSet.path_description
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    @functools.cached_property
    def _entry(self) -> uuid.UUID:
        return entries.key_of(self.kwargs["entry"], self.actor)

    def visible(self) -> QuerySet[Any]:
        """Those of the entry in the address."""
        return super().visible().filter(entry=self._entry)

    @writing.writes(
        "createSuggestion",
        "Suggest a change of an entry",
        scope="suggestions:write",
        body=SuggestionInput,
        answer=NewSuggestionSerializer,
        status=201,
        is_for_anyone=True,
    )
    def create(self, request: Request, entry: str) -> HttpResponse:
        """Propose other values for public members of an entry, with or without an account.

        Its editors see it at once; the moderators of its region after 14 days without an answer, and at once where
        it has no editors or where it is about name, identifiers, form or ownership. After 90 days it lapses.
        """
        asked = self.body()
        kind = Entry.objects.values_list("kind", flat=True).get(pk=self._entry)
        shape = _KINDS[kind].input_class
        proposed = inputs.checked(shape, asked["changes"], lang=self.language, partial=True, pointer="#/changes")
        self.count_hourly("suggestions")
        row, secret = suggestions.suggest(
            self._entry,
            proposed,
            reason=asked["reason"],
            contact=asked.get("contact", ""),
            by=self.actor,
            now=clock.now(),
        )
        return self._answer_with(row, secret)

    def _answer_with(self, row: suggestions.Suggestion, secret: str) -> HttpResponse:
        page = f"{settings.PUBLIC_URL}/links/suggestions/{secret}"
        body, version = self.shown(row, is_author=True, secret=secret, status_url=page)
        location = f"/v1/suggestions/{ids.encode('suggestion', row.pk)}"
        return self.answer_written(body, version=version, status=201, location=location, is_secret=True)
