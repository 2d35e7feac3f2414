"""Loading the demo data: once, under one event of its own source."""

import io

import pytest
from django.core.management import call_command

from directory import actors, clock
from directory.demo import load
from directory.models import Entry, Event, History, Identifier, Region, Source

pytestmark = pytest.mark.django_db


def command():
    out = io.StringIO()
    call_command("load_demo", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_loads_once_and_says_so():
    assert "Loaded" in command()
    before = Entry.objects.count(), Event.objects.count()
    assert "already" in command()
    assert (Entry.objects.count(), Event.objects.count()) == before


def test_all_entries_come_from_one_event_of_the_source_that_is_marked_as_demo():
    told = []
    entries = load.load(by=actors.SYSTEM, now=clock.now(), advance=told.append)
    source = Source.objects.get()
    assert source.is_demo
    assert "demo" in source.title.lower()
    assert source.rows == entries == Entry.objects.count()
    assert sum(told) > entries
    assert set(Entry.objects.values_list("event__source_id", flat=True)) == {source.pk}
    assert not History.objects.exists()
    assert Region.objects.count() == 552


def test_every_row_passes_the_checks_of_its_model():
    load.load(by=actors.SYSTEM, now=clock.now())
    for model, _ in load._tables([]):
        for row in model._default_manager.order_by("pk")[::40]:
            row.full_clean(validate_unique=False, validate_constraints=False)
    assert Identifier.objects.filter(scheme="npsn").count() >= 2000
