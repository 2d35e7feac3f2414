"""The query parameters of threads, events and notifications, as parameters.py has the others."""

from typing import Any

TEXTS: dict[str, tuple[str, Any]] = {
    "object": ("Only events about this object, by id.", None),
    "since": (
        "Only what happened at or after this moment (a date means its beginning in UTC; write `+` of an offset as "
        "`%2B`); never longer than 30 days ago.",
        "2026-01-31T10:00:00Z",
    ),
    "is_read": ("Only what you have read (`true`), or only the rest.", False),
}
EXAMPLES_OF_VIEWS: dict[tuple[str, str], Any] = {
    ("message-file", "format"): "file",
    ("events", "type"): ["offer.opened", "collaboration.message_sent"],
    ("events", "object"): "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
}
TEXTS_OF_VIEWS = {
    ("events", "type"): "Only events of these types.",
    ("events", "cursor"): "`next_cursor` of the answer before; good for 30 days, with any filter.",
    ("timeline", "sort"): "`-at` gives the newest first; without it the oldest comes first.",
    ("message-file", "format"): "There is one: `file`, the bytes as they were sent.",
}
