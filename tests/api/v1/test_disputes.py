"""Disputes over HTTP: opened, answered, agreed, handed on and decided, at the desk too."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from api.desk import queue
from directory import clock, ids
from partners.fulfilment import dispute_table, planning, shipping
from partners.fulfilment.planning import Wanted
from partners.models import Dispute, DisputeLine, Shipment
from tests import factories, people
from tests.api.desk.test_desk import at_desk
from tests.partners import agreed

pytestmark = pytest.mark.django_db
ADDRESS = "/v1/disputes"


@pytest.fixture
def given() -> Any:
    """A parcel that should long be there."""
    factories.region("32.71", "Kota Bogor")
    made = agreed.donation(10, 3)
    with factories.recorded():
        type(made.giver).objects.filter(pk__in=[made.giver.pk, made.receiver.pk]).update(region_id="32.71")
    made.parcel = planning.plan([Wanted(made.agreed[0].pk, 6)], {}, by=made.sends, now=clock.now())
    shipping.dispatch(made.parcel.pk, by=made.sends, now=clock.now())
    made.line = made.parcel.lines.get()
    made.receiver_entry = made.receiver
    made.sender = people.client(people.entry_key(made.giver))
    made.receiver = people.client(people.entry_key(made.receiver))
    made.said = {
        "shipment": ids.encode("shipment", made.parcel.pk),
        "kind": "not_arrived",
        "lines": [ids.encode("shipment_line", made.line.pk)],
        "text": "Tidak ada yang menerimanya.",
        "resolution": "lost",
    }
    return made


def overdue(given: Any) -> None:
    sent = clock.now() - datetime.timedelta(days=60)
    Shipment.objects.filter(pk=given.parcel.pk).update(dispatched_at=sent)


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def enabled(body: Any) -> set[str]:
    return {one["name"] for one in body["allowed_actions"] if one["enabled"]}


def test_from_the_first_word_to_the_agreement(given: Any) -> None:
    assert refusal(given.receiver.post(ADDRESS, given.said)) == (409, "not_expected_yet")
    overdue(given)
    assert refusal(given.receiver.post(ADDRESS, {**given.said, "kind": "damaged"})) == (409, "nothing_counted")
    made = given.receiver.post(ADDRESS, given.said)
    body = made.json()
    assert (made.status_code, made["Location"]) == (201, f"{ADDRESS}/{body['id']}")
    assert (body["status"], body["opened_by"], body["awaiting"], body["awaiting_me"]) == (
        "open",
        "receiver",
        "sender",
        False,
    )
    assert enabled(body) == {"escalate", "withdraw"}
    assert refusal(given.receiver.post(ADDRESS, given.said)) == (409, "disputed_already")
    seen = given.sender.get(f"{ADDRESS}?status=open&shipment={given.said['shipment']}").json()["data"]
    assert [one["id"] for one in seen] == [body["id"]]
    assert enabled(seen[0]) == {"answer", "agree", "escalate"}
    address = f"{ADDRESS}/{body['id']}"
    assert refusal(given.sender.post(f"{address}/withdraw")) == (409, "not_yours_to_withdraw")
    line = {"agreed_line": ids.encode("agreed_line", given.agreed[0].pk), "quantity": 1}
    assert refusal(given.sender.post("/v1/shipments", {"lines": [line]})) == (409, "disputed")
    answered = given.sender.post(f"{address}/answer", {"text": "Kami kirim lagi.", "resolution": "sent_again"}).json()
    assert (answered["awaiting"], answered["resolution"]) == ("receiver", "sent_again")
    agreed_to = given.receiver.post(f"{address}/agree").json()
    assert (agreed_to["status"], agreed_to["awaiting"], agreed_to["due_at"]) == ("agreed", "", None)
    assert [one["text"] for one in agreed_to["statements"]] == ["Tidak ada yang menerimanya.", "Kami kirim lagi."]
    assert refusal(given.receiver.post(f"{address}/escalate")) == (409, "wrong_state")
    assert given.sender.get(address).json()["ended_at"] == agreed_to["ended_at"]


def test_statements_have_an_end(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue(given)
    body = given.receiver.post(ADDRESS, given.said).json()
    monkeypatch.setattr(dispute_table, "MOST_STATEMENTS", 1)
    answer = {"text": "Sudah diantar.", "resolution": "other"}
    assert refusal(given.sender.post(f"{ADDRESS}/{body['id']}/answer", answer)) == (409, "too_many_statements")


def test_who_sees_and_opens_one(given: Any) -> None:
    overdue(given)
    stranger = people.client(people.entry_key(agreed.verified("school")))
    unseen = stranger.post(ADDRESS, given.said)
    assert (unseen.status_code, unseen.json()["errors"][0]["code"]) == (400, "unknown_object")
    assert people.client().post(ADDRESS, given.said).status_code == 401
    reads = people.client(people.entry_key(given.receiver_entry, scopes=["collaborations:read"]))
    assert refusal(reads.post(ADDRESS, given.said)) == (403, "missing_scope")
    viewer = people.as_person(people.member(given.receiver_entry, "viewer"), acting_for=given.receiver_entry)
    assert refusal(viewer.post(ADDRESS, given.said)) == (403, "role_needed")
    body = given.receiver.post(ADDRESS, given.said).json()
    assert stranger.get(f"{ADDRESS}/{body['id']}").status_code == 404
    assert people.client().get(ADDRESS).status_code == 401
    wrong = {**given.said, "lines": ["shl_01kf3cb0s3f8q8r2d1kq8m8n8p"]}
    assert given.receiver.post(ADDRESS, wrong).json()["errors"][0]["code"] == "unknown_line"


def test_a_moderator_decides_over_the_api_and_at_the_desk(given: Any) -> None:
    overdue(given)
    body = given.receiver.post(ADDRESS, given.said).json()
    person = people.moderator("32")
    assert in_queue(person) == []
    given.sender.post(f"{ADDRESS}/{body['id']}/escalate")
    assert [one[0] for one in in_queue(person)] == [given.giver.name]
    assert "berakhir tanpa hasil" in in_queue(person)[0][1]
    page = reverse("desk:dispute", args=[body["id"]])
    desk = at_desk(person)
    shown = desk.get(page).content.decode()
    assert all(text in shown for text in ("Tidak ada yang menerimanya.", given.giver.name, "Putuskan"))
    assert at_desk(people.moderator(factories.region("33", "Jawa Tengah").code)).get(page).status_code == 404
    assert desk.post(page, {"action": "decide", "text": "", "resolution": "lost"}).status_code == 400
    assert desk.post(page, {"action": "decide", "text": "Bukti", "resolution": "x"}).status_code == 400
    assert desk.post(page, {"action": "decide", "text": "Tidak ada bukti.", "resolution": "lost"}).status_code == 302
    row = Dispute.objects.get()
    assert (row.status, row.resolution, row.shipment.status) == ("decided", "lost", "lost")
    assert "Putuskan" not in desk.get(page).content.decode()
    again = people.as_person(person).post(f"{ADDRESS}/{body['id']}/decide", {"text": "Lagi.", "resolution": "other"})
    assert refusal(again) == (409, "wrong_state")


def in_queue(person: Any) -> list[tuple[str, str]]:
    items = queue.shown(people.actor(person), QueryDict("kind=dispute"))["items"]
    return [(item.title, item.silence) for _, item, _ in items]


def test_a_page_costs_no_query_for_each_of_its_rows(given: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert given.receiver.get(ADDRESS).status_code == 200
        return len(found)

    overdue(given)
    given.receiver.post(ADDRESS, given.said)
    one = asked()
    DisputeLine.objects.update(is_live=False)  # of a line that is in one nothing more would be sent
    for _ in range(3):
        parcel = planning.plan([Wanted(given.agreed[1].pk, 1)], {}, by=given.sends, now=clock.now())
        shipping.dispatch(parcel.pk, by=given.sends, now=clock.now() - datetime.timedelta(days=90))
        named = [ids.encode("shipment_line", line.pk) for line in parcel.lines.all()]
        about = {"shipment": ids.encode("shipment", parcel.pk), "lines": named}
        assert given.receiver.post(ADDRESS, {**given.said, **about}).status_code == 201
        DisputeLine.objects.update(is_live=False)
    assert asked() == one
