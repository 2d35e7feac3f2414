"""Rows for tests, each with the event that the journal demands."""

import contextlib
import itertools
import time
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from directory import actors, clock, journal
from directory.models import (
    Author,
    Contact,
    Entry,
    EntryName,
    Identifier,
    Library,
    Organisation,
    Publisher,
    Region,
    School,
    Source,
    Vendor,
)

TESTER = actors.command("test")
_numbers = itertools.count(1)
_KIND_ROWS = {
    "school": (School, {"form": "sd", "ownership": "state"}),
    "publisher": (Publisher, {}),
    "author": (Author, {}),
    "vendor": (Vendor, {}),
    "organisation": (Organisation, {"type": "association"}),
}


@contextlib.contextmanager
def recorded(type: str = "test.written", *, settle: bool = True, **about: Any) -> Iterator[journal.Event]:
    """A transaction with an event in which directory rows may be written; once committed, a feed serves them."""
    with transaction.atomic():
        event = journal.record(type, by=TESTER, now=about.pop("now", None) or clock.now(), **about)
        yield event
    if settle and not connection.in_atomic_block:
        settle_feed(event.position)


def settle_feed(position: int) -> None:
    """Wait until a feed may serve what was committed at a position."""
    # Transaction ids are the cluster's: an open transaction of another worker's database holds a feed back too.
    deadline = time.monotonic() + 120
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT journal_horizon() > %s", [position])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
        cursor.execute(
            "SELECT datname, usename, backend_xid, state, left(query, 80), journal_horizon(), xact_start"
            " FROM pg_stat_activity WHERE backend_xid IS NOT NULL OR backend_type = 'client backend'"
        )
        raise AssertionError(f"a transaction of the test server stays open: {position} {cursor.fetchall()}")


def last_position() -> int:
    """The highest position that was committed."""
    return journal.Event.objects.aggregate(last=Max("position"))["last"] or 0


def record(type: str = "test.written") -> journal.Event:
    """An event for the writes that follow in the transaction the test is in."""
    return journal.record(type, by=TESTER, now=clock.now())


def uuid_of_nobody() -> uuid.UUID:
    """A key that no row has."""
    return uuid.uuid4()


def region(code: str, name: str, **fields: Any) -> Region:
    """A region; those above it are made too, with a name that tells the code."""
    parts = code.split(".")
    with recorded():
        parent = None
        for level in range(1, len(parts)):
            above = ".".join(parts[:level])
            parent = Region.objects.filter(code=above).first() or Region.objects.create(
                code=above, name=f"Wilayah {above}", level=level, parent=parent
            )
        return Region.objects.create(code=code, name=name, level=len(parts), parent=parent, **fields)


def source(name: str = "uji", **fields: Any) -> Source:
    """A data source."""
    with recorded():
        return Source.objects.create(name=name, title=fields.pop("title", name.title()), **fields)


def entry(
    kind: str = "school",
    *,
    name: str = "",
    kind_row: dict[str, Any] | None = None,
    library: dict[str, Any] | None = None,
    identifiers: dict[str, str] | None = None,
    names: list[dict[str, Any]] | None = None,
    contacts: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> Entry:
    """An entry with its kind's row and whatever else is given; fresh from the database."""
    with recorded("entry.created"):
        made = Entry.objects.create(kind=kind, name=name or f"Mitra {next(_numbers)}", **fields)
        table, defaults = _KIND_ROWS[kind]
        table.objects.create(entry=made, **{**defaults, **(kind_row or {})})
        if library is not None:
            Library.objects.create(entry=made, **library)
        for scheme, value in (identifiers or {}).items():
            Identifier.objects.create(entry=made, scheme=scheme, value=value)
        for row in names or []:
            EntryName.objects.create(entry=made, **row)
        for row in contacts or []:
            Contact.objects.create(entry=made, **row)
    return Entry.objects.get(pk=made.pk)


def npsn() -> str:
    """A number no other row of this run has."""
    return f"{10_000_000 + next(_numbers)}"
