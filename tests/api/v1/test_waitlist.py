"""The waitlist over HTTP: asked for, joined, offered and taken."""

from typing import Any

import pytest

from directory import clock, ids
from partners.collaborations import endings, waitlist
from tests import people
from tests.api.v1.test_collaborations import ADDRESS, ask, enabled, given
from tests.partners.collaborations import around

__all__ = ["given"]
pytestmark = pytest.mark.django_db


def test_from_too_little_to_the_agreement(given: Any) -> None:
    held = around.accepted(given, 10, by=around.school()[1])
    assert ask(given, 4).json()["code"] == "insufficient_quantity"
    made = ask(given, 4, joins_waitlist=True).json()
    address = f"{ADDRESS}/{made['id']}"
    refused = given.giving.post(f"{address}/accept", {"revision": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_quantity")
    assert "wait" in enabled(refused.json())
    assert given.giving.post(f"{address}/wait?dry_run=true", {"revision": 1}).json()["status"] == "waiting"
    waits = given.giving.post(f"{address}/wait", {"revision": 1}).json()
    assert (waits["status"], waits["waitlist_position"], waits["joins_waitlist"]) == ("waiting", 1, True)
    assert enabled(given.asking.get(address).json()) == {"withdraw"}

    endings.cancel(held.pk, note="-", by=given.gives, now=clock.now())
    later = around.asked(given, 1, by=around.school("Sekolah ketiga")[1])
    others = f"{ADDRESS}/{ids.encode('collaboration', later.pk)}/accept"
    assert given.giving.post(others, {"revision": 1}).json()["code"] == "others_wait"
    assert waitlist.offer_released(now=clock.now()) == 1
    inbox = given.asking.get(f"{ADDRESS}?awaiting=me&sort=deadline").json()["data"]
    assert [(one["status"], one["awaiting_me"]) for one in inbox] == [("offered", True)]
    assert [one["name"] for one in inbox[0]["deadlines"]] == ["expire"]
    assert inbox[0]["agreed_lines"][0]["reserved"] == 4
    taken = given.asking.post(f"{address}/take")
    assert (taken.status_code, taken.json()["status"]) == (200, "active")
    again = given.asking.post(f"{address}/take")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_who_would_not_wait_is_not_made_to(given: Any) -> None:
    made = ask(given, 4).json()
    refused = given.giving.post(f"{ADDRESS}/{made['id']}/wait", {"revision": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_waitlist")


def test_who_may_say_so(given: Any) -> None:
    row = around.asked(given, 4, joins_waitlist=True)
    address = f"{ADDRESS}/{ids.encode('collaboration', row.pk)}"
    viewer = people.as_person(people.member(given.publisher, "viewer"), acting_for=given.publisher)
    assert viewer.post(f"{address}/wait", {"revision": 1}).status_code == 403
    assert people.client().post(f"{address}/wait", {"revision": 1}).status_code == 401
    assert people.as_person(people.user()).post(f"{address}/take").status_code == 404


def test_the_owner_says_how_long_it_is_held(given: Any) -> None:
    address = f"/v1/offers/{given.offer_id}"
    headers = {"If-Match": "*"}
    assert given.giving.patch(address, {"waitlist_days": 14}, headers=headers).json()["waitlist_days"] == 14
    refused = given.giving.patch(address, {"waitlist_days": 15}, headers=headers)
    assert refused.json()["errors"][0]["code"] == "out_of_range"
