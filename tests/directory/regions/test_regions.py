"""Regions: what a reference means, what lies within, and what the table refuses."""

import pytest
from django.db import IntegrityError, transaction

from directory import errors
from directory.models import Region, RegionAlias, RegionCode, RegionFlag
from directory.regions import regions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bogor_selatan():
    district = factories.region("32.71.01", "Bogor Selatan")
    with factories.recorded():
        RegionCode.objects.create(region=district, scheme="dapodik", code="026101")
    return district


@pytest.mark.parametrize("reference", ["32.71.01", "327101", "kemendagri:32.71.01", "dapodik:026101"])
def test_a_region_is_found_by_its_code_dotted_or_not_and_by_that_of_another_scheme(bogor_selatan, reference):
    assert Region.objects.resolve(reference) == bogor_selatan


@pytest.mark.parametrize("reference", ["32.72.01", "dapodik:999999", "zip:16133", "Bogor", ""])
def test_an_unknown_reference_is_invalid(bogor_selatan, reference):
    with pytest.raises(errors.Invalid, match="unknown_region"):
        Region.objects.resolve(reference)


def test_four_bare_digits_are_ambiguous_unless_the_scheme_is_named(bogor_selatan):
    with pytest.raises(errors.Invalid, match="ambiguous_region_code"):
        Region.objects.resolve("3271")
    assert Region.objects.resolve("kemendagri:3271").code == "32.71"


def test_within_is_the_region_and_all_below_and_nothing_beside(bogor_selatan):
    factories.region("32.72", "Kota Sukabumi")
    codes = Region.objects.within("32.71").order_by("code").values_list("code", flat=True)
    assert list(codes) == ["32.71", "32.71.01"]


def test_the_lineage_leads_from_the_province_down(bogor_selatan):
    assert [region.code for region in bogor_selatan.lineage()] == ["32", "32.71", "32.71.01"]


def test_codes_of_other_lengths_are_left_as_they_are():
    assert regions.dotted("3271011001") == "32.71.01.1001"
    assert regions.dotted("32710") == "32710"
    assert regions.dotted("٣٢٧١") == "٣٢٧١"  # digits, but not ASCII ones


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "3271", "level": 2, "parent_id": "32"},
        {"code": "33", "level": 1, "parent_id": "32"},
        {"code": "32.72", "level": 2},
        {"code": "33", "level": 1, "latitude": -6.0},
    ],
)
def test_a_region_of_wrong_form_is_refused(bogor_selatan, fields):
    with pytest.raises(IntegrityError), factories.recorded(), transaction.atomic():
        Region.objects.create(name="Salah", **fields)


def test_half_a_point_of_an_entry_is_refused():
    with pytest.raises(IntegrityError, match="entry_point_whole"), transaction.atomic():
        factories.entry(latitude=-6.6, location_accuracy="point")


def test_a_flag_that_ends_before_it_begins_is_refused(bogor_selatan):
    with pytest.raises(IntegrityError, match="region_flag_dates_in_order"), factories.recorded():
        RegionFlag.objects.create(
            region=bogor_selatan,
            flag="remote_area",
            legal_basis="Perpres 63/2020",
            valid_from="2020-04-27",
            valid_until="2020-01-01",
        )


def test_rows_say_what_they_are(bogor_selatan):
    assert str(bogor_selatan) == "32.71.01 Bogor Selatan"
    assert str(bogor_selatan.codes.get()) == "dapodik:026101"
    assert str(RegionAlias(name="Kota Hujan")) == "Kota Hujan"
    assert str(RegionFlag(flag="remote_area", legal_basis="Perpres 63/2020")) == "remote_area (Perpres 63/2020)"
