"""A claim from "this is my school" to its end: its state, the rungs of evidence, and the button of who vouches."""

import functools
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format

from api import errors as problems
from api.pages import entry, find, page
from api.v1 import kinds, resource
from directory import clock, errors, ids
from directory.entries.entries import Entry
from partners import machine, wording
from partners.accounts import acting
from partners.accounts.memberships import Membership
from partners.trust import claim_moves, claims, evidence, proofs, rungs
from partners.trust.claim_table import TABLE
from partners.trust.claims import Claim
from partners.trust.evidence import Evidence

MOST_ENTRIES = 20  # of the reader's that are tried for one that lies near


class New(entry.OfEntry):
    """ "This is my school": what can be proved here and how, before the claim is opened."""

    template = "pages/claim_new.html"
    actions = ("open",)
    is_open = False

    def context(self) -> dict[str, Any]:
        """The ladder of the entry for this person."""
        own = Claim.objects.filter(user=self.person, entry=self.row, status__in=claims.LIVE).first()
        return {
            **super().context(),
            "rungs": rungs.of(self.row, self.person),
            "claim_id": ids.encode("claim", own.pk) if own else "",
            "statement": self.request.POST.get("statement", ""),
            "days": claims.UNANSWERED.days,
        }

    def open(self) -> HttpResponse:
        """Claim it; then comes the evidence."""
        row = claim_moves.open(self.row.pk, statement=self.given("statement"), by=self.actor, now=clock.now())
        return HttpResponseRedirect(reverse("claim", args=[ids.encode("claim", row.pk)]))


class Shown(page.Page):
    """A claim to its claimant, or to a verified member of the regency who is asked to vouch for it."""

    template = "pages/claim.html"
    actions = ("send_code", "confirm_code", "upload_letter", "show_account", "vouch", "withdraw")

    @functools.cached_property
    def key(self) -> uuid.UUID:
        """The key in the address; Missing."""
        found: uuid.UUID = resource.key_named(self.kwargs["claim"], "claim")
        return found

    def acting_for(self) -> str:
        """The first of the reader's entries by which the claim can be seen, where it cannot be seen without."""
        found = self._seen(acting.of_user(self.person))
        rows = Membership.objects.acting().filter(user=self.person).select_related("entry").order_by("pk")
        for row in [] if found else rows[:MOST_ENTRIES]:
            named = ids.encode(row.entry.kind, row.entry_id)
            if self._seen(acting.of_user(self.person, acting_entry=named)):
                return named
        return ""

    def _seen(self, actor: Any) -> bool:
        return Claim.objects.visible_to(actor).filter(pk=self.key).exists()

    @functools.cached_property
    def row(self) -> Any:
        """The claim as the reader sees it; Missing."""
        row = Claim.objects.as_seen_by(self.actor).select_related("entry", "user").filter(pk=self.key).first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The claim as it is now, also after a verb that was refused."""
        self.__dict__.pop("row", None)
        return super().show(status=status, **more)

    def context(self) -> dict[str, Any]:
        """Its state, and to the claimant the ladder."""
        row = self.row
        refused = {one.name: one.refusal for one in machine.allowed(TABLE, row, by=self.actor, now=clock.now())}
        standing = claims.standing(row, self.actor)
        return {
            "row": row,
            "summary": find.summary(kinds.prepared(Entry.objects.all()).get(pk=row.entry_id)),
            "status": wording.term("claim_status", row.status),
            "can": {name for name, refusal in refused.items() if refusal is None},
            "due": row.due_at and date_format(row.due_at, "j F Y"),
            "who": row.user.name or wording.chosen("Seseorang", "Somebody"),
            "is_neighbour": "neighbour" in standing,
            "has_vouched": Evidence.objects.filter(claim=row.pk, kind="vouch", user=self.person).exists(),
            **(self._of_claimant() if "claimant" in standing else {}),
        }

    def _of_claimant(self) -> dict[str, Any]:
        row = self.row
        given = list(Evidence.objects.filter(claim=row.pk).exclude(state="replaced").order_by("pk"))
        return {
            "is_own": True,
            "evidence": [_shown(one) for one in given],
            "has_evidence": any(one.state in evidence.COUNTING for one in given),
            "codes": [_shown(one) for one in given if one.state == "waiting" and one.digest is not None],
            "rungs": rungs.of(row.entry, self.person, row),
            "address": settings.PUBLIC_URL + self.request.path,
            "typed": self.request.POST.get("address", ""),
        }

    def send_code(self) -> HttpResponse:
        """Mail a code."""
        address = self.given_email("address")
        proofs.send_code(self.key, address=address, by=self.actor, now=clock.now())
        return self.done(f"Kode dikirim ke {address}. Ketik di bawah ini.", f"A code is on its way to {address}.")

    def confirm_code(self) -> HttpResponse:
        """Type a code; a wrong one is counted."""
        kind, code = self.request.POST.get("kind", ""), self.given("code", most=40)
        if kind not in evidence.CODES:
            raise errors.Invalid("unknown_choice", value=kind[:20] or "-")
        row, is_right = proofs.confirm_code(self.key, kind=kind, code=code, by=self.actor, now=clock.now())
        if not is_right:  # told, not raised: the try counts
            return self.show(status=409, refusal=problems.sentence("wrong_code", self.request))
        return self._given(row)

    def upload_letter(self) -> HttpResponse:
        """Hand in the photo."""
        file = self.request.FILES.get("file")
        if getattr(self.request, "is_file_too_large", False):
            raise errors.DomainError("file_too_large")
        if file is None:
            raise errors.Invalid("invalid_file")
        name, content = str(file.name), file.read()
        return self._given(proofs.upload_letter(self.key, name=name, content=content, by=self.actor, now=clock.now()))

    def show_account(self) -> HttpResponse:
        """Count one's own address."""
        return self._given(proofs.show_account(self.key, by=self.actor, now=clock.now()))

    def _given(self, row: Claim) -> HttpResponse:
        if row.status == "accepted":
            return self.done("Klaim diterima: entri ini sekarang Anda kelola.", "Accepted: you act for the entry now.")
        return self.done("Bukti dicatat.", "The evidence is noted.")

    def vouch(self) -> HttpResponse:
        """Say that one knows the claimant to work there."""
        row = proofs.vouch(self.key, by=self.actor, now=clock.now())
        home = "" if self._seen(self.actor) else reverse("account_entries")
        return self.done(f"Anda menjamin klaim {row.entry}.", f"You have vouched: {row.entry}.", to=home)

    def withdraw(self) -> HttpResponse:
        """Take it back."""
        claim_moves.withdraw(self.key, by=self.actor, now=clock.now())
        return self.done("Klaim ditarik kembali.", "The claim is withdrawn.")


class Near(page.Page):
    """The claims of the regency for which a member of a verified entry can vouch."""

    template = "pages/claims_near.html"

    def context(self) -> dict[str, Any]:
        """The claims, the newest first."""
        rows = Claim.objects.as_seen_by(self.actor).filter(is_neighbours=True).select_related("entry", "user")
        newest = rows.order_by("-created_at", "-pk")[:50]
        return {"entry": self.entry, "claims": [(ids.encode("claim", row.pk), row) for row in newest]}


def _shown(one: Evidence) -> dict[str, Any]:
    return {
        "row": one,
        "kind": wording.term("evidence_kind", one.kind),
        "state": wording.term("evidence_state", one.state),
        "tries_left": evidence.MOST_TRIES - one.tries if one.digest is not None else None,
    }
