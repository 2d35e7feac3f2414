"""Disputes: the table, every cell; what they pause; and how they end by agreement, by a moderator or by silence."""

import datetime
from typing import Any

import pytest
from django.db import transaction

from directory import actors, clock, errors, journal, vocabularies
from partners import machine, school_days, timers
from partners.fulfilment import counting, dispute_table, disputing, planning, reviews, shipping
from partners.fulfilment.dispute_table import RULES, TABLE
from partners.fulfilment.planning import Wanted
from partners.models import AgreedLine, Collaboration, Deadline, Dispute, DisputeLine, Line
from partners.offers import stock
from tests import factories, people
from tests.partners import agreed
from tests.partners.trust.around import without

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
STATUSES = vocabularies.codes("dispute_status")
LIVE = ("open", "escalated")
PARTY = {"answer", "agree", "escalate", "withdraw"}
# Who may do what at all, written down a second time: the table must agree, cell by cell.
RIGHTS: dict[str, set[str]] = {
    "sends": PARTY,
    "sends_as_editor": PARTY,
    "sends_as_viewer": set(),
    "sends_with_key": PARTY,
    "sends_without_write": set(),
    "counts": PARTY,
    "counts_as_receiver": PARTY,
    "counts_as_editor": set(),
    "moderator": {"decide"},
    "moderator_without_moderation": set(),
    "moderator_elsewhere": set(),
    "stranger": set(),
    "anonymous": set(),
    "system": {"escalate", "lapse"},
}
SEES_NOTHING = {"moderator_elsewhere", "stranger", "anonymous"}
STATES = {**dict.fromkeys(RULES, LIVE), "escalate": ("open",)}


@pytest.fixture
def given() -> Any:
    """A parcel of two lines that is on its way and long expected; the receiver says that one line did not arrive."""
    factories.region("32.71", "Kota Bogor")
    made = agreed.donation(10, 5)
    with factories.recorded():
        for entry in (made.giver, made.receiver):
            type(entry).objects.filter(pk=entry.pk).update(region_id="32.71")
    lines = [Wanted(row.pk, row.quantity) for row in made.agreed]
    made.parcel = planning.plan(lines, {}, by=made.sends, now=clock.now())
    made.parcel = shipping.dispatch(made.parcel.pk, by=made.sends, now=clock.now())
    made.lines = list(made.parcel.lines.order_by("agreed_line__term_line__number"))
    made.now = clock.now() + 60 * DAY
    return made


def opened(given: Any, *, lines: Any = None, **more: Any) -> Dispute:
    named = given.lines[:1] if lines is None else lines
    about = {"kind": "not_arrived", "lines": [line.pk for line in named], "text": "Tidak ada.", "resolution": "lost"}
    return disputing.open(given.parcel.pk, **{**about, "by": given.counts, "now": given.now, **more})


def code_of(call: Any) -> str:
    with pytest.raises(errors.DomainError) as refused:
        call()
    return refused.value.code


@pytest.fixture
def crowd(given: Any) -> dict[str, actors.Actor]:
    factories.region("33.74", "Kota Semarang")
    moderator = people.actor(people.moderator("32"))
    key = actors.Actor(
        kind="api_key",
        acting_entry=given.giver.pk,
        scopes=actors.ALL_SCOPES,
        roles=frozenset({"viewer", "editor", "approver", "receiver"}),
    )
    return {
        "sends": given.sends,
        "sends_as_editor": people.actor(people.member(given.giver, "editor"), given.giver),
        "sends_as_viewer": people.actor(people.member(given.giver, "viewer"), given.giver),
        "sends_with_key": key,
        "sends_without_write": without(given.sends, "collaborations:write"),
        "counts": given.counts,
        "counts_as_receiver": people.actor(people.member(given.receiver, "receiver"), given.receiver),
        "counts_as_editor": people.actor(people.member(given.receiver, "editor"), given.receiver),
        "moderator": moderator,
        "moderator_without_moderation": without(moderator, "moderation:write"),
        "moderator_elsewhere": people.actor(people.moderator("33")),
        "stranger": agreed.donation(1).sends,
        "anonymous": actors.ANONYMOUS,
        "system": actors.SYSTEM,
    }


def expected(status: str, action: str, who: str) -> str:
    """The code of the refusal by the second writing, "" when the cell is free. The sender is awaited."""
    if who in SEES_NOTHING:
        return "not_found"
    if action not in RIGHTS[who]:
        bare = who.partition("_without_")[0]
        return "missing_scope" if bare != who and action in RIGHTS[bare] else "role_needed"
    if status not in STATES[action]:
        return "wrong_state"
    side = "sender" if who.startswith("sends") else "receiver"
    if action in ("answer", "agree") and side != "sender":
        return "not_your_turn"
    return "not_yours_to_withdraw" if action == "withdraw" and side != "receiver" else ""


@pytest.mark.parametrize("status", STATUSES)
def test_every_cell_of_the_table(given: Any, crowd: dict[str, actors.Actor], status: str) -> None:
    assert crowd.keys() == RIGHTS.keys()
    row = opened(given)
    is_live = status in LIVE
    Dispute.objects.filter(pk=row.pk).update(
        status=status,
        awaiting="sender" if is_live else "",
        ended_at=None if is_live else given.now,
        due_at=given.now if is_live else None,
    )
    for who, by in crowd.items():
        shown = Dispute.objects.visible_to(by).select_related("shipment").filter(pk=row.pk).first()
        listed = {one.name: one.refusal for one in machine.allowed(TABLE, shown, by=by, now=given.now)} if shown else {}
        for action in RULES:
            told = _outcome(row, action, by, given.now)
            assert told == expected(status, action, who), (status, action, who)
            if action in listed:
                assert (listed[action].code if listed[action] else "") == told
    assert Dispute.objects.get(pk=row.pk).status == status


def _outcome(row: Any, action: str, by: actors.Actor, now: datetime.datetime) -> str:
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            machine.begin(TABLE, action, row.pk, by=by, now=now)
            return ""
        except errors.DomainError as refusal:
            return refusal.code
        finally:
            transaction.savepoint_rollback(point)


def test_it_pauses_its_lines_and_no_others(given: Any) -> None:
    given = agreed.donation(10, 5)
    parts = [Wanted(row.pk, 3) for row in given.agreed]
    given.parcel = planning.plan(parts, {}, by=given.sends, now=clock.now())
    waits = planning.plan([Wanted(given.agreed[0].pk, 1)], {}, by=given.sends, now=clock.now())
    given.parcel = shipping.dispatch(given.parcel.pk, by=given.sends, now=clock.now())
    given.lines = list(given.parcel.lines.order_by("agreed_line__term_line__number"))
    given.now = clock.now() + 60 * DAY
    assert Deadline.objects.waiting().filter(collaboration=given.row.pk, name="not_shipped").exists()
    row = opened(given)
    assert not Deadline.objects.waiting().filter(collaboration=given.row.pk).exists(), "nothing is given back meanwhile"

    def plan(number: int) -> Any:
        wanted = [Wanted(given.agreed[number].pk, 1)]
        return planning.plan(wanted, {}, by=given.sends, now=clock.now())

    assert code_of(lambda: plan(0)) == "disputed"
    assert code_of(lambda: shipping.dispatch(waits.pk, by=given.sends, now=clock.now())) == "disputed"
    assert plan(1).status == "planned"
    disputing.withdraw(row.pk, by=given.counts, now=given.now)
    assert shipping.dispatch(waits.pk, by=given.sends, now=given.now).status == "dispatched"
    assert Deadline.objects.waiting().filter(collaboration=given.row.pk, name="not_shipped").exists()


def test_agreed_to_be_lost_only_these_lines_are_written_off(given: Any) -> None:
    row = opened(given)
    done = disputing.agree(row.pk, by=given.sends, now=given.now)
    assert (done.status, done.resolution, done.due_at) == ("agreed", "lost", None)
    given.parcel.refresh_from_db()
    first, second = AgreedLine.objects.filter(collaboration=given.row.pk).order_by("term_line__number")
    assert (first.written_off, second.in_transit, given.parcel.status) == (10, 5, "dispatched")
    assert Line.objects.get(proposal=given.need.pk, position=0).available == 10, "it is needed again"
    rest = {given.lines[1].pk: {"accepted": 5}}
    counting.count(given.parcel.pk, rest, is_last=True, by=given.counts, now=given.now)
    row = Collaboration.objects.get(pk=given.row.pk)
    assert (row.status, row.outcome) == ("closed", "partial")
    assert list(stock.drifts()) == []


def test_where_all_of_it_is_lost_the_shipment_is(given: Any) -> None:
    row = opened(given, lines=given.lines)
    moderator = people.actor(people.moderator("32"))
    disputing.decide(row.pk, text="Bukti kurir tidak ada.", resolution="lost", by=moderator, now=given.now)
    given.parcel.refresh_from_db()
    assert given.parcel.status == "lost"
    row = Collaboration.objects.get(pk=given.row.pk)
    assert (row.status, row.outcome) == ("closed", "none")


def test_both_answer_until_one_agrees(given: Any) -> None:
    row = opened(given)
    first = row.due_at
    assert first == school_days.after(given.now, days=10)
    assert code_of(lambda: disputing.agree(row.pk, by=given.counts, now=given.now)) == "not_your_turn"
    later = given.now + 2 * DAY
    row = disputing.answer(row.pk, text="Sudah diantar.", resolution="other", by=given.sends, now=later)
    assert (row.awaiting, row.resolution, row.due_at) == ("receiver", "other", school_days.after(later, days=10))
    row = disputing.agree(row.pk, by=given.counts, now=later)
    assert (row.status, row.resolution) == ("agreed", "other")
    assert [one.side for one in row.statements.order_by("pk")] == ["receiver", "sender"]
    assert AgreedLine.objects.get(pk=given.agreed[0].pk).in_transit == 10
    assert not DisputeLine.objects.filter(is_live=True).exists()


def test_silence_hands_it_on_and_then_leaves_it_unresolved(given: Any) -> None:
    row = opened(given)
    moderator = people.actor(people.moderator("32"))
    waiting = reviews.KINDS["dispute"].waiting
    assert not waiting(moderator).exists()
    assert timers.work(now=row.due_at - DAY / 24) >= 0
    assert Dispute.objects.get(pk=row.pk).status == "open"
    timers.work(now=row.due_at)
    row.refresh_from_db()
    assert (row.status, row.due_at) == ("escalated", row.created_at + 30 * DAY)
    assert list(waiting(moderator)) == [row]
    title, detail, entry, silence = reviews.KINDS["dispute"].told(waiting(moderator).get())
    assert (title, entry) == (given.giver.name, given.giver)
    assert f"{row.due_at:%d-%m-%Y}" in silence
    assert given.receiver.name in detail
    timers.work(now=row.due_at)
    row.refresh_from_db()
    assert (row.status, row.awaiting) == ("unresolved", "")
    assert AgreedLine.objects.get(pk=given.agreed[0].pk).in_transit == 10, "silence writes nothing off"
    told = journal.Event.objects.filter(subject_type="dispute").order_by("position", "id")
    assert [(one.type, one.actor_kind) for one in told] == [
        ("dispute.opened", "user"),
        ("dispute.escalated", "system"),
        ("dispute.unresolved", "system"),
    ]


def test_nobody_decides_between_two_of_which_one_is_theirs(given: Any) -> None:
    row = opened(given)
    person = people.moderator("32")
    people.member(given.giver, "viewer", of=person)
    by = people.actor(person)
    disputing.escalate(row.pk, by=given.counts, now=given.now)
    assert not reviews.KINDS["dispute"].waiting(by).exists()
    told = code_of(lambda: disputing.decide(row.pk, text="-", resolution="lost", by=by, now=given.now))
    assert told == "conflict_of_interest"


def test_when_it_can_be_opened(given: Any) -> None:
    soon = clock.now() + DAY
    assert code_of(lambda: opened(given, now=soon)) == "not_expected_yet"
    assert code_of(lambda: opened(given, kind="damaged")) == "nothing_counted"
    row = opened(given)
    assert code_of(lambda: opened(given, by=given.sends)) == "disputed_already"
    disputing.withdraw(row.pk, by=given.counts, now=given.now)
    found = {line.pk: {"accepted": line.quantity - 1, "damaged": 1} for line in given.lines}
    counting.count(given.parcel.pk, found, is_last=True, by=given.counts, now=given.now)
    assert code_of(lambda: opened(given)) == "wrong_state"
    assert code_of(lambda: opened(given, kind="damaged", by=given.sends)) == "wrong_state", "nothing of it can be lost"
    late = given.now + 31 * DAY
    about = {"kind": "count_differs", "by": given.sends, "resolution": "other"}
    assert code_of(lambda: opened(given, **about, now=late)) == "too_late"
    row = opened(given, **about)
    assert (row.awaiting, Collaboration.objects.get(pk=given.row.pk).status) == ("receiver", "closed")
    assert code_of(lambda: opened(given, lines=agreed_lines_of_others(), **about)) == "unknown_line"


def agreed_lines_of_others() -> list[Any]:
    other = agreed.donation(1)
    parcel = planning.plan([Wanted(other.agreed[0].pk, 1)], {}, by=other.sends, now=clock.now())
    return list(parcel.lines.all())


def test_statements_have_an_end(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispute_table, "MOST_STATEMENTS", 1)
    row = opened(given)
    told = code_of(lambda: disputing.answer(row.pk, text="?", resolution="other", by=given.sends, now=given.now))
    assert told == "too_many_statements"
