"""How an offer or need is shown: to everybody what is offered and what is left, to its owner what is private too."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.exports import columns
from api.openapi import components
from api.v1 import allowed, fields, shapes
from directory import actors, clock, ids, vocabularies
from directory.entries import geo
from partners.offers import attachments, proposal_table, proposals

LINES_IN_LISTS = 10  # of each; the single object has all
TYPES = attachments.TYPES


def _codes(vocabulary: str, **kwargs: Any) -> Any:
    return serializers.ListField(child=serializers.ChoiceField(choices=vocabularies.choices(vocabulary)), **kwargs)


def _code(vocabulary: str, **kwargs: Any) -> Any:
    return serializers.ChoiceField(choices=vocabularies.choices(vocabulary), **kwargs)


_MONEY = {
    "type": ["object", "null"],
    "description": "What the owner says that one is worth, in whole rupiah; to the owner alone.",
    "properties": {"amount": {"type": "integer"}, "currency": {"type": "string", "const": "IDR"}},
    "required": ["amount", "currency"],
}


class ProposalLineSerializer(fields.Serializer):
    """One title, session or licence: how many there are, and where they are now."""

    in_csv = columns.Joined("")

    id = fields.PublicId("line", source="pk")
    external_id = serializers.SerializerMethodField(help_text="To the owner; empty to others.")
    title = serializers.CharField()
    isbn = serializers.CharField(allow_blank=True)
    level = _code("book_level", allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    format = _code("book_format", allow_blank=True)
    subject = _code("subject", allow_blank=True)
    condition = _code("book_condition", allow_blank=True)
    unit = _code("line_unit")
    contents = serializers.CharField(allow_blank=True)
    weight_g = serializers.IntegerField(allow_null=True, help_text="Of one unit; `null`: nobody has weighed it.")
    unit_value = serializers.SerializerMethodField()
    most_per_entry = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    quantity = serializers.IntegerField(source="total")
    available = serializers.IntegerField(help_text="Of a need: still asked for.")
    promised = serializers.SerializerMethodField(help_text="Agreed on, or on their way.")
    received = serializers.IntegerField(help_text="Counted by the receiver.")

    def get_external_id(self, row: Any) -> str:
        """The owner's number."""
        return row.external_id if self.context["is_own"] else ""

    @extend_schema_field(_MONEY)
    def get_unit_value(self, row: Any) -> dict[str, Any] | None:
        """To the owner."""
        is_told = self.context["is_own"] and row.unit_value is not None
        return {"amount": row.unit_value, "currency": "IDR"} if is_told else None

    def get_promised(self, row: Any) -> int:
        """Reserved, or in transit."""
        return int(row.reserved + row.in_transit)


class ReachSerializer(fields.Serializer):
    """Whom it is for; an empty list does not narrow it."""

    regions = serializers.ListField(child=serializers.CharField(), source="reach_regions")
    kinds = _codes("kind", source="reach_kinds")
    verified_only = serializers.BooleanField(source="reach_verified", help_text="Only for verified entries.")
    remote_first = serializers.BooleanField(help_text="Remote areas come first.")


class TransportSerializer(fields.Serializer):
    """How it travels, and who pays."""

    paid_by = _code("payer", source="transport_paid_by", allow_blank=True)
    methods = _codes("transport_method", source="transport_methods")
    note = serializers.CharField(source="transport_note", allow_blank=True)


class MeetingSerializer(fields.Serializer):
    """Of visits, trainings and mentoring."""

    mode = _code("meeting_mode", allow_blank=True)
    notice_days = serializers.IntegerField(allow_null=True)
    monthly_limit = serializers.IntegerField(allow_null=True)
    honorarium_by = _code("payer", allow_blank=True)
    travel_by = _code("payer", allow_blank=True)
    lodging_by = _code("payer", allow_blank=True)


class AttachmentSerializer(fields.Serializer):
    """A photo or a document; `href` gives its bytes, to be saved."""

    in_csv = columns.Joined("")

    id = fields.PublicId("attachment", source="pk")
    object = fields.ObjectName("attachment")
    name = serializers.CharField(help_text="As it was sent.")
    type = serializers.ChoiceField(choices=TYPES)
    size_bytes = serializers.IntegerField()
    href = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_href(self, row: Any) -> str:
        """The address of the bytes."""
        return f"{self.context['address']}/attachments/{ids.encode('attachment', row.pk)}"


class ProposalSerializer(fields.Serializer):
    """What offers and needs share. The context holds the `actor`, and the place that distances are told `from`."""

    version = serializers.IntegerField()
    status = _code("proposal_status")
    kind = _code("collaboration_kind")
    entry = serializers.SerializerMethodField()
    entry_name = serializers.CharField(source="entry.name")
    region = shapes.PlaceSerializer(source="entry.region", allow_null=True, help_text="Where the entry is.")
    distance_km = serializers.SerializerMethodField(
        help_text="From `near`, else from the entry that you act for; `null` without either."
    )
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    external_id = serializers.SerializerMethodField(help_text="To the owner; empty to others.")
    reach = ReachSerializer(source="*")
    transport = TransportSerializer(source="*")
    meeting = MeetingSerializer(source="*")
    term_months = serializers.IntegerField(allow_null=True, help_text="Of a licence.")
    conditions = serializers.CharField(allow_blank=True)
    needs_signature = serializers.BooleanField()
    waitlist_days = serializers.IntegerField(
        help_text="School days in which whoever waits for it takes what came back."
    )
    deadline = serializers.DateField(allow_null=True, help_text="The last day.")
    quantity = serializers.IntegerField(source="sums.quantity", help_text="Of all lines together, as the next three.")
    available = serializers.IntegerField(source="sums.available")
    promised = serializers.IntegerField(source="sums.promised")
    received = serializers.IntegerField(source="sums.received")
    weight_g = serializers.IntegerField(source="sums.weight_g", help_text="Of what is available.")
    is_weight_estimated = serializers.SerializerMethodField(
        help_text="Whether it counts 250 g for each copy that nobody has weighed."
    )
    line_count = serializers.IntegerField(source="sums.lines")
    lines = serializers.SerializerMethodField(
        help_text=f"In a list the first {LINES_IN_LISTS} of `line_count`; the single object has all."
    )
    attachments = serializers.SerializerMethodField()
    was_reviewed = serializers.BooleanField(help_text="A moderator saw it as it is, or the entry is verified.")
    reason = serializers.SerializerMethodField(
        help_text="Why it was sent back, closed or taken down; to the owner and to moderators."
    )
    review_due_at = serializers.SerializerMethodField(help_text="When it opens by itself; to the same.")
    opened_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField(
        help_text="What the entry's members and moderators can do; empty to others."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @property
    def actor(self) -> actors.Actor:
        """The reader."""
        found: actors.Actor = self.context["actor"]
        return found

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_entry(self, row: Any) -> str:
        """Whose it is."""
        return ids.encode(row.entry.kind, row.entry_id)

    @extend_schema_field({"type": ["number", "null"]})
    def get_distance_km(self, row: Any) -> float | None:
        """As the crow flies."""
        here, entry = self.context.get("from"), row.entry
        if here is None or entry.latitude is None:
            return None
        return round(geo.distance_km(here, geo.Place(entry.latitude, entry.longitude)), 1)

    def get_external_id(self, row: Any) -> str:
        """The owner's number."""
        return row.external_id if proposals.is_own(row, self.actor) else ""

    def get_is_weight_estimated(self, row: Any) -> bool:
        """Some of it."""
        return bool(row.sums.estimated)

    @extend_schema_field(ProposalLineSerializer(many=True))
    def get_lines(self, row: Any) -> Any:
        """The current ones."""
        shape = ProposalLineSerializer(context={"is_own": proposals.is_own(row, self.actor)})
        return [shape.to_representation(line) for line in row.shown_lines]

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, row: Any) -> Any:
        """Photos and documents."""
        shape = AttachmentSerializer(context={"address": address(row)})
        return [shape.to_representation(one) for one in row.attachments.all()]

    def get_reason(self, row: Any) -> str:
        """To those whom it concerns."""
        return row.reason if self._is_told(row) else ""

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_review_due_at(self, row: Any) -> Any:
        """To those whom it concerns."""
        return serializers.DateTimeField().to_representation(row.review_due_at) if self._is_told(row) else None

    def _is_told(self, row: Any) -> bool:
        return proposals.is_own(row, self.actor) or "moderator" in proposals.standing(row, self.actor)

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """By the table that enforces them."""
        if not proposals.standing(row, self.actor):
            return []
        table = proposal_table.TABLES[row.direction]
        return allowed.actions(table, row, address=address(row), by=self.actor, now=clock.now())


class OfferHead(fields.Serializer):
    """What comes first in an offer."""

    id = fields.PublicId("offer", source="pk")
    object = fields.ObjectName("offer")


class OfferSerializer(OfferHead, ProposalSerializer):
    """What an entry would give: books, visits, trainings, licences."""

    is_exhausted = serializers.SerializerMethodField(
        help_text="Nothing is left; what is released makes it false again."
    )

    def get_is_exhausted(self, row: Any) -> bool:
        """Whether something was there, and nothing is available."""
        return bool(row.sums.quantity and not row.sums.available)


class NeedHead(fields.Serializer):
    """What comes first in a need."""

    id = fields.PublicId("need", source="pk")
    object = fields.ObjectName("need")


class NeedSerializer(NeedHead, ProposalSerializer):
    """What an entry asks for."""

    partly_promised = serializers.SerializerMethodField(help_text="Some is promised or here, some is still asked for.")
    is_met = serializers.SerializerMethodField(help_text="All of it was received.")

    def get_partly_promised(self, row: Any) -> bool:
        """Whether somebody has begun to help."""
        return bool(row.sums.available and row.sums.promised + row.sums.received)

    def get_is_met(self, row: Any) -> bool:
        """Whether nothing is asked for or on its way any more."""
        return bool(row.sums.received and not row.sums.available + row.sums.promised)


def address(row: Any) -> str:
    """Where an offer or need is."""
    return f"/v1/{row.direction}s/{ids.encode(row.direction, row.pk)}"
