"""Kept bodies: never stale, caught up in the background, and equal to the serializer."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import bodies
from directory.models import Contact, Entry, EntryName
from tests import factories

pytestmark = pytest.mark.django_db


def body(entry):
    return json.loads(bodies.load([entry.pk])[entry.pk].body)


def test_a_body_that_is_behind_is_made_at_once():
    entry = factories.entry(name="SD Lama")
    bodies.catch_up(batches=1)
    with factories.recorded():
        Entry.objects.filter(pk=entry.pk).update(name="SD Baru")
    assert body(entry)["name"] == "SD Baru"
    assert bodies.behind() == [entry.pk]


@pytest.mark.parametrize(
    "write",
    [
        lambda entry: EntryName.objects.create(entry=entry, value="SDN Satu", type="alias"),
        lambda entry: Contact.objects.create(entry=entry, kind="email", value="x@example.org", visibility="public"),
    ],
)
def test_a_change_of_a_child_row_puts_the_body_behind(write):
    entry = factories.entry()
    bodies.catch_up(batches=1)
    before = body(entry)
    with factories.recorded():
        write(entry)
    assert body(entry) != before
    assert bodies.catch_up(batches=1) == 1
    assert bodies.behind() == []


def test_another_shape_puts_every_body_behind(monkeypatch):
    entry = factories.entry()
    bodies.catch_up(batches=1)
    monkeypatch.setattr(bodies, "shape", lambda: "another")
    assert bodies.behind() == [entry.pk]


def test_kept_bodies_cost_one_query_and_no_serializer(monkeypatch):
    entries = [factories.entry() for _ in range(3)]
    bodies.catch_up(batches=1)
    monkeypatch.setattr(bodies, "serialised", None)
    assert len(bodies.load([entry.pk for entry in entries])) == 3


def test_an_older_body_never_replaces_a_newer_one(monkeypatch):
    entry = factories.entry()
    bodies.keep([entry.pk])
    monkeypatch.setattr(bodies, "serialised", lambda ids: {entry.pk: (0, b"old")})
    bodies.keep([entry.pk])
    assert bodies.KeptBody.objects.get().version == 1


def test_catching_up_goes_on_over_batches_and_stops_at_the_bound(monkeypatch):
    monkeypatch.setattr(bodies, "BATCH", 2)
    for _ in range(5):
        factories.entry()
    assert bodies.catch_up(batches=2) == 4
    assert bodies.catch_up(batches=9) == 1
    assert bodies.catch_up(batches=9) == 0


def test_serialising_takes_the_same_queries_for_one_and_many():
    def count(number):
        made = [factories.entry(names=[{"value": "A", "type": "alias"}]).pk for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            bodies.serialised(made)
        return len(queries)

    assert count(1) == count(20)


def test_verify_bodies_keeps_compares_and_finds_a_tampered_one(capsys):
    entry = factories.entry()
    call_command("verify_bodies", "--keep")
    assert "1 bodies compared, 0 differ; 0 entries have none yet." in capsys.readouterr().out
    bodies.KeptBody.objects.update(body=b'{"id":"wrong"}')
    with pytest.raises(SystemExit):
        call_command("verify_bodies")
    assert "sch_" in capsys.readouterr().err
    with factories.recorded():
        Entry.objects.filter(pk=entry.pk).update(address="Jl. Baru")
    call_command("verify_bodies")  # a body that is behind is served to nobody: no mistake
    assert "0 bodies compared, 0 differ; 1 entries have none yet." in capsys.readouterr().out
