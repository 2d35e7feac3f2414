"""API keys of the entry acted for, a person's tokens and developer keys; the text of one is shown once."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import fields, inputs, resource, writing
from directory import actors, clock, errors, ids
from partners.accounts import acting, api_keys

MADE_HERE = ("entry", "developer")


class ApiKeySerializer(fields.Serializer):
    """A key without its secret."""

    id = fields.PublicId("api_key", source="pk")
    object = fields.ObjectName("api_key")
    kind = serializers.ChoiceField(choices=api_keys.KINDS)
    name = serializers.CharField()
    entry = serializers.SerializerMethodField()
    public = serializers.CharField(
        help_text="The part of the key that may be shown: between the second `_` and the third."
    )
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=actors.SCOPES))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field({"anyOf": [components.public_id(*ids.ENTRIES), {"type": "null"}]})
    def get_entry(self, row: api_keys.ApiKey) -> str | None:
        """The entry it acts for; null for a developer's or a personal one."""
        return ids.encode(row.entry.kind, row.entry.pk) if row.entry else None


class NewApiKeySerializer(ApiKeySerializer):
    """A key with its text, which nobody can read again."""

    example_also = {"key": "mp_live_4fT0aB9z_0123456789abcdefghijABCDEFGHIJ2xAbCd"}
    key = serializers.CharField(help_text="The whole key: keep it now.")


class ApiKeyInput(inputs.Input):
    """A key to be made."""

    example = {"kind": "entry", "name": "Katalog sekolah", "scopes": ["entries:read"]}
    # A token is made on the account page alone, where the password is asked again.
    kind = serializers.ChoiceField(choices=MADE_HERE)
    name = inputs.Text(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=actors.SCOPES),
        required=False,
        allow_empty=False,
        help_text="Left out: all it may have.",
    )
    expires_at = serializers.DateTimeField(
        required=False, help_text="At most two years ahead, of a personal one 30 days."
    )


class ApiKeyViewSet(writing.Writes, resource.ResourceViewSet):
    """Keys: of the entry acted for (to its admins), and one's own. They are made by a person, never with a key."""

    object_name, model, serializer_class = "api_key", api_keys.ApiKey, ApiKeySerializer
    sorts = {"created_at": "created_at"}

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the entries' kinds."""
        return rows.select_related("entry")

    @writing.writes(
        "createApiKey", "Make a key", scope="keys:write", body=ApiKeyInput, answer=NewApiKeySerializer, status=201
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a key, for the entry acted for when its kind is `entry`."""
        asked = self.body()
        kind = asked["kind"]
        row, text = api_keys.create(
            kind=kind,
            name=asked["name"],
            scopes=asked.get("scopes", [one for one in api_keys.scopes_of(kind) if one in self.actor.scopes]),
            expires_at=asked.get("expires_at"),
            entry=acting.entry_needed(self.actor) if kind == "entry" else None,
            by=self.actor,
            now=clock.now(),
        )
        return self._answer_with(row, text, status=201)

    @writing.writes("rollApiKey", "Give a key a new secret", scope="keys:write", answer=NewApiKeySerializer)
    @action(detail=True, methods=["post"])
    def roll(self, request: Request, pk: str) -> HttpResponse:
        """Give a key a new secret; the old one opens for another 24 hours."""
        row, text = api_keys.roll(self.key_of(pk), by=self.actor, now=clock.now())
        return self._answer_with(row, text)

    @writing.writes("revokeApiKey", "End a key", scope="keys:write")
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> HttpResponse:
        """End a key at once."""
        return self.answer_row(api_keys.revoke(self.key_of(pk), by=self.actor, now=clock.now()))

    def _answer_with(self, row: api_keys.ApiKey, text: str, *, status: int = 200) -> HttpResponse:
        row.key = text  # type: ignore[attr-defined]
        body = resource.dumps(NewApiKeySerializer().to_representation(row))
        location = f"/v1/api-keys/{ids.encode('api_key', row.pk)}" if status == 201 else ""
        return self.answer_written(body, status=status, location=location, is_secret=True)

    def visible(self) -> QuerySet[Any]:
        """The keys that the caller may see; 401 without a credential."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        return api_keys.ApiKey.objects.visible_to(self.actor)
