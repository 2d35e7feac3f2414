"""The page of a dispute that waits for a moderator: what both sides say, what was counted, and the decision."""

import functools
from collections.abc import Sequence

from django.urls import reverse

from api.desk import page
from api.desk.page import Field, Form, Table
from api.desk.queue import label
from directory import clock, errors, ids, vocabularies
from partners import machine
from partners.fulfilment import disputing
from partners.fulfilment.dispute_table import TABLE
from partners.fulfilment.disputes import Dispute
from partners.fulfilment.shipments import ShipmentLine

RESOLUTIONS = [(term.code, term.id) for term in vocabularies.VOCABULARIES["dispute_resolution"]]


class DisputePage(page.Page):
    """One dispute between two sides of a shipment."""

    object_names = ("dispute",)
    actions = ("decide",)

    @functools.cached_property
    def row(self) -> Dispute:
        """It, if a side lies in the moderator's regions."""
        seen = Dispute.objects.visible_to(self.actor).select_related("shipment__sender", "shipment__receiver")
        row = seen.filter(pk=self.key).first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """Which."""
        return f"Sengketa: {label('dispute_kind', self.row.kind).lower()}"

    def tables(self) -> Sequence[Table]:
        """Between whom, what both say, and what was counted of the lines."""
        row = self.row
        about = [
            ("Pengirim", row.shipment.sender.name),
            ("Penerima", row.shipment.receiver.name),
            ("Keadaan sengketa", label("dispute_status", row.status)),
            ("Keadaan kiriman", label("shipment_status", row.shipment.status)),
            ("Berakhir tanpa hasil pada", f"{row.due_at:%d-%m-%Y}" if row.due_at else ""),
        ]
        said = [
            (label("dispute_speaker", one.side), one.text, label("dispute_resolution", one.resolution))
            for one in row.statements.order_by("pk")
        ]
        lines = ShipmentLine.objects.filter(dispute_lines__dispute=row).select_related("agreed_line__term_line")
        counted = [
            (
                one.agreed_line.term_line.title,
                one.quantity,
                f"{one.accepted} diterima, {one.damaged} rusak, {one.missing} kurang, {one.wrong} keliru",
            )
            for one in lines.order_by("pk")
        ]
        return (
            Table("Kiriman", [one for one in about if one[1]]),
            Table("Pernyataan", said, ("Pihak", "Pernyataan", "Usul penyelesaian")),
            Table("Baris", counted, ("Judul", "Dikirim", "Hitungan")),
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """Both entries."""
        sides = (self.row.shipment.sender, self.row.shipment.receiver)
        return [(f"Buka {one.name}", reverse("desk:entry", args=[ids.encode(one.kind, one.pk)])) for one in sides]

    def forms(self) -> Sequence[Form]:
        """The decision, where the table allows it now."""
        if machine.refusal(TABLE, "decide", self.row, by=self.actor, now=clock.now()) is not None:
            return ()
        how = Field("resolution", "Penyelesaian", is_required=True, choices=RESOLUTIONS, is_single=True)
        why = Field("text", "Alasan, dibaca kedua pihak", is_required=True)
        return (Form("decide", "Putuskan", (how, why)),)

    def decide(self) -> str:
        """End it."""
        text, resolution = self.given("text"), self.given("resolution")
        if not text:
            raise errors.Invalid("blank_member", value="alasan")
        if resolution not in dict(RESOLUTIONS):
            raise errors.Invalid("unknown_choice", value="resolution")
        self.called(disputing.decide, self.key, text=text, resolution=resolution)
        return "Diputuskan."
