"""Who acts for an entry: one's own memberships, and the other members of the entry acted for."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import inputs, member_shapes, resource, writing
from directory import clock
from directory import permissions as rules
from partners import permissions
from partners.accounts import memberships
from partners.accounts.memberships import Membership


class HeirInput(inputs.Input):
    """Who gets the roles."""

    example = {"to": "mem_01kf3cb0s3f8q8r2d1kq8m8n8q"}
    to = inputs.Id("membership", help_text="Another member of the same entry.")


class MembershipViewSet(writing.Writes, resource.ResourceViewSet):
    """Your memberships, and the members of the entry you act for."""

    object_name, model, serializer_class = "membership", Membership, member_shapes.MembershipSerializer
    renderer_classes = resource.ListViewSet.renderer_classes
    parameters = ("format", "fields", "limit", "cursor", "include")
    path_pattern = components.public_id("membership")["pattern"]
    path_example = "mem_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The memberships that the caller may see; 401 without a credential, 403 without the scope."""
        rules.require(permissions.RULES["see_members"], by=self.actor)
        return Membership.objects.visible_to(self.actor)

    def selected(self) -> QuerySet[Any]:
        """Those that have not ended; an ended one can be read by its id."""
        return self.visible().current()  # type: ignore[attr-defined,no-any-return]

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With their entries, and their people as far as the caller may know them."""
        return rows.known_to(self.actor).select_related("entry", "user")  # type: ignore[attr-defined,no-any-return]

    @writing.writes(
        "updateMembership", "Give a member other roles", scope="members:write", body=member_shapes.RolesInput
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """For admins. Needs `If-Match`. The last admin stays one (409 `last_admin`)."""
        roles = self.body()["roles"]
        row = memberships.change_roles(
            self.key_of(pk), roles=roles, version=self.version(), by=self.actor, now=clock.now()
        )
        return self._answer_member(row)

    @writing.writes("endMembership", "End a membership", scope="members:write")
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> HttpResponse:
        """Your own, or as an admin another's. The last admin hands over first (409 `last_admin`)."""
        return self._answer_member(memberships.end(self.key_of(pk), by=self.actor, now=clock.now()))

    @writing.writes("handOverMembership", "Leave and hand over", scope="members:write", body=HeirInput)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> HttpResponse:
        """End a membership and give all its roles to another member: your own, or as an admin another's."""
        row, _ = memberships.hand_over(self.key_of(pk), to=self.body()["to"], by=self.actor, now=clock.now())
        return self._answer_member(row)

    def _answer_member(self, row: Membership) -> HttpResponse:
        return self.answer_row(self.prepared(Membership.objects.filter(pk=row.pk)).get())
