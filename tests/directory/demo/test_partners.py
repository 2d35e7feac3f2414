"""Demo partners and software: enough of each, plausible, and nothing private in public."""

import collections
import itertools

import pytest

from directory import vocabularies
from directory.demo import load, software
from directory.entries import identifiers


@pytest.fixture(scope="module")
def demo():
    return load.made()


def of_kind(demo, kind):
    return [entry for entry in demo.entries if entry.kind == kind]


def test_there_are_as_many_of_each_kind_as_promised(demo):
    counts = collections.Counter(entry.kind for entry in demo.entries)
    assert counts["school"] >= 2000
    assert (counts["publisher"], counts["author"], counts["vendor"], counts["organisation"]) == (60, 120, 20, 15)
    assert len(demo.products) == 30
    assert len({id(period.library) for period in demo.histories}) == 500


def test_every_run_makes_the_same(demo):
    again = load.made()
    assert [entry.name for entry in again.entries] == [entry.name for entry in demo.entries]
    assert [entry.contacts for entry in again.entries] == [entry.contacts for entry in demo.entries]
    assert [period.row for period in again.histories] == [period.row for period in demo.histories]


def test_identifiers_are_in_normal_form_and_unique(demo):
    known = [row for entry in demo.entries for row in entry.identifiers]
    assert all(identifiers.clean(scheme, value) == value for scheme, value in known)
    assert len(set(known)) == len(known)


def test_no_contact_of_a_person_is_public(demo):
    contacts = [contact for author in of_kind(demo, "author") for contact in author.contacts]
    assert contacts
    assert "public" not in {visibility for *_, visibility in contacts}


def test_a_person_stands_at_the_centre_of_a_regency_without_an_address(demo):
    for author in of_kind(demo, "author"):
        assert author.entry["location_accuracy"] == "region"
        assert len(author.entry["region_id"]) == 5
        assert "address" not in author.entry


def test_organisations_are_of_all_types(demo):
    types = {entry.kind_row["type"] for entry in of_kind(demo, "organisation")}
    assert types == set(vocabularies.codes("organisation_type"))


def test_relations_lead_to_other_demo_entries(demo):
    known = {id(entry) for entry in demo.entries}
    relations = [(entry, type, target) for entry in demo.entries for type, target in entry.relations]
    assert {type for _, type, _ in relations} == set(vocabularies.codes("relation_type"))
    assert all(id(target) in known and target is not entry for entry, _, target in relations)


def test_statuses_other_than_active_are_there_for_several_kinds(demo):
    found = {(entry.kind, entry.entry.get("status", "active")) for entry in demo.entries}
    assert {("publisher", "closed"), ("author", "merged"), ("author", "hidden"), ("vendor", "closed")} <= found


def test_a_history_is_in_order_and_no_two_of_its_periods_overlap(demo):
    for _, periods in itertools.groupby(demo.histories, key=lambda period: id(period.library)):
        rows = [period.row for period in periods]
        for row in rows:
            assert row["until_date"] is None or row["until_date"] > row["from_date"]
        for earlier, later in itertools.pairwise(rows):
            assert earlier["until_date"] == later["from_date"]


def test_histories_differ_in_length_precision_product_and_who_says_so(demo):
    rows = [period.row for period in demo.histories]
    per_library = collections.Counter(id(period.library) for period in demo.histories)
    products = collections.defaultdict(set)
    for period in demo.histories:
        products[id(period.library)].add(period.product.row["name"])
    assert max(per_library.values()) >= 4
    assert max(map(len, products.values())) >= 2
    assert {row["from_precision"] for row in rows} == {"day", "month", "year"}
    assert {row["stated_by"] for row in rows} == set(vocabularies.codes("stated_by")) - {"verified"}
    assert any(row["until_date"] is None for row in rows)
    assert any("removed_at" in row for row in rows)
    assert max(row["from_date"] for row in rows) <= software.LAST_DAY


def test_a_date_is_the_first_day_of_what_it_stands_for(demo):
    for row in (period.row for period in demo.histories):
        for end in ("from", "until"):
            date, precision = row[f"{end}_date"], row[f"{end}_precision"]
            assert bool(date) == bool(precision)
            assert precision not in ("month", "year") or date.day == 1
            assert precision != "year" or date.month == 1
