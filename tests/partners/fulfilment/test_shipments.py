"""Shipments: what is promised is sent, counted in several goes, lost or sent back, and the ledger knows it all."""

import datetime
from typing import Any

import pytest

from directory import actors, clock, errors, journal
from partners import timers
from partners.fulfilment import counting, destinations, handovers, planning, printing, shipping
from partners.fulfilment.planning import Wanted
from partners.models import Line, Shipment
from partners.offers import stock
from tests.partners import agreed

pytestmark = pytest.mark.django_db
STATES = ("available", "reserved", "in_transit", "received", "written_off")


def planned(given: Any, *quantities: int) -> Shipment:
    lines = [Wanted(row.pk, quantity) for row, quantity in zip(given.agreed, quantities, strict=True)]
    return planning.plan(lines, {"method": "courier", "courier": "Pos"}, by=given.sends, now=clock.now())


def sent(given: Any, *quantities: int) -> Shipment:
    return shipping.dispatch(planned(given, *quantities).pk, by=given.sends, now=clock.now())


def where(proposal: Any) -> list[tuple[int, ...]]:
    lines = Line.objects.filter(proposal=proposal.pk).order_by("position")
    return [tuple(getattr(line, state) for state in STATES) for line in lines]


def test_a_parcel_is_counted_in_several_goes_and_what_is_damaged_is_needed_again() -> None:
    given = agreed.donation(300, 200)
    shipment = sent(given, 300, 150)
    assert where(given.offer) == [(0, 0, 300, 0, 0), (0, 50, 150, 0, 0)]
    first, second = shipment.lines.order_by("agreed_line__term_line__number")
    now = clock.now()
    counting.count(shipment.pk, {first.pk: {"accepted": 290, "damaged": 4}}, by=given.counts, now=now)
    with pytest.raises(errors.Conflict, match="not_all_counted"):
        counting.close(shipment.pk, by=given.counts, now=now)
    rest = {first.pk: {"missing": 6}, second.pk: {"accepted": 149, "wrong": 1, "extra": 2}}
    closed = counting.count(shipment.pk, rest, is_last=True, by=given.counts, now=now)
    assert closed.status == "received"
    assert where(given.offer) == [(0, 0, 0, 290, 10), (0, 50, 0, 149, 1)]
    assert where(given.need) == [(10, 0, 0, 290, 0), (1, 50, 0, 149, 0)]
    assert list(stock.drifts()) == []
    events = journal.Event.objects.filter(subject_id=str(shipment.pk)).order_by("position", "id")
    assert [row.type.partition(".")[2] for row in events] == ["planned", "dispatched", "counted", "counted", "received"]


def test_the_handover_record_holds_what_was_counted_and_proves_itself() -> None:
    given = agreed.donation(10)
    shipment = sent(given, 10)
    line = shipment.lines.get()
    counting.count(
        shipment.pk, {line.pk: {"accepted": 9, "damaged": 1}}, is_last=True, by=given.counts, now=clock.now()
    )
    record = handovers.HandoverRecord.objects.get(shipment=shipment.pk)
    assert record.data["lines"][0] | {"collaboration": ""} == {
        "collaboration": "",
        "title": "Judul 1",
        "isbn": "",
        "unit": "copy",
        "sent": 10,
        "accepted": 9,
        "damaged": 1,
        "missing": 0,
        "wrong": 0,
        "extra": 0,
        "unit_value": 25_000,
    }
    assert record.data["value"] == 225_000
    assert bytes(record.digest) == handovers.digest(record.data)
    assert printing.handover_record(record, counted_by="Ibu Sari").startswith(b"%PDF-")


def test_nobody_counts_more_than_was_sent() -> None:
    given = agreed.donation(10)
    shipment = sent(given, 10)
    line = shipment.lines.get()
    with pytest.raises(errors.Conflict, match="more_than_sent"):
        counting.count(shipment.pk, {line.pk: {"accepted": 10, "missing": 1}}, by=given.counts, now=clock.now())
    assert where(given.offer) == [(0, 0, 10, 0, 0)]


def test_nothing_is_planned_or_sent_twice() -> None:
    given = agreed.donation(10)
    planned(given, 6)
    with pytest.raises(errors.Conflict, match="insufficient_quantity"):
        planned(given, 5)
    sent(given, 4)
    with pytest.raises(errors.Conflict, match="insufficient_quantity"):
        planned(given, 1)


def test_only_the_giving_side_sends_and_only_the_receiving_side_counts() -> None:
    given = agreed.donation(10)
    with pytest.raises(errors.Invalid, match="unknown_line"):
        _raise_first(lambda: planning.plan([Wanted(given.agreed[0].pk, 1)], {}, by=given.counts, now=clock.now()))
    shipment = sent(given, 10)
    found = {shipment.lines.get().pk: {"accepted": 10}}
    with pytest.raises(errors.Forbidden, match="role_needed"):
        counting.count(shipment.pk, found, by=given.sends, now=clock.now())
    other = agreed.donation(1)
    with pytest.raises(errors.Missing):
        counting.count(shipment.pk, found, by=other.counts, now=clock.now())


def _raise_first(act: Any) -> None:
    try:
        act()
    except errors.Several as several:
        raise several.problems[0] from None


def test_what_is_lost_is_written_off_and_needed_again() -> None:
    given = agreed.donation(10)
    shipment = sent(given, 10)
    shipping.lose(shipment.pk, by=given.sends, now=clock.now())
    assert where(given.offer) == [(0, 0, 0, 0, 10)]
    assert where(given.need) == [(10, 0, 0, 0, 0)]
    assert list(stock.drifts()) == []


def test_what_comes_back_is_still_owed() -> None:
    given = agreed.donation(10)
    shipment = sent(given, 10)
    shipping.send_back(shipment.pk, by=given.counts, now=clock.now())
    assert where(given.offer) == where(given.need) == [(0, 10, 0, 0, 0)]
    assert sent(given, 10).status == "dispatched"


def test_whoever_holds_the_code_counts_without_an_account_and_ten_wrong_ones_lock_it() -> None:
    given = agreed.donation(10)
    shipment = planned(given, 10)
    code = shipment.code
    shipping.dispatch(shipment.pk, by=given.sends, now=clock.now())
    line = shipment.lines.get()
    typed = f"{code[:4].lower()} {code[4:]}"
    row = counting.count(shipment.pk, {line.pk: {"accepted": 7}}, code=typed, by=actors.ANONYMOUS, now=clock.now())
    assert row.status == "dispatched"
    for _ in range(10):
        with pytest.raises(errors.Conflict, match="wrong_code") as wrong:
            counting.count(shipment.pk, {}, code="AAAA-AAAA", by=actors.ANONYMOUS, now=clock.now())
        errors.settle(wrong.value)
    with pytest.raises(errors.Conflict, match="code_locked"):
        counting.count(shipment.pk, {}, code=code, by=actors.ANONYMOUS, now=clock.now())
    again = planning.issue_code(shipment.pk, by=given.sends, now=clock.now()).code
    counting.count(
        shipment.pk, {line.pk: {"accepted": 3}}, code=again, is_last=True, by=actors.ANONYMOUS, now=clock.now()
    )
    shipment.refresh_from_db()
    assert (shipment.status, shipment.handover_record.data["counted_by"]) == ("received", "code")


def test_what_nobody_counts_is_marked_and_never_taken_for_received() -> None:
    given = agreed.donation(10)
    shipment = sent(given, 10)
    expected = shipping.expected_at(Shipment.objects.select_related("receiver").get(pk=shipment.pk))
    assert timers.work(now=expected + datetime.timedelta(days=29)) == 0
    assert timers.work(now=expected + datetime.timedelta(days=30)) == 1
    assert timers.work(now=expected + datetime.timedelta(days=31)) == 0
    shipment.refresh_from_db()
    assert (shipment.status, shipment.is_unconfirmed) == ("dispatched", True)
    assert where(given.offer) == [(0, 0, 10, 0, 0)]


def test_the_address_is_read_by_the_giver_after_acceptance_and_each_time_noted() -> None:
    given = agreed.donation(10)
    told = {"recipient_name": "Ibu Sari", "phone": "+62812", "address": "Jalan Mawar 3", "district": "Kupang"}
    destinations.give(given.row.pk, told, by=given.counts, now=clock.now())
    assert destinations.read(given.row.pk, by=given.sends, now=clock.now()).address == "Jalan Mawar 3"
    assert journal.Event.objects.filter(type="collaboration.destination_read").count() == 1
    type(given.row).objects.filter(pk=given.row.pk).update(
        status="pending", awaiting="counterparty", accepted_revision=None
    )
    with pytest.raises(errors.Missing):
        destinations.read(given.row.pk, by=given.sends, now=clock.now())
    with pytest.raises(errors.Forbidden):
        destinations.give(given.row.pk, told, by=given.sends, now=clock.now())


def test_the_packing_list_is_a_pdf_with_the_code_of_the_parcel() -> None:
    given = agreed.donation(10)
    shipment = planned(given, 10)
    lines = list(shipment.lines.select_related("agreed_line__term_line"))
    made = printing.packing_list(shipment, lines, address="https://contoh.example/kiriman/1", destination=None)
    assert made.startswith(b"%PDF-")
