"""What the parameters of shipments, sessions and papers mean, where that is not what they mean elsewhere."""

from typing import Any

EXAMPLES_OF_VIEWS: dict[tuple[str, str], Any] = {
    ("packing-lists", "format"): "pdf",
    ("collaboration-letters", "format"): "pdf",
    ("certificates", "format"): "pdf",
    ("agreement-documents", "format"): "pdf",
    ("session-calendar", "format"): "ics",
    ("sessions", "status"): ["scheduled"],
    ("disputes", "status"): ["open", "escalated"],
    ("handover-records", "format"): "pdf",
}
TEXTS_OF_VIEWS = {
    ("collaboration-letters", "format"): "`json`, or `pdf`: one page with a QR code, to be printed.",
    ("packing-lists", "format"): "There is one: `pdf`.",
    ("certificates", "format"): "There is one: `pdf`.",
    ("agreement-documents", "format"): "There is one: `pdf`.",
    ("session-calendar", "format"): "There is one: `ics`.",
    ("sessions", "status"): "Only sessions of these statuses.",
    ("sessions", "updated_since"): "Only sessions in which something happened at or after this moment.",
    ("handover-records", "format"): "`json`, or `pdf` to be printed and signed.",
    ("disputes", "status"): "Only disputes of these statuses.",
    ("disputes", "updated_since"): "Only disputes in which something happened at or after this moment.",
    ("shipments", "status"): "Only shipments of these statuses.",
    ("shipments", "updated_since"): "Only shipments in which something happened at or after this moment.",
}
