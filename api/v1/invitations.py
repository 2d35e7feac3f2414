"""Inviting people by mail to act for the entry acted for, and accepting such an invitation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import fields, inputs, member_shapes, resource, writing
from directory import clock, ids
from directory import permissions as rules
from partners import permissions
from partners.accounts import acting, invitations
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import ROLES, Membership


class InvitationSerializer(fields.Serializer):
    """An invitation without its link, which is in the mail alone."""

    id = fields.PublicId("invitation", source="pk")
    object = fields.ObjectName("invitation")
    entry = serializers.SerializerMethodField()
    email = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES))
    invited_by = fields.PublicId("user", source="invited_by_id")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_entry(self, row: Invitation) -> str:
        """The entry's id."""
        return ids.encode(row.entry.kind, row.entry_id)


class InvitationInput(member_shapes.RolesInput):
    """Whom to invite, and as what."""

    example = {"email": "budi@sekolah.example", "roles": ["editor"]}
    email = serializers.EmailField(max_length=254)


class SecretInput(inputs.Input):
    """The end of the link in the mail."""

    example = {"secret": "q3Zt0cB1VwXyZ2aBcDeFgHiJkLmNoPqR"}
    secret = inputs.Text(max_length=100)


class InvitationViewSet(writing.Writes, resource.ResourceViewSet):
    """The invitations of the entry you act for; for its admins."""

    object_name, model, serializer_class = "invitation", Invitation, InvitationSerializer
    renderer_classes = resource.ListViewSet.renderer_classes
    parameters = ("format", "fields", "limit", "cursor", "include")
    path_pattern = components.public_id("invitation")["pattern"]
    path_example = "inv_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The invitations that the caller may see; 401 without a credential, 403 without the scope."""
        rules.require(permissions.RULES["see_members"], by=self.actor)
        return Invitation.objects.visible_to(self.actor)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the entries' kinds."""
        return rows.select_related("entry")

    @writing.writes("createInvitation", "Invite somebody", scope="members:write", body=InvitationInput, status=201)
    def create(self, request: Request) -> HttpResponse:
        """Send a mail with a link that opens once, within two weeks; an earlier one to the same address ends."""
        entry = acting.entry_needed(self.actor)
        row, _ = invitations.invite(entry=entry, **self.body(), by=self.actor, now=clock.now())
        return self.answer_row(row, status=201, location=f"/v1/invitations/{ids.encode('invitation', row.pk)}")

    @writing.writes("withdrawInvitation", "Take an invitation back", scope="members:write")
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Its link opens nothing any more."""
        return self.answer_row(invitations.withdraw(self.key_of(pk), by=self.actor, now=clock.now()))

    @writing.writes(
        "acceptInvitation",
        "Accept an invitation",
        scope="members:write",
        body=SecretInput,
        answer=member_shapes.MembershipSerializer,
    )
    @action(detail=False, methods=["post"])
    def accept(self, request: Request) -> HttpResponse:
        """Become a member; the link works once. Needs a person with a confirmed address, and no entry."""
        row = invitations.accept(self.body()["secret"], by=self.actor, now=clock.now())
        known = Membership.objects.known_to(self.actor).select_related("entry", "user")
        return self.answer_row(known.get(pk=row.pk))
