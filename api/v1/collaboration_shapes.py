"""How a collaboration request is shown to its two sides and to moderators; people's contact details are not in it."""

from collections.abc import Collection
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import allowed, fields, resource
from directory import actors, clock, ids, vocabularies
from partners.collaborations import guards, timeline
from partners.collaborations.collaborations import side_of
from partners.collaborations.transitions import TABLE

_ENTRY = components.public_id(*ids.ENTRIES)
_PROPOSAL = {"anyOf": [components.public_id("offer", "need"), {"type": "null"}]}
_LINE = {"anyOf": [components.public_id("line"), {"type": "null"}]}
CHANGES = ("added", "removed", "changed")


class OptionalId(fields.Described):
    """The public id of a row of a type, or null."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        super().__init__({"anyOf": [components.public_id(name), {"type": "null"}]}, **kwargs)

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.name, value)


class TermLineSerializer(fields.Serializer):
    """One line of a revision."""

    number = serializers.IntegerField(help_text="The same in all revisions for the same thing.")
    offer_line = OptionalId("line", source="offer_line_id")
    need_line = OptionalId("line", source="need_line_id")
    title = serializers.CharField()
    unit = serializers.ChoiceField(choices=vocabularies.choices("line_unit"))
    quantity = serializers.IntegerField()
    min_quantity = serializers.IntegerField(help_text="The other side may grant anything from here to `quantity`.")


class TermsSerializer(fields.Serializer):
    """One revision of the terms; nothing changes it."""

    number = serializers.IntegerField()
    side = serializers.ChoiceField(choices=vocabularies.choices("side"), help_text="Whose proposal it is.")
    message = serializers.CharField()
    conditions = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    needed_by = serializers.DateField(allow_null=True)
    transport_method = serializers.ChoiceField(choices=vocabularies.choices("transport_method"), allow_blank=True)
    transport_paid_by = serializers.ChoiceField(choices=vocabularies.choices("payer"), allow_blank=True)
    created_at = serializers.DateTimeField()
    lines = TermLineSerializer(source="lines.all", many=True)


class AgreedLineSerializer(fields.Serializer):
    """What was granted of a line, and where it is now."""

    id = fields.PublicId("agreed_line", source="pk")
    number = serializers.IntegerField(source="term_line.number", help_text="Of the line of the terms.")
    title = serializers.CharField(source="term_line.title")
    unit = serializers.ChoiceField(source="term_line.unit", choices=vocabularies.choices("line_unit"))
    quantity = serializers.IntegerField(help_text="What was granted: the sum of the following.")
    reserved = serializers.IntegerField(help_text="Promised, and not sent yet.")
    in_transit = serializers.IntegerField()
    received = serializers.IntegerField()
    written_off = serializers.IntegerField(help_text="Lost or damaged.")
    released = serializers.IntegerField(help_text="Given back.")


class DeadlineSerializer(fields.Serializer):
    """What will happen by itself, and when."""

    name = serializers.ChoiceField(choices=vocabularies.choices("collaboration_deadline"))
    due_at = serializers.DateTimeField()


class CollaborationSerializer(fields.Serializer):
    """A request between two entries, with the terms that count now."""

    id = fields.PublicId("collaboration", source="pk")
    object = fields.ObjectName("collaboration")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=vocabularies.choices("collaboration_status"))
    awaiting = serializers.ChoiceField(choices=vocabularies.choices("awaiting"), help_text="Who has to answer.")
    awaiting_me = serializers.SerializerMethodField(help_text="Whether that is the entry you act for.")
    unread_count = fields.Described(
        {
            "type": ["integer", "null"],
            "description": "What happened since you read the timeline, without what your own side did; null for keys.",
        }
    )
    role = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=vocabularies.choices("collaboration_kind"))
    is_inquiry = serializers.BooleanField(help_text="It asks first, without lines.")
    subject = serializers.CharField()
    initiator = serializers.SerializerMethodField()
    initiator_name = serializers.CharField(source="initiator.name")
    initiator_trust_level = serializers.ChoiceField(
        source="initiator.trust_level", choices=vocabularies.choices("trust_level")
    )
    counterparty = serializers.SerializerMethodField()
    counterparty_name = serializers.CharField(source="counterparty.name")
    initiator_gives = serializers.BooleanField(help_text="Else the counterparty does.")
    proposal = serializers.SerializerMethodField()
    needs_signature = serializers.BooleanField(help_text="Both sign before it begins.")
    joins_waitlist = serializers.BooleanField(help_text="Where there is too little, it may wait for what comes back.")
    waiting_since = serializers.DateTimeField(allow_null=True, help_text="When it joined the waitlist last.")
    waitlist_position = serializers.IntegerField(
        allow_null=True, help_text="Its place in the line of the offer or need; `null` where it does not wait."
    )
    revision = serializers.IntegerField(help_text="The number of the terms that count now: name it when you accept.")
    accepted_revision = serializers.IntegerField(allow_null=True)
    terms = serializers.SerializerMethodField()
    agreed_lines = AgreedLineSerializer(source="agreed", many=True)
    reason_code = serializers.ChoiceField(choices=vocabularies.choices("collaboration_refusal"), allow_blank=True)
    note = serializers.CharField(help_text="With the refusal, the end, or the wish to end it.")
    outcome = serializers.ChoiceField(choices=vocabularies.choices("outcome"), allow_blank=True)
    close_asked_by = serializers.ChoiceField(
        choices=vocabularies.choices("side"),
        allow_blank=True,
        help_text="Who would end it before everything is sent.",
    )
    deadlines = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    activated_at = serializers.DateTimeField(allow_null=True)
    extended_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    @property
    def actor(self) -> actors.Actor:
        """The reader."""
        found: actors.Actor = self.context["actor"]
        return found

    def get_awaiting_me(self, row: Any) -> bool:
        """Whether the reader's entry has to answer."""
        return row.awaiting != "none" and row.awaiting == side_of(row, self.actor)

    @extend_schema_field(
        {"type": ["string", "null"], "enum": ["initiator", "counterparty", None], "description": "Your side."}
    )
    def get_role(self, row: Any) -> str | None:
        """The reader's side; null for moderators."""
        return side_of(row, self.actor) or None

    @extend_schema_field(_ENTRY)
    def get_initiator(self, row: Any) -> str:
        """The entry that began it."""
        return ids.encode(row.initiator.kind, row.initiator_id)

    @extend_schema_field(_ENTRY)
    def get_counterparty(self, row: Any) -> str:
        """The entry that is asked."""
        return ids.encode(row.counterparty.kind, row.counterparty_id)

    @extend_schema_field(_PROPOSAL)
    def get_proposal(self, row: Any) -> str | None:
        """The offer or need that it answers."""
        return ids.encode(row.proposal.direction, row.proposal_id) if row.proposal else None

    @extend_schema_field(TermsSerializer)
    def get_terms(self, row: Any) -> Any:
        """The latest revision; all of them stand at `/terms`."""
        return TermsSerializer().to_representation(guards.latest(row))

    @extend_schema_field(DeadlineSerializer(many=True))
    def get_deadlines(self, row: Any) -> Any:
        """What will happen by itself, the soonest first."""
        return [DeadlineSerializer().to_representation(one) for one in row.waiting_deadlines]

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """What the reader can do."""
        return actions(row, self.actor)


def documents(rows: Collection[Any], by: actors.Actor) -> dict[Any, bytes]:
    """The JSON of requests that the actor sees, by their keys."""
    unread = timeline.unread_counts([row.pk for row in rows], by)
    shape = CollaborationSerializer(context={"actor": by})
    found = {}
    for row in rows:
        row.unread_count = unread.get(row.pk)
        found[row.pk] = resource.dumps(shape.to_representation(row))
    return found


def actions(row: Any, by: actors.Actor) -> list[dict[str, Any]]:
    """What an actor can do with a request now, and why not."""
    address = f"/v1/collaboration-requests/{ids.encode('collaboration', row.pk)}"
    return allowed.actions(TABLE, row, address=address, by=by, now=clock.now())


class TermsChangeSerializer(fields.Serializer):
    """One difference between two revisions."""

    change = serializers.ChoiceField(choices=CHANGES)
    line = fields.Described({"type": ["integer", "null"], "description": "The number of the line; of the terms: null."})
    member = fields.Described({"type": ["string", "null"], "description": "What differs; null: a whole line."})
    before = fields.Described({"description": "Its value in the older revision."})
    after = fields.Described({"description": "Its value in the newer one."})


class RevisionsSerializer(fields.Serializer):
    """All revisions of the terms, and what differs between two of them."""

    object = fields.ObjectName("collaboration_terms")
    collaboration = fields.PublicId("collaboration")
    revisions = TermsSerializer(many=True)
    against = fields.Described({"type": ["integer", "null"], "description": "The revision that was compared with."})
    changes = TermsChangeSerializer(many=True)


class AcceptResultSerializer(fields.Serializer):
    """What became of one of several requests."""

    collaboration = fields.PublicId("collaboration")
    status = serializers.IntegerField(help_text="As if it had been accepted alone: 200, or that of the refusal.")
    answer = fields.Described(
        {
            "anyOf": [components.ref("Collaboration"), {"type": "null"}],
            "description": "The request as it is now, where it was accepted.",
        }
    )
    problem = fields.Described(
        {"anyOf": [components.ref("Problem"), {"type": "null"}], "description": "Else the refusal."}
    )


class AcceptManySerializer(fields.Serializer):
    """What became of each of several requests."""

    object = fields.ObjectName("accept_many")
    results = AcceptResultSerializer(many=True)
