"""From the first contact to the agreement and its end: what each verb does to terms, stock, time and the journal."""

import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from directory import clock, errors, ids, journal
from partners.collaborations import deadlines, endings, guards, moves, revisions, writing
from partners.models import AgreedLine, Collaboration, Line, Proposal, TermLine, Terms
from partners.offers import moves as offer_moves
from partners.offers import stock
from tests import factories, people
from tests.partners import agreed
from tests.partners.collaborations import around

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def given() -> Any:
    return around.world()


def where(proposal: Any) -> list[tuple[int, int]]:
    return [(line.available, line.reserved) for line in around.lines(proposal)]


def events(row: Any) -> list[str]:
    found = journal.Event.objects.filter(subject_id=str(row.pk)).order_by("position", "id")
    return [event.type.partition(".")[2] for event in found]


def code_of(act: Any) -> str:
    try:
        act()
    except errors.DomainError as refused:
        return refused.code
    except errors.Several as several:
        return several.problems[0].code
    return ""


def test_a_request_to_an_offer_is_sent_accepted_and_begins_at_once(given: Any) -> None:
    now = clock.now()
    row = around.asked(given, 4, 2)
    assert (row.status, row.awaiting, row.kind, row.initiator_gives) == (
        "pending",
        "counterparty",
        "book_donation",
        False,
    )
    assert where(given.offer) == [(10, 0), (5, 0)]
    row = moves.accept(row.pk, revision=1, by=given.gives, now=now)
    assert (row.status, row.awaiting, row.accepted_revision, row.version) == ("active", "none", 1, 4)
    assert where(given.offer) == [(6, 4), (3, 2)]
    assert [(line.quantity, line.reserved) for line in AgreedLine.objects.order_by("quantity")] == [(2, 2), (4, 4)]
    assert events(row) == ["drafted", "submitted", "accepted", "activated"]
    assert list(stock.drifts()) == []
    held = deadlines.Deadline.objects.waiting().order_by("due_at")
    assert [(one.name, one.due_at - now) for one in held] == [
        ("remind_1", 30 * DAY),
        ("remind_2", 40 * DAY),
        ("not_shipped", 45 * DAY),
    ]
    assert row.due_at == now + 45 * DAY


def test_a_draft_is_its_authors_alone_and_can_be_changed(given: Any) -> None:
    row = around.asked(given, 4, submit=False)
    assert not Collaboration.objects.visible_to(given.gives).exists()
    changed = writing.change(
        row.pk,
        {"subject": "Buku kelas 1", "lines": around.wanted(given, 0, 3)},
        version=row.version,
        by=given.asks,
        now=clock.now(),
    )
    assert (changed.subject, changed.revision, changed.version) == ("Buku kelas 1", 1, 2)
    assert guards.latest(changed).message == "Mohon"
    assert [line.quantity for line in guards.lines_of(changed)] == [3]
    with pytest.raises(errors.DomainError, match="version_changed"):
        writing.change(row.pk, {"subject": "x"}, version=1, by=given.asks, now=clock.now())


def test_terms_that_were_sent_are_kept_by_the_database(given: Any) -> None:
    around.asked(given, 4)
    for sql in (
        "UPDATE partners_terms SET message = ''",
        "DELETE FROM partners_terms",
        "UPDATE partners_termline SET quantity = 1",
        "DELETE FROM partners_termline",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_counter_turns_the_request_around_and_what_it_leaves_out_stays(given: Any) -> None:
    row = around.asked(given, 4, 2, conditions="Dengan label")
    row = moves.counter(row.pk, {"lines": around.wanted(given, 3)}, by=given.gives, now=clock.now())
    assert (row.status, row.awaiting, row.revision) == ("pending", "initiator", 2)
    first, second = Terms.objects.order_by("number").prefetch_related("lines")
    assert (second.side, second.conditions, second.message) == ("counterparty", "Dengan label", "")
    assert [(one.what, one.number, one.member, one.before, one.after) for one in revisions.diff(first, second)] == [
        ("changed", None, "message", "Mohon", ""),
        ("changed", 1, "quantity", 4, 3),
        ("changed", 1, "min_quantity", 4, 3),
        ("removed", 2, "", first.lines.get(number=2), None),
    ]
    back = [*around.wanted(given, 3), {"title": "Rak buku", "quantity": 1, "unit": "package"}]
    row = moves.counter(row.pk, {"lines": back}, by=given.asks, now=clock.now())
    assert [(line.number, line.title) for line in guards.lines_of(row)] == [(1, "Judul 1"), (3, "Rak buku")]
    row = moves.accept(row.pk, revision=3, by=given.gives, now=clock.now())
    assert where(given.offer) == [(7, 3), (5, 0)]
    assert row.agreed_lines.count() == 2


def test_whose_turn_it_is_says_the_state(given: Any) -> None:
    row = around.asked(given, 4)
    now = clock.now()
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=given.asks, now=now)) == "not_your_turn"
    assert code_of(lambda: moves.counter(row.pk, {}, by=given.asks, now=now)) == "not_your_turn"
    assert code_of(lambda: moves.revise(row.pk, {}, by=given.gives, now=now)) == "not_your_terms"
    moves.revise(row.pk, {"lines": around.wanted(given, 5)}, by=given.asks, now=now)
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=given.gives, now=now)) == "stale_revision"
    assert events(row) == ["drafted", "submitted", "revised"]


def test_revisions_have_an_end(given: Any) -> None:
    row = around.asked(given, 4)
    for _ in range(9):
        row = moves.revise(row.pk, {"message": "lagi"}, by=given.asks, now=clock.now())
    assert row.revision == 10
    assert code_of(lambda: moves.revise(row.pk, {}, by=given.asks, now=clock.now())) == "too_many_revisions"


def test_the_other_side_grants_less_and_leaves_lines_out(given: Any) -> None:
    row = around.asked(given, 4, 2, least=2)
    now = clock.now()
    assert code_of(lambda: moves.accept(row.pk, revision=1, lines={1: 1}, by=given.gives, now=now)) == "out_of_range"
    assert code_of(lambda: moves.accept(row.pk, revision=1, lines={3: 2}, by=given.gives, now=now)) == "unknown_line"
    moves.accept(row.pk, revision=1, lines={1: 3}, by=given.gives, now=now)
    assert where(given.offer) == [(7, 3), (5, 0)]


def test_whoever_comes_too_late_is_told_what_there_is_and_waits_as_before(given: Any) -> None:
    _, second = around.school()
    first, late = around.asked(given, 8, 1), around.asked(given, 8, 1, by=second)
    moves.accept(first.pk, revision=1, by=given.gives, now=clock.now())
    with pytest.raises(errors.Conflict) as refused:
        moves.accept(late.pk, revision=1, by=given.gives, now=clock.now())
    assert refused.value.code == "insufficient_quantity"
    assert refused.value.params["line"] == ids.encode("line", given.lines[0].pk)
    assert (refused.value.params["requested"], refused.value.params["available"]) == (8, 2)
    late.refresh_from_db()
    assert (late.status, late.awaiting) == ("pending", "counterparty")
    assert where(given.offer) == [(2, 8), (4, 1)]
    assert events(late)[-1] == "submitted"


def test_offer_and_need_move_together(given: Any) -> None:
    need = agreed.opened(given.school, 6, direction="need")
    line = around.lines(need)[0]
    both = [{"offer_line": given.lines[0].pk, "need_line": line.pk, "quantity": 5}]
    row = around.asked(given, lines=both)
    moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())
    assert where(need) == [(1, 5)]
    assert where(given.offer)[0] == (5, 5)
    endings.cancel(row.pk, note="Batal", by=given.asks, now=clock.now())
    assert where(need) == [(6, 0)]
    assert where(given.offer)[0] == (10, 0)
    assert list(stock.drifts()) == []


def test_to_a_need_the_initiator_gives(given: Any) -> None:
    need = agreed.opened(given.school, 6, direction="need")
    both = [{"offer_line": given.lines[0].pk, "need_line": around.lines(need)[0].pk, "quantity": 6}]
    row = writing.create({"lines": both}, target=("need", need.pk), submit=True, by=given.gives, now=clock.now())
    assert row.initiator_gives
    row = moves.accept(row.pk, revision=1, by=given.asks, now=clock.now())
    assert (where(need), where(given.offer)[0]) == ([(0, 6)], (4, 6))


def test_to_an_entry_kind_and_direction_are_said_and_lines_are_in_words(given: Any) -> None:
    target = ("entry", given.publisher.pk)
    values = {"kind": "author_visit", "initiator_gives": False, "subject": "Bercerita"}
    row = writing.create(values, target=target, by=given.asks, now=clock.now())
    assert code_of(lambda: moves.submit(row.pk, by=given.asks, now=clock.now())) == "nothing_asked"
    writing.change(
        row.pk,
        {"lines": [{"title": "Sesi", "quantity": 1, "unit": "session"}]},
        version=None,
        by=given.asks,
        now=clock.now(),
    )
    moves.submit(row.pk, by=given.asks, now=clock.now())
    row = moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())
    assert (row.status, AgreedLine.objects.get().quantity) == ("active", 1)
    for left_out in ("kind", "initiator_gives", "subject"):
        less = {name: value for name, value in values.items() if name != left_out}
        assert code_of(lambda less=less: writing.create(less, target=target, by=given.asks, now=clock.now())) == (
            "required_member"
        )


def test_an_inquiry_asks_first_and_becomes_a_request_by_an_answer_with_lines(given: Any) -> None:
    row = around.asked(given, is_inquiry=True)
    assert row.status == "pending"
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())) == "nothing_asked"
    row = moves.counter(row.pk, {"lines": around.wanted(given, 2)}, by=given.gives, now=clock.now())
    assert not row.is_inquiry
    assert moves.accept(row.pk, revision=2, by=given.asks, now=clock.now()).status == "active"
    with pytest.raises(errors.Invalid, match="inquiry_has_no_lines"):
        around.asked(given, 1, is_inquiry=True)


def test_nobody_asks_themselves_or_for_what_they_do_not_see(given: Any) -> None:
    other = agreed.opened(agreed.verified("publisher"), 3)
    foreign = around.lines(other)[0].pk
    now = clock.now()
    assert code_of(lambda: around.asked(given, 1, by=given.gives)) == "own_entry"
    for key in (foreign, factories.uuid_of_nobody()):
        lines = [{"offer_line": key, "quantity": 1}]
        assert code_of(lambda lines=lines: around.asked(given, lines=lines)) == "unknown_line"
    draft = agreed.opened(given.publisher, 3)
    Proposal.objects.filter(pk=draft.pk).update(status="draft")
    for key in (draft.pk, factories.uuid_of_nobody()):
        target = ("offer", key)
        act = lambda target=target: writing.create({}, target=target, by=given.asks, now=now)  # noqa: E731
        assert code_of(act) == "unknown_target"
    gone = ("entry", factories.uuid_of_nobody())
    assert code_of(lambda: writing.create({}, target=gone, by=given.asks, now=now)) == "unknown_target"


def test_only_what_is_open_and_meant_for_one_is_asked(given: Any) -> None:
    offer = Proposal.objects.filter(pk=given.offer.pk)
    for change, code in (
        ({"status": "paused"}, "not_open"),
        ({"status": "closed"}, "not_open"),
        ({"deadline": datetime.date(2020, 1, 1)}, "deadline_passed"),
        ({"reach_kinds": ["author"]}, "out_of_reach"),
        ({"reach_regions": ["33"]}, "out_of_reach"),
        ({"reach_regions": ["32"], "reach_kinds": ["school"], "reach_verified": True}, ""),
    ):
        as_it_was = offer.values("status", "deadline", "reach_kinds", "reach_regions", "reach_verified").get()
        offer.update(**change)
        point = transaction.savepoint()
        assert code_of(lambda: around.asked(given, 1)) == code, change
        transaction.savepoint_rollback(point)
        offer.update(**as_it_was)
    Line.objects.filter(pk=given.lines[0].pk).update(available=2, written_off=8)
    assert code_of(lambda: around.asked(given, 3)) == "insufficient_quantity"
    assert code_of(lambda: around.asked(given, 3, least=2)) == ""


def test_what_comes_into_the_terms_later_has_to_be_open_too(given: Any) -> None:
    values = {"kind": "book_donation", "initiator_gives": False, "subject": "Buku", "lines": around.wanted(given, 1)}
    row = writing.create(values, target=("entry", given.publisher.pk), submit=True, by=given.asks, now=clock.now())
    other = agreed.opened(given.publisher, 3)
    Proposal.objects.filter(pk=other.pk).update(reach_kinds=["author"])
    both = {"lines": [*around.wanted(given, 1), {"offer_line": around.lines(other)[0].pk, "quantity": 1}]}
    assert code_of(lambda: moves.revise(row.pk, both, by=given.asks, now=clock.now())) == "out_of_reach"
    offer_moves.pause("offer", given.offer.pk, by=given.gives, now=clock.now())
    assert code_of(lambda: moves.revise(row.pk, {"message": "?"}, by=given.asks, now=clock.now())) == ""
    assert code_of(lambda: moves.counter(row.pk, both, by=given.gives, now=clock.now())) == ""


def test_one_entry_has_one_live_request_on_a_line(given: Any) -> None:
    row = around.asked(given, 1)
    with pytest.raises(errors.Conflict) as refused:
        around.asked(given, 2)
    assert refused.value.params["collaboration"] == ids.encode("collaboration", row.pk)
    other = around.asked(given, 0, 2)
    assert (
        code_of(lambda: moves.revise(other.pk, {"lines": around.wanted(given, 1)}, by=given.asks, now=clock.now()))
        == "already_asked"
    )
    moves.withdraw(row.pk, by=given.asks, now=clock.now())
    around.asked(given, 2)


def test_no_entry_receives_more_than_the_offer_gives_to_one(given: Any) -> None:
    Line.objects.filter(pk=given.lines[0].pk).update(most_per_entry=5)
    row = around.accepted(given, 3)
    endings.cancel(row.pk, note="-", by=given.asks, now=clock.now())
    around.accepted(given, 3)
    Collaboration.objects.filter(status="active").update(status="closed", ended_at=clock.now(), outcome="full")
    assert code_of(lambda: around.asked(given, 3)) == "too_many_for_one"
    row = around.asked(given, 3, least=2)
    with pytest.raises(errors.Conflict) as refused:
        moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())
    assert (refused.value.code, refused.value.params["available"]) == ("too_many_for_one", 2)
    moves.accept(row.pk, revision=1, lines={1: 2}, by=given.gives, now=clock.now())


def test_what_was_asked_of_an_offer_that_has_closed_waits_but_is_not_accepted(given: Any) -> None:
    row = around.asked(given, 1)
    now = clock.now()
    offer_moves.pause("offer", given.offer.pk, by=given.gives, now=now)
    point = transaction.savepoint()
    assert moves.accept(row.pk, revision=1, by=given.gives, now=now).status == "active"
    transaction.savepoint_rollback(point)
    offer_moves.close("offer", given.offer.pk, by=given.gives, now=now)
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=given.gives, now=now)) == "not_open"
    assert Collaboration.objects.get(pk=row.pk).status == "pending"
    moves.decline(row.pk, reason_code="not_available", by=given.gives, now=now)


def test_a_hidden_entry_is_given_nothing(given: Any) -> None:
    row = around.asked(given, 1)
    with factories.recorded():
        type(given.school).objects.filter(pk=given.school.pk).update(status="hidden")
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=given.gives, now=clock.now())) == "not_open"


def test_whoever_holds_an_entry_provisionally_asks_but_does_not_bind_it(given: Any) -> None:
    import dataclasses

    weak = dataclasses.replace(given.gives, is_provisional=True)
    row = around.asked(given, 1, by=dataclasses.replace(given.asks, is_provisional=True))
    assert code_of(lambda: moves.accept(row.pk, revision=1, by=weak, now=clock.now())) == "claim_undecided"
    moves.counter(row.pk, {"message": "?"}, by=weak, now=clock.now())


def test_a_declined_one_is_taken_up_again_within_30_days_and_the_stock_is_looked_at(given: Any) -> None:
    row = around.asked(given, 4)
    now = clock.now()
    row = moves.decline(row.pk, reason_code="capacity", note="Penuh", by=given.gives, now=now)
    assert (row.status, row.reason_code, row.note, row.awaiting, row.ended_at, row.due_at) == (
        "declined",
        "capacity",
        "Penuh",
        "none",
        now,
        None,
    )
    late = now + 31 * DAY
    assert code_of(lambda: moves.revive(row.pk, {}, by=given.gives, now=late)) == "ended_too_long_ago"
    Line.objects.filter(pk=given.lines[0].pk).update(available=2, written_off=8)
    assert code_of(lambda: moves.revive(row.pk, {}, by=given.asks, now=now)) == "insufficient_quantity"
    again = moves.revive(row.pk, {"lines": around.wanted(given, 2)}, by=given.gives, now=now + DAY)
    assert (again.status, again.awaiting, again.revision, again.reason_code, again.ended_at) == (
        "pending",
        "initiator",
        2,
        "",
        None,
    )


def test_what_needs_signatures_waits_for_them(given: Any) -> None:
    Proposal.objects.filter(pk=given.offer.pk).update(needs_signature=True)
    row = around.accepted(given, 2)
    assert (row.status, row.needs_signature) == ("accepted", True)
    assert [one.name for one in deadlines.Deadline.objects.waiting()] == ["not_signed"]
    with transaction.atomic():
        row = moves.activate(Collaboration.objects.get(pk=row.pk), by=given.asks, now=clock.now())
    assert row.status == "active"
    assert journal.Event.objects.filter(subject_id=str(row.pk), type="collaboration.activated").get().actor_kind == (
        "system"
    )


def test_cancelled_after_something_was_sent_it_is_closed_as_partial(given: Any) -> None:
    row = around.accepted(given, 4)
    send(row, 1)
    row = endings.cancel(row.pk, note="Kebanjiran", by=given.gives, now=clock.now())
    assert (row.status, row.outcome, row.note) == ("closed", "partial", "Kebanjiran")
    line = AgreedLine.objects.get()
    assert (line.reserved, line.in_transit, line.released) == (0, 1, 3)
    assert events(row)[-1] == "cancelled"
    last = journal.Event.objects.filter(subject_id=str(row.pk)).order_by("position", "id").last()
    assert (last.status_before, last.status_after) == ("active", "closed")
    assert list(stock.drifts()) == []


def send(row: Any, quantity: int, state: str = "in_transit") -> None:
    line = AgreedLine.objects.get(collaboration=row.pk)
    with factories.recorded() as event:
        stock.move(
            [stock.Step(line.term_line.offer_line_id, "reserved", state, quantity)],
            event=event,
            collaboration=row.pk,
        )
        AgreedLine.objects.filter(pk=line.pk).update(reserved=line.reserved - quantity, **{state: quantity})


def test_both_agree_to_end_it_before_everything_is_sent(given: Any) -> None:
    row = around.accepted(given, 4)
    now = clock.now()
    assert code_of(lambda: endings.close_short(row.pk, by=given.asks, now=now)) == "close_not_asked"
    endings.ask_close_short(row.pk, note="Cukup", by=given.gives, now=now)
    assert code_of(lambda: endings.close_short(row.pk, by=given.gives, now=now)) == "close_not_asked"
    assert code_of(lambda: endings.ask_close_short(row.pk, by=given.asks, now=now)) == "close_asked_already"
    done = endings.close_short(row.pk, by=given.asks, now=now)
    assert (done.status, done.outcome, done.note, where(given.offer)[0]) == ("closed", "none", "Cukup", (10, 0))


def test_it_is_settled_when_nothing_is_on_its_way(given: Any) -> None:
    from directory import actors

    row = around.accepted(given, 4)
    now = clock.now()
    assert code_of(lambda: endings.settle(row.pk, by=actors.SYSTEM, now=now)) == "wrong_state"
    send(row, 4, "received")
    done = endings.settle(row.pk, by=actors.SYSTEM, now=now)
    assert (done.status, done.outcome, done.due_at) == ("closed", "full", None)


def test_more_time_to_send_is_given_once_and_not_after_something_was_sent(given: Any) -> None:
    row = around.accepted(given, 4)
    due = row.due_at
    row = endings.extend(row.pk, by=given.asks, now=clock.now())
    assert row.due_at == due + 30 * DAY
    assert code_of(lambda: endings.extend(row.pk, by=given.asks, now=clock.now())) == "already_extended"
    send(row, 4)
    assert code_of(lambda: endings.extend(row.pk, by=given.asks, now=clock.now())) == "already_sent"


def test_a_moderator_of_either_side_ends_it_with_a_reason(given: Any) -> None:
    factories.region("33.74", "Kota Semarang")
    moderator = people.actor(people.moderator("32"))
    elsewhere = people.actor(people.moderator("33"))
    row = around.asked(given, 1)
    assert code_of(lambda: moves.take_down(row.pk, note="Spam", by=elsewhere, now=clock.now())) == "not_found"
    row = moves.take_down(row.pk, note="Spam", by=moderator, now=clock.now())
    assert (row.status, row.note) == ("cancelled", "Spam")
    agreed_one = around.accepted(given, 1)
    assert endings.cancel(agreed_one.pk, note="Spam", by=moderator, now=clock.now()).status == "cancelled"


def test_a_flood_stops(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_LIVE", 1)
    around.asked(given, 1)
    assert code_of(lambda: around.asked(given, 0, 1)) == "too_many_open"


def test_lines_are_named_once(given: Any) -> None:
    twice = [*around.wanted(given, 1), *around.wanted(given, 2)]
    assert code_of(lambda: around.asked(given, lines=twice)) == "repeated_line"
    assert code_of(lambda: around.asked(given, lines=[{"quantity": 1}])) == "required_member"
    assert code_of(lambda: around.asked(given, 1, least=2)) == "out_of_range"
    dates = {"starts_on": datetime.date(2030, 2, 1), "ends_on": datetime.date(2030, 1, 1)}
    assert code_of(lambda: around.asked(given, 1, **dates)) == "ends_before_it_starts"
    assert TermLine.objects.count() == 0
