"""The delta feed: order, filters, what left them, open transactions, and a cursor after a restore."""

import threading

import pytest
from django.db import connection

from directory.entries import feed
from directory.models import Entry, Region, School
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # a feed never serves rows of an open transaction


def named(change):
    return Entry.objects.get(pk=change.id).name


def read(values=None, *, after=feed.START, limit=100):
    return feed.changes(values or {}, after=after, limit=limit)


def position(change):
    return feed.Position(change.changed_position, change.id)


def names(changes):
    return [(named(change), change.matches) for change in changes]


def test_entries_come_once_in_the_order_of_their_last_change():
    first, second = factories.entry(name="SD Satu"), factories.entry(name="SD Dua")
    with factories.recorded():
        Entry.objects.filter(pk=first.pk).update(address="Jl. Melati 1")
    assert names(read()) == [("SD Dua", True), ("SD Satu", True)]
    assert second.changed_position < Entry.objects.get(pk=first.pk).changed_position


def test_pages_meet_without_gap_or_repetition_also_inside_one_transaction():
    with factories.recorded():
        Entry.objects.bulk_create([Entry(kind="organisation", name=f"Taman Baca {number}") for number in range(7)])
    seen, after = [], feed.START
    while page := read(after=after, limit=3):
        seen += [named(change) for change in page]
        after = position(page[-1])
    assert sorted(seen) == [f"Taman Baca {number}" for number in range(7)]


def test_a_change_of_a_child_row_brings_the_entry_again():
    entry = factories.entry()
    after = position(read()[-1])
    with factories.recorded():
        School.objects.filter(pk=entry.pk).update(form="mi")
    assert [change.id for change in read(after=after)] == [entry.pk]


def test_an_entry_that_stops_matching_is_announced_once():
    factories.region("32.71", "Kota Bogor")
    factories.region("32.73", "Kota Bandung")
    moving = factories.entry(name="SD Pindah", region_id="32.71")
    factories.entry(name="SD Tetap", region_id="32.71")
    factories.entry(name="SD Lain", region_id="32.73")
    values = {"region": ["32.71"]}
    start = read(values)
    assert names(start) == [("SD Pindah", True), ("SD Tetap", True)]
    with factories.recorded():
        Entry.objects.filter(pk=moving.pk).update(region_id="32.73")
    left = read(values, after=position(start[-1]))
    assert names(left) == [("SD Pindah", False)]
    with factories.recorded():
        Entry.objects.filter(pk=moving.pk).update(address="Jl. Baru")
    assert names(read(values, after=position(left[-1]))) == []


def test_leaving_by_form_or_ownership_is_announced_too():
    entry = factories.entry(kind_row={"form": "sd", "ownership": "state"})
    after = position(read({"form": ["sd"]})[-1])
    with factories.recorded():
        School.objects.filter(pk=entry.pk).update(form="mi", ownership="private")
    for values in ({"form": ["sd"]}, {"ownership": ["state"], "kind": ["school"]}):
        assert [change.matches for change in read(values, after=after)] == [False]
    assert read({"kind": ["author"], "form": ["sd"]}, after=after) == []


def test_a_renamed_region_brings_its_entries_again():
    factories.region("32.71.04", "Bogor Tengah")
    entry = factories.entry(region_id="32.71.04")
    after = position(read()[-1])
    with factories.recorded():
        Region.objects.filter(code="32.71").update(name="Kota Hujan")
    assert [change.id for change in read(after=after)] == [entry.pk]
    assert Entry.objects.get().version == entry.version + 1


def test_nothing_is_served_past_an_open_transaction():
    may_commit, is_written = threading.Event(), threading.Event()

    def slow_writer():
        try:
            with factories.recorded():
                Entry.objects.create(kind="author", name="Penulis Lambat")
                is_written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    try:
        assert is_written.wait(20)
        with factories.recorded(settle=False) as event:
            Entry.objects.create(kind="author", name="Penulis Cepat")
        assert read() == []
    finally:
        may_commit.set()
        thread.join()
    factories.settle_feed(event.position)
    assert names(read()) == [("Penulis Lambat", True), ("Penulis Cepat", True)]


def test_a_filtered_page_costs_two_queries(django_assert_num_queries):
    factories.region("32.71", "Kota Bogor")
    for _ in range(5):
        factories.entry(region_id="32.71")
    after = position(read()[0])
    with django_assert_num_queries(2):
        read({"region": ["32.71"], "form": ["sd"]}, after=after)


def test_a_filter_does_not_tell_where_a_hidden_entry_is():
    factories.region("32.71", "Kota Bogor")
    factories.region("32.73", "Kota Bandung")
    first = factories.entry(region_id="32.73", kind_row={"form": "smp"})
    hidden = factories.entry(region_id="32.71")
    factories.entry(name="SD Tak Pernah Tampak", region_id="32.71", status="hidden")
    after = feed.Position(first.changed_position, first.pk)
    with factories.recorded():
        Entry.objects.filter(pk=hidden.pk).update(status="hidden")
    assert read({"region": ["32.71"]}) == read({"form": ["sd"]}) == []
    for values in ({"region": ["32.71"]}, {"region": ["32.73"]}, {"form": ["smp"]}, {"kind": ["school"]}):
        assert [change.id for change in read(values, after=after)] == [hidden.pk]
    assert read({"kind": ["author"]}, after=after) == []
