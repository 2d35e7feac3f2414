"""Who is asking: the answer to a credential's first question."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.openapi import components
from api.v1 import fields, resource
from directory import actors, errors, ids
from directory.entries.entries import Entry
from partners.accounts import memberships
from partners.accounts.memberships import Membership
from partners.accounts.users import User

KINDS = ("user", "api_key", "developer")
_ENTRY_ID = components.public_id(*ids.ENTRIES)


class OwnEntrySerializer(fields.Serializer):
    """An entry that the caller can name in `Acting-Entry`."""

    id = fields.Described(_ENTRY_ID)
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=memberships.ROLES))


class MeSerializer(fields.Serializer):
    """The caller, and what the credential is good for."""

    object = fields.ObjectName("me")
    kind = serializers.ChoiceField(choices=KINDS)
    id = fields.Described(components.public_id("user", "api_key"))
    email = fields.Described({"type": ["string", "null"], "description": "Of a person, their own; else `null`."})
    is_confirmed = serializers.BooleanField(help_text="Whether the e-mail address is proved.")
    acting_entry = fields.Described(
        {"anyOf": [_ENTRY_ID, {"type": "null"}], "description": "The entry that this request acts for."}
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=memberships.ROLES), help_text="In the entry acted for."
    )
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=actors.SCOPES))
    moderates = serializers.ListField(
        child=serializers.CharField(allow_blank=True), help_text="Codes of regions; `` is the whole country."
    )
    entries = OwnEntrySerializer(many=True, help_text="All that the caller can act for; a key has one.")
    requests_per_minute = serializers.IntegerField()


class MeViewSet(resource.ListViewSet):
    """Who the credential stands for, for which entry, with which scopes and limits."""

    object_name, model, serializer_class = "me", User, MeSerializer
    parameters = ("format",)
    is_single = True

    def list(self, request: Request) -> HttpResponse:
        """The caller; 401 without a credential."""
        by = self.actor
        if by.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        user = User.objects.filter(pk=by.user).first() if by.user else None
        kind = {"api_key": "entry"}.get(by.kind, by.kind)
        document = {
            "object": "me",
            "kind": by.kind,
            "id": by.reference,
            "email": user.email if user else None,
            "is_confirmed": by.is_confirmed,
            "acting_entry": next((one["id"] for one in _entries(by) if one["key"] == by.acting_entry), None),
            "roles": [role for role in memberships.ROLES if role in by.roles],
            "scopes": [scope for scope in actors.SCOPES if scope in by.scopes],
            "moderates": list(by.regions),
            "entries": [{name: one[name] for name in ("id", "name", "roles")} for one in _entries(by)],
            "requests_per_minute": settings.RATE_LIMITS[kind],
        }
        return self.answer_value(document)


def _entries(by: actors.Actor) -> list[dict[str, Any]]:
    if by.user:
        rows = Membership.objects.acting().filter(user=by.user).select_related("entry").order_by("pk")
        held = [(row.entry, [role for role in memberships.ROLES if role in memberships.effective(row)]) for row in rows]
    else:
        found = Entry.objects.filter(pk=by.acting_entry)
        held = [(entry, [role for role in memberships.ROLES if role in by.roles]) for entry in found]
    return [
        {"key": entry.pk, "id": ids.encode(entry.kind, entry.pk), "name": entry.name, "roles": roles}
        for entry, roles in held
    ]
