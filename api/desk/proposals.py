"""The page of an offer or need that waits for a moderator: what it says, and open it, send it back or take it down."""

import functools
from collections.abc import Sequence

from django.urls import reverse

from api.desk import page
from api.desk.entry import facts
from api.desk.page import Field, Form, Table
from api.desk.queue import label
from directory import clock, errors, ids
from partners import machine
from partners.offers import moves, reading
from partners.offers.proposal_table import TABLES
from partners.offers.proposals import Proposal

REASON = Field("reason", "Alasan, dibaca pemiliknya", is_required=True)
MOST_LINES = 50


class ProposalPage(page.Page):
    """One offer or need, with its lines."""

    object_names = ("offer", "need")
    actions = ("approve", "send_back", "take_down")

    @functools.cached_property
    def row(self) -> Proposal:
        """It, if it lies in the moderator's regions and was submitted."""
        seen = reading.prepared(Proposal.objects.visible_to(self.actor)).filter(pk=self.key)
        row = seen.filter(direction=ids.decode(self.kwargs["reference"])[0]).first()
        if row is None:
            raise errors.Missing("not_found")
        reading.fill([row], by=self.actor, most_lines=MOST_LINES)
        return row

    def title(self) -> str:
        """Which."""
        return f"{'Penawaran' if self.row.direction == 'offer' else 'Kebutuhan'}: {self.row.title}"

    def tables(self) -> Sequence[Table]:
        """What it says, its lines, and whose it is."""
        row = self.row
        about = [
            ("Jenis", label("collaboration_kind", row.kind)),
            ("Keadaan", label("proposal_status", row.status)),
            ("Uraian", row.description),
            ("Syarat", row.conditions),
            ("Batas waktu", f"{row.deadline:%d-%m-%Y}" if row.deadline else ""),
            ("Terbuka sendiri pada", f"{row.review_due_at:%d-%m-%Y}" if row.review_due_at else "tidak"),
            ("Lampiran", ", ".join(one.name for one in row.attachments.all())),
            ("Alasan", row.reason),
        ]
        lines = [(line.title, line.total, label("line_unit", line.unit), line.contents) for line in row.shown_lines]
        more = [(f"dan {row.sums.lines - len(lines)} lainnya", "", "", "")] if row.sums.lines > len(lines) else []
        return (
            Table("Isi", [one for one in about if one[1]]),
            Table("Baris", [*lines, *more], ("Judul", "Jumlah", "Satuan", "Isi paket")),
            Table("Entri", list(facts(row.entry).items())),
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """The entry."""
        reference = ids.encode(self.row.entry.kind, self.row.entry_id)
        return [("Buka entri", reverse("desk:entry", args=[reference]))]

    def forms(self) -> Sequence[Form]:
        """What the table allows now."""
        known = (
            Form("approve", "Buka"),
            Form("send_back", "Kembalikan untuk diperbaiki", (REASON,)),
            Form("take_down", "Turunkan", (REASON,), is_grave=True),
        )
        table, now = TABLES[self.row.direction], clock.now()
        return [one for one in known if machine.refusal(table, one.action, self.row, by=self.actor, now=now) is None]

    def approve(self) -> str:
        """Open it."""
        self.called(moves.approve, self.row.direction, self.key)
        return "Dibuka."

    def send_back(self) -> str:
        """Give it back."""
        self.called(moves.send_back, self.row.direction, self.key, reason=self._reason())
        return "Dikembalikan."

    def take_down(self) -> str:
        """Take it out of sight."""
        self.called(moves.take_down, self.row.direction, self.key, reason=self._reason())
        return "Diturunkan."

    def _reason(self) -> str:
        reason = self.given("reason")
        if not reason:
            raise errors.Invalid("blank_member", value="alasan")
        return reason
