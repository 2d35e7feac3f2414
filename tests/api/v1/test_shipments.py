"""Shipments over HTTP: two sides and whoever holds the parcel, its papers, and what nobody else may see."""

import pytest

from directory import ids
from partners.models import Line
from tests import people
from tests.partners import agreed

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    made = agreed.donation(300, 200)
    made.sender = people.as_person(people.member(made.giver), acting_for=made.giver)
    made.receiver_client = people.as_person(people.member(made.receiver), acting_for=made.receiver)
    return made


def planned(given, *quantities, **values):
    pairs = zip(given.agreed, quantities, strict=True)
    lines = [{"agreed_line": ids.encode("agreed_line", row.pk), "quantity": quantity} for row, quantity in pairs]
    return given.sender.post("/v1/shipments", {"lines": lines, **values})


def dispatched(given, *quantities):
    made = planned(given, *quantities).json()
    return given.sender.post(f"/v1/shipments/{made['id']}/dispatch").json()


def enabled(document):
    return {one["name"] for one in document["allowed_actions"] if one["enabled"]}


def test_a_shipment_is_planned_sent_and_counted_by_its_receiver(given):
    made = planned(given, 300, 100, method="courier", courier="Pos Indonesia")

    assert made.status_code == 201
    assert made["Location"] == f"/v1/shipments/{made.json()['id']}"
    assert (made.json()["status"], len(made.json()["code"])) == ("planned", 8)
    assert enabled(made.json()) == {"issue_code", "dispatch", "cancel"}
    address = made["Location"]
    assert given.receiver_client.get(address).status_code == 404  # a plan is the sender's own

    sent = given.sender.post(f"{address}/dispatch")
    assert (sent.status_code, sent.json()["status"]) == (200, "dispatched")
    seen = given.receiver_client.get(address).json()
    assert (seen["code"], enabled(seen)) == (None, {"arrive", "count", "return"})

    first, second = seen["lines"]
    counted = given.receiver_client.post(
        f"{address}/count",
        {"lines": [{"line": first["id"], "accepted": 290, "damaged": 10}, {"line": second["id"], "accepted": 100}]},
    )
    assert [line["uncounted"] for line in counted.json()["lines"]] == [0, 0]
    closed = given.receiver_client.post(f"{address}/close")
    assert (closed.status_code, closed.json()["status"]) == (200, "received")
    assert list(
        Line.objects.filter(proposal=given.offer.pk).order_by("position").values_list("received", "written_off")
    ) == [
        (290, 10),
        (100, 0),
    ]

    record = given.sender.get(f"{address}/handover-record").json()
    assert [line["accepted"] for line in record["lines"]] == [290, 100]
    assert record["value"] == 390 * 25_000
    printed = given.sender.get(f"{address}/handover-record?format=pdf")
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")


def test_whoever_holds_the_parcel_counts_with_its_code_alone(given):
    made = planned(given, 10, 5).json()
    address = f"/v1/shipments/{made['id']}"
    paper = given.sender.get(f"{address}/packing-list")
    assert paper.content.startswith(b"%PDF-")
    given.sender.post(f"{address}/dispatch")
    nobody = people.client()

    opened = nobody.post(f"{address}/open", {"code": made["code"].lower()})
    assert (opened.status_code, opened.json()["code"]) == (200, None)
    assert enabled(opened.json()) == {"arrive", "count", "return"}
    lines = [{"line": line["id"], "accepted": line["quantity"]} for line in opened.json()["lines"]]
    done = nobody.post(f"{address}/count", {"lines": lines, "is_last": True, "code": made["code"]})

    assert (done.status_code, done.json()["status"]) == (200, "received")
    assert given.receiver_client.get(f"{address}/handover-record").json()["counted_by"] == "code"
    assert nobody.post(f"{address}/open", {"code": made["code"]}).status_code == 404


def test_ten_wrong_codes_lock_a_parcel_until_its_sender_makes_a_new_one(given):
    address = f"/v1/shipments/{dispatched(given, 10, 5)['id']}"
    nobody = people.client()
    for _ in range(10):
        assert nobody.post(f"{address}/open", {"code": "22222222"}).json()["code"] == "wrong_code"
    assert nobody.post(f"{address}/open", {"code": "22222222"}).json()["code"] == "code_locked"
    fresh = given.sender.post(f"{address}/issue-code").json()["code"]
    assert nobody.post(f"{address}/open", {"code": fresh}).status_code == 200


def test_without_its_code_a_shipment_is_what_never_was(given):
    made = dispatched(given, 10, 5)
    address = f"/v1/shipments/{made['id']}"
    other = agreed.donation(1)
    stranger = people.as_person(people.member(other.giver), acting_for=other.giver)
    for path in (address, f"{address}/packing-list", f"{address}/handover-record"):
        assert stranger.get(path).status_code == 404
        assert people.client().get(path).status_code == 401
    assert stranger.post(f"{address}/count", {"lines": []}).status_code == 404
    assert given.receiver_client.get(f"{address}/packing-list").status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"accepted": 11}, "more_than_sent"),
        ({"accepted": 1}, "not_all_counted"),
    ],
)
def test_a_count_that_does_not_add_up_is_refused_and_changes_nothing(given, body, code):
    made = dispatched(given, 10, 5)
    lines = [{"line": made["lines"][0]["id"], **body}]
    refused = given.receiver_client.post(f"/v1/shipments/{made['id']}/count", {"lines": lines, "is_last": True})
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert given.sender.get(f"/v1/shipments/{made['id']}").json()["lines"][0]["uncounted"] == 10


def test_what_was_counted_cannot_be_sent_back(given):
    made = dispatched(given, 10, 5)
    address = f"/v1/shipments/{made['id']}"
    given.receiver_client.post(f"{address}/count", {"lines": [{"line": made["lines"][0]["id"], "accepted": 1}]})
    refused = given.receiver_client.post(f"{address}/return")
    assert (refused.status_code, refused.json()["code"]) == (409, "counted_already")
    lost = given.sender.post(f"{address}/lose", {"reason": "Kapal karam."})
    assert (lost.json()["status"], lost.json()["lines"][0]["missing"]) == ("lost", 9)


def test_lines_for_different_receivers_need_a_collection_point(given):
    other = agreed.donation(7)
    type(other.row).objects.filter(pk=other.row.pk).update(counterparty=given.giver)
    rows = (given.agreed[0], other.agreed[0])
    lines = [{"agreed_line": ids.encode("agreed_line", row.pk), "quantity": 1} for row in rows]
    refused = given.sender.post("/v1/shipments", {"lines": lines})
    assert refused.json()["errors"][0]["code"] == "several_receivers"
    point = agreed.verified("organisation")
    made = given.sender.post("/v1/shipments", {"lines": lines, "receiver": ids.encode(point.kind, point.pk)})
    assert (made.status_code, made.json()["receiver_name"]) == (201, point.name)


def test_where_it_goes_is_said_by_the_receiver_and_read_by_the_giver(given):
    address = f"/v1/collaboration-requests/{ids.encode('collaboration', given.row.pk)}/destination"
    told = {"recipient_name": "Ibu Sari", "address": "Jalan Mawar 3, Kupang", "phone": "+62812"}
    assert given.sender.get(address).status_code == 404
    assert given.sender.put(address, told).json()["code"] == "role_needed"
    assert given.receiver_client.put(address, told).status_code == 200
    assert given.sender.get(address).json()["recipient_name"] == "Ibu Sari"


def test_a_way_is_changed_with_its_version_alone(given):
    made = planned(given, 10, 5)
    address = f"/v1/shipments/{made.json()['id']}"
    changed = given.sender.patch(address, {"tracking_number": "P1"}, headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["tracking_number"]) == (200, "P1")
    again = given.sender.patch(address, {"tracking_number": "P2"}, headers={"If-Match": made["ETag"]})
    assert (again.status_code, again.json()["code"]) == (412, "version_changed")
