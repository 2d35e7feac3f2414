"""Agreements over HTTP: the deed of what was accepted, signed by both sides' people, and verified by its hash."""

import hashlib
import re

import pytest

from directory import actors, clock, ids
from partners.agreements import signing
from partners.collaborations import endings
from partners.models import Collaboration, Letter
from partners.offers import moves as proposals
from partners.offers import writing
from tests import factories, people
from tests.partners import agreed

pytestmark = pytest.mark.django_db


class Sides:
    """A publisher whose offer asks for signatures, and a school whose request it has accepted."""

    def __init__(self):
        self.giver, self.receiver = agreed.verified("publisher"), agreed.verified("school")
        self.publisher = people.member(self.giver)
        self.teacher = people.member(self.receiver)
        self.gives = people.as_person(self.publisher, acting_for=self.giver)
        self.asks = people.as_person(self.teacher, acting_for=self.receiver)
        by, now = people.actor(self.publisher, self.giver), clock.now()
        lines = [{"title": "Kancil", "quantity": 30}]
        values = {"kind": "book_donation", "title": "Buku", "needs_signature": True, "lines": lines}
        offer = writing.create("offer", values, entry=self.giver.pk, by=by, now=now)
        proposals.publish("offer", offer.pk, by=by, now=now)
        body = {
            "offer": ids.encode("offer", offer.pk),
            "lines": [{"offer_line": ids.encode("line", offer.lines.get().pk), "quantity": 20}],
            "submit": True,
        }
        made = self.asks.post("/v1/collaboration-requests", body)
        assert made.status_code == 201, made.json()
        self.request = f"/v1/collaboration-requests/{made.json()['id']}"
        accepted = self.gives.post(f"{self.request}/accept", {"revision": 1})
        assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")

    def agreement(self):
        (found,) = self.asks.get("/v1/agreements").json()["data"]
        return found

    def code(self, client, person):
        sent = client.post(f"/v1/agreements/{self.agreement()['id']}/send-code")
        assert sent.status_code == 200, sent.json()
        letter = Letter.objects.filter(to=person.email).latest("created_at", "pk")
        return re.search(r"\b\d{6}\b", letter.text).group()

    def sign(self, client, person, **given):
        body = {"sha256": self.agreement()["sha256"], "code": self.code(client, person), **given}
        return client.post(f"/v1/agreements/{self.agreement()['id']}/sign", body)


@pytest.fixture
def sides():
    return Sides()


def test_with_both_signatures_under_exactly_the_text_it_begins(sides):
    deed = sides.agreement()
    assert hashlib.sha256(deed["text"].encode()).hexdigest() == deed["sha256"]
    assert "20 eksemplar Kancil" in deed["text"]
    nobody = people.client()
    assert nobody.get(f"/v1/verify/{deed['sha256']}").json()["status"] == "unsigned"

    first = sides.sign(sides.gives, sides.publisher)
    assert [one["side"] for one in first.json()["signatures"]] == ["counterparty"]
    assert sides.asks.get(sides.request).json()["status"] == "accepted"
    second = sides.sign(sides.asks, sides.teacher)

    assert [one["is_certified"] for one in second.json()["signatures"]] == [False, False]
    assert sides.asks.get(sides.request).json()["status"] == "active"
    verified = nobody.get(f"/v1/verify/{deed['sha256']}").json()
    assert (verified["is_valid"], verified["status"]) == (True, "signed")
    assert "text" not in verified
    assert sides.gives.get(f"/v1/agreements/{deed['id']}/document").content.startswith(b"%PDF-")


def test_another_text_a_wrong_code_and_a_second_signature_are_refused(sides):
    assert sides.sign(sides.gives, sides.publisher, sha256="0" * 64).json()["code"] == "stale_text"
    for _ in range(5):
        body = {"sha256": sides.agreement()["sha256"], "code": "000000"}
        if _ == 0:
            sides.code(sides.gives, sides.publisher)
        refused = sides.gives.post(f"/v1/agreements/{sides.agreement()['id']}/sign", body)
        assert refused.json()["code"] == "wrong_code"
    assert sides.gives.post(f"/v1/agreements/{sides.agreement()['id']}/sign", body).json()["code"] == "code_locked"
    assert sides.sign(sides.gives, sides.publisher).status_code == 200
    assert sides.sign(sides.gives, sides.publisher).json()["code"] == "already_exists"


def test_no_key_signs_and_nobody_without_the_role(sides):
    key = people.client(people.entry_key(sides.giver, by=sides.publisher))
    body = {"sha256": sides.agreement()["sha256"], "code": "123456"}
    assert key.post(f"/v1/agreements/{sides.agreement()['id']}/sign", body).json()["code"] == "person_needed"
    viewer = people.as_person(people.member(sides.giver, "viewer"), acting_for=sides.giver)
    assert viewer.post(f"/v1/agreements/{sides.agreement()['id']}/send-code").json()["code"] == "role_needed"


def test_what_is_not_signed_in_time_is_void_and_its_units_are_free_again(sides):
    sides.sign(sides.gives, sides.publisher)
    row = Collaboration.objects.get()
    endings.not_signed(row.pk, by=actors.SYSTEM, now=clock.now())
    deed = sides.agreement()
    assert deed["voided_at"]
    verified = people.client().get(f"/v1/verify/{deed['sha256']}").json()
    assert (verified["is_valid"], verified["status"]) == (False, "void")
    assert row.proposal.lines.get().available == 30


def test_a_hash_of_nothing_is_unknown_and_no_hash_is_not_found():
    nobody = people.client()
    assert nobody.get(f"/v1/verify/{'a' * 64}").json()["status"] == "unknown"
    assert nobody.get("/v1/verify/apa").status_code == 404


def test_where_no_signature_is_asked_for_nobody_signs():
    given = agreed.donation(1)
    type(given.row).objects.filter(pk=given.row.pk).update(status="accepted")
    with factories.recorded("collaboration.accepted") as event:
        row = signing.make(given.row.pk, revision=1, kind="book_donation", text="naskah\n", event=event)
    client = people.as_person(people.member(given.giver), acting_for=given.giver)
    refused = client.post(f"/v1/agreements/{ids.encode('agreement', row.pk)}/send-code")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_signature_asked")


def test_agreements_are_nothing_to_others(sides):
    other = agreed.donation(1)
    stranger = people.as_person(people.member(other.giver), acting_for=other.giver)
    address = f"/v1/agreements/{sides.agreement()['id']}"
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/document").status_code == 404
    assert stranger.post(f"{address}/send-code").status_code == 404
    assert people.client().get(address).status_code == 401
