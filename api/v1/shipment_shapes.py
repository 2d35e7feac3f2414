"""How shipments are sent and shown: the plan, the count on receipt, and the address that they go to."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import allowed, entry_inputs, fields, inputs
from directory import actors, clock, ids, vocabularies
from partners.fulfilment import shipments
from partners.fulfilment.shipment_table import TABLE
from partners.fulfilment.shipments import MOST_LINES

_ENTRY_ID = components.public_id(*ids.ENTRIES)
MOST = 1_000_000
WAY = {
    "method": "courier",
    "courier": "Pos Indonesia",
    "tracking_number": "P2611250001",
    "packages": 4,
    "weight_g": 92_000,
    "cost": 480_000,
    "paid_by": "giver",
    "expected_on": "2026-12-09",
    "note": "Kirim lewat laut.",
}


class WayInput(inputs.Input):
    """How a shipment travels; what is not known yet is left out."""

    example = WAY
    method = entry_inputs.OptionalChoice("transport_method")
    courier = entry_inputs.OptionalText(max_length=80)
    tracking_number = entry_inputs.OptionalText(max_length=80)
    packages = entry_inputs.Count(max_value=10_000)
    weight_g = entry_inputs.Count(max_value=2_000_000_000, help_text="Of all packages, in grams.")
    cost = entry_inputs.Count(max_value=100_000_000_000, help_text="In whole rupiah.")
    paid_by = entry_inputs.OptionalChoice("payer")
    expected_on = serializers.DateField(required=False, allow_null=True)
    note = entry_inputs.OptionalText(max_length=1000)


class PlannedLineInput(inputs.Input):
    """So many units of an agreed line."""

    agreed_line = inputs.Id("agreed_line", help_text="Of an active request in which you are the giving side.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)


class ShipmentInput(WayInput):
    """What travels together."""

    example = {"lines": [{"agreed_line": "agl_01kf3cb0s3f8q8r2d1kq8m8n8p", "quantity": 300}], **WAY}
    lines = PlannedLineInput(many=True, min_length=1, max_length=MOST_LINES)
    receiver = inputs.Id(
        *ids.ENTRIES, required=False, help_text="A collection point that takes in for several; else who it is for."
    )


class CountedLineInput(inputs.Input):
    """What was found of one line, in this go."""

    line = inputs.Id("shipment_line")
    accepted = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    damaged = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    missing = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    wrong = serializers.IntegerField(
        min_value=0, max_value=MOST, required=False, help_text="Something else came in their place."
    )
    extra = serializers.IntegerField(min_value=0, max_value=MOST, required=False, help_text="More than was sent.")
    note = inputs.Text(max_length=1000, required=False, allow_blank=True)


class ParcelCodeInput(inputs.Input):
    """The code of the packing list, for whoever counts without an account."""

    example = {"code": "7KQM-X2RD"}
    code = inputs.Text(max_length=40)


class CloseCountInput(inputs.Input):
    """Who closes the count."""

    example = {"code": "7KQM-X2RD"}
    code = inputs.Text(max_length=40, required=False, help_text="Without an account.")


class CountInput(CloseCountInput):
    """One go of counting."""

    example = {
        "lines": [{"line": "shl_01kf3cb0s3f8q8r2d1kq8m8n8p", "accepted": 290, "damaged": 10, "note": "Sampul basah."}],
        "is_last": True,
    }
    lines = CountedLineInput(many=True, max_length=MOST_LINES)
    is_last = serializers.BooleanField(required=False, help_text="Everything is counted now: close the count.")


class ShipmentReasonInput(inputs.Input):
    """What happened."""

    example = {"reason": "Kurir kehilangan paket."}
    reason = inputs.Text(max_length=1000, required=False, allow_blank=True)


class ShipmentLineSerializer(fields.Serializer):
    """One line of a shipment, and what was found of it so far."""

    id = fields.PublicId("shipment_line", source="pk")
    agreed_line = fields.PublicId("agreed_line", source="agreed_line_id")
    collaboration = fields.PublicId("collaboration", source="agreed_line.collaboration_id")
    title = serializers.CharField(source="agreed_line.term_line.title")
    unit = serializers.ChoiceField(source="agreed_line.term_line.unit", choices=vocabularies.choices("line_unit"))
    quantity = serializers.IntegerField()
    accepted = serializers.IntegerField()
    damaged = serializers.IntegerField()
    missing = serializers.IntegerField()
    wrong = serializers.IntegerField()
    extra = serializers.IntegerField(help_text="More than was sent; no part of the sum.")
    uncounted = serializers.IntegerField()


class ShipmentSerializer(fields.Serializer):
    """A shipment. What is damaged, missing or wrong is written off, and the need lacks it again."""

    id = fields.PublicId("shipment", source="pk")
    object = fields.ObjectName("shipment")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=vocabularies.choices("shipment_status"))
    sender = serializers.SerializerMethodField()
    sender_name = serializers.CharField(source="sender.name")
    receiver = serializers.SerializerMethodField()
    receiver_name = serializers.CharField(source="receiver.name")
    method = serializers.ChoiceField(choices=vocabularies.choices("transport_method"), allow_blank=True)
    courier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)
    packages = serializers.IntegerField(allow_null=True)
    weight_g = serializers.IntegerField(allow_null=True)
    cost = serializers.IntegerField(allow_null=True, help_text="In whole rupiah.")
    paid_by = serializers.ChoiceField(choices=vocabularies.choices("payer"), allow_blank=True)
    expected_on = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    code = serializers.SerializerMethodField(
        help_text="Of the packing list, to the sender alone: whoever holds it counts without an account."
    )
    is_unconfirmed = serializers.BooleanField(help_text="Long expected, and nobody has counted it.")
    lines = ShipmentLineSerializer(many=True)
    dispatched_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @property
    def actor(self) -> actors.Actor:
        """The reader."""
        found: actors.Actor = self.context["actor"]
        return found

    @extend_schema_field(_ENTRY_ID)
    def get_sender(self, row: Any) -> str:
        """Who gives."""
        return ids.encode(row.sender.kind, row.sender_id)

    @extend_schema_field(_ENTRY_ID)
    def get_receiver(self, row: Any) -> str:
        """Who takes it in."""
        return ids.encode(row.receiver.kind, row.receiver_id)

    @extend_schema_field({"type": ["string", "null"]})
    def get_code(self, row: Any) -> str | None:
        """To the sender."""
        return row.code or None if "sender" in shipments.standing(row, self.actor) else None

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """What the reader can do."""
        address = f"/v1/shipments/{ids.encode('shipment', row.pk)}"
        return allowed.actions(TABLE, row, address=address, by=self.actor, now=clock.now())


class HandoverLineSerializer(fields.Serializer):
    """One line of a handover record."""

    collaboration = fields.Described(components.public_id("collaboration"))
    title = serializers.CharField()
    isbn = serializers.CharField(allow_blank=True)
    unit = serializers.ChoiceField(choices=vocabularies.choices("line_unit"))
    sent = serializers.IntegerField()
    accepted = serializers.IntegerField()
    damaged = serializers.IntegerField()
    missing = serializers.IntegerField()
    wrong = serializers.IntegerField()
    extra = serializers.IntegerField()
    unit_value = serializers.IntegerField(allow_null=True, help_text="Rupiah, where the giver has said it.")


class HandoverPartySerializer(fields.Serializer):
    """A side, as it was called when the count was closed."""

    id = fields.Described(_ENTRY_ID)
    name = serializers.CharField()
    region = fields.Described({"type": ["string", "null"], "description": "The code of its region."})


class HandoverRecordSerializer(fields.Serializer):
    """What was handed over, as it stood when the count was closed; `sha256` is over the canonical text of the rest.

    Canonical: the members but `object`, `sha256` and `counted_by_name`, keys in order, no white space, UTF-8.
    """

    object = fields.ObjectName("handover_record")
    shipment = fields.Described(components.public_id("shipment"))
    event = fields.Described(components.public_id("event"))
    closed_at = serializers.DateTimeField()
    dispatched_on = serializers.DateField(allow_null=True)
    sender = HandoverPartySerializer()
    receiver = HandoverPartySerializer()
    counted_by = serializers.ChoiceField(choices=("code", "member"))
    counted_by_name = serializers.CharField(allow_null=True, help_text="Of the person; `null` by code.")
    lines = HandoverLineSerializer(many=True)
    value = serializers.IntegerField(allow_null=True, help_text="Rupiah of what was accepted, where all is valued.")
    sha256 = serializers.CharField()


class DestinationInput(inputs.Input):
    """Where deliveries of the request go."""

    example = {
        "recipient_name": "Ibu Sari",
        "phone": "+62 812-0000-0000",
        "address": "Jalan Mawar 3",
        "district": "Oebobo",
        "postal_code": "85111",
        "landmark": "Seberang lapangan",
        "hours": "Senin sampai Jumat, 07.00-14.00",
    }
    recipient_name = inputs.Text(max_length=120)
    phone = inputs.Text(max_length=40, required=False, allow_blank=True)
    address = inputs.Text(max_length=500, min_length=8)
    district = inputs.Text(max_length=120, required=False, allow_blank=True)
    postal_code = serializers.RegexField(r"^([0-9]{5})?\Z", required=False, help_text="Five digits.")
    landmark = inputs.Text(max_length=300, required=False, allow_blank=True)
    hours = inputs.Text(max_length=120, required=False, allow_blank=True)


class DestinationSerializer(fields.Serializer):
    """Where deliveries of the request go. Each reading by the giving side is noted."""

    object = fields.ObjectName("destination")
    recipient_name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    address = serializers.CharField()
    district = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    landmark = serializers.CharField(allow_blank=True)
    hours = serializers.CharField(allow_blank=True)
    updated_at = serializers.DateTimeField()
