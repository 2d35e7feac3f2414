"""Facets never lie: kept sums equal a count of the entries in every snapshot, whatever is written meanwhile."""

import random
import re
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from directory import actors, clock, journal
from directory.models import Entry, Library, School
from directory.search import cells, facets
from tests import factories
from tests.directory.search import crowd

ENTRIES = 12  # few, so that writers meet on the same ones
ROUNDS = 40
WRITERS = 4
BY = actors.command("test")
LOST = re.compile("deadlock detected|duplicate key value")  # two who make the library of one school


class Undone(Exception):
    """What a writer raises to take back what it wrote."""


def write(throws: random.Random, ids: list) -> None:
    """One to three changes of entries or of their parts, in any order, one time in four rolled back."""
    with transaction.atomic():
        journal.record("test.written", by=BY, now=clock.now())
        for _ in range(throws.randrange(1, 4)):
            change(throws, throws.choice(ids), ids)
        if throws.random() < 0.25:
            raise Undone


def change(throws: random.Random, one, ids: list) -> None:
    """Hide, close, open, merge, move, make or delete an entry, or change its school or library."""
    entry = Entry.objects.filter(pk=one)
    match throws.randrange(8):
        case 0:
            entry.update(status=throws.choice(("hidden", "closed", "active")), merged_into=None)
        case 1:
            entry.update(status="merged", merged_into=throws.choice([each for each in ids if each != one]))
        case 2:
            entry.update(region=throws.choice(("32.71", "34", None)))
        case 3:
            entry.update(trust_level=throws.choice(("listed", "claimed")))
        case 4:
            School.objects.filter(entry=one).update(
                form=throws.choice(("sd", "smp")), ownership=throws.choice(("", "state"))
            )
        case 5:
            Library.objects.update_or_create(entry_id=one, defaults={"exists": throws.choice(("yes", "no"))})
        case 6:
            Library.objects.filter(entry=one).delete()
        case 7:
            made = Entry.objects.create(kind="school", name="SD BARU")
            School.objects.create(entry=made, form="sd")
            if throws.random() < 0.5:
                School.objects.filter(entry=made).delete()
                Entry.objects.filter(pk=made.pk).delete()


class Writer(threading.Thread):
    """One of several who write at the same time; who loses against another takes back what it wrote."""

    def __init__(self, seed: int, ids: list) -> None:
        super().__init__()
        self.throws, self.ids = random.Random(seed), ids
        self.committed = self.undone = 0
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            for _ in range(ROUNDS):
                try:
                    write(self.throws, self.ids)
                    self.committed += 1
                except (Undone, DatabaseError) as error:
                    self.undone += 1
                    if isinstance(error, DatabaseError) and not LOST.search(str(error)):
                        raise
        except Exception as error:
            self.failure = error
        finally:
            connection.close()


WHERES = [{}, {"status": ["active"]}, {"kind": ["school"], "status": ["active"], "province": ["32"]}, {"form": ["sd"]}]


def compare() -> None:
    """Ask kept sums, kept rows and the entries themselves under one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for where in WHERES:
            condition = " AND ".join(["true", *(f"{name} = ANY (%s)" for name in where)])
            cursor.execute(
                "SELECT told.facet, told.value, count(*) FROM facet_rows(ARRAY(SELECT id FROM directory_entry)) AS row,"
                f" LATERAL {cells.told('row')} AS told WHERE {condition} GROUP BY 1, 2",
                list(where.values()),
            )
            live = set(cursor.fetchall())
            told = facets.count(Entry.objects.all(), facets.NAMES, where=where).counts
            assert {(name, *row) for name, rows in told.items() for row in rows} == live, where


# Takes some seconds: hundreds of transactions of four writers, with folds and readers between them.
@pytest.mark.django_db(transaction=True)
def test_facets_never_lie_whatever_is_written_rolled_back_or_folded_meanwhile():
    factories.region("32.71", "Kota Bogor")
    factories.region("34", "Yogyakarta")
    ids = [crowd.school(f"SD {number}").pk for number in range(ENTRIES)]
    writers = [Writer(seed, ids) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    checked = 0
    while any(writer.is_alive() for writer in writers):
        compare()
        checked += 1
        if checked % 3 == 0:
            cells.fold()
    for writer in writers:
        writer.join(60)
    assert [writer.failure for writer in writers] == [None] * WRITERS
    assert sum(writer.committed for writer in writers) > WRITERS * ROUNDS / 3
    assert sum(writer.undone for writer in writers) > 10
    assert checked > 10
    compare()
    cells.fold()
    compare()


@pytest.mark.django_db(transaction=True)
def test_an_open_write_shows_in_no_answer_until_it_commits():
    crowd.school("SD 1")
    has_written, may_commit = threading.Event(), threading.Event()

    def writes() -> None:
        try:
            with factories.recorded(settle=False):
                School.objects.update(form="smp")
                has_written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=writes)
    writer.start()
    assert has_written.wait(20)
    for _ in range(2):
        assert facets.count(Entry.objects.all(), ["form"], where={}).counts == {"form": [("sd", 1)]}
        cells.fold()
    may_commit.set()
    writer.join(20)
    assert facets.count(Entry.objects.all(), ["form"], where={}).counts == {"form": [("smp", 1)]}
