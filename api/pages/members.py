"""The members of an entry: who is one, inviting, roles, leaving and handing over."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from api.pages import page, wording
from directory import clock, errors, ids
from directory import permissions as rules
from partners import permissions
from partners.accounts import invitations, memberships
from partners.accounts.invitations import Invitation
from partners.accounts.memberships import Membership


class Members(page.Page):
    """Members and open invitations; every member sees them, an admin changes them."""

    template = "pages/members.html"
    actions = ("invite", "withdraw", "change_roles", "end", "hand_over")

    def context(self) -> dict[str, Any]:
        """Members, and to an admin the open invitations."""
        entry = self.entry
        rules.require(permissions.RULES["see_members"], by=self.actor, entry=entry.pk)
        members = Membership.objects.visible_to(self.actor).current().filter(entry=entry).select_related("user")
        waiting = Invitation.objects.visible_to(self.actor).open(clock.now()).filter(entry=entry).order_by("created_at")
        return {
            "entry": entry,
            "entry_id": ids.encode(entry.kind, entry.pk),
            "members": [self._shown(row) for row in members.order_by("created_at", "pk")],
            "invitations": [
                {"id": ids.encode("invitation", row.pk), "row": row, "roles": [wording.role(one) for one in row.roles]}
                for row in waiting
            ],
            "roles": wording.ROLES,
            "is_admin": "admin" in self.actor.roles,
        }

    def _shown(self, row: Membership) -> dict[str, Any]:
        return {
            "id": ids.encode("membership", row.pk),
            "user": row.user,
            "codes": row.roles,
            "roles": [wording.role(code) for code in row.roles],
            "is_self": row.user_id == self.actor.user,
        }

    def invite(self) -> HttpResponse:
        """Send somebody a link by mail."""
        email = self.given_email("email")
        roles = self.request.POST.getlist("roles")
        invitations.invite(entry=self.entry.pk, email=email, roles=roles, by=self.actor, now=clock.now())
        return self.done(f"Undangan dikirim ke {email}.", f"An invitation is on its way to {email}.")

    def withdraw(self) -> HttpResponse:
        """Take an invitation back."""
        invitations.withdraw(self.key_of("id", of="invitation"), by=self.actor, now=clock.now())
        return self.done("Undangan ditarik kembali.", "The invitation is withdrawn.")

    def change_roles(self) -> HttpResponse:
        """Give a member other roles."""
        roles = self.request.POST.getlist("roles")
        memberships.change_roles(self._member("id"), roles=roles, by=self.actor, now=clock.now())
        return self.done("Peran disimpan.", "The roles are saved.")

    def end(self) -> HttpResponse:
        """End a membership; somebody's own is leaving."""
        row = memberships.end(self._member("id"), by=self.actor, now=clock.now())
        if row.user_id == self.actor.user:
            return self._left()
        return self.done("Keanggotaan diakhiri.", "The membership has ended.")

    def hand_over(self) -> HttpResponse:
        """Leave, and give one's roles to another."""
        own = Membership.objects.current().get(user=self.actor.user, entry=self.entry)
        memberships.hand_over(own.pk, to=self._member("to"), by=self.actor, now=clock.now())
        return self._left()

    def _left(self) -> HttpResponse:
        return self.done("Anda sudah keluar.", "You have left.", to=reverse("account_entries"))

    def _member(self, name: str) -> Any:
        """A current member of this entry, no other: the page's address says which."""
        key = self.key_of(name, of="membership")
        if not Membership.objects.current().filter(pk=key, entry=self.entry).exists():
            raise errors.Missing("not_found")
        return key
