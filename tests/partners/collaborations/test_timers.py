"""What happens by itself: each deadline is worked once, by the system, as an ordinary act; what fails is told."""

import datetime
from typing import Any

import pytest

from directory import actors, clock, errors, journal
from partners import school_days, tasks, timers
from partners.collaborations import deadlines, endings, moves
from partners.fulfilment import counting, holding, planning, shipping
from partners.models import AgreedLine, Collaboration, Deadline, Letter, Session
from tests import factories, people
from tests.partners.collaborations import around

DAY = datetime.timedelta(days=1)


@pytest.fixture
def given(db: None) -> Any:
    return around.world()


def last(row: Any) -> journal.Event:
    return journal.Event.objects.filter(subject_id=str(row.pk)).order_by("position", "id").last()


def test_what_nobody_answers_expires_after_14_school_days(given: Any) -> None:
    row = around.asked(given, 1)
    due = school_days.after(row.updated_at, days=14)
    assert row.due_at == due
    assert timers.work(now=due - DAY) == 0
    assert timers.work(now=due) == 1
    assert timers.work(now=due) == 0
    row.refresh_from_db()
    assert (row.status, row.ended_at, row.due_at) == ("expired", due, None)
    event = last(row)
    assert (event.type, event.actor_kind) == ("collaboration.expired", "system")


def test_a_date_of_the_terms_ends_the_wait_but_never_within_48_hours(given: Any) -> None:
    now = clock.now()
    soon, very_soon = (now + 9 * DAY).date(), (now + 2 * DAY).date()
    row = around.asked(given, 1, starts_on=(now + 12 * DAY).date(), needed_by=soon)
    midnight = datetime.datetime.combine(soon, datetime.time(), tzinfo=school_days.JAKARTA)
    assert row.due_at == midnight - 2 * DAY
    row = moves.revise(row.pk, {"needed_by": very_soon}, by=given.asks, now=now)
    assert row.due_at == now + 2 * DAY


def test_an_answer_begins_the_wait_anew(given: Any) -> None:
    row = around.asked(given, 1)
    later = row.due_at - DAY
    row = moves.counter(row.pk, {"message": "?"}, by=given.gives, now=later)
    assert row.due_at == school_days.after(later, days=14)
    assert timers.work(now=later + DAY) == 0


def test_what_is_not_signed_or_not_sent_gives_everything_back(given: Any) -> None:
    type(given.offer).objects.filter(pk=given.offer.pk).update(needs_signature=True)
    row = around.accepted(given, 4)
    assert timers.work(now=row.due_at) == 1
    row.refresh_from_db()
    assert (row.status, last(row).type) == ("cancelled", "collaboration.not_signed")
    type(given.offer).objects.filter(pk=given.offer.pk).update(needs_signature=False)
    row = around.accepted(given, 4)
    assert timers.work(now=row.activated_at + 30 * DAY) == 1
    assert timers.work(now=row.activated_at + 44 * DAY) == 1
    reminded = journal.Event.objects.filter(subject_id=str(row.pk), type="collaboration.reminded")
    assert reminded.count() == 2
    assert timers.work(now=row.activated_at + 45 * DAY) == 1
    row.refresh_from_db()
    assert (row.status, last(row).type) == ("cancelled", "collaboration.not_shipped")
    assert around.lines(given.offer)[0].available == 10
    assert not Deadline.objects.waiting().exists()


def test_the_time_to_send_runs_from_the_agreed_date(given: Any) -> None:
    starts = (clock.now() + 90 * DAY).date()
    row = around.accepted(given, 4, starts_on=starts)
    assert row.due_at.astimezone(school_days.JAKARTA).date() == starts + 45 * DAY


def test_a_deadline_that_was_overtaken_does_nothing(given: Any) -> None:
    row = around.accepted(given, 4)
    AgreedLine.objects.update(reserved=0, in_transit=4)
    version = Collaboration.objects.get(pk=row.pk).version
    assert timers.work(now=row.due_at) == 0
    row.refresh_from_db()
    assert (row.status, row.version) == ("active", version)
    assert not Deadline.objects.waiting().exists()


def test_a_leased_one_is_nobody_elses_until_the_lease_has_run_out(given: Any) -> None:
    row = around.asked(given, 1)
    now = row.due_at
    (held,) = deadlines.lease(now=now)
    assert timers.work(now=now) == 0
    assert timers.work(now=now + 3 * datetime.timedelta(minutes=1)) == 1
    assert not deadlines.is_held(held, now=now)


def test_a_leased_one_that_was_moved_meanwhile_is_left_alone(given: Any) -> None:
    row = around.asked(given, 1)
    now = row.due_at
    (held,) = deadlines.lease(now=now)
    moves.counter(row.pk, {"message": "?"}, by=given.gives, now=now)
    assert not timers._act(held, now=now)
    row.refresh_from_db()
    assert row.status == "pending"


def test_what_fails_too_often_is_told_to_the_moderators(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bogor, elsewhere = people.moderator("32.71"), people.moderator(factories.region("33.74", "Semarang").code)
    row = around.asked(given, 1)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("rusak")

    monkeypatch.setitem(timers.VERBS, "expire", broken)
    now = row.due_at
    for _ in range(deadlines.MOST_TRIES + 1):
        assert timers.work(now=now) == 0
        now += DAY
    deadline = Deadline.objects.get()
    assert (deadline.tries, deadline.done_at) == (deadlines.MOST_TRIES, None)
    assert deadline.raised_at is not None
    letters = Letter.objects.filter(subject__startswith="Tenggat gagal")
    assert [letter.to for letter in letters] == [bogor.email]
    assert elsewhere.email not in {letter.to for letter in letters}
    assert "rusak" not in letters[0].text


def test_one_that_fails_keeps_no_other_back(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = around.asked(given, 1), around.asked(given, 0, 1)

    def expire(key: Any, **how: Any) -> Any:
        if key == first.pk:
            raise RuntimeError("rusak")
        return moves.expire(key, **how)

    monkeypatch.setitem(timers.VERBS, "expire", expire)
    assert timers.work(now=second.due_at + DAY) == 1
    second.refresh_from_db()
    assert second.status == "expired"


def test_the_worker_works_them(given: Any) -> None:
    row = around.asked(given, 1)
    Deadline.objects.update(due_at=clock.now() - DAY, try_at=clock.now() - DAY)
    tasks.work_deadlines(timestamp=0)
    row.refresh_from_db()
    assert row.status == "expired"


def test_extending_moves_reminders_too(given: Any) -> None:
    row = around.accepted(given, 4)
    timers.work(now=row.activated_at + 41 * DAY)
    endings.extend(row.pk, by=given.asks, now=row.activated_at + 42 * DAY)
    found = {one.name: one.due_at - row.activated_at for one in Deadline.objects.waiting()}
    assert found == {"remind_1": 60 * DAY, "remind_2": 70 * DAY, "not_shipped": 75 * DAY}


def names(row: Any) -> dict[str, datetime.timedelta]:
    """The deadlines that wait, from now."""
    return {one.name: one.due_at - clock.now() for one in Deadline.objects.waiting().filter(collaboration=row.pk)}


def parcel(given: Any, row: Any, quantity: int) -> Any:
    line = AgreedLine.objects.get(collaboration=row.pk)
    made = planning.plan([planning.Wanted(line.pk, quantity)], {}, by=given.gives, now=clock.now())
    return shipping.dispatch(made.pk, by=given.gives, now=clock.now())


def test_what_was_sent_is_followed_to_its_end(given: Any) -> None:
    row = around.accepted(given, 4)
    first = parcel(given, row, 3)
    left = names(row)
    assert left.keys() == {"remind_1", "remind_2", "not_shipped"}, "the fourth copy is to be sent too"
    assert 44 * DAY < left["not_shipped"] < 46 * DAY
    endings.cancel(row.pk, note="-", by=given.gives, now=clock.now())
    shipping.send_back(first.pk, by=given.gives, now=clock.now())
    line = AgreedLine.objects.get()
    assert (line.reserved, line.in_transit, line.released) == (0, 0, 4)
    assert last(row).type == "collaboration.released"
    whole = around.accepted(given, 0, 1)
    sent = parcel(given, whole, 1)
    whole.refresh_from_db()
    assert (whole.due_at, names(whole)) == (None, {}), "everything is on its way"
    found = {sent.lines.get().pk: {"accepted": 1}}
    counting.count(sent.pk, found, is_last=True, by=given.asks, now=clock.now())
    whole.refresh_from_db()
    assert (whole.status, whole.outcome, last(whole).actor_kind) == ("closed", "full", "system")


def test_a_parcel_that_came_back_has_the_whole_time_again(given: Any) -> None:
    row = around.accepted(given, 4)
    sent = parcel(given, row, 4)
    assert names(row) == {}
    shipping.send_back(sent.pk, by=given.gives, now=clock.now())
    row.refresh_from_db()
    assert 44 * DAY < names(row)["not_shipped"] < 46 * DAY
    assert timers.work(now=row.due_at) == 3
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("cancelled", "")
    assert around.lines(given.offer)[0].available == 10


def test_the_rest_that_is_never_sent_is_given_back_and_it_closes_as_partial(given: Any) -> None:
    row = around.accepted(given, 4)
    sent = parcel(given, row, 3)
    counting.count(sent.pk, {sent.lines.get().pk: {"accepted": 3}}, is_last=True, by=given.asks, now=clock.now())
    row.refresh_from_db()
    assert row.status == "active"
    timers.work(now=row.due_at)
    row.refresh_from_db()
    assert (row.status, row.outcome, last(row).type) == ("closed", "partial", "collaboration.not_shipped")
    assert around.lines(given.offer)[0].available == 7


def test_seats_are_reminded_of_and_never_late(given: Any) -> None:
    lines = [{"title": "Lisensi", "quantity": 3, "unit": "seat"}]
    row = around.accepted(given, lines=lines)
    assert names(row).keys() == {"remind_1", "remind_2"}
    assert row.due_at is None
    timers.work(now=clock.now() + 400 * DAY)
    row.refresh_from_db()
    assert row.status == "active"
    with pytest.raises(errors.Conflict, match="wrong_state"):
        endings.not_shipped(row.pk, by=actors.SYSTEM, now=clock.now())


def test_a_visit_that_is_called_off_has_the_whole_time_again(given: Any) -> None:
    row = around.accepted(given, lines=[{"title": "Bercerita", "quantity": 1, "unit": "session"}])
    begins = clock.now() + 90 * DAY
    times = {"starts_at": begins, "ends_at": begins + DAY / 24}
    line = AgreedLine.objects.get()
    session = holding.schedule(line.pk, times, by=given.gives, now=clock.now())
    assert names(row) == {}
    holding.cancel(session.pk, by=given.gives, now=clock.now())
    assert 44 * DAY < names(row)["not_shipped"] < 46 * DAY


def test_what_nobody_has_counted_is_marked_on_its_day(given: Any) -> None:
    sent = parcel(given, around.accepted(given, 4), 4)
    due = shipping.expected_at(sent) + shipping.UNCONFIRMED_AFTER
    assert timers.work(now=due - DAY) == 0
    later = {"expected_on": (sent.dispatched_at + 20 * DAY).date()}
    planning.change(sent.pk, later, version=None, by=given.gives, now=clock.now())
    assert timers.work(now=due) == 0
    assert timers.work(now=due + 7 * DAY) == 1
    sent.refresh_from_db()
    assert (sent.status, sent.is_unconfirmed, last(sent).type) == ("dispatched", True, "shipment.unconfirmed")
    shipping.lose(sent.pk, by=given.gives, now=clock.now())
    assert not Deadline.objects.waiting().exists()


def test_a_visit_that_is_set_to_a_time_is_not_cancelled_because_nothing_was_sent(given: Any) -> None:
    lines = [{"title": "Bercerita", "quantity": 1, "unit": "session"}]
    row = around.accepted(given, lines=lines)
    starts = row.due_at + 30 * DAY
    line = AgreedLine.objects.get()
    Session.objects.create(
        agreed_line=line,
        units=1,
        starts_at=starts,
        ends_at=starts + DAY / 24,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    assert timers.work(now=row.due_at) == 0
    row.refresh_from_db()
    assert row.status == "active"
