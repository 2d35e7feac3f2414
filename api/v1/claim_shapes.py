"""How a claim is shown: whole to its claimant and to moderators, to those who may vouch only what they must know."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import allowed, fields
from directory import actors, clock, ids, vocabularies
from partners.accounts import memberships
from partners.trust import claims, evidence
from partners.trust.claim_table import TABLE

CHECKERS = ("system", "moderator")
_ENTRY_ID = components.public_id(*ids.ENTRIES)
_TEXT_OR_NULL = {"type": ["string", "null"]}


class EvidenceSerializer(fields.Serializer):
    """One thing that speaks for the claim, and what was checked of it."""

    kind = serializers.ChoiceField(choices=vocabularies.choices("evidence_kind"))
    state = serializers.ChoiceField(choices=vocabularies.choices("evidence_state"))
    what = serializers.CharField(help_text="The address that the code went to, or the type of the file; else empty.")
    name = fields.Described(
        {**_TEXT_OR_NULL, "description": "Who vouches, or issued the code; `null` of what the claimant gave."}
    )
    entry = fields.Described(
        {"anyOf": [_ENTRY_ID, {"type": "null"}], "description": "The entry for which a voucher acts."}
    )
    given_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    checked_by = serializers.ChoiceField(choices=CHECKERS, allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Of a code.")
    tries_left = fields.Described(
        {"type": ["integer", "null"], "description": "How many wrong codes are left until it is locked."}
    )


class ClaimantSerializer(fields.Serializer):
    """Who claims."""

    id = fields.Described(components.public_id("user"))
    name = serializers.CharField()
    email = fields.Described({**_TEXT_OR_NULL, "description": "To the claimant and to moderators."})


class ClaimSerializer(fields.Serializer):
    """A claim to an entry. At `due_at` silence decides: with evidence it holds provisionally, else it lapses."""

    id = fields.PublicId("claim", source="pk")
    object = fields.ObjectName("claim")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=vocabularies.choices("claim_status"))
    entry = serializers.SerializerMethodField()
    entry_name = serializers.CharField(source="entry.name")
    claimant = serializers.SerializerMethodField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=memberships.ROLES))
    statement = serializers.SerializerMethodField(help_text="What the claimant says to the moderator.")
    is_founding = serializers.BooleanField(help_text="The claimant brought the entry into the directory.")
    is_contested = serializers.BooleanField(
        help_text="Others act for the entry or claim it too: only a moderator decides."
    )
    evidence = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="When silence decides.")
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.SerializerMethodField(help_text="Of the decision.")
    allowed_actions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @property
    def actor(self) -> actors.Actor:
        """The reader."""
        found: actors.Actor = self.context["actor"]
        return found

    def _sees_all(self, row: Any) -> bool:
        return bool({"claimant", "moderator"} & claims.standing(row, self.actor))

    @extend_schema_field(_ENTRY_ID)
    def get_entry(self, row: Any) -> str:
        """The entry's id."""
        return ids.encode(row.entry.kind, row.entry_id)

    @extend_schema_field(ClaimantSerializer)
    def get_claimant(self, row: Any) -> dict[str, Any]:
        """The person: who may vouch must know whom they vouch for."""
        email = row.user.email if self._sees_all(row) else None
        return {"id": ids.encode("user", row.user_id), "name": row.user.name, "email": email}

    def get_statement(self, row: Any) -> str:
        """To the claimant and to moderators."""
        return row.statement if self._sees_all(row) else ""

    def get_reason(self, row: Any) -> str:
        """To the claimant and to moderators."""
        return row.reason if self._sees_all(row) else ""

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_evidence(self, row: Any) -> list[dict[str, Any]]:
        """To the claimant and to moderators."""
        return [_evidence(one, row) for one in row.evidence.all()] if self._sees_all(row) else []

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """What the reader can do."""
        address = f"/v1/claims/{ids.encode('claim', row.pk)}"
        return allowed.actions(TABLE, row, address=address, by=self.actor, now=clock.now())


class LetterCodeSerializer(ClaimSerializer):
    """A claim with the code for a letter, which nobody can read again."""

    example_also = {"letter_code": "7KQM-X2RD"}
    letter_code = serializers.CharField(help_text="Print it into a letter to the institution; shown once.")


def _evidence(one: evidence.Evidence, row: Any) -> dict[str, Any]:
    is_code = one.digest is not None
    own = one.user_id in (None, row.user_id)
    shown = {
        "kind": one.kind,
        "state": one.state,
        "what": one.what,
        "name": None if own or one.user is None else one.user.name,
        "entry": ids.encode(one.entry.kind, one.entry.pk) if one.entry else None,
        "given_at": one.created_at,
        "checked_at": one.checked_at,
        "checked_by": None if one.checked_at is None else "moderator" if one.checked_by_id else "system",
        "expires_at": one.expires_at,
        "tries_left": evidence.MOST_TRIES - one.tries if is_code else None,
    }
    return EvidenceSerializer().to_representation(shown)
