"""The waitlist: who found too little waits, and what comes back is held for the first until it is taken."""

import datetime
from functools import partial
from typing import Any

import pytest

from directory import actors, clock, errors, journal
from partners import school_days, tasks, timers
from partners.collaborations import endings, guards, merges, moves, waitlist
from partners.models import AgreedLine, Collaboration, Deadline, Proposal
from partners.offers import moves as offer_moves
from partners.offers import stock
from partners.trust import following
from tests.partners import agreed
from tests.partners.collaborations import around
from tests.racing import at_once

DAY = datetime.timedelta(days=1)


@pytest.fixture
def given(db: None) -> Any:
    """An offer of ten that is promised whole to the first school."""
    made = around.world(10)
    made.holder = around.accepted(made, 10)
    return made


def waiting(given: Any, quantity: int, *, least: int | None = None, name: str = "") -> Any:
    """A school that found nothing and waits, with who acts for it."""
    entry, by = around.school(name or f"Sekolah {quantity}")
    row = around.asked(given, quantity, by=by, least=least, joins_waitlist=True)
    row = waitlist.wait(row.pk, revision=1, by=given.gives, now=clock.now())
    row.asker, row.school = by, entry
    return row


def back(given: Any) -> None:
    endings.cancel(given.holder.pk, note="-", by=given.gives, now=clock.now())


def state(row: Any) -> tuple[str, str, int]:
    row.refresh_from_db()
    held = AgreedLine.objects.filter(collaboration=row.pk).values_list("reserved", flat=True)
    return row.status, row.awaiting, sum(held)


def test_who_finds_too_little_and_would_wait_can_ask_all_the_same(given: Any) -> None:
    by = around.school()[1]
    with pytest.raises(errors.Conflict, match="insufficient_quantity"):
        around.asked(given, 3, by=by)
    row = around.asked(given, 3, by=by, joins_waitlist=True)
    assert row.status == "pending"
    with pytest.raises(errors.Conflict, match="insufficient_quantity"):
        moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())
    with pytest.raises(errors.Conflict, match="stale_revision"):
        waitlist.wait(row.pk, revision=2, by=given.gives, now=clock.now())
    row = waitlist.wait(row.pk, revision=1, by=given.gives, now=clock.now())
    assert state(row) == ("waiting", "none", 0)
    assert guards.prepared(Collaboration.objects.filter(pk=row.pk)).get().waitlist_position == 1


def test_who_does_not_ask_for_it_is_not_made_to_wait(given: Any) -> None:
    row = around.asked(given, 3, by=around.school()[1], joins_waitlist=True)
    Collaboration.objects.filter(pk=row.pk).update(joins_waitlist=False)
    with pytest.raises(errors.Conflict, match="no_waitlist"):
        waitlist.wait(row.pk, revision=1, by=given.gives, now=clock.now())


def test_what_comes_back_is_held_for_the_first_and_then_for_the_next(given: Any) -> None:
    Proposal.objects.filter(pk=given.offer.pk).update(waitlist_days=3)
    first, second, third = waiting(given, 6), waiting(given, 7), waiting(given, 4)
    places = guards.prepared(Collaboration.objects.filter(status="waiting")).order_by("waiting_since")
    assert [row.waitlist_position for row in places] == [1, 2, 3]
    assert waitlist.offer_released(now=clock.now()) == 0
    back(given)
    now = clock.now()
    assert waitlist.offer_released(now=now) == 2
    assert (state(first), state(second), state(third)) == (
        ("offered", "initiator", 6),
        ("waiting", "none", 0),
        ("offered", "initiator", 4),
    ), "the second finds too little, and keeps nobody behind it"
    assert around.lines(given.offer)[0].available == 0
    assert Deadline.objects.get(collaboration=first.pk).due_at == first.due_at == school_days.after(now, days=3)
    assert list(Collaboration.objects.awaiting(first.initiator_id)) == [first]

    taken = waitlist.take(third.pk, by=third.asker, now=clock.now())
    assert (taken.status, taken.accepted_revision) == ("active", 1)
    assert timers.work(now=first.due_at) == 1
    assert state(first) == ("expired", "none", 0)
    waitlist.offer_released(now=clock.now())
    assert state(second) == ("waiting", "none", 0), "six are there, seven are wanted"
    endings.cancel(third.pk, note="-", by=third.asker, now=clock.now())
    tasks.work_deadlines(timestamp=0)
    assert state(second) == ("offered", "initiator", 7)
    assert list(stock.drifts()) == []


def test_of_less_than_was_asked_the_least_is_enough(given: Any) -> None:
    row = waiting(given, 20, least=8)
    back(given)
    waitlist.offer_released(now=clock.now())
    assert state(row) == ("offered", "initiator", 10)


@pytest.mark.parametrize("end", ["withdraw", "decline", "expire", "take_down", "dissolve"])
@pytest.mark.parametrize("is_offered", [False, True])
def test_whoever_leaves_the_line_leaves_what_is_held_to_the_next(given: Any, end: str, is_offered: bool) -> None:
    row, after = waiting(given, 6, name="Satu"), waiting(given, 6, name="Dua")
    if is_offered:
        back(given)
        waitlist.offer_released(now=clock.now())
    now = clock.now()
    {
        "withdraw": lambda: moves.withdraw(row.pk, by=row.asker, now=now),
        "decline": lambda: moves.decline(row.pk, reason_code="other", by=given.gives, now=now),
        "expire": lambda: moves.expire(row.pk, by=actors.SYSTEM, now=now),
        "take_down": lambda: moves.take_down(
            row.pk, note="-", by=agreed.people.actor(agreed.people.moderator()), now=now
        ),
        "dissolve": lambda: merges._asked_there(
            following.Merge(row.initiator_id, given.publisher.pk, row.pk, True, actors.SYSTEM, now)
        ),
    }[end]()
    assert state(row)[1:] == ("none", 0)
    assert row.due_at is None
    if is_offered:
        waitlist.offer_released(now=now)
        assert state(after) == ("offered", "initiator", 6)
    assert list(stock.drifts()) == []


def test_the_one_that_waits_cannot_be_declined_by_itself_nor_taken_by_the_other(given: Any) -> None:
    row = waiting(given, 6)
    with pytest.raises(errors.Conflict, match="not_your_turn"):
        moves.decline(row.pk, reason_code="other", by=row.asker, now=clock.now())
    back(given)
    waitlist.offer_released(now=clock.now())
    with pytest.raises(errors.Forbidden, match="role_needed"):
        waitlist.take(row.pk, by=given.gives, now=clock.now())


def test_nobody_goes_before_those_who_wait(given: Any) -> None:
    row = waiting(given, 6)
    later = around.asked(given, 1, by=around.school()[1], joins_waitlist=True)
    back(given)
    with pytest.raises(errors.Conflict, match="others_wait"):
        moves.accept(later.pk, revision=1, by=given.gives, now=clock.now())
    waitlist.offer_released(now=clock.now())
    assert moves.accept(later.pk, revision=1, by=given.gives, now=clock.now()).status == "active"
    assert state(row) == ("offered", "initiator", 6)


def test_of_an_offer_that_has_ended_nobody_waits_longer(given: Any) -> None:
    row = waiting(given, 6)
    offer_moves.close("offer", given.offer.pk, by=given.gives, now=clock.now())
    back(given)
    assert waitlist.offer_released(now=clock.now()) == 0
    assert state(row) == ("expired", "none", 0)


def test_waiting_ends_after_180_days_or_before_its_date(given: Any) -> None:
    row = waiting(given, 6)
    assert row.due_at - row.waiting_since == 180 * DAY
    endings.cancel(given.holder.pk, note="-", by=given.gives, now=clock.now())
    assert timers.work(now=row.due_at) == 1
    assert state(row) == ("expired", "none", 0)
    event = journal.Event.objects.filter(subject_id=str(row.pk)).order_by("position", "id").last()
    assert (event.type, event.actor_kind) == ("collaboration.expired", "system")


def test_a_signature_is_asked_for_what_was_taken_too(given: Any) -> None:
    row = waiting(given, 6)
    Collaboration.objects.filter(pk=row.pk).update(needs_signature=True)
    back(given)
    waitlist.offer_released(now=clock.now())
    assert waitlist.take(row.pk, by=row.asker, now=clock.now()).status == "accepted"


@pytest.mark.django_db(transaction=True)
def test_what_comes_back_is_promised_once_whoever_races_for_it() -> None:
    given = around.world(10)
    given.holder = around.accepted(given, 10)
    rows = [waiting(given, 4, name=f"Sekolah {number}") for number in range(5)]
    other = around.asked(given, 4, by=around.school()[1], joins_waitlist=True)
    now = clock.now()
    told = at_once(
        partial(back, given),
        *[partial(waitlist.offer_released, now=now) for _ in range(3)],
        partial(moves.accept, other.pk, revision=1, by=given.gives, now=now),
        partial(moves.withdraw, rows[0].pk, by=rows[0].asker, now=now),
    )
    assert set(told) <= {"done", "insufficient_quantity", "others_wait"}
    waitlist.offer_released(now=now)
    statuses = [state(row)[0] for row in rows]
    assert statuses.count("offered") + (state(other)[0] == "active") == 2
    for row in rows:
        if row.status == "offered":
            assert at_once(*[partial(waitlist.take, row.pk, by=row.asker, now=now)] * 3).count("done") == 1
    line = around.lines(given.offer)[0]
    assert (line.available, line.reserved) == (2, 8)
    assert list(stock.drifts()) == []
    assert journal.Event.objects.filter(type="collaboration.taken").count() == statuses.count("offered")
