"""How much PostgreSQL reads for a query: the broadest hardly more than the rarest, and never a whole table."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import actors
from directory.models import Entry
from directory.search import query, suggest
from tests.directory.search import crowd

MANY = 20_000


@pytest.fixture
def many(db):
    """As many schools as it takes until reading a table is dearer than its index; their rows take two seconds."""
    crowd.gather(MANY)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def read(asks: Any) -> tuple[int, set[str]]:
    """How many rows the statements of a call take from tables, and which tables they scan from end to end."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        asks()
    rows, scanned = 0, set()
    for statement in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement['sql'].replace('%', '%%')}")
            answer = cursor.fetchone()[0]
        plans = json.loads(answer) if isinstance(answer, str) else answer
        for node in nodes(plans[0]["Plan"]):
            if "Relation Name" in node and node["Actual Loops"]:
                rows += round(node["Actual Rows"] * node["Actual Loops"])
                if node["Node Type"] == "Seq Scan":
                    scanned.add(node["Relation Name"])
    return rows, scanned


def search(q: str, after: Any = None) -> Any:
    """One page of 50, as the API asks for it."""
    return query.page(Entry.objects.visible_to(actors.ANONYMOUS), query.parse(q), limit=50, after=after).hits


# One test for all: the schools are the same and take longer than the questions.
def test_no_query_reads_a_table_or_more_rows_than_it_ranks(many):
    broad = {}
    for q in ("sd", "sd negeri", "negeri kristen", "sd negeri 7", "kristen langka", "meka", "sd ne"):
        broad[q], scanned = read(lambda q=q: search(q))
        assert not scanned & {"directory_searchdocument", "directory_entry"}, q
    assert max(broad.values()) < MANY / 5, broad

    suggested, scanned = read(lambda: suggest.suggest("sd neg"))
    assert not scanned & {"directory_searchdocument", "directory_entry"}
    assert suggested < MANY / 10


def test_a_later_page_reads_no_more_than_the_first(many):
    first = search("sd negeri")
    second, scanned = read(lambda: search("sd negeri", after=first[-1].key))
    assert not scanned & {"directory_searchdocument", "directory_entry"}
    assert second < MANY / 10
