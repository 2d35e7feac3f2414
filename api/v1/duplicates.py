"""Pairs of entries that may be one, for the moderators of their regions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import entry_writes, fields, resource, writing
from directory import clock, errors, ids, permissions, vocabularies
from directory.entries import duplicates

PARTS = {
    "name": "How alike the names are; 1: in normal form they are one.",
    "place": "How near they are, of districts, regencies and points.",
    "district": "1: in one district; `null` where one of them is not known.",
    "regency": "1: in one regency or city.",
    "km": "How far apart, in kilometres; no part of the sum, `place` counts it.",
    "form": "1: of one form; of schools only.",
    "identifier": "1: both claim one number; 0: each has a number of its own in one scheme.",
}


class DuplicatePartsSerializer(fields.Serializer):
    """What the score is made of; `null` where nothing is known."""

    def get_fields(self) -> Any:
        return {name: serializers.FloatField(allow_null=True, help_text=text) for name, text in PARTS.items()}


class DuplicateSerializer(fields.Serializer):
    """Two entries that may be one."""

    id = fields.PublicId("duplicate", source="pk")
    object = fields.ObjectName("duplicate")
    status = serializers.ChoiceField(choices=vocabularies.choices("duplicate_status"))
    score = serializers.FloatField(help_text="From 0 to 1.")
    parts = serializers.SerializerMethodField()
    first = serializers.SerializerMethodField()
    second = serializers.SerializerMethodField()
    found_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(DuplicatePartsSerializer)
    def get_parts(self, row: duplicates.Duplicate) -> dict[str, float | None]:
        """What the score is made of."""
        return {name: row.parts.get(name) for name in PARTS}

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_first(self, row: duplicates.Duplicate) -> str:
        """The older entry's id."""
        return ids.encode(row.first.kind, row.first_id)

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_second(self, row: duplicates.Duplicate) -> str:
        """The younger entry's id."""
        return ids.encode(row.second.kind, row.second_id)


class DuplicateViewSet(writing.Writes, resource.ResourceViewSet):
    """Pairs of entries that may be one, found by a claimed number or by names in one place. For moderators."""

    object_name, model, serializer_class = "duplicate", duplicates.Duplicate, DuplicateSerializer
    filterset_class = duplicates.DuplicateFilter
    sorts = {"found_at": "found_at", "score": "score"}
    expandable = ("first", "second")
    path_pattern, path_example = components.public_id("duplicate")["pattern"], "dup_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The pairs of the moderator's regions; 401 and 403 for everybody else."""
        by = self.actor
        region = by.regions[0] if by.regions else None
        permissions.require(permissions.RULES["see_duplicates"], by=by, region=region)
        return duplicates.Duplicate.objects.visible_to(by)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With both entries' kinds."""
        return rows.select_related("first", "second")

    @writing.writes(
        "dismissDuplicate", "Say that two entries are not one", scope="moderation:write", body=entry_writes.ReasonInput
    )
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> HttpResponse:
        """The pair is not shown again, unless both come to claim one number."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        reason = self.body().get("reason", "")
        return self.answer_row(duplicates.dismiss(self.key_of(pk), reason=reason, by=self.actor, now=clock.now()))
