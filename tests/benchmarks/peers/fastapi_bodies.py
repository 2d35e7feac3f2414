"""FastAPI + asyncpg on our kept bodies: the honest limit, what our own design gives on the fastest common stack."""

from collections.abc import Mapping
from typing import Any

from tests.benchmarks.peers import raw


def _written(row: Mapping[str, Any]) -> bytes | None:
    body: bytes | None = row["body"]
    return body


# The kept shape is not asked for: only one is there. A body behind its entry is made from the tables instead.
app = raw.application(
    raw.Shape(
        "entry.id, kept.body",
        "LEFT JOIN api_keptbody kept ON kept.entry_id = entry.id AND kept.version = entry.version",
        _written,
    )
)
