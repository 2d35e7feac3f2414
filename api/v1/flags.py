"""Flags: anybody says that something must not stand so; the moderators of its region answer."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import fields, inputs, resource, writing
from directory import clock, filters, ids, vocabularies
from directory import permissions as rules
from partners import permissions
from partners.trust import flags


class FlagFilter(filters.Filters):
    """The filters of flags."""

    status = filters.OneOf(choices=vocabularies.codes("flag_status"))
    reason_code = filters.OneOf(choices=vocabularies.codes("flag_reason"))


class FlagSerializer(fields.Serializer):
    """One person's word against one object; who said it is told to nobody."""

    id = fields.PublicId("flag", source="pk")
    object = fields.ObjectName("flag")
    version = serializers.IntegerField()
    subject = serializers.SerializerMethodField()
    reason_code = serializers.ChoiceField(choices=vocabularies.choices("flag_reason"))
    note = serializers.CharField(allow_blank=True)
    is_of_verified = serializers.BooleanField(help_text="Whether its author acted for a verified entry.")
    has_hidden = serializers.BooleanField(help_text="Whether it is one of those that took the entry out of sight.")
    status = serializers.ChoiceField(choices=vocabularies.choices("flag_status"))
    answer = serializers.CharField(allow_blank=True, help_text="What the moderator noted.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(components.public_id(*flags.SUBJECTS))
    def get_subject(self, row: flags.Flag) -> str:
        """The id of what it is about."""
        return ids.encode(row.subject_type, row.subject_id)


class FlagInput(inputs.Input):
    """What is wrong with an object."""

    example = {"object": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p", "reason_code": "not_real", "note": "Sekolah ini tidak ada."}
    object = inputs.Text(max_length=60, help_text="The id of anything that you see.")
    reason_code = serializers.ChoiceField(choices=vocabularies.choices("flag_reason"))
    note = inputs.Text(max_length=1000, required=False, allow_blank=True)


class DismissFlagInput(inputs.Input):
    """Why nothing is wrong."""

    example = {"note": "Sudah diperiksa, sekolahnya ada."}
    note = inputs.Text(max_length=1000, required=False, allow_blank=True)


class UpholdFlagInput(DismissFlagInput):
    """What is done about it."""

    example = {"note": "Bukan sekolah.", "hide": True}
    hide = serializers.BooleanField(required=False, help_text="Take the entry out of sight.")


class FlagViewSet(writing.Writes, resource.ResourceViewSet):
    """Flags in the regions that the caller moderates."""

    object_name, model, serializer_class = "flag", flags.Flag, FlagSerializer
    filterset_class = FlagFilter
    renderer_classes = (renderers.Json,)
    sorts = {"created_at": "created_at", "updated_at": "updated_at"}

    def visible(self) -> QuerySet[Any]:
        """Those of the regions moderated; 401 without a credential, 403 for who moderates none."""
        region = self.actor.regions[0] if self.actor.regions else None
        rules.require(permissions.RULES["see_flags"], by=self.actor, region=region)
        return flags.Flag.objects.visible_to(self.actor)

    @writing.writes(
        "createFlag",
        "Say that something is wrong",
        scope="suggestions:write",
        body=FlagInput,
        status=201,
        is_for_anyone=True,
    )
    def create(self, request: Request) -> HttpResponse:
        """Flag anything that you see, with or without an account; a person flags an object once.

        Three flags of members of different verified entries hide an entry that is not claimed until a moderator has
        looked. A flag that nobody answers lapses after 90 days.
        """
        asked = self.body()
        self.count_hourly("flags")
        reason, note = asked["reason_code"], asked.get("note", "")
        row = flags.flag(asked["object"], reason=reason, note=note, by=self.actor, now=clock.now())
        return self.answer_row(row, status=201, location=f"/v1/flags/{ids.encode('flag', row.pk)}")

    @writing.writes("dismissFlag", "Say that nothing is wrong", scope="moderation:write", body=DismissFlagInput)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> HttpResponse:
        """Answer all open flags on the object; what they had hidden is shown again."""
        note = self.body().get("note", "")
        return self.answer_row(flags.dismiss(self.key_of(pk), note=note, by=self.actor, now=clock.now())[0])

    @writing.writes("upholdFlag", "Say that a flag is right", scope="moderation:write", body=UpholdFlagInput)
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: str) -> HttpResponse:
        """Answer all open flags on the object; what they had hidden stays hidden, `hide` hides an entry now."""
        asked = self.body()
        note, hide = asked.get("note", ""), asked.get("hide", False)
        row = flags.uphold(self.key_of(pk), note=note, hide=hide, by=self.actor, now=clock.now())[0]
        return self.answer_row(row)
