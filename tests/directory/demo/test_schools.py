"""Demo schools: the same in every run, in every province, plausible, and nobody real."""

import collections
import re

from directory import vocabularies
from directory.demo import drafts, schools


def shown(school):
    return (school.name, school.entry, school.kind_row, school.library, school.identifiers, school.contacts)


def test_every_run_makes_the_same_schools_in_the_same_order():
    assert [shown(school) for school in schools.schools()] == [shown(school) for school in schools.schools()]


def test_there_are_at_least_2000_schools_over_all_provinces_and_regencies():
    made = schools.schools()
    regencies = collections.Counter(school.entry["region_id"] for school in made)
    assert len(made) >= 2000
    assert len({code[:2] for code in regencies}) == 38
    assert len(regencies) == 514
    assert min(regencies.values()) >= 4


def test_forms_ownership_and_ministry_stand_in_realistic_shares():
    made = schools.schools()
    forms = collections.Counter(school.kind_row["form"] for school in made)
    assert set(forms) <= set(vocabularies.codes("form"))
    assert {"mi", "mts", "ma", "slb", "pkbm", "smk"} <= set(forms)
    assert 0.35 < forms["sd"] / len(made) < 0.65
    assert {school.kind_row["ministry"] for school in made if school.kind_row["form"] == "mts"} == {"kemenag"}
    assert {school.kind_row["ownership"] for school in made} == {"state", "private"}


def test_a_npsn_is_well_formed_unique_and_in_a_range_that_no_school_has():
    values = [value for school in schools.schools() for scheme, value in school.identifiers if scheme == "npsn"]
    assert len(set(values)) == len(values)
    assert all(re.fullmatch(r"99[0-9]{6}|[PK]99[0-9]{5}", value) for value in values)


def test_names_repeat_across_regencies_and_not_within_one():
    made = schools.schools()
    names = collections.Counter(school.name for school in made)
    assert sum(count > 1 for count in names.values()) > 100
    assert len({(school.name, school.entry["region_id"]) for school in made}) == len(made)
    for habit in (
        r"SD NEGERI \d+ ",
        r"SDN \w+ [IVX]+$",
        r"SMPN \d",
        r"KOTA \w",
        "MUHAMMADIYAH",
        "KATOLIK",
        r"AL-",
        "MIN ",
    ):
        assert any(re.search(habit, name) for name in names), habit


def test_a_point_lies_within_a_few_kilometres_of_the_regencys():
    places = {regency.code: regency for regency in drafts.regencies()}
    for school in schools.schools():
        if "latitude" in school.entry:
            regency = places[school.entry["region_id"]]
            assert abs(school.entry["latitude"] - regency.latitude) < 0.04
            assert abs(school.entry["longitude"] - regency.longitude) < 0.04


def test_about_three_fifths_say_something_of_a_library():
    made = schools.schools()
    libraries = [school.library for school in made if school.library]
    assert 0.55 < len(libraries) / len(made) < 0.65
    assert {library["exists"] for library in libraries} == {"yes", "no", "unknown"}
    assert sum(library["exists"] == "yes" for library in libraries) > 600


def test_addresses_on_the_network_are_examples_and_telephone_numbers_ring_nowhere():
    for school in schools.schools():
        for kind, value, _ in school.contacts:
            assert value.startswith("+62000") if kind == "phone" else value.endswith(".example.org")


def test_what_is_not_public_can_be_told_by_its_mark():
    contacts = [contact for school in schools.schools() for contact in school.contacts]
    assert {visibility for *_, visibility in contacts} == {"public", "signed_in", "counterparties", "members_only"}
    assert all(visibility != "public" for _, value, visibility in contacts if "rahasia" in value)


def test_some_schools_are_closed_merged_into_a_listed_one_or_hidden():
    made = schools.schools()
    states = collections.Counter(school.entry.get("status", "active") for school in made)
    assert states["closed"] >= 10
    assert states["merged"] >= 5
    assert states["hidden"] >= 3
    for school in made:
        if school.merged_into:
            assert school.merged_into.entry.get("status", "active") == "active"
            assert school.merged_into.entry["region_id"] == school.entry["region_id"]
