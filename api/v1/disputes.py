"""Disputes about shipments: opened by one side, answered in turn, ended by agreement, by a moderator or by silence."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import allowed, fields, inputs, resource, writing
from api.v1.traces import reader
from directory import actors, clock, errors, filters, ids, vocabularies
from directory.software.filters import Id
from partners.fulfilment import disputing
from partners.fulfilment.dispute_table import TABLE, side_of
from partners.fulfilment.disputes import Dispute, DisputeLine, Statement
from partners.fulfilment.shipments import MOST_LINES
from partners.offers import reading

WRITE = "collaborations:write"


class AnswerDisputeInput(inputs.Input):
    """How it is from here, and how it should end."""

    example: dict[str, Any] = {"text": "Kami mengirim 300, foto timbangannya ada.", "resolution": "count_stands"}
    text = inputs.Text(max_length=4000)
    resolution = serializers.ChoiceField(choices=vocabularies.choices("dispute_resolution"))


class DisputeInput(AnswerDisputeInput):
    """What is not so of a shipment."""

    example = {
        "shipment": "shp_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "kind": "not_arrived",
        "lines": ["shl_01kf3cb0s3f8q8r2d1kq8m8n8p"],
        "text": "Kurir menyatakan sudah diantar, tetapi tidak ada yang menerimanya di sekolah.",
        "resolution": "lost",
    }
    shipment = inputs.Id("shipment")
    kind = serializers.ChoiceField(choices=vocabularies.choices("dispute_kind"))
    lines = serializers.ListField(child=inputs.Id("shipment_line"), min_length=1, max_length=MOST_LINES)


class StatementSerializer(fields.Serializer):
    """What somebody said about it; nothing changes it."""

    side = serializers.ChoiceField(choices=vocabularies.choices("dispute_speaker"))
    text = serializers.CharField()
    resolution = serializers.ChoiceField(
        choices=vocabularies.choices("dispute_resolution"), help_text="How it should end, or ends."
    )
    event = fields.PublicId("event", source="event_id")
    at = serializers.DateTimeField()


class DisputeSerializer(fields.Serializer):
    """A dispute about some lines of a shipment. It pauses these, and the shipment keeps its own status."""

    id = fields.PublicId("dispute", source="pk")
    object = fields.ObjectName("dispute")
    version = serializers.IntegerField()
    shipment = fields.PublicId("shipment", source="shipment_id")
    kind = serializers.ChoiceField(choices=vocabularies.choices("dispute_kind"))
    status = serializers.ChoiceField(choices=vocabularies.choices("dispute_status"))
    lines = serializers.SerializerMethodField()
    opened_by = serializers.ChoiceField(choices=vocabularies.choices("shipment_side"))
    awaiting = serializers.ChoiceField(
        choices=vocabularies.choices("shipment_side"), allow_blank=True, help_text="Who has to answer."
    )
    awaiting_me = serializers.SerializerMethodField(help_text="Whether that is the entry you act for.")
    resolution = serializers.ChoiceField(
        choices=vocabularies.choices("dispute_resolution"),
        help_text="As was said last; of what was agreed or decided, how it ended.",
    )
    statements = StatementSerializer(many=True)
    due_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When silence does something: without an answer it is the moderators', after 30 days it is over.",
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    @property
    def actor(self) -> actors.Actor:
        """The reader."""
        found: actors.Actor = self.context["actor"]
        return found

    @extend_schema_field({"type": "array", "items": components.public_id("shipment_line")})
    def get_lines(self, row: Any) -> list[str]:
        """What it is about."""
        return [ids.encode("shipment_line", one.line_id) for one in row.lines.all()]

    def get_awaiting_me(self, row: Any) -> bool:
        """Whether the reader's entry has to answer."""
        return bool(row.awaiting) and row.awaiting == side_of(row, self.actor)

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """What the reader can do."""
        address = f"/v1/disputes/{ids.encode('dispute', row.pk)}"
        return allowed.actions(TABLE, row, address=address, by=self.actor, now=clock.now())


class DisputeFilter(filters.Filters):
    """The filters of disputes."""

    status = filters.OneOf(choices=vocabularies.codes("dispute_status"))
    shipment = Id(field_name="shipment", lookup_expr="exact", names=("shipment",))
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")


class DisputeViewSet(writing.Writes, resource.ResourceViewSet):
    """Disputes about shipments that the entry acted for sends or receives; to moderators those of their regions."""

    object_name, model, serializer_class = "dispute", Dispute, DisputeSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = DisputeFilter
    path_pattern, path_example = components.public_id("dispute")["pattern"], "dsp_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The disputes that the caller may see; 401 without a credential, 403 without the scope."""
        return Dispute.objects.visible_to(reader(self.actor))

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        rows = _prepared(self.visible().filter(pk__in=keys)).in_bulk()
        own = reading.own_entries(self.actor) if self.actor.is_moderator else frozenset()
        for row in rows.values():
            row.own_entries = own
        return {key: self._document(row) for key, row in rows.items()}

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One dispute."""
        row = _prepared(self.visible()).filter(pk=self.key_of(pk)).first()
        if row is None:
            raise errors.Missing("not_found")
        return self.answer_one(self._document(row), version=row.version)

    @writing.writes("openDispute", "Dispute a shipment", scope=WRITE, body=DisputeInput, status=201)
    def create(self, request: Request) -> HttpResponse:
        """Say what is not so of some of its lines, and how it should end. The other side has 10 school days to answer,
        then it is the moderators'. `not_arrived` once it is expected; the others once something is counted, and within
        30 days after the count was closed. No more of these lines is planned or sent meanwhile.
        """
        asked = self.body()
        row = disputing.open(asked.pop("shipment"), **asked, by=self.actor, now=clock.now())
        return self._answer_dispute(row, status=201)

    @writing.writes("answerDispute", "Answer a dispute", scope=WRITE, body=AnswerDisputeInput)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> HttpResponse:
        """Say how it is from here, and how it should end; now the other side has to answer."""
        return self._done(disputing.answer, pk, **self.body())

    @writing.writes("agreeDispute", "Agree to what the other side said last", scope=WRITE)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> HttpResponse:
        """It ends so. Where that is `lost`, what nobody has counted of these lines is written off."""
        return self._done(disputing.agree, pk)

    @writing.writes("escalateDispute", "Hand a dispute to the moderators", scope=WRITE)
    @action(detail=True, methods=["post"])
    def escalate(self, request: Request, pk: str) -> HttpResponse:
        """By either side; both can go on answering and agree before a moderator decides."""
        return self._done(disputing.escalate, pk)

    @writing.writes("decideDispute", "Decide a dispute", scope="moderation:write", body=AnswerDisputeInput)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> HttpResponse:
        """For moderators who act for neither side: end it, with a reason that both read."""
        return self._done(disputing.decide, pk, **self.body())

    @writing.writes("withdrawDispute", "Withdraw a dispute", scope=WRITE)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take back what your side has opened."""
        return self._done(disputing.withdraw, pk)

    def _done(self, verb: Any, pk: str, **given: Any) -> HttpResponse:
        return self._answer_dispute(verb(self.key_of(pk), **given, by=self.actor, now=clock.now()))

    def _answer_dispute(self, row: Dispute, *, status: int = 200) -> HttpResponse:
        shown = _prepared(Dispute.objects.filter(pk=row.pk)).get()
        location = f"/v1/disputes/{ids.encode('dispute', row.pk)}" if status == 201 else ""
        return self.answer_written(self._document(shown), version=shown.version, status=status, location=location)

    def _document(self, row: Any) -> bytes:
        return resource.dumps(self.serializer_class(context={"actor": self.actor}).to_representation(row))


def _prepared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With both sides, the lines, and what was said."""
    said, lines = Statement.objects.order_by("pk"), DisputeLine.objects.order_by("pk")
    related = ("shipment__sender", "shipment__receiver")
    return rows.select_related(*related).prefetch_related(Prefetch("statements", said), Prefetch("lines", lines))
