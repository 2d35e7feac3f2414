"""An offer or a need as everybody reads it, and the form by which a reader's entry asks for it or answers it."""

import functools
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from api.pages import account, page
from api.v1 import resource
from directory import clock, errors, ids
from directory.regions import regions
from partners import wording
from partners.accounts.memberships import Membership
from partners.collaborations import writing
from partners.offers import lines, proposals, reading
from partners.offers.proposals import Proposal
from partners.wording import chosen

MOST_LINES = 100


class Shown(page.Page):
    """One offer or need; of its own drafts an entry sees the same page."""

    template = "pages/proposal.html"
    actions = ("ask",)
    is_open = True
    direction: ClassVar[str]

    @functools.cached_property
    def key(self) -> Any:
        """The key in the address; Missing."""
        return resource.key_named(self.kwargs["proposal"], self.direction)

    def acting_for(self) -> str:
        """Who asks, where the form says it; else the reader's entry whose it is, which sees its drafts."""
        if named := self.request.POST.get("acting_for", ""):
            return str(named)
        held = Membership.objects.acting().filter(user=self.person, entry__proposals=self.key)
        member = held.select_related("entry").first()
        return ids.encode(member.entry.kind, member.entry_id) if member else ""

    @functools.cached_property
    def row(self) -> Any:
        """The offer or need, with its lines; Missing."""
        seen = Proposal.objects.visible_to(self.actor).filter(direction=self.direction, pk=self.key)
        row = reading.prepared(seen).first()
        if row is None:
            raise errors.Missing("not_found")
        reading.fill([row], by=self.actor, most_lines=MOST_LINES)
        return row

    def context(self) -> dict[str, Any]:
        """What it says, and for whom the reader can ask."""
        row = self.row
        signed_in = self.request.user.is_authenticated
        mine = [one for one in account.entries_of(self.person) if one["is_editor"]] if signed_in else []
        own_id = ids.encode(row.entry.kind, row.entry_id)
        return {
            "row": row,
            "is_offer": self.direction == "offer",
            "owner_id": own_id,
            "is_own": any(one["id"] == own_id for one in mine),
            "mine": [one for one in mine if one["id"] != own_id],
            "status": wording.term("proposal_status", row.status),
            "kind": wording.term("collaboration_kind", row.kind),
            "facts": self._facts(row),
            "lines": [self._line(line) for line in row.shown_lines],
            "more": row.sums.lines - len(row.shown_lines),
            "sent": self.request.POST,
        }

    def _line(self, line: lines.Line) -> dict[str, Any]:
        public = ids.encode("line", line.pk)
        told = [("book_level", line.level), ("subject", line.subject), ("book_condition", line.condition)]
        return {
            "id": public,
            "row": line,
            "unit": str(wording.term("line_unit", line.unit)).lower(),
            "told": [wording.term(name, code) for name, code in told if code],
            "value": self.request.POST.get(f"line-{public}", ""),
        }

    @staticmethod
    def _facts(row: Any) -> list[tuple[str, str]]:
        """What its header says, those members that say something."""
        places = regions.Region.objects.filter(code__in=row.reach_regions).order_by("code")
        facts = [
            (chosen("Untuk wilayah", "For the regions"), ", ".join(places.values_list("name", flat=True))),
            (chosen("Untuk", "For"), ", ".join(str(wording.term("kind", code)) for code in row.reach_kinds)),
            (chosen("Ongkos kirim", "Transport is paid by"), _term("payer", row.transport_paid_by)),
            (chosen("Cara kirim", "Transport"), _terms("transport_method", row.transport_methods)),
            (chosen("Bentuk", "Mode"), _term("meeting_mode", row.mode)),
            (chosen("Syarat", "Conditions"), row.conditions),
        ]
        return [(words, value) for words, value in facts if value]

    def ask(self) -> HttpResponse:
        """Send a request for what was typed, in the name of an entry of the reader's."""
        member = f"{self.direction}_line"
        asked = {line.pk: self.given_number(f"line-{ids.encode('line', line.pk)}") for line in self.row.shown_lines}
        wanted = [{member: key, "quantity": number, "min_quantity": 1} for key, number in asked.items() if number]
        message = self.given("message", most=2000)
        if not wanted and not message:
            return self.show(status=400, refusal=chosen("Isilah jumlah atau pertanyaan.", "Say how many, or ask."))
        values = {"lines": wanted, "is_inquiry": not wanted, "message": message}
        target = (self.direction, self.key)
        row = writing.create(values, target=target, submit=True, by=self.actor, now=clock.now())
        entry = ids.encode(row.initiator.kind, row.initiator_id)
        address = reverse("request", args=[entry, ids.encode("collaboration", row.pk)])
        return self.done("Permintaan dikirim.", "The request is sent.", to=address)


class Offer(Shown):
    """An offer."""

    direction = "offer"


class Need(Shown):
    """A need."""

    direction = "need"


def open_of(entry: Any) -> list[dict[str, Any]]:
    """What an entry offers and needs now, as its page lists it."""
    rows = Proposal.objects.filter(proposals.PUBLISHED, entry=entry, status="open").order_by("direction", "-pk")
    return [
        {
            "row": row,
            "address": reverse(row.direction, args=[ids.encode(row.direction, row.pk)]),
            "direction": chosen("Menawarkan", "Offers") if row.direction == "offer" else chosen("Membutuhkan", "Needs"),
            "kind": wording.term("collaboration_kind", row.kind),
        }
        for row in rows[:20]
    ]


def _term(vocabulary: str, code: str) -> str:
    return str(wording.term(vocabulary, code)) if code else ""


def _terms(vocabulary: str, codes: list[str]) -> str:
    return ", ".join(str(wording.term(vocabulary, code)) for code in codes)
