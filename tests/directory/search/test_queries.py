"""Queries as people type them, with errors of every class, each with the demo school it must find."""

import collections
import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory import clock
from directory.demo import schools
from directory.management.commands import measure_search
from directory.models import Entry, EntryName, Identifier
from directory.regions import indonesia
from directory.search import words
from tests import factories

QUERIES = Path(__file__).with_name("queries.csv")


def load_names():
    """The names, numbers and regions of the 2,400 demo schools: all that search reads, in a third of the time."""
    indonesia.load(by=factories.TESTER, now=clock.now())
    drafts = [draft for draft in schools.schools() if draft.entry.get("status") != "merged"]
    with factories.recorded("demo.loaded"):
        for rows in (
            [Entry(id=draft.id, name=draft.name, kind=draft.kind, **draft.entry) for draft in drafts],
            [EntryName(entry_id=draft.id, type=kind, value=name) for draft in drafts for kind, name in draft.names],
            [
                Identifier(entry_id=draft.id, scheme=scheme, value=value)
                for draft in drafts
                for scheme, value in draft.identifiers
            ],
        ):
            type(rows[0]).objects.bulk_create(rows)
    words.rebuild()


# Takes a few seconds: that a school is found first says something only where thousands of others could be meant.
@pytest.mark.django_db
def test_every_query_finds_its_school_on_the_first_page_and_most_find_it_first():
    load_names()
    with QUERIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    places = {
        (row["class"], row["query"]): measure_search.measure(row["query"], npsn=row["npsn"]).place for row in rows
    }
    assert len(rows) >= 60
    assert [asked for asked, place in places.items() if not 0 < place <= 10] == []
    first = collections.Counter(kind for (kind, _), place in places.items() if place == 1)
    assert sum(first.values()) >= 0.9 * len(rows), first
    out = io.StringIO()
    call_command("measure_search", QUERIES, stdout=out, verbosity=0)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["class", "queries", "@1", "@10", "@20", "MRR", "p50", "ms", "p95", "ms"]
    assert lines[-1].split()[:4] == ["all", str(len(rows)), f"{sum(first.values()) / len(rows):.3f}", "1.000"]


@pytest.mark.django_db
def test_measuring_counts_what_is_not_found_and_writes_the_misses(tmp_path):
    factories.entry(name="SD NEGERI 1 MELATI", identifiers={"npsn": "20100001"})
    for number in range(12):
        factories.entry(name=f"SD NEGERI {number + 2} MAWAR", identifiers={"npsn": f"202000{number:02}"})
    file, misses, out = tmp_path / "q.csv", tmp_path / "misses.csv", io.StringIO()
    file.write_text(
        "class,query,npsn\nname,sdn 1 melati,20100001\nname,zzz,20100001\nbroad,sdn mawar,20200000\n"
        "nobody,melati,99999999\n",
        encoding="utf-8-sig",
    )
    call_command("measure_search", file, misses=misses, stdout=out, verbosity=0)
    lines = {line.split()[0]: line.split()[1:6] for line in out.getvalue().splitlines()}
    assert lines["name"] == ["2", "0.500", "0.500", "0.500", "0.500"]
    assert lines["nobody"] == ["1", "0.000", "0.000", "0.000", "0.000"]
    assert lines["broad"][0] == "1"
    missed = misses.read_text(encoding="utf-8").splitlines()
    assert missed[:2] == ["class,query,npsn,place", "name,zzz,20100001,0"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"class,query\n", "must have the columns"), (b"class,query,npsn\n", "has no rows"), (b"\xff", "cannot be read")],
)
def test_a_file_that_cannot_be_measured_is_refused_in_a_sentence(tmp_path, content, message):
    file = tmp_path / "q.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("measure_search", file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("measure_search", tmp_path / "missing.csv")
