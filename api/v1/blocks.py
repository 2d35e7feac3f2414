"""Blocks and mutes of the entry acted for: of whom it takes nothing, and of whom it does not want to hear."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import entries, fields, inputs, resource, writing
from directory import clock, errors, ids, vocabularies
from directory import permissions as rules
from partners import permissions
from partners.collaborations import blocks


class BlockSerializer(fields.Serializer):
    """One word of your entry about another. The other is never told."""

    id = fields.PublicId("block", source="pk")
    object = fields.ObjectName("block")
    kind = serializers.ChoiceField(choices=vocabularies.choices("block_kind"))
    entry = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field({**components.public_id(*ids.ENTRIES), "description": "Who is blocked or muted."})
    def get_entry(self, row: blocks.Block) -> str:
        """The other entry."""
        return blocks.public(row)


class BlockInput(inputs.Input):
    """Whom, and how much."""

    example = {"entry": "npsn:20106343", "kind": "mute"}
    entry = inputs.Text(max_length=100, help_text="An id or `scheme:value`.")
    kind = serializers.ChoiceField(
        choices=vocabularies.choices("block_kind"),
        help_text="`block`: no requests and messages from it. `mute`: no notifications of what it does.",
    )


class BlockViewSet(writing.Writes, resource.ResourceViewSet):
    """Blocks and mutes of the entry acted for.

    A blocked entry gets 403 `not_received` for a new request or message, and nothing else tells it. While you block or
    mute an entry you cannot write to it either: lift that first.
    """

    object_name, model, serializer_class = "block", blocks.Block, BlockSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format", "limit", "cursor")
    path_description = "The id of a block."
    path_pattern, path_example = components.public_id("block")["pattern"], "blk_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """Those of the entry acted for; 401 without a credential, 403 without the scope."""
        rules.require(permissions.RULES["see_blocks"], by=self.actor, entry=self.actor.acting_entry)
        return blocks.Block.objects.visible_to(self.actor)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the other entries."""
        return rows.select_related("other")

    @writing.writes("createBlock", "Block or mute an entry", scope="collaborations:write", body=BlockInput, status=201)
    def create(self, request: Request) -> HttpResponse:
        """For approvers and admins: take nothing from an entry any more, or only hear nothing of it."""
        asked = self.body()
        named = entries.found(asked["entry"])
        if named is None:
            raise errors.Invalid("unknown_entry", pointer="#/entry")
        row = blocks.put(named.id, asked["kind"], by=self.actor, now=clock.now())
        row = self.prepared(blocks.Block.objects.filter(pk=row.pk)).get()
        return self.answer_row(row, status=201, location=f"/v1/blocks/{ids.encode('block', row.pk)}")

    @writing.writes("liftBlock", "Lift a block or mute", scope="collaborations:write", status=204)
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Take it back; what was not told meanwhile is not told later."""
        blocks.lift(self.key_of(pk), by=self.actor, now=clock.now())
        return self.answer_nothing()
