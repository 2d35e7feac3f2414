"""Requests when an entry is merged, flagged, or left by the person who wrote them."""

from typing import Any

import pytest

from directory import clock, errors, ids
from partners import erasing
from partners.collaborations import blocks, endings, moves, threads, timeline, writing
from partners.fulfilment import destinations, planning
from partners.models import Collaboration, Proposal
from partners.offers import stock
from partners.trust import flags, merges
from tests import factories, people
from tests.partners import agreed
from tests.partners.collaborations import around

pytestmark = pytest.mark.django_db


@pytest.fixture
def given() -> Any:
    return around.world()


@pytest.fixture
def staff() -> Any:
    return people.actor(people.moderator())


def merged(gone: Any, into: Any, staff: Any) -> list[tuple[str, str]]:
    result = merges.merge(gone.pk, into=into.pk, by=staff, now=clock.now())
    return [(line.what, line.value) for line in result.lines if line.what in ("offer", "need", "collaboration")]


def unmerged(gone: Any, staff: Any) -> None:
    merges.unmerge(gone.pk, by=staff, now=clock.now())


def test_requests_go_on_with_the_entry_that_stays_and_come_back_by_an_undo(given: Any, staff: Any) -> None:
    row = around.asked(given, 2)
    twin, by = around.school("SDN 3 Suka Maju")
    told = merged(given.school, twin, staff)
    assert told == [("collaboration", ids.encode("collaboration", row.pk))]
    row.refresh_from_db()
    assert row.initiator_id == twin.pk
    assert Collaboration.objects.visible_to(by).get() == row
    moves.withdraw(row.pk, by=by, now=clock.now())
    unmerged(given.school, staff)
    row.refresh_from_db()
    assert (row.initiator_id, row.status) == (given.school.pk, "withdrawn")


def test_offers_go_along_and_what_was_promised_of_them_holds(given: Any, staff: Any) -> None:
    row = around.accepted(given, 2)
    pending = around.asked(given, 0, 1, by=around.school()[1])
    twin = agreed.verified("publisher")
    by = people.actor(people.member(twin), twin)
    Proposal.objects.filter(pk=given.offer.pk).update(external_id="A-1")
    other = agreed.opened(twin, 1)
    Proposal.objects.filter(pk=other.pk).update(external_id="A-1")
    told = merged(given.publisher, twin, staff)
    assert [what for what, _ in told] == ["collaboration", "collaboration", "offer"]
    given.offer.refresh_from_db()
    assert (given.offer.entry_id, given.offer.external_id) == (twin.pk, "")
    assert moves.accept(pending.pk, revision=1, by=by, now=clock.now()).status == "active"
    row.refresh_from_db()
    assert (row.status, row.counterparty_id) == ("active", twin.pk)
    assert list(stock.drifts()) == []
    unmerged(given.publisher, staff)
    given.offer.refresh_from_db()
    other.refresh_from_db()
    assert (given.offer.entry_id, given.offer.external_id) == (given.publisher.pk, "A-1")
    assert (other.entry_id, other.external_id) == (twin.pk, "A-1")


def duplicate() -> tuple[Any, Any, Any]:
    """An entry that somebody has made themselves and nobody has checked, who acts for it, and an open need of it."""
    entry, _ = around.school("SDN 3 Suka Maju")
    need = agreed.opened(entry, 30, direction="need")
    with factories.recorded():
        type(entry).objects.filter(pk=entry.pk).update(trust_level="provisional", verified_at=None)
    entry.refresh_from_db()
    return entry, people.actor(people.member(entry), entry), need


def test_what_unchecked_people_promised_binds_nobody_after_a_merge(given: Any, staff: Any) -> None:
    fake, by, need = duplicate()
    asked = around.asked(given, 2, by=by)
    accepted = around.asked(given, 0, 3, by=by)
    accepted = moves.accept(accepted.pk, revision=1, by=given.gives, now=clock.now())
    said = {"kind": "other", "initiator_gives": True, "subject": "Untuk sekolah"}
    said["lines"] = [{"title": "Rak", "quantity": 1}]
    to_it = writing.create(said, target=("entry", fake.pk), submit=True, by=given.gives, now=clock.now())
    answering = {"lines": [{"need_line": around.lines(need)[0].pk, "quantity": 5}]}
    to_need = writing.create(answering, target=("need", need.pk), submit=True, by=given.gives, now=clock.now())
    kept = blocks.put(given.publisher.pk, "mute", by=by, now=clock.now())
    told = merged(fake, given.school, staff)

    assert {what for what, _ in told} == {"collaboration"}  # those that others addressed to it, and what was agreed
    for row in (need, asked, accepted, to_it, to_need, kept):
        row.refresh_from_db()
    assert (need.entry_id, kept.entry_id) == (fake.pk, fake.pk)
    assert not Proposal.objects.visible_to(given.asks).filter(pk=need.pk).exists()
    assert asked.initiator_id == fake.pk
    assert accepted.initiator_id == to_it.counterparty_id == to_need.counterparty_id == given.school.pk
    with pytest.raises(errors.Conflict, match="not_open"):
        moves.accept(asked.pk, revision=1, by=given.gives, now=clock.now())
    with pytest.raises(errors.Conflict, match="not_open"):  # the need stands in nobody's name
        moves.accept(to_need.pk, revision=1, by=given.asks, now=clock.now())
    assert moves.accept(to_it.pk, revision=1, by=given.asks, now=clock.now()).status == "active"
    assert endings.cancel(accepted.pk, note="Bukan kami", by=given.asks, now=clock.now()).status == "cancelled"
    assert list(stock.drifts()) == []
    unmerged(fake, staff)
    for row in (need, asked, accepted, to_it):
        row.refresh_from_db()
    assert need.entry_id == asked.initiator_id == accepted.initiator_id == to_it.counterparty_id == fake.pk
    assert Proposal.objects.visible_to(given.asks).filter(pk=need.pk).exists()


def test_blocks_go_along_and_come_back(given: Any, staff: Any) -> None:
    twin, twins = around.school("SDN 3 Suka Maju")
    third, thirds = around.school("SDN 9")
    now = clock.now()
    by_it = blocks.put(given.publisher.pk, "block", by=given.asks, now=now)
    about_it = blocks.put(given.school.pk, "mute", by=thirds, now=now)
    twice = blocks.put(given.school.pk, "block", by=given.gives, now=now)
    blocks.put(twin.pk, "block", by=given.gives, now=now)
    between = blocks.put(twin.pk, "mute", by=given.asks, now=now)
    lines = merges.merge(given.school.pk, into=twin.pk, by=staff, now=now).lines
    assert "block" not in {line.what for line in lines}  # nobody is told who is blocked
    for row in (by_it, about_it, twice, between):
        row.refresh_from_db()
    assert (by_it.entry_id, about_it.other_id) == (twin.pk, twin.pk)
    assert (twice.other_id, between.entry_id) == (given.school.pk, given.school.pk)
    with pytest.raises(errors.Forbidden, match="not_received"):
        blocks.refuse(twin.pk, given.publisher.pk)
    with pytest.raises(errors.Forbidden, match="not_received"):
        blocks.refuse(given.publisher.pk, twin.pk)
    blocks.lift(about_it.pk, by=thirds, now=now)
    unmerged(given.school, staff)
    by_it.refresh_from_db()
    assert by_it.entry_id == given.school.pk
    assert not blocks.Block.objects.filter(entry=third).exists()
    assert twins.acting_entry == twin.pk


def test_a_thread_and_its_destination_go_along_and_nobody_says_more_than_before(given: Any, staff: Any) -> None:
    row = around.asked(given, 2)
    values = {"recipient_name": "Ibu Sari", "address": "Jalan Mawar 3"}
    destinations.give(row.pk, values, by=given.asks, now=clock.now())
    threads.post(row.pk, "Kami menunggu", by=given.asks, now=clock.now())
    moves.decline(row.pk, reason_code="cost", by=given.gives, now=clock.now())
    threads.post(row.pk, "Sayang sekali", by=given.asks, now=clock.now())
    twin, by = around.school("SDN 3 Suka Maju")
    assert timeline.unread_counts([row.pk], given.gives) == {row.pk: 4}
    merged(given.school, twin, staff)
    assert {message.entry_id for message in threads.Message.objects.all()} == {twin.pk}
    assert destinations.read(row.pk, by=by, now=clock.now()).address == "Jalan Mawar 3"
    assert timeline.unread_counts([row.pk], by) == {row.pk: 1}  # the answer of the other side
    with pytest.raises(errors.Conflict, match="one_message_after_decline"):
        threads.post(row.pk, "Tolong", by=by, now=clock.now())
    unmerged(given.school, staff)
    assert {message.entry_id for message in threads.Message.objects.all()} == {given.school.pk}
    with pytest.raises(errors.Missing):
        destinations.read(row.pk, by=by, now=clock.now())


def test_a_request_between_two_that_are_one_is_ended(given: Any, staff: Any) -> None:
    other, by = around.school()
    need = agreed.opened(other, 3, direction="need")
    values = {"lines": [{"need_line": around.lines(need)[0].pk, "quantity": 3}]}
    row = writing.create(values, target=("need", need.pk), submit=True, by=given.asks, now=clock.now())
    row = moves.accept(row.pk, revision=1, by=by, now=clock.now())
    assert around.lines(need)[0].reserved == 3
    merged(given.school, other, staff)
    row.refresh_from_db()
    assert (row.status, row.initiator_id) == ("cancelled", given.school.pk)
    assert around.lines(need)[0].reserved == 0
    assert list(stock.drifts()) == []


def test_shipments_go_along(staff: Any) -> None:
    sent = agreed.donation(3)
    parcel = planning.plan([planning.Wanted(sent.agreed[0].pk, 3)], {}, by=sent.sends, now=clock.now())
    twin, _ = around.school()
    result = merges.merge(sent.receiver.pk, into=twin.pk, by=staff, now=clock.now())
    moved = [line.what for line in result.lines if line.action == "moved"]
    assert {"shipment", "collaboration", "need"} <= set(moved)
    parcel.refresh_from_db()
    assert parcel.receiver_id == twin.pk
    unmerged(sent.receiver, staff)
    parcel.refresh_from_db()
    assert parcel.receiver_id == sent.receiver.pk


def test_whoever_sees_a_request_can_flag_it(given: Any) -> None:
    row = around.asked(given, 1)
    public = ids.encode("collaboration", row.pk)
    raised = flags.flag(public, reason="wrong", by=given.gives, now=clock.now())
    assert raised.entry_id == given.school.pk
    with pytest.raises(errors.Invalid, match="unknown_object"):
        flags.flag(public, reason="wrong", by=around.school()[1], now=clock.now())


def test_a_person_who_is_erased_leaves_the_requests_of_their_entry(given: Any) -> None:
    person = people.member(given.school)
    row = around.asked(given, 1, by=people.actor(person, given.school))
    erasing.erase(person.pk, by=factories.TESTER, now=clock.now())
    row.refresh_from_db()
    assert row.status == "pending"
    assert moves.accept(row.pk, revision=1, by=given.gives, now=clock.now()).status == "active"
