"""Where the letter to an entry without people leads: what is asked and by whom, and the way to answer it."""

from typing import Any

from django.utils.formats import date_format

from api.pages import find, page
from api.v1 import kinds
from directory import clock, errors, ids
from directory.entries.entries import Entry
from partners import wording
from partners.accounts.memberships import Membership
from partners.collaborations import guards, letters

MOST_LINES = 100


class Letter(page.Page):
    """An invitation to whoever holds its code. Of people there is nothing on it, nor what was written to them."""

    template = "pages/letter.html"
    is_open = True

    def context(self) -> dict[str, Any]:
        """Both entries, and the lines. Missing for a code that opens nothing any more."""
        row = letters.opened_by(self.request.GET.get("kode", ""), now=clock.now())
        if row is None:
            raise errors.Missing("not_found")
        rows = kinds.prepared(Entry.objects.listed()).in_bulk([row.initiator_id, row.counterparty_id])
        own = Membership.objects.acting().filter(user=self.request.user.pk, entry=row.counterparty_id)
        lines = guards.lines_of(row)
        return {
            "row": row,
            "sender": find.summary(rows[row.initiator_id]),
            "asked": find.summary(rows[row.counterparty_id]),
            "kind": wording.term("collaboration_kind", row.kind),
            "lines": [(line, str(wording.term("line_unit", line.unit)).lower()) for line in lines[:MOST_LINES]],
            "more": len(lines) - MOST_LINES,
            "until": row.due_at and date_format(row.due_at, "j F Y"),
            "is_mine": bool(self.request.user.pk) and own.exists(),
            "has_people": letters.has_people(row.counterparty_id),
            "id": ids.encode("collaboration", row.pk),
        }
