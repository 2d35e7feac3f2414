"""Requests when an entry is merged, flagged, or left by the person who wrote them."""

from typing import Any

import pytest

from directory import clock, errors, ids
from partners import erasing
from partners.collaborations import moves, writing
from partners.fulfilment import planning
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


def test_requests_go_on_with_the_entry_that_stays_and_come_back_by_an_undo(given: Any, staff: Any) -> None:
    row = around.asked(given, 2)
    twin, by = around.school("SDN 3 Suka Maju")
    told = merged(given.school, twin, staff)
    assert told == [("collaboration", ids.encode("collaboration", row.pk))]
    row.refresh_from_db()
    assert row.initiator_id == twin.pk
    assert Collaboration.objects.visible_to(by).get() == row
    moves.withdraw(row.pk, by=by, now=clock.now())
    merges.unmerge(given.school.pk, by=staff, now=clock.now())
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
    merges.unmerge(sent.receiver.pk, by=staff, now=clock.now())
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
