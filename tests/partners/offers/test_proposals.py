"""Offers and needs: written, opened, changed, and ended by their owner, a moderator or time."""

import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from directory import actors, clock, errors, journal
from partners.models import Line, Movement, Proposal
from partners.offers import lifetimes, moves, stock, writing
from tests import factories, people

pytestmark = pytest.mark.django_db
BOOKS = {
    "kind": "book_donation",
    "title": "500 buku bacaan jenjang B",
    "lines": [
        {"title": "Kancil dan Buaya", "isbn": "9786230012345", "quantity": 300, "external_id": "A-1"},
        {"title": "Malin Kundang", "quantity": 200, "external_id": "A-2"},
    ],
}


@pytest.fixture
def publisher() -> Any:
    entry = factories.entry("publisher")
    with factories.recorded():
        type(entry).objects.filter(pk=entry.pk).update(trust_level="verified", verified_at=clock.now())
    entry.refresh_from_db()
    return entry


@pytest.fixture
def by(publisher: Any) -> actors.Actor:
    return people.actor(people.member(publisher), publisher)


def drafted(publisher: Any, by: actors.Actor, **values: Any) -> Proposal:
    return writing.create("offer", {**BOOKS, **values}, entry=publisher.pk, by=by, now=clock.now())


def test_a_draft_has_its_lines_and_a_ledger_that_says_where_they_came_from(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by)
    assert [(line.title, line.total, line.available) for line in offer.lines.order_by("position")] == [
        ("Kancil dan Buaya", 300, 300),
        ("Malin Kundang", 200, 200),
    ]
    assert list(Movement.objects.values_list("source", "target", "quantity").order_by("id")) == [
        ("", "available", 300),
        ("", "available", 200),
    ]
    assert {row.event.type for row in Movement.objects.all()} == {"offer.drafted"}
    assert "kancil" in offer.words


def test_a_verified_entry_opens_at_once_and_each_step_is_an_event(publisher: Any, by: actors.Actor) -> None:
    now = clock.now()
    offer = moves.publish("offer", drafted(publisher, by).pk, by=by, now=now)
    assert (offer.status, offer.was_reviewed, offer.version) == ("open", True, 3)
    assert offer.expires_at == now + datetime.timedelta(days=180)
    events = journal.Event.objects.filter(subject_id=str(offer.pk)).order_by("position", "id")
    assert [row.type for row in events] == ["offer.drafted", "offer.submitted", "offer.opened"]


def test_an_unverified_entry_waits_for_review_and_opens_by_silence_with_a_label(by: actors.Actor) -> None:
    entry = factories.entry("publisher")
    member = people.actor(people.member(entry), entry)
    now = clock.now()
    offer = moves.publish("offer", drafted(entry, member).pk, by=member, now=now)
    assert offer.status == "in_review"
    assert moves.open_reviewed(now=now + datetime.timedelta(days=4)) == 0
    assert moves.open_reviewed(now=now + datetime.timedelta(days=5)) == 1
    offer.refresh_from_db()
    assert (offer.status, offer.was_reviewed) == ("open", False)


def test_nothing_is_published_without_a_quantity(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by, lines=[])
    with pytest.raises(errors.Conflict, match="nothing_offered"):
        moves.publish("offer", offer.pk, by=by, now=clock.now())


def test_lines_are_replaced_by_their_ids_and_external_ids(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by)
    first, second = offer.lines.order_by("position")
    given = [
        {"external_id": "A-2", "title": "Malin Kundang", "quantity": 150},
        {"id": first.pk, "title": "Kancil", "quantity": 310},
        {"title": "Timun Mas", "quantity": 5},
    ]
    writing.change("offer", offer.pk, {"lines": given}, version=offer.version, by=by, now=clock.now())
    rows = Line.objects.current().filter(proposal=offer.pk).order_by("position")
    assert [(row.pk in (first.pk, second.pk), row.title, row.total) for row in rows] == [
        (True, "Malin Kundang", 150),
        (True, "Kancil", 310),
        (False, "Timun Mas", 5),
    ]
    assert list(stock.drifts()) == []


def test_a_total_never_falls_below_what_is_promised(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by)
    line = offer.lines.get(external_id="A-1")
    with factories.recorded() as event:
        stock.move([stock.Step(line.pk, "available", "reserved", 290)], event=event)
    with pytest.raises(errors.Conflict, match="quantity_promised"):
        writing.change("offer", offer.pk, {"lines": []}, version=None, by=by, now=clock.now())
    line.refresh_from_db()
    assert (line.total, line.reserved, line.removed_at) == (300, 290, None)


def test_a_taken_line_is_refused_whole_and_nothing_moves(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by)
    keys = [line.pk for line in offer.lines.order_by("position")]
    with factories.recorded() as event, pytest.raises(errors.Conflict) as refused:
        stock.move(
            [stock.Step(keys[0], "available", "reserved", 1), stock.Step(keys[1], "available", "reserved", 201)],
            event=event,
        )
    assert (refused.value.params["requested"], refused.value.params["available"]) == (201, 200)
    assert set(Line.objects.values_list("reserved", flat=True)) == {0}


def test_nobody_changes_the_ledger(publisher: Any, by: actors.Actor) -> None:
    drafted(publisher, by)
    for sql in ("UPDATE partners_movement SET quantity = 1", "DELETE FROM partners_movement"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_counter_that_differs_from_the_ledger_is_found(publisher: Any, by: actors.Actor) -> None:
    line = drafted(publisher, by).lines.order_by("position").first()
    Line.objects.filter(pk=line.pk).update(available=299, reserved=1)
    assert list(stock.drifts()) == [
        stock.Drift(line.pk, "available", 299, 300),
        stock.Drift(line.pk, "reserved", 1, 0),
    ]


def test_what_has_come_to_its_time_expires_and_can_be_renewed(publisher: Any, by: actors.Actor) -> None:
    now = clock.now()
    offer = moves.publish("offer", drafted(publisher, by).pk, by=by, now=now)
    later = now + datetime.timedelta(days=181)
    assert moves.expire_due(now=later) == 1
    assert moves.expire_due(now=later) == 0
    renewed = moves.renew("offer", offer.pk, by=by, now=later)
    assert (renewed.status, renewed.expires_at) == ("open", later + datetime.timedelta(days=180))


def test_a_need_ends_with_the_school_year(publisher: Any) -> None:
    need = Proposal(direction="need")
    for now, year in (
        (datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC), 2027),
        (datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC), 2027),
    ):
        assert lifetimes.ends_at(need, now=now) == datetime.datetime(year, 6, 30, 17, tzinfo=datetime.UTC)


def test_who_may_do_what_stands_in_the_table(publisher: Any, by: actors.Actor) -> None:
    offer = drafted(publisher, by)
    editor = people.actor(people.member(publisher, "editor"), publisher)
    with pytest.raises(errors.Forbidden, match="role_needed"):
        moves.publish("offer", offer.pk, by=editor, now=clock.now())
    stranger = people.actor(people.member(factories.entry("school")))
    with pytest.raises(errors.Missing):
        moves.publish("offer", offer.pk, by=stranger, now=clock.now())
