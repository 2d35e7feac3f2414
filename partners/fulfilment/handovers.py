"""The handover record (berita acara serah terima): what was handed over, as it stood when the count was closed."""

import datetime
import hashlib
import json
from typing import Any

from django.db import models

from directory import actors, ids, journal
from partners.fulfilment.shipments import Shipment, ShipmentLine

FOUND = ("accepted", "damaged", "missing", "wrong", "extra")


class HandoverRecord(models.Model):
    """One record; nothing changes it. It names entries and quantities; people only by reference."""

    shipment = models.OneToOneField(
        "partners.Shipment", on_delete=models.PROTECT, primary_key=True, related_name="handover_record"
    )
    data = models.JSONField()
    digest = models.BinaryField(max_length=32)  # SHA-256 of the canonical text of `data`
    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="handover_records"
    )  # who counted; null: whoever held the code
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.shipment_id}"


def make(row: Shipment, *, event: journal.Event, by: actors.Actor, now: datetime.datetime) -> HandoverRecord:
    """The record of a shipment whose count is closed; the caller holds its lock."""
    lines = [_line(line) for line in _lines(row)]
    data: dict[str, Any] = {
        "shipment": ids.encode("shipment", row.pk),
        "event": ids.encode("event", event.pk),
        "closed_at": now.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z"),
        "dispatched_on": row.dispatched_at.date().isoformat() if row.dispatched_at else None,
        "sender": _party(row.sender),
        "receiver": _party(row.receiver),
        "counted_by": "code" if by.kind == "code" else "member",
        "lines": lines,
        "value": _value(lines),
    }
    return HandoverRecord.objects.create(shipment=row, data=data, digest=digest(data), user_id=by.user, at=now)


def digest(data: dict[str, Any]) -> bytes:
    """SHA-256 over the canonical text: keys in order, no white space, UTF-8."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _lines(row: Shipment) -> list[ShipmentLine]:
    found = ShipmentLine.objects.filter(shipment=row.pk).order_by("agreed_line__collaboration", "pk")
    return list(found.select_related("agreed_line__term_line__offer_line"))


def _party(entry: Any) -> dict[str, Any]:
    return {"id": ids.encode(entry.kind, entry.pk), "name": entry.name, "region": entry.region_id}


def _line(line: ShipmentLine) -> dict[str, Any]:
    term: Any = line.agreed_line.term_line
    offered = term.offer_line
    return {
        "collaboration": ids.encode("collaboration", line.agreed_line.collaboration_id),
        "title": term.title,
        "isbn": offered.isbn if offered else "",
        "unit": term.unit,
        "sent": line.quantity,
        **{name: getattr(line, name) for name in FOUND},
        # Rupiah for one unit, where the giver has said it; from here on the receiver reads it too.
        "unit_value": offered.unit_value if offered else None,
    }


def _value(lines: list[dict[str, Any]]) -> int | None:
    """What was accepted is worth, in rupiah; null where a line has no value."""
    if any(line["unit_value"] is None for line in lines):
        return None
    return sum(int(line["unit_value"]) * int(line["accepted"]) for line in lines)
