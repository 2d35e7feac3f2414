"""Traces and giving over HTTP: quantities at each step, to those who are part of it."""

import pytest

from directory import clock, ids
from partners.fulfilment import counting, planning, shipping
from partners.fulfilment.planning import Wanted
from tests import people
from tests.partners import agreed

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    """300 promised: 250 sent, of which 240 are accepted and 4 damaged so far."""
    made = agreed.donation(300)
    now = clock.now()
    row = planning.plan([Wanted(made.agreed[0].pk, 250)], {}, by=made.sends, now=now)
    shipping.dispatch(row.pk, by=made.sends, now=now)
    counting.count(row.pk, {row.lines.get().pk: {"accepted": 240, "damaged": 4}}, by=made.counts, now=now)
    made.shipment = row
    made.giver_client = people.as_person(people.member(made.giver), acting_for=made.giver)
    made.receiver_client = people.as_person(people.member(made.receiver), acting_for=made.receiver)
    return made


def test_a_trace_tells_the_quantities_of_each_step_from_either_end(given):
    offered, needed = given.offer.lines.get(), given.need.lines.get()
    names = [
        ids.encode("line", offered.pk),
        ids.encode("line", needed.pk),
        ids.encode("agreed_line", given.agreed[0].pk),
        ids.encode("shipment", given.shipment.pk),
    ]
    for name in names:
        found = given.receiver_client.get(f"/v1/traces/{name}").json()
        (line,) = found["lines"]
        steps = [line[step] for step in ("agreed", "reserved", "in_transit", "received", "written_off", "released")]
        assert steps == [300, 50, 6, 240, 4, 0]
        assert (line["offer_line"], line["need_line"]) == (names[0], names[1])
        assert [count["accepted"] for count in line["shipments"][0]["counts"]] == [240]


def test_a_trace_is_nothing_to_others(given):
    other = agreed.donation(1)
    stranger = people.as_person(people.member(other.giver), acting_for=other.giver)
    for name in ("line", "agreed_line", "shipment"):
        key = {
            "line": given.offer.lines.get().pk,
            "agreed_line": given.agreed[0].pk,
            "shipment": given.shipment.pk,
        }[name]
        assert stranger.get(f"/v1/traces/{ids.encode(name, key)}").status_code == 404
    assert people.client().get(f"/v1/traces/{ids.encode('shipment', given.shipment.pk)}").status_code == 401
    assert stranger.get("/v1/traces/apa").status_code == 404


def test_giving_counts_what_was_received_apart_from_what_nobody_has_confirmed(given):
    address = f"/v1/entries/{ids.encode('publisher', given.giver.pk)}/giving"
    year = clock.now().year
    before = people.client().get(f"{address}?year={year}").json()
    assert (before["shipments"], before["accepted"], before["unconfirmed"]) == (0, 0, 6)
    counting.count(
        given.shipment.pk,
        {given.shipment.lines.get().pk: {"accepted": 6}},
        is_last=True,
        by=given.counts,
        now=clock.now(),
    )
    after = people.client().get(f"{address}?year={year}").json()
    assert (after["shipments"], after["receivers"], after["accepted"], after["not_accepted"]) == (1, 1, 246, 4)
    assert (after["unconfirmed"], after["value"]) == (0, None)
    assert given.giver_client.get(f"{address}?year={year}").json()["value"] == 246 * 25_000
    assert people.client().get(f"{address}?year=2001").json()["accepted"] == 0
    assert people.client().get(f"{address}?year=abc").json()["errors"][0]["code"] == "invalid_number"
