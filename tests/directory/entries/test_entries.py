"""Entries: who sees which, where merged ones lead, and what the database refuses."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from directory import actors
from directory.entries import geo
from directory.models import Contact, Entry, EntryName, Library, Product, Relation
from tests import factories

pytestmark = pytest.mark.django_db
MODERATOR = dataclasses.replace(actors.SYSTEM, regions=("",))


def merge(loser, survivor):
    with factories.recorded():
        Entry.objects.filter(pk=loser.pk).update(status="merged", merged_into=survivor)


def test_readers_see_active_and_closed_entries_and_moderators_hidden_ones_too():
    for status in ("active", "closed", "hidden"):
        factories.entry(name=f"SD {status}", status=status)
    merge(factories.entry(name="SD merged"), Entry.objects.get(name="SD active"))
    assert {row.name for row in Entry.objects.visible_to(actors.ANONYMOUS)} == {"SD active", "SD closed"}
    assert {row.name for row in Entry.objects.visible_to(MODERATOR)} == {"SD active", "SD closed", "SD hidden"}


def test_the_survivor_of_a_chain_is_its_end():
    first, second, third = (factories.entry() for _ in range(3))
    merge(first, second)
    merge(second, third)
    assert Entry.objects.survivor(first.pk) == third
    assert Entry.objects.survivor(third.pk) == third
    assert Entry.objects.survivor(factories.uuid_of_nobody()) is None


def test_a_ring_of_merges_ends():
    first, second = factories.entry(), factories.entry()
    merge(first, second)
    merge(second, first)
    assert Entry.objects.survivor(first.pk) is None


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": "?!"}, "entry_name_says_something"),
        ({"status": "gone"}, "entry_status_known"),
        ({"status": "merged"}, "entry_merged_into_iff_merged"),
        ({"latitude": 1.0}, "entry_point_whole"),
        ({"latitude": 91.0, "longitude": 1.0, "location_accuracy": "point"}, "entry_point_whole"),
        ({"latitude": 1.0, "longitude": 1.0}, "entry_point_whole"),
        ({"postal_code": "1234"}, "entry_postal_code_form"),
        ({"trust_level": "verified"}, "entry_verified_has_a_date"),
        ({"trust_level": "great"}, "entry_trust_level_known"),
    ],
)
def test_the_database_refuses_an_impossible_entry(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        factories.entry(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "Jl. Rumah 1"},
        {"postal_code": "16111"},
        {"latitude": -6.6, "longitude": 106.8, "location_accuracy": "point"},
        {"region_id": "32.71.04"},
    ],
)
def test_the_place_of_a_person_is_no_more_exact_than_the_regency(fields):
    factories.region("32.71.04", "Bogor Tengah")
    with pytest.raises(IntegrityError, match="entry_person_has_no_exact_place"):
        factories.entry("author", **fields)
    factories.entry("author", region_id="32.71", latitude=-6.6, longitude=106.8, location_accuracy="region")


@pytest.mark.parametrize(
    ("write", "constraint"),
    [
        (lambda e: Contact.objects.create(entry=e, kind="phone", value="0812"), "contact_phone_in_e164"),
        (lambda e: Contact.objects.create(entry=e, kind="fax", value="1"), "contact_kind_known"),
        (lambda e: Contact.objects.create(entry=e, kind="email", value="a", visibility="all"), "contact_visibility"),
        (lambda e: EntryName.objects.create(entry=e, value="X", type="official"), "name_type_known"),
        (lambda e: Relation.objects.create(entry=e, target=e, type="branch_of"), "relation_between_two"),
        (lambda e: Library.objects.create(entry=e, titles=5, copies=4), "library_a_copy_of_every_title"),
        (lambda e: Product.objects.create(name="?"), "product_name_says_something"),
    ],
)
def test_the_database_refuses_an_impossible_child(write, constraint):
    entry = factories.entry()
    factories.record()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write(entry)


def test_a_contact_is_not_public_unless_somebody_says_so():
    entry = factories.entry(contacts=[{"kind": "email", "value": "kepala@example.org"}])
    assert entry.contacts.get().visibility == "members_only"
    assert not Contact.objects.visible_to(actors.ANONYMOUS).exists()


def test_circle_box_and_nearest_agree_with_the_great_circle():
    bogor = geo.Place(-6.5971, 106.8060)
    offsets = {"here": 0, "near": 0.01, "far": 0.2, "away": 3}
    for name, offset in offsets.items():
        factories.entry(
            name=f"SD {name}",
            latitude=bogor.latitude + offset,
            longitude=bogor.longitude,
            location_accuracy="point",
        )
    factories.entry(name="SD nowhere")
    everything = Entry.objects.all()
    inside = geo.in_circle(everything, bogor, radius_km=5)
    assert {row.name for row in inside} == {"SD here", "SD near"}
    assert geo.distance_km(bogor, geo.Place(bogor.latitude + 0.01, bogor.longitude)) == pytest.approx(1.112, abs=0.001)
    hits = geo.nearest(everything, bogor, limit=3)
    assert [Entry.objects.get(pk=hit.id).name for hit in hits] == ["SD here", "SD near", "SD far"]
    rest = geo.nearest(everything, bogor, limit=3, after=hits[1].key)
    assert [Entry.objects.get(pk=hit.id).name for hit in rest] == ["SD far", "SD away"]
