"""Possible duplicates: where they are looked for, how they are scored, who sees them and how they end."""

import pytest
from django.db import IntegrityError, transaction

from directory import clock, errors
from directory.entries import duplicates, editing, merging
from directory.entries.duplicates import Duplicate, DuplicateFilter
from directory.models import DuplicateScan, Entry
from tests import factories, people

BY = factories.TESTER
pytestmark = pytest.mark.django_db(transaction=True)  # the search reads the feed of changes


@pytest.fixture
def districts():
    factories.region("32.71.01", "Bogor Selatan")
    factories.region("32.71.02", "Bogor Timur")
    factories.region("33.74.01", "Semarang Tengah")


def school(name, region="32.71.01", **more):
    return factories.entry(name=name, region_id=region, **more)


def scan(batches=10):
    factories.settle_feed(factories.last_position())
    return duplicates.scan(now=clock.now(), batches=batches)


def pairs():
    return {
        frozenset((row.first.name, row.second.name)): row for row in Duplicate.objects.select_related("first", "second")
    }


def change(row, **values):
    editing.change(row.pk, values, version=None, by=BY, now=clock.now())


def test_one_name_in_one_district_is_a_pair_with_a_score_and_its_parts(districts):
    school("SD Negeri 3 Sukamaju", identifiers={"npsn": "20000001"})
    school("SDN 03 SUKAMAJU", identifiers={"npsn": "20000002"})

    assert scan() == 2

    (row,) = Duplicate.objects.all()
    assert row.parts == {"name": 1.0, "place": 1.0, "district": 1, "regency": 1, "form": 1, "identifier": 0}
    assert row.score == pytest.approx(0.9)
    assert row.first_id < row.second_id


def test_the_district_decides_between_namesakes(districts):
    school("SD Harapan")
    school("SD Harapan", "32.71.02")
    school("SD Harapan", "33.74.01")
    school("SD Harapan", None)

    scan()

    found = sorted(row.score for row in Duplicate.objects.all())
    assert len(found) == 4  # the two of one regency, and each with the one whose place nobody knows
    assert found[0] < 0.8 < found[-1] < 0.9
    assert not Duplicate.objects.filter(first__region="33.74.01", second__region="32.71.01").exists()


def test_a_like_name_next_door_is_a_pair_and_another_number_is_none(districts):
    here = {"latitude": -6.6, "longitude": 106.8, "location_accuracy": "point"}
    school("SD Muhammadiyah Pajajaran", **here)
    school("SD Muhamadiyah Pajajaran", **here)
    school("SD Negeri 1 Pajajaran", **here)
    school("SD Negeri 2 Pajajaran", **here)
    school("SLB B Putra Pajajaran", **here)
    school("SLB C Putra Pajajaran", **here)
    school("SD Negeri Pajajaran XXII", **here)
    school("SD Negeri Pajajaran XXIII", **here)

    scan()

    assert set(pairs()) == {frozenset(("SD Muhammadiyah Pajajaran", "SD Muhamadiyah Pajajaran"))}
    (row,) = Duplicate.objects.all()
    assert 0.75 <= row.parts["name"] < 1
    assert row.parts["km"] == 0


def test_another_name_of_an_entry_counts_and_another_kind_does_not(districts):
    school("SD Melati")
    school("SD Mawar", names=[{"type": "former", "value": "SD Melati"}])
    factories.entry("publisher", name="SD Melati", region_id="32.71.01")

    scan()

    assert set(pairs()) == {frozenset(("SD Melati", "SD Mawar"))}


def test_only_what_changed_is_looked_at_again(districts):
    one, other = school("SD Satu"), school("SD Dua")
    assert scan() == 2
    assert scan() == 0

    change(other, name="SD Satu")

    assert scan() == 1
    assert Duplicate.objects.count() == 1
    assert DuplicateScan.objects.get().entry == other.pk
    change(one, name="SD Lain Lagi")
    scan()
    assert not Duplicate.objects.exists()


def test_a_scan_goes_on_where_it_stopped(districts, monkeypatch):
    monkeypatch.setattr(duplicates, "BATCH", 2)
    for _ in range(5):
        school("SD Kembar")

    assert [scan(batches=1) for _ in range(4)] == [2, 2, 1, 0]
    assert Duplicate.objects.count() == 10


def test_a_decision_is_never_asked_again(districts):
    one, other = school("SD Satu"), school("SD Satu")
    scan()
    (row,) = Duplicate.objects.all()

    dismissed = duplicates.dismiss(row.pk, by=BY, now=clock.now(), reason="Dua gedung")
    assert (dismissed.status, dismissed.event.type) == ("dismissed", "duplicate.dismissed")
    change(one, website="https://satu.example")
    scan()
    assert Duplicate.objects.get().status == "dismissed"
    with pytest.raises(errors.Conflict, match="wrong_state"):
        duplicates.dismiss(row.pk, by=BY, now=clock.now())
    merging.merge(one.pk, into=other.pk, by=BY, now=clock.now())
    assert Duplicate.objects.get().status == "merged"
    merging.unmerge(one.pk, by=BY, now=clock.now())
    assert Duplicate.objects.get().status == "open"


def test_a_merge_closes_the_pairs_of_what_is_gone(districts):
    one, two, three = (school("SD Satu") for _ in range(3))
    scan()
    assert Duplicate.objects.open().count() == 3

    merging.merge(one.pk, into=two.pk, by=BY, now=clock.now())

    (left,) = Duplicate.objects.open()
    assert {left.first_id, left.second_id} == {two.pk, three.pk}


def test_two_that_claim_one_number_are_remembered_although_the_claim_is_refused(districts):
    holder = school("SD Satu", identifiers={"npsn": "20000001"})
    other = school("SD Lain Sekali", "33.74.01")
    number = [{"scheme": "npsn", "value": "20000001"}]

    with pytest.raises(errors.Conflict, match="identifier_taken") as refusal:
        change(other, identifiers=number)
    assert not Duplicate.objects.exists()
    errors.settle(refusal.value)

    (row,) = Duplicate.objects.all()
    assert {row.first, row.second} == {holder, other}
    assert row.parts["identifier"] == 1
    assert row.score >= 0.9
    scan()
    assert Duplicate.objects.get().parts["identifier"] == 1
    duplicates.dismiss(row.pk, by=BY, now=clock.now())
    duplicates.remember(other.pk, holder.pk, now=clock.now())
    assert Duplicate.objects.get().status == "dismissed"


def test_a_dismissed_pair_opens_when_both_come_to_claim_one_number(districts):
    one, other = school("SD Satu"), school("SD Satu")
    scan()
    duplicates.dismiss(Duplicate.objects.get().pk, by=BY, now=clock.now())

    duplicates.remember(one.pk, other.pk, now=clock.now())

    assert Duplicate.objects.get().status == "open"


def test_of_a_refused_creation_there_is_no_pair(districts):
    holder = school("SD Satu", identifiers={"npsn": "20000001"})
    values = {"name": "SD Baru", "form": "sd", "identifiers": [{"scheme": "npsn", "value": "20000001"}]}

    with pytest.raises(errors.Conflict, match="identifier_taken") as refusal:
        editing.create("school", values, by=BY, now=clock.now())
    errors.settle(refusal.value)

    assert Entry.objects.get() == holder
    assert not Duplicate.objects.exists()


def test_moderators_see_the_pairs_of_their_regions(districts):
    school("SD Satu")
    school("SD Satu")
    school("SD Dua", None)
    school("SD Dua", None)
    scan()
    of_regency, elsewhere, of_country = (people.actor(people.moderator(code)) for code in ("32.71", "33", None))

    assert Duplicate.objects.visible_to(of_regency).count() == 2
    # What lies in no region is every moderator's.
    assert [row.first.name for row in Duplicate.objects.visible_to(elsewhere)] == ["SD Dua"]
    assert Duplicate.objects.visible_to(of_country).count() == 2
    assert not Duplicate.objects.visible_to(people.actor(people.user())).exists()
    with pytest.raises(errors.Missing):
        duplicates.dismiss(Duplicate.objects.get(first__name="SD Satu").pk, by=elsewhere, now=clock.now())
    narrowed = DuplicateFilter.narrow(Duplicate.objects.all(), {"status": ["open"], "min_score": 0.95})
    assert [row.first.name for row in narrowed] == ["SD Satu"]


def test_the_database_keeps_pairs_in_order_and_once(districts):
    one, other = sorted((school("SD Satu"), school("SD Dua")), key=lambda row: row.pk)
    row = {"score": 0.9, "parts": {}, "found_at": clock.now()}
    Duplicate.objects.create(first=one, second=other, **row)
    for wrong, constraint in (
        ({"first": one, "second": other}, "duplicate_once"),
        ({"first": other, "second": one}, "duplicate_in_order"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Duplicate.objects.create(**wrong, **row)
