"""How a membership looks, to whom it shows the person, and how roles are sent."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from api.v1 import fields, inputs
from directory import ids
from partners.accounts import memberships
from partners.accounts.memberships import Membership


class PersonSerializer(fields.Serializer):
    """A person; name and address are for members of the same entry."""

    id = fields.PublicId("user")
    name = serializers.CharField(allow_null=True, allow_blank=True)
    email = serializers.CharField(allow_null=True)


class MembershipSerializer(fields.Serializer):
    """One person acts for one entry. Whoever is alone does everything, whatever `roles` says."""

    id = fields.PublicId("membership", source="pk")
    object = fields.ObjectName("membership")
    version = serializers.IntegerField()
    entry = serializers.SerializerMethodField()
    person = serializers.SerializerMethodField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=memberships.ROLES))
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(
        allow_null=True, help_text="A flag stopped what rests on an undecided claim."
    )

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_entry(self, row: Membership) -> str:
        """The entry's id."""
        return ids.encode(row.entry.kind, row.entry_id)

    @extend_schema_field(PersonSerializer)
    def get_person(self, row: Membership) -> dict[str, Any]:
        """The person, as far as the reader may know them (`Memberships.known_to`)."""
        is_known = row.is_known  # type: ignore[attr-defined]
        return {
            "id": ids.encode("user", row.user_id),
            "name": row.user.name if is_known else None,
            "email": row.user.email if is_known else None,
        }


class RolesInput(inputs.Input):
    """A member's roles."""

    example = {"roles": ["viewer", "editor"]}
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=memberships.ROLES), allow_empty=False, max_length=len(memberships.ROLES)
    )
