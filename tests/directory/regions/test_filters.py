"""Regions are found by their names, by former ones, and by either without its type."""

import pytest

from directory.models import Region, RegionAlias
from directory.regions import filters
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["toba", "kabupaten toba", "Kab. Toba", "toba samosir", "kab toba sam"])
def test_a_region_is_found_by_the_beginning_of_a_name_with_or_without_its_type(typed):
    region = factories.region("12.12", "Kabupaten Toba")
    with factories.recorded():
        RegionAlias.objects.create(region=region, name="Kabupaten Toba Samosir")

    found = filters.RegionFilter.narrow(Region.objects.all(), filters.RegionFilter.cleaned({"name": typed}))

    assert list(found) == [region]


@pytest.mark.parametrize("typed", ["samosir", "...", "-"])
def test_the_middle_of_a_name_and_signs_alone_find_nothing(typed):
    factories.region("12.12", "Kabupaten Toba Samosir")

    assert not filters.RegionFilter.narrow(Region.objects.all(), {"name": typed}).exists()


def test_nothing_typed_leaves_all():
    region = factories.region("12", "Sumatera Utara")

    assert list(filters.RegionFilter.narrow(Region.objects.all(), {"name": " "})) == [region]
