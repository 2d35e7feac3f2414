"""Requests when several act at once, each in a connection of its own: nothing is promised twice, no circle waits."""

import datetime
from functools import partial
from typing import Any

import pytest

from directory import clock, ids
from directory.models import Event
from partners import timers
from partners.collaborations import endings, moves, writing
from partners.models import AgreedLine, Collaboration, Line, Movement
from partners.offers import moves as offer_moves
from partners.offers import stock
from partners.offers import writing as offers
from tests import factories, people
from tests.partners import agreed
from tests.partners.collaborations import around
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def given() -> Any:
    return around.world(10, 10)


def asked_by_others(given: Any, number: int, *quantities: int) -> list[Collaboration]:
    return [
        around.asked(given, *quantities, by=around.school(f"Sekolah {number}")[1], least=1) for number in range(number)
    ]


def accepts(given: Any, row: Any, **how: Any) -> Any:
    return partial(moves.accept, row.pk, revision=1, by=given.gives, now=clock.now(), **how)


def sound() -> None:
    """Counters are those of the ledger, and what is reserved is what was agreed."""
    assert list(stock.drifts()) == []
    for line in Line.objects.all():
        held = AgreedLine.objects.filter(term_line__offer_line=line, collaboration__status__in=("accepted", "active"))
        held = held | AgreedLine.objects.filter(
            term_line__need_line=line, collaboration__status__in=("accepted", "active")
        )
        assert line.reserved == sum(held.values_list("reserved", flat=True))
    for row in Collaboration.objects.all():
        changes = Event.objects.filter(subject_type="collaboration", subject_id=str(row.pk))
        assert changes.count() == row.version


def test_ten_copies_go_to_those_who_come_first_and_no_more(given: Any) -> None:
    rows = asked_by_others(given, 8, 3)
    told = at_once(*(accepts(given, row) for row in rows))
    assert sorted(told) == ["done"] * 3 + ["insufficient_quantity"] * 5
    assert Collaboration.objects.filter(status="pending").count() == 5
    assert around.lines(given.offer)[0].available == 1
    sound()


def test_one_request_is_accepted_once(given: Any) -> None:
    row = around.asked(given, 2)
    told = at_once(*(accepts(given, row) for _ in range(4)))
    assert sorted(told) == ["done", *["wrong_state"] * 3]
    assert Movement.objects.filter(collaboration=row.pk).count() == 1
    sound()


def test_accept_counter_decline_withdraw_and_expire_at_once_come_to_one_end(given: Any) -> None:
    for _ in range(ROUNDS):
        row = around.asked(given, 1)
        due = Collaboration.objects.get(pk=row.pk).due_at
        now = clock.now()
        told = at_once(
            accepts(given, row),
            partial(moves.counter, row.pk, {"message": "?"}, by=given.gives, now=now),
            partial(moves.decline, row.pk, reason_code="other", by=given.gives, now=now),
            partial(moves.withdraw, row.pk, by=given.asks, now=now),
            partial(timers.work, now=due),
        )
        assert "done" in told
        assert set(told) <= {"done", "wrong_state", "not_your_turn", "stale_revision"}
        sound()
        row.refresh_from_db()
        if row.status == "pending":
            moves.withdraw(row.pk, by=given.asks, now=now)
        elif row.status == "active":
            endings.cancel(row.pk, note="-", by=given.asks, now=now)


def test_both_cancel_while_another_is_accepted(given: Any) -> None:
    for _ in range(ROUNDS):
        held = around.accepted(given, 10)
        _, other = around.school()
        wants = around.asked(given, 0, 1, by=other)
        now = clock.now()
        told = at_once(
            partial(endings.cancel, held.pk, note="-", by=given.asks, now=now),
            partial(endings.cancel, held.pk, note="-", by=given.gives, now=now),
            accepts(given, wants),
        )
        assert sorted(told[:2]) == ["done", "wrong_state"]
        assert told[2] == "done"
        sound()
        endings.cancel(wants.pk, note="-", by=other, now=clock.now())


def test_two_offers_in_opposite_order_wait_for_each_other_in_no_circle(given: Any) -> None:
    second = agreed.opened(given.publisher, 10)
    lines = [given.lines[0], around.lines(second)[0]]
    for _ in range(ROUNDS):
        rows = []
        for order in (lines, lines[::-1]):
            _, by = around.school()
            values = {
                "kind": "book_donation",
                "initiator_gives": False,
                "subject": "Buku",
                "lines": [{"offer_line": line.pk, "quantity": 1} for line in order],
            }
            rows.append(
                writing.create(values, target=("entry", given.publisher.pk), submit=True, by=by, now=clock.now())
            )
        assert at_once(*(accepts(given, row) for row in rows)) == ["done", "done"]
        sound()


def test_the_owner_lowers_the_total_while_requests_are_accepted(given: Any) -> None:
    rows = asked_by_others(given, 4, 2)
    given_lines = [{"id": line.pk, "title": line.title, "quantity": 5} for line in given.lines]

    def lower() -> None:
        offers.change("offer", given.offer.pk, {"lines": given_lines}, version=None, by=given.gives, now=clock.now())

    told = at_once(*(accepts(given, row) for row in rows), lower)
    line = around.lines(given.offer)[0]
    assert line.total == (5 if told[-1] == "done" else 10)
    assert told[-1] in ("done", "quantity_promised")
    assert line.reserved == 2 * told[:-1].count("done") <= line.total
    sound()


def test_an_offer_closes_and_an_entry_is_hidden_meanwhile(given: Any) -> None:
    rows = asked_by_others(given, 3, 1)

    def close() -> None:
        offer_moves.close("offer", given.offer.pk, by=given.gives, now=clock.now())

    told = at_once(*(accepts(given, row) for row in rows), close)
    assert told[-1] == "done"
    assert set(told[:-1]) <= {"done", "not_open"}
    sound()


def test_many_at_once_and_single_ones(given: Any) -> None:
    rows = asked_by_others(given, 6, 1, 1)
    client = people.as_person(people.member(given.publisher), acting_for=given.publisher)

    def many(order: list[Any]) -> Any:
        body = {"requests": [{"collaboration": ids.encode("collaboration", row.pk), "revision": 1} for row in order]}
        address = f"/v1/offers/{ids.encode('offer', given.offer.pk)}/accept-many"
        return lambda: client.post(address, body)

    told = at_once(many(rows), many(rows[::-1]), *(accepts(given, row) for row in rows[:3]))
    assert set(told) <= {"done", "wrong_state"}
    assert Collaboration.objects.filter(status="active").count() == 6
    assert [line.reserved for line in around.lines(given.offer)] == [6, 6]
    sound()


def test_the_same_line_is_asked_for_once_by_one_entry(given: Any) -> None:
    drafts = [around.asked(given, 1, submit=False) for _ in range(3)]
    told = at_once(*(lambda row=row: moves.submit(row.pk, by=given.asks, now=clock.now()) for row in drafts))
    assert sorted(told) == ["already_asked", "already_asked", "done"]


def test_no_entry_gets_more_than_its_share_by_asking_and_being_asked_at_once(given: Any) -> None:
    Line.objects.filter(pk=given.lines[0].pk).update(most_per_entry=5)
    asks = around.asked(given, 4)
    values = {
        "kind": "book_donation",
        "initiator_gives": True,
        "subject": "Untuk Anda",
        "lines": around.wanted(given, 4),
    }
    offered = writing.create(values, target=("entry", given.school.pk), submit=True, by=given.gives, now=clock.now())
    told = at_once(accepts(given, asks), lambda: moves.accept(offered.pk, revision=1, by=given.asks, now=clock.now()))
    assert sorted(told) == ["done", "too_many_for_one"]
    sound()


def test_two_workers_do_what_is_due_once(given: Any) -> None:
    rows = asked_by_others(given, 6, 1)
    later = max(Collaboration.objects.get(pk=row.pk).due_at for row in rows) + datetime.timedelta(days=1)
    at_once(*(lambda: timers.work(now=later) for _ in range(3)))
    assert Collaboration.objects.filter(status="expired").count() == 6
    assert Event.objects.filter(type="collaboration.expired").count() == 6
    factories.settle_feed(factories.last_position())
