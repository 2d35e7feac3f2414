"""The country's own table: complete, well-formed, loaded once and gently."""

import collections
import io

import pytest
from django.core.management import call_command

from directory import actors, clock
from directory.models import Event, History, Region, RegionAlias, RegionCode
from directory.regions import indonesia
from tests import factories

BY = actors.command("test")


def load():
    return indonesia.load(by=BY, now=clock.now())


def test_the_table_has_38_provinces_and_514_regencies_with_a_point_in_the_country():
    found = [row for _, row in indonesia.rows("indonesia")]
    assert collections.Counter(len(row["code"]) for row in found) == {2: 38, 5: 514}
    for row in found:
        assert row["name"] == " ".join(row["name"].split())
        assert -11.1 < float(row["latitude"]) < 6.1
        assert 94.9 < float(row["longitude"]) < 141.1
        assert bool(row["iso"]) == bool(row["time_zone"]) == (len(row["code"]) == 2)
        assert len(row["code"]) == 2 or row["name"].startswith(("Kabupaten ", "Kota "))


def test_an_alias_belongs_to_a_region_of_the_table():
    codes = {row["code"] for _, row in indonesia.rows("indonesia")}
    assert {row["code"] for _, row in indonesia.rows("aliases")} <= codes


@pytest.mark.django_db
def test_loading_fills_an_empty_directory_under_one_event():
    outcome = load()
    assert outcome == (552, 0, 0)
    assert Event.objects.count() == 1
    toba = RegionAlias.objects.get(name="Kabupaten Toba Samosir").region
    assert (toba.name, toba.parent.name, toba.level) == ("Kabupaten Toba", "Sumatera Utara", 2)
    assert RegionCode.objects.get(scheme="iso", code="ID-YO").region.time_zone == "Asia/Jakarta"


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_leaves_no_event():
    load()
    assert load() == (0, 0, 552)
    assert Event.objects.count() == 1
    assert not History.objects.exists()


@pytest.mark.django_db
def test_what_an_import_said_of_a_region_stays():
    factories.region("32.71", "Kota Bogor (impor)", latitude=-6.5971, longitude=106.806, postal_code="16111")
    load()
    bogor = Region.objects.get(code="32.71")
    assert (bogor.name, bogor.latitude, bogor.postal_code) == ("Kota Bogor (impor)", -6.5971, "16111")
    assert Region.objects.get(code="32").time_zone == "Asia/Jakarta"


@pytest.mark.django_db
def test_the_command_makes_a_new_installation_know_the_country():
    said = io.StringIO()
    call_command("load_regions", stdout=said)
    call_command("load_regions", stdout=said)
    assert said.getvalue() == "552 regions new, 0 changed.\n0 regions new, 0 changed.\n"
