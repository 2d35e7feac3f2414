"""Counts by facet: right, with what is not known, and kept only as long as they are true."""

import threading

import pytest
from django.db import connection

from directory import actors, errors
from directory.models import Entry, KeptFacets, School
from directory.search import facets, query
from tests import factories
from tests.directory.search import crowd


def visible():
    return Entry.objects.visible_to(actors.ANONYMOUS)


@pytest.fixture
def partners(bogor):
    """Three schools and a publisher."""
    factories.entry(name="SD 1", region_id="32.01.01", library={"exists": "yes"})
    factories.entry(name="SMP 1", region_id="32.71", kind_row={"form": "smp", "ownership": ""}, status="closed")
    factories.entry(name="SD 2", region_id="34", library={"exists": "unknown"})
    factories.entry("publisher", name="Pustaka SD")
    return visible()


@pytest.mark.django_db
def test_each_facet_counts_its_values_with_what_is_unknown_last(partners):
    counted = facets.count(partners, list(facets.FACETS))
    assert counted == facets.Facets(
        {
            "kind": [("school", 3), ("publisher", 1)],
            "status": [("active", 3), ("closed", 1)],
            "province": [("32", 2), ("34", 1), ("unknown", 1)],
            "form": [("sd", 2), ("smp", 1)],
            "ownership": [("state", 2), ("unknown", 1)],
            "trust_level": [("listed", 4)],
            "library_exists": [("yes", 1), ("unknown", 2)],
        },
        "exact",
    )


@pytest.mark.django_db
def test_facets_of_a_query_count_what_it_finds(partners):
    counted = facets.count(partners, ["kind", "province"], query=query.parse("sd"))
    assert counted.counts["kind"] == [("school", 2), ("publisher", 1)]
    assert facets.count(partners, ["kind"], query=query.parse("...")) == ({"kind": []}, "exact")


@pytest.mark.django_db
def test_facets_of_no_name_are_none(partners, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert facets.count(partners, []) == ({}, "exact")


@pytest.mark.django_db
def test_an_unknown_facet_is_refused(partners):
    with pytest.raises(errors.Invalid, match="invalid_choice"):
        facets.count(partners, ["kind", "colour"])


@pytest.mark.django_db
def test_facets_of_too_many_hits_say_that_they_are_approximate(monkeypatch):
    monkeypatch.setattr(facets, "MOST_COUNTED", 50)
    crowd.gather(60)
    assert facets.count(visible(), ["kind"], query=query.parse("sd")) == ({"kind": [("school", 50)]}, "approximate")


@pytest.mark.django_db(transaction=True)
def test_a_kept_answer_takes_one_statement_and_ends_with_the_next_change(django_assert_num_queries):
    crowd.school("SD 1")
    first = facets.count(visible(), ["form"], kept_as="entries")
    with django_assert_num_queries(1):
        assert facets.count(visible(), ["form"], kept_as="entries") == first
    crowd.change_forms("smp")
    assert facets.count(visible(), ["form"], kept_as="entries").counts == {"form": [("smp", 1)]}
    assert str(KeptFacets.objects.get()) == "entries form"


@pytest.mark.django_db(transaction=True)
def test_answers_to_other_questions_are_kept_apart():
    crowd.school("SD 1")
    crowd.school("SD 2", status="closed")
    assert facets.count(visible(), ["kind"], kept_as="entries").counts["kind"] == [("school", 2)]
    active = visible().filter(status="active")
    assert facets.count(active, ["kind"], kept_as="active").counts["kind"] == [("school", 1)]
    assert facets.count(visible(), ["status"], kept_as="entries").counts == {"status": [("active", 1), ("closed", 1)]}


class Writer(threading.Thread):
    """Another connection, which writes an entry and commits when it is told to."""

    def __init__(self):
        super().__init__()
        self.has_written, self.may_commit = threading.Event(), threading.Event()

    def run(self):
        try:
            with factories.recorded(settle=False):
                School.objects.update(form="smp")
                self.has_written.set()
                self.may_commit.wait(20)
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_answer_made_while_a_write_was_open_ends_when_it_commits():
    crowd.school("SD 1")
    writer = Writer()
    writer.start()
    assert writer.has_written.wait(20)
    for _ in range(2):  # made, then kept: both before the commit
        assert facets.count(visible(), ["form"], kept_as="entries").counts == {"form": [("sd", 1)]}
    writer.may_commit.set()
    writer.join(20)
    assert facets.count(visible(), ["form"], kept_as="entries").counts == {"form": [("smp", 1)]}


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_a_write_overtook_is_made_again(monkeypatch):
    crowd.school("SD 1")
    count = facets._counted

    def overtaken(entries, names):
        fresh = count(entries, names)
        crowd.change_forms("smp")
        return fresh

    monkeypatch.setattr(facets, "_counted", overtaken)
    facets.count(visible(), ["form"], kept_as="entries")
    monkeypatch.undo()
    assert facets.count(visible(), ["form"], kept_as="entries").counts == {"form": [("smp", 1)]}
