"""The page of an entry: what everybody may know of it, what was checked, and "this is my school", suggest, flag."""

import functools
from typing import Any

from django.http import HttpResponse

from api.pages import account, find, page, proposal
from api.v1 import entries, kinds
from directory import clock, ids, vocabularies
from directory.entries import members
from directory.entries.entries import Entry
from partners import wording
from partners.accounts.memberships import Membership
from partners.trust import flags
from partners.trust.claims import LIVE, Claim
from partners.wording import chosen


class OfEntry(page.Page):
    """A page about the entry in the address, which the actor need not act for."""

    is_open = True

    @functools.cached_property
    def row(self) -> Entry:
        """The entry with all that it shows; Missing. Of a merged one the survivor."""
        key = entries.key_of(self.kwargs["reference"], self.actor)
        return kinds.prepared(Entry.objects.visible_to(self.actor)).get(pk=key)

    @property
    def public_id(self) -> str:
        """Its public id."""
        return ids.encode(self.row.kind, self.row.pk)

    def context(self) -> dict[str, Any]:
        """The entry."""
        return {"row": self.row, "entry_id": self.public_id, "summary": find.summary(self.row)}


class Shown(OfEntry):
    """The entry itself."""

    template = "pages/entry.html"
    actions = open_actions = ("flag",)

    def context(self) -> dict[str, Any]:
        """Its facts, its badge, and what the reader can do about it."""
        row, user = self.row, self.request.user
        own = Membership.objects.acting().filter(user=user.pk, entry=row) if user.pk else None
        claim = Claim.objects.filter(user=user.pk, entry=row, status__in=LIVE).first() if user.pk else None
        return {
            **super().context(),
            "facts": facts(row),
            "contacts": [(wording.term("contact_kind", one.kind), one) for one in row.public_contacts],  # type: ignore[attr-defined]
            "checked": [wording.term("checked", code) for code in row.checked_what],
            "level": wording.term("trust_level", row.trust_level),
            "status": wording.term("status", row.status),
            "source": row.first_event.source,
            "proposals": proposal.open_of(row),
            "is_mine": bool(own and own.exists()),
            "claim_id": ids.encode("claim", claim.pk) if claim else "",
            "reasons": [(one.code, chosen(one.id, one.en)) for one in vocabularies.VOCABULARIES["flag_reason"]],
            "mine": account.entries_of(self.person) if user.is_authenticated else [],
        }

    def acting_for(self) -> str:
        """Whose word a flag is, where somebody acts for several entries."""
        return self.request.POST.get("acting_for", "")

    def flag(self) -> HttpResponse:
        """Say that something must not stand so."""
        reason, note = self.given_code("reason", "flag_reason"), self.given("note")
        self.count_hourly("flags")
        flags.flag(self.public_id, reason=reason, note=note, by=self.actor, now=clock.now())
        return self.done(
            "Terima kasih. Moderator wilayah akan memeriksanya.", "Thank you. A moderator will look at it."
        )


def facts(row: Entry) -> list[tuple[str, str]]:
    """What the entry says: members with their values, those that say something."""
    held = members.held(row, [name for name in members.of_kind(row.kind) if name != "name"])
    told = [(name, value) for name, value in held.items() if name != "library" and value not in (None, "", [])]
    found = [(str(wording.member(name)), wording.value(row.kind, name, value)) for name, value in told]
    parts = [(part, value) for part, value in (held.get("library") or {}).items() if value not in (None, "")]
    return found + [
        (f"{wording.member('library')}: {wording.member(part)}", wording.value("library", part, value))
        for part, value in parts
    ]
