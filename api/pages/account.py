"""A person's own page: name, address, what opens the account, and the entries they act for."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse

from api.pages import page, wording
from directory import clock, errors, ids
from directory.permissions import EDITORS
from partners.accounts import memberships, users
from partners.accounts.memberships import Membership
from partners.trust import claims
from partners.trust.claims import Claim
from partners.wording import term


def entries_of(person: users.User) -> list[dict[str, Any]]:
    """The entries that somebody acts for, as pages list them."""
    rows = Membership.objects.acting().filter(user=person).select_related("entry", "entry__region").order_by("pk")
    return [
        {
            "id": ids.encode(row.entry.kind, row.entry_id),
            "name": row.entry.name,
            "kind": wording.KINDS[row.entry.kind],
            "region": row.entry.region,
            "is_editor": bool(EDITORS & memberships.effective(row)),
            "is_verified": row.entry.trust_level == "verified",
            "roles": [wording.role(code) for code in row.roles],
            "is_admin": "admin" in row.roles,
            "is_provisional": row.entry.trust_level == "provisional",
        }
        for row in rows
    ]


class Home(page.Page):
    """The start page of whoever is signed in."""

    template = "pages/account.html"
    actions = ("rename",)

    def context(self) -> dict[str, Any]:
        """The person, their second factors and entries."""
        held = {"entries": entries_of(self.person), "claims": claims_of(self.person)}
        kinds = set(Authenticator.objects.filter(user=self.request.user).values_list("type", flat=True))
        return {**held, "has_app": "totp" in kinds, "has_passkey": "webauthn" in kinds}

    def rename(self) -> HttpResponse:
        """Say what fellow members call the person."""
        name = " ".join(self.request.POST.get("name", "").split())
        if len(name) > users.LONGEST_NAME or not name.isprintable():
            raise errors.Invalid("invalid_value", value=name[:40])
        users.rename(self.actor.person, name=name, by=self.actor, now=clock.now())
        return self.done("Nama disimpan.", "The name is saved.")


class Entries(page.Page):
    """The entries that a person acts for, and claims."""

    template = "pages/entries.html"

    def context(self) -> dict[str, Any]:
        """The entries and claims."""
        return {"entries": entries_of(self.person), "claims": claims_of(self.person)}


def claims_of(person: users.User) -> list[dict[str, Any]]:
    """A person's claims that are still to be decided, as pages list them."""
    rows = Claim.objects.filter(user=person, status__in=claims.LIVE).select_related("entry").order_by("-pk")
    return [{"id": ids.encode("claim", row.pk), "row": row, "status": term("claim_status", row.status)} for row in rows]
