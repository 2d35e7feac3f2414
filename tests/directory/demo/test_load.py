"""Loading the demo data: once, under one event of its own source."""

import io

import pytest
from django.core.management import call_command

from directory import actors, clock
from directory.demo import load
from directory.models import (
    Author,
    Contact,
    Entry,
    EntryName,
    Event,
    History,
    Identifier,
    Installation,
    Library,
    Organisation,
    Product,
    Publisher,
    Region,
    Relation,
    School,
    Source,
    Vendor,
)
from directory.regions import indonesia

pytestmark = pytest.mark.django_db


TABLES = (
    Entry,
    School,
    Publisher,
    Author,
    Vendor,
    Organisation,
    Library,
    Identifier,
    EntryName,
    Contact,
    Relation,
    Product,
    Installation,
)


def test_the_command_loads_everything_once_and_says_so():
    """Slow: writes all of the demo data."""
    said = [io.StringIO(), io.StringIO()]
    call_command("load_demo", stdout=said[0])
    source = Source.objects.get()
    assert f"{source.rows:,} entries" in said[0].getvalue()
    assert source.is_demo
    assert "demo" in source.title.lower()
    assert source.rows == Entry.objects.count()
    assert set(Entry.objects.values_list("event__source_id", flat=True)) == {source.pk}
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["regions.loaded", "demo.loaded"]
    assert not History.objects.exists()
    assert Region.objects.count() == 552
    for model in TABLES:
        assert model._default_manager.exists(), model
        for row in model._default_manager.order_by("pk")[::40]:
            row.full_clean(validate_unique=False, validate_constraints=False)

    call_command("load_demo", stdout=said[1])
    assert "already" in said[1].getvalue()
    assert Event.objects.count() == 2


def test_known_regions_are_not_loaded_again_and_progress_is_told(monkeypatch):
    demo = load.made()
    small = load.Demo(demo.entries[:3], [], [])
    monkeypatch.setattr(load, "made", lambda: small)
    indonesia.load(by=actors.SYSTEM, now=clock.now())
    told = []
    load.load(by=actors.SYSTEM, now=clock.now(), advance=told.append)
    assert sum(told) >= 9  # three entries, each with its kind's row and a number
    assert Event.objects.filter(type="regions.loaded").count() == 1
