"""What became of promised units: the trace of a line, and the year's giving of an entry."""

import re
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import entries, fields, resource
from directory import actors, clock, errors, ids, vocabularies
from partners.collaborations.terms import AgreedLine
from partners.fulfilment import giving, tracing
from partners.fulfilment.shipments import Shipment

TRACED = ("line", "agreed_line", "shipment")
FIRST_YEAR = 2000
_LINE = components.public_id("line")


class CountSerializer(fields.Serializer):
    """One go of counting."""

    event = fields.PublicId("event", source="event_id")
    at = serializers.DateTimeField()
    accepted = serializers.IntegerField()
    damaged = serializers.IntegerField()
    missing = serializers.IntegerField()
    wrong = serializers.IntegerField()
    extra = serializers.IntegerField()


class TracedShipmentSerializer(fields.Serializer):
    """What travelled of it in one shipment."""

    shipment = fields.PublicId("shipment", source="shipment_id")
    status = serializers.ChoiceField(source="shipment.status", choices=vocabularies.choices("shipment_status"))
    quantity = serializers.IntegerField()
    counts = CountSerializer(many=True)


class TracedLineSerializer(fields.Serializer):
    """One agreed line, from where it came to where it went, with the quantities of each step."""

    agreed_line = fields.PublicId("agreed_line", source="pk")
    collaboration = fields.PublicId("collaboration", source="collaboration_id")
    title = serializers.CharField(source="term_line.title")
    offer = serializers.SerializerMethodField()
    offer_line = serializers.SerializerMethodField()
    need = serializers.SerializerMethodField()
    need_line = serializers.SerializerMethodField()
    asked = serializers.IntegerField(source="term_line.quantity")
    agreed = serializers.IntegerField(source="quantity")
    reserved = serializers.IntegerField()
    in_transit = serializers.IntegerField()
    received = serializers.IntegerField()
    written_off = serializers.IntegerField()
    released = serializers.IntegerField(help_text="Given back.")
    shipments = TracedShipmentSerializer(source="shipment_lines", many=True)

    @extend_schema_field({"anyOf": [components.public_id("offer"), {"type": "null"}]})
    def get_offer(self, row: Any) -> str | None:
        """Whose units they are."""
        line = row.term_line.offer_line
        return ids.encode("offer", line.proposal_id) if line else None

    @extend_schema_field({"anyOf": [_LINE, {"type": "null"}]})
    def get_offer_line(self, row: Any) -> str | None:
        """The line of the offer."""
        key = row.term_line.offer_line_id
        return ids.encode("line", key) if key else None

    @extend_schema_field({"anyOf": [components.public_id("need"), {"type": "null"}]})
    def get_need(self, row: Any) -> str | None:
        """What they answer."""
        line = row.term_line.need_line
        return ids.encode("need", line.proposal_id) if line else None

    @extend_schema_field({"anyOf": [_LINE, {"type": "null"}]})
    def get_need_line(self, row: Any) -> str | None:
        """The line of the need."""
        key = row.term_line.need_line_id
        return ids.encode("line", key) if key else None


class TraceSerializer(fields.Serializer):
    """What became of the units of a line, an agreed line or a shipment, as far as the reader is part of it."""

    object = fields.ObjectName("trace")
    id = fields.Described(components.public_id(*TRACED))
    lines = TracedLineSerializer(many=True)
    has_more = serializers.BooleanField(help_text=f"There are more than {tracing.MOST} agreed lines.")


class TraceViewSet(resource.ListViewSet):
    """Where units of a line of an offer or need, of an agreed line, or of a shipment went."""

    object_name, model, serializer_class = "trace", AgreedLine, TraceSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)
    is_single = can_be_missing = True
    path_pattern = components.public_id(*TRACED)["pattern"]
    path_example = "agl_01kf3cb0s3f8q8r2d1kq8m8n8p"
    path_description = "A line of an offer or need, an agreed line, or a shipment."

    def list(self, request: Request, trace: str) -> HttpResponse:
        """The steps with their quantities; 404 where the caller is no part of any."""
        by = reader(self.actor)
        try:
            name, key = ids.decode(trace)
        except errors.Invalid:
            raise errors.Missing("not_found") from None
        if name not in TRACED or (name == "shipment" and not Shipment.objects.visible_to(by).filter(pk=key).exists()):
            raise errors.Missing("not_found")
        rows = list(tracing.of(name, key, by=by)[: tracing.MOST + 1])
        if not rows:
            raise errors.Missing("not_found")
        lines = [TracedLineSerializer().to_representation(row) for row in rows[: tracing.MOST]]
        return self.answer_value({"object": "trace", "id": trace, "lines": lines, "has_more": len(rows) > tracing.MOST})


class GivingSerializer(fields.Serializer):
    """What an entry gave in a year. Only what was counted on receipt is given; it is evidence, not tax advice."""

    object = fields.ObjectName("giving")
    entry = fields.Described(components.public_id(*ids.ENTRIES))
    year = serializers.IntegerField()
    shipments = serializers.IntegerField(help_text="Counted and closed.")
    receivers = serializers.IntegerField()
    accepted = serializers.IntegerField(help_text="Units.")
    not_accepted = serializers.IntegerField(help_text="Damaged, missing or wrong.")
    unconfirmed = serializers.IntegerField(help_text="Sent in that year, and not counted yet.")
    value = serializers.IntegerField(
        allow_null=True, help_text="Rupiah of what was accepted and has a value; `null` to others than its members."
    )
    without_value = serializers.IntegerField(help_text="Accepted units of which nobody has said the value.")


class GivingViewSet(resource.ListViewSet):
    """The giving of an entry in a year, summed from counted receipts."""

    object_name, model, serializer_class = "giving", AgreedLine, GivingSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)
    extra_parameters = {"year": {"type": "integer", "minimum": FIRST_YEAR, "maximum": 2200}}
    is_single = can_be_missing = True
    path_description = entries.EntryViewSet.path_description
    path_pattern, path_example = entries.EntryViewSet.path_pattern, entries.EntryViewSet.path_example

    def list(self, request: Request, entry: str) -> HttpResponse:
        """The sums; `year` left out is this year in Jakarta."""
        key = entries.key_of(entry, self.actor)
        year = self._year(request)
        found = giving.of(key, year)
        is_own = self.actor.acting_entry == key and bool(self.actor.roles) and "offers:read" in self.actor.scopes
        told = {**found._asdict(), "value": found.value if is_own else None}
        named = entries.seen(entry, self.actor)
        return self.answer_value({"object": "giving", "entry": ids.encode(named.kind, key), "year": year, **told})

    def _year(self, request: Request) -> int:
        given = request.query_params.get("year")
        if given is None:
            return clock.now().astimezone(giving.WIB).year
        if not (re.fullmatch(r"[1-9][0-9]{3}", given, re.ASCII) and FIRST_YEAR <= int(given) <= 2200):
            raise errors.Invalid("invalid_number", parameter="year", value=given, allowed=f"{FIRST_YEAR}-2200")
        return int(given)


def reader(actor: actors.Actor) -> actors.Actor:
    """The actor, who may read collaborations; Forbidden otherwise."""
    if actor.kind == "anonymous":
        raise errors.Forbidden("sign_in_needed")
    if "collaborations:read" not in actor.scopes:
        raise errors.Forbidden("missing_scope", value="collaborations:read")
    return actor
