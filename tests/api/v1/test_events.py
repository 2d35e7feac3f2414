"""The feed of happenings over HTTP: each reader sees what they may, once, in order, and goes on without gaps."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, transaction

from directory import actors, clock, ids, journal
from directory.models import Contact, Entry, Event
from partners.models import Collaboration, Proposal
from partners.offers import moves, writing
from tests import factories, people
from tests.partners.collaborations import making

pytestmark = pytest.mark.django_db(transaction=True)
BOOKS = {"kind": "book_donation", "title": "Buku", "lines": [{"title": "Kancil", "quantity": 5}]}


def settle():
    factories.settle_feed(factories.last_position())


def read(client, query=""):
    """All events of a feed, page by page, and the last cursor."""
    found, cursor = [], ""
    while True:
        page = client.get(f"/v1/events?limit=2{query}" + (f"&cursor={cursor}" if cursor else "")).json()
        found += page["data"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return found, cursor


def types(client, query=""):
    return [one["type"] for one in read(client, query)[0]]


@pytest.fixture
def two():
    return making.Two()


@pytest.fixture
def offered():
    """An offer of a verified publisher, drafted and then opened; who wrote it."""
    publisher = factories.entry("publisher", trust_level="verified", verified_at=clock.now())
    by = people.actor(people.member(publisher), publisher)
    offer = writing.create("offer", BOOKS, entry=publisher.pk, by=by, now=clock.now())
    moves.publish("offer", offer.pk, by=by, now=clock.now())
    settle()
    return publisher, offer


def test_both_sides_are_told_of_a_request_and_nobody_else(two):
    making.move(two.row, "accepted", by=two.by_asked())
    settle()

    told, _ = read(two.as_asker)

    assert [one["type"] for one in told] == ["collaboration.submitted", "collaboration.accepted"]
    assert told[1]["object"] == {
        "id": ids.encode("collaboration", two.row.pk),
        "object": "collaboration",
        "version": 2,
        "status": "accepted",
    }
    assert told[1]["before"] == "pending"
    assert told[1]["actor"] == {"kind": "member", "entry": ids.encode("publisher", two.publisher.pk), "by": None}
    assert read(two.as_asked)[0][1]["actor"]["by"] == ids.encode("user", two.asked.pk)
    stranger = people.as_person(people.member(factories.entry()))
    deaf = people.client(people.token(two.asker, scopes=["entries:read"]), acting_for=two.school)
    for client in (stranger, deaf, people.client()):
        assert [name for name in types(client) if name.startswith("collaboration")] == []


def test_the_cursor_goes_on_where_it_was_and_nothing_comes_twice(two):
    settle()
    first, cursor = read(two.as_asker)
    making.move(two.row, "accepted", by=two.by_asked())
    settle()

    page = two.as_asker.get(f"/v1/events?cursor={cursor}").json()

    assert [one["type"] for one in page["data"]] == ["collaboration.accepted"]
    assert {one["id"] for one in first}.isdisjoint(one["id"] for one in page["data"])
    idle = two.as_asker.get(f"/v1/events?cursor={page['next_cursor']}").json()
    assert (idle["data"], idle["has_more"]) == ([], False)
    assert idle["next_cursor"]


def test_an_open_transaction_holds_the_feed_back_so_that_nothing_is_passed_over(two):
    settle()
    _, cursor = read(two.as_asker)
    begun, ended = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            journal.record(
                "collaboration.extended", by=actors.SYSTEM, now=clock.now(), subject=("collaboration", two.row.pk)
            )
            begun.set()
            ended.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(20)
    making.move(two.row, "accepted", by=two.by_asked())

    assert two.as_asker.get(f"/v1/events?cursor={cursor}").json()["data"] == []
    ended.set()
    thread.join(20)
    settle()
    page = two.as_asker.get(f"/v1/events?cursor={cursor}").json()
    assert [one["type"] for one in page["data"]] == ["collaboration.extended", "collaboration.accepted"]


def test_what_happened_before_an_offer_was_open_is_its_owners_own(offered):
    publisher, offer = offered
    owner = people.client(people.entry_key(publisher))

    assert types(people.client()) == ["offer.opened"]
    assert types(owner, "&type=offer.drafted,offer.submitted,offer.opened") == [
        "offer.drafted",
        "offer.submitted",
        "offer.opened",
    ]
    told = people.client().get("/v1/events").json()["data"][0]
    assert told["actor"] == {"kind": "system", "entry": None, "by": None}
    moderator = people.actor(people.moderator())
    moves.take_down("offer", offer.pk, reason="Bukan buku.", by=moderator, now=clock.now())
    settle()
    assert types(people.client()) == []
    assert types(owner, "&type=offer.taken_down") == ["offer.taken_down"]
    assert Proposal.objects.get().is_taken_down


def test_a_draft_of_a_request_is_its_initiators_own():
    two = making.Two("draft")
    making.move(two.row, "pending", by=two.by_asker())
    settle()

    assert types(two.as_asker) == ["collaboration.drafted", "collaboration.submitted"]
    assert types(two.as_asked) == ["collaboration.submitted"]


def test_who_read_the_contacts_of_an_entry_is_told_to_it_alone():
    two = making.Two("active")
    with factories.recorded():
        Contact.objects.create(entry=two.publisher, kind="email", value="a@contoh.example", visibility="counterparties")
    two.as_asker.get(f"/v1/collaboration-requests/{ids.encode('collaboration', two.row.pk)}/contacts")
    settle()

    told, _ = read(two.as_asked, "&type=contact.revealed")

    assert [one["actor"] for one in told] == [
        {"kind": "member", "entry": ids.encode("school", two.school.pk), "by": None}
    ]
    assert told[0]["object"]["status"] is None
    assert types(two.as_asker, "&type=contact.revealed") == []


def test_filters_of_type_object_and_time(two):
    other = making.collaboration(two.school, factories.entry("vendor"), by=two.by_asker())
    making.move(two.row, "declined", by=two.by_asked())
    settle()
    name = ids.encode("collaboration", other.pk)

    assert types(two.as_asker, "&type=collaboration.declined") == ["collaboration.declined"]
    assert [one["object"]["id"] for one in read(two.as_asker, f"&object={name}")[0]] == [name]
    declined = Event.objects.get(type="collaboration.declined")
    moment = declined.at.isoformat().replace("+00:00", "Z")
    assert types(two.as_asker, f"&since={moment}") == ["collaboration.declined"]
    for query, code in (
        ("type=offer.burnt", "invalid_choice"),
        ("object=usr_01kf3cb0s3f8q8r2d1kq8m8n8p", "unknown_object"),
        ("cursor=WyJldmVudHMiLDEsMl0", "invalid_cursor"),
        ("since=kemarin", "invalid_datetime"),
    ):
        response = two.as_asker.get(f"/v1/events?{query}")
        assert (response.status_code, response.json()["errors"][0]["code"]) == (400, code), query


def test_events_are_served_for_thirty_days_and_a_cursor_as_long(two):
    settle()
    _, cursor = read(two.as_asker)
    with time_machine.travel(clock.now() + datetime.timedelta(days=29), tick=False):
        assert types(people.client(people.entry_key(two.school))) == ["collaboration.submitted"]
    with time_machine.travel(clock.now() + datetime.timedelta(days=31), tick=False):
        client = people.client(people.entry_key(two.school))
        assert types(client) == []
        response = client.get(f"/v1/events?cursor={cursor}")
        assert response.json()["errors"][0]["code"] == "cursor_too_old"


def test_a_page_looks_at_a_bounded_part_of_the_journal(two, monkeypatch):
    for _ in range(4):
        making.collaboration(factories.entry(), factories.entry("vendor"))
    making.move(two.row, "accepted", by=two.by_asked())
    settle()
    monkeypatch.setattr("partners.deliveries.events.BATCH", 2)
    monkeypatch.setattr("partners.deliveries.events.MOST_SCANNED", 2)

    page = two.as_asker.get("/v1/events?type=collaboration.submitted,collaboration.accepted").json()

    assert [one["type"] for one in page["data"]] == ["collaboration.submitted"]
    assert page["has_more"]
    assert types(two.as_asker, "&type=collaboration.submitted,collaboration.accepted") == [
        "collaboration.submitted",
        "collaboration.accepted",
    ]


def test_an_entry_that_is_no_longer_acted_for_tells_nothing(two):
    settle()
    with factories.recorded():
        Entry.objects.filter(pk=two.school.pk).update(status="hidden")

    assert two.as_asker.get("/v1/events").status_code == 403
    assert Collaboration.objects.count() == 1
