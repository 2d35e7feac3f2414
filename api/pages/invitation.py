"""Where the link of an invitation leads: what is offered, and the button that accepts it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from api.pages import page, wording
from directory import clock, errors
from partners.accounts import invitations


class Accept(page.Page):
    """The invitation of a link. Without signing in it says what it is about, and where to sign in."""

    template = "pages/invitation.html"
    actions = ("accept",)
    is_open = True

    def context(self) -> dict[str, Any]:
        """What is offered. Missing for a link that opens nothing any more."""
        row = invitations.opened_by(self._secret, now=clock.now())
        if row is None:
            raise errors.Missing("not_found")
        return {"entry": row.entry, "roles": [wording.role(code) for code in row.roles], "invitation": row}

    def accept(self) -> HttpResponse:
        """Become a member."""
        invitations.accept(self._secret, by=self.actor, now=clock.now())
        return self.done("Anda sekarang anggota.", "You are a member now.", to=reverse("account_entries"))

    @property
    def _secret(self) -> str:
        return self.request.GET.get("secret", "")
