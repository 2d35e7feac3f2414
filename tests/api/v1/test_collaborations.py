"""Collaboration requests over HTTP: shapes, inbox, dry runs, refusals that say what can be done instead."""

import datetime
from typing import Any

import pytest

from directory import clock, ids
from partners.collaborations import moves
from partners.models import Collaboration, Line, Proposal
from partners.offers import stock
from tests import factories, people
from tests.partners.collaborations import around

pytestmark = pytest.mark.django_db
ADDRESS = "/v1/collaboration-requests"


@pytest.fixture
def given() -> Any:
    made = around.world()
    made.school_key = people.entry_key(made.school)
    made.asking = people.client(made.school_key)
    made.giving = people.client(people.entry_key(made.publisher))
    made.offer_id = ids.encode("offer", made.offer.pk)
    made.line_ids = [ids.encode("line", line.pk) for line in made.lines]
    return made


def ask(given: Any, *quantities: int, submit: bool = True, **values: Any) -> Any:
    lines = [
        {"offer_line": line, "quantity": quantity}
        for line, quantity in zip(given.line_ids, quantities, strict=False)
        if quantity
    ]
    return given.asking.post(ADDRESS, {"offer": given.offer_id, "lines": lines, "submit": submit, **values})


def enabled(body: Any) -> set[str]:
    return {one["name"] for one in body["allowed_actions"] if one["enabled"]}


def test_a_request_from_first_to_last(given: Any) -> None:
    made = ask(given, 4, needed_by="2030-01-31", message="Mohon")
    assert made.status_code == 201
    assert made["Location"] == f"{ADDRESS}/{made.json()['id']}"
    body = made.json()
    assert (body["status"], body["awaiting"], body["awaiting_me"], body["role"]) == (
        "pending",
        "counterparty",
        False,
        "initiator",
    )
    assert (body["initiator"], body["proposal"]) == (ids.encode("school", given.school.pk), given.offer_id)
    assert body["terms"]["lines"] == [
        {
            "number": 1,
            "offer_line": given.line_ids[0],
            "need_line": None,
            "title": "Judul 1",
            "unit": "copy",
            "quantity": 4,
            "min_quantity": 4,
        }
    ]
    assert [one["name"] for one in body["deadlines"]] == ["expire"]
    assert enabled(body) == {"revise", "withdraw"}
    address = f"{ADDRESS}/{body['id']}"
    seen = given.giving.get(address).json()
    assert (seen["awaiting_me"], seen["role"]) == (True, "counterparty")
    assert enabled(seen) == {"counter", "accept", "decline"}
    done = given.giving.post(f"{address}/accept", {"revision": 1})
    assert done.status_code == 200
    body = done.json()
    assert (body["status"], body["accepted_revision"]) == ("active", 1)
    assert [(one["number"], one["quantity"], one["reserved"]) for one in body["agreed_lines"]] == [(1, 4, 4)]
    again = given.giving.post(f"{address}/accept", {"revision": 1})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert {one["name"] for one in again.json()["allowed_actions"] if one["enabled"]} == {
        "extend",
        "cancel",
        "ask_close_short",
    }
    assert given.asking.post(f"{address}/extend").status_code == 200
    assert given.asking.post(f"{address}/ask-close-short", {"note": "Cukup"}).json()["close_asked_by"] == "initiator"
    closed = given.giving.post(f"{address}/close-short").json()
    assert (closed["status"], closed["outcome"]) == ("closed", "none")


def test_a_dry_run_checks_everything_and_changes_nothing(given: Any) -> None:
    tried = given.asking.post(
        f"{ADDRESS}?dry_run=true",
        {"offer": given.offer_id, "lines": [{"offer_line": given.line_ids[0], "quantity": 2}], "submit": True},
    )
    assert (tried.status_code, tried.json()["status"]) == (201, "pending")
    assert not Collaboration.objects.exists()
    address = f"{ADDRESS}/{ask(given, 4).json()['id']}"
    tried = given.giving.post(f"{address}/accept?dry_run=true", {"revision": 1})
    assert (tried.status_code, tried.json()["status"], tried.json()["agreed_lines"][0]["reserved"]) == (
        200,
        "active",
        4,
    )
    assert given.giving.get(address).json()["status"] == "pending"
    assert Line.objects.get(pk=given.lines[0].pk).reserved == 0
    stale = given.giving.post(f"{address}/accept?dry_run=true", {"revision": 2})
    assert (stale.status_code, stale.json()["code"], stale.json()["latest"]) == (409, "stale_revision", 1)
    odd = given.giving.post(f"{address}/accept?dry_run=ya", {"revision": 1})
    assert odd.status_code == 400


def test_the_loser_is_told_what_there_is_and_what_can_be_done(given: Any) -> None:
    _, by = around.school()
    rival = around.asked(given, 8, by=by)
    address = f"{ADDRESS}/{ask(given, 8).json()['id']}"
    moves.accept(rival.pk, revision=1, by=given.gives, now=clock.now())
    lost = given.giving.post(f"{address}/accept", {"revision": 1})
    body = lost.json()
    assert (lost.status_code, body["code"]) == (409, "insufficient_quantity")
    assert (body["line"], body["requested"], body["available"]) == (given.line_ids[0], 8, 2)
    told = {one["name"]: one for one in body["allowed_actions"]}
    assert told["counter"]["enabled"]
    assert (told["accept"]["enabled"], told["accept"]["reason"]) == (False, "insufficient_quantity")
    assert list(stock.drifts()) == []


def test_counter_and_the_difference_line_by_line(given: Any) -> None:
    address = f"{ADDRESS}/{ask(given, 4, 2).json()['id']}"
    changed = {"lines": [{"number": 1, "quantity": 3}, {"title": "Rak", "quantity": 1, "unit": "package"}]}
    assert given.giving.post(f"{address}/counter", changed).json()["revision"] == 2
    found = given.asking.get(f"{address}/terms?against=1").json()
    assert [one["number"] for one in found["revisions"]] == [1, 2]
    assert [(one["change"], one["line"], one["member"]) for one in found["changes"]] == [
        ("changed", 1, "quantity"),
        ("changed", 1, "min_quantity"),
        ("removed", 2, None),
        ("added", 3, None),
    ]
    assert given.asking.get(f"{address}/terms").json()["changes"] == []
    back = given.asking.get(f"{address}/terms?against=2&revision=1").json()["changes"]
    assert (back[0]["before"], back[0]["after"]) == (3, 4)
    assert given.asking.get(f"{address}/terms?against=3").status_code == 400
    stranger = people.client(people.entry_key(around.school()[0]))
    assert stranger.get(f"{address}/terms").status_code == 404


def test_drafts_are_changed_with_if_match(given: Any) -> None:
    made = ask(given, 4, submit=False)
    address = f"{ADDRESS}/{made.json()['id']}"
    assert given.giving.get(address).status_code == 404
    assert given.asking.patch(address, {"subject": "Lain"}).status_code == 428
    changed = given.asking.patch(address, {"subject": "Lain"}, headers={"If-Match": made["ETag"]})
    assert (changed.json()["subject"], changed.json()["version"], changed.json()["revision"]) == ("Lain", 2, 1)
    stale = given.asking.patch(address, {"subject": "x"}, headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    assert given.asking.post(f"{address}/submit").json()["status"] == "pending"
    late = given.asking.patch(address, {"subject": "x"}, headers={"If-Match": "*"})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_the_inbox_and_the_filters(given: Any) -> None:
    first = ask(given, 4, needed_by="2030-01-31").json()["id"]
    soon = (clock.now() + datetime.timedelta(days=6)).date().isoformat()
    second = ask(given, 0, 2, needed_by=soon).json()["id"]
    draft = ask(given, 1, submit=False).json()["id"]

    def found(client: Any, query: str) -> list[str]:
        answer = client.get(f"{ADDRESS}?{query}")
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["data"]]

    assert found(given.giving, "awaiting=me&sort=deadline") == [second, first]
    assert found(given.giving, "awaiting=me&sort=-deadline") == [first, second]
    assert found(given.asking, "awaiting=me") == []
    assert set(found(given.asking, "awaiting=counterparty")) == {first, second}
    assert found(given.asking, "status=draft") == [draft]
    assert found(given.giving, "status=draft") == []
    assert set(found(given.asking, "role=initiator&kind=book_donation")) == {first, second, draft}
    assert found(given.asking, "role=counterparty") == []
    assert len(found(given.asking, f"proposal={given.offer_id}")) == 3
    assert found(given.asking, "is_inquiry=true") == []
    assert found(given.asking, "updated_since=2031-01-01") == []
    assert found(given.giving, "awaiting=none") == []
    paged = given.giving.get(f"{ADDRESS}?sort=deadline&limit=1").json()
    following = given.giving.get(f"{ADDRESS}?sort=deadline&limit=1&cursor={paged['next_cursor']}").json()
    assert [paged["data"][0]["id"], following["data"][0]["id"]] == [second, first]


def test_a_page_costs_no_query_for_each_of_its_rows(given: Any, django_assert_max_num_queries: Any) -> None:
    for name in ("a", "b"):
        around.asked(given, 1, by=around.school(name)[1])
    with django_assert_max_num_queries(40) as few:
        given.giving.get(ADDRESS)
    for name in ("c", "d", "e"):
        around.asked(given, 1, by=around.school(name)[1])
    around.accepted(given, 0, 1)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(given.giving.get(ADDRESS).json()["data"]) == 6


def test_what_a_credential_may_do(given: Any) -> None:
    made = ask(given, 1)
    address = f"{ADDRESS}/{made.json()['id']}"
    writes = people.client(people.entry_key(given.publisher, scopes=["collaborations:read", "collaborations:write"]))
    assert writes.post(f"{address}/accept", {"revision": 1}).json()["code"] == "missing_scope"
    assert writes.post(f"{address}/counter", {"message": "?"}).status_code == 200
    blind = people.client(people.entry_key(given.school, scopes=["collaborations:decide"]))
    assert blind.get(address).json()["code"] == "missing_scope"
    assert blind.post(f"{address}/accept", {"revision": 2}).status_code == 200
    viewer = people.as_person(people.member(given.publisher, "viewer"), acting_for=given.publisher)
    assert viewer.get(address).status_code == 200
    assert viewer.post(f"{address}/cancel", {"note": "x"}).json()["code"] == "role_needed"
    assert people.client().get(ADDRESS).status_code == 401
    everywhere = people.user()
    assert people.as_person(everywhere).get(ADDRESS).json()["data"] == []
    assert people.as_person(everywhere).post(ADDRESS, {"offer": given.offer_id}).status_code == 400


def test_what_is_sent_is_checked(given: Any) -> None:
    for body, code in (
        ({}, "invalid_value"),
        ({"offer": given.offer_id, "entry": "x"}, "invalid_value"),
        ({"offer": given.offer_id, "kind": "other"}, "invalid_value"),
        ({"offer": ids.encode("need", given.offer.pk)}, "invalid_id"),
        ({"entry": "npsn:99999999"}, "unknown_entry"),
        ({"offer": given.offer_id, "lines": [{"quantity": 0}]}, "out_of_range"),
        ({"offer": given.offer_id, "status": "active"}, "unknown_field"),
    ):
        refused = given.asking.post(ADDRESS, body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, code), body
    address = f"{ADDRESS}/{ask(given, 4).json()['id']}"
    twice = [{"number": 1, "quantity": 1}, {"number": 1, "quantity": 2}]
    for lines in (twice, []):
        assert given.giving.post(f"{address}/accept", {"revision": 1, "lines": lines}).status_code == 400


def test_many_are_accepted_each_on_its_own(given: Any) -> None:
    rows = [around.asked(given, 4, by=around.school(f"Sekolah {number}")[1]) for number in range(3)]
    other = around.asked(given, 0, 1)
    named = [ids.encode("collaboration", row.pk) for row in (*rows, other)]
    asked = [{"collaboration": one, "revision": 1} for one in named]
    asked.append({"collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p", "revision": 1})
    asked[3]["revision"] = 2
    answer = given.giving.post(f"/v1/offers/{given.offer_id}/accept-many", {"requests": asked})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [200, 200, 409, 409, 404]
    assert results[0]["answer"]["status"] == "active"
    assert [one["problem"]["code"] for one in results[2:]] == ["insufficient_quantity", "stale_revision", "not_found"]
    assert Line.objects.get(pk=given.lines[0].pk).available == 2
    assert list(stock.drifts()) == []
    refused = given.asking.post(f"/v1/offers/{given.offer_id}/accept-many", {"requests": asked})
    assert refused.json()["code"] == "role_needed"
    Proposal.objects.filter(pk=given.offer.pk).update(status="draft")
    assert given.asking.post(f"/v1/offers/{given.offer_id}/accept-many", {"requests": asked}).status_code == 404
    assert given.giving.post(
        "/v1/offers/off_01kf3cb0s3f8q8r2d1kq8m8n8p/accept-many", {"requests": asked}
    ).status_code == (404)


def test_the_same_request_twice_has_one_effect(given: Any) -> None:
    address = f"{ADDRESS}/{ask(given, 4).json()['id']}/accept"
    first, second = (
        given.giving.post(address, {"revision": 1}, headers={"Idempotency-Key": "sekali"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code, first.content) == (200, 200, second.content)
    assert second["Idempotent-Replayed"] == "true"
    assert Line.objects.get(pk=given.lines[0].pk).reserved == 4


def test_an_entry_that_nobody_acts_for_can_be_asked_too(given: Any) -> None:
    free = factories.entry("school", name="SDN Sunyi")
    asked = {
        "entry": ids.encode("school", free.pk),
        "kind": "book_donation",
        "initiator_gives": True,
        "subject": "Buku untuk Anda",
        "lines": [{"offer_line": given.line_ids[0], "quantity": 2}],
        "submit": True,
    }
    body = given.giving.post(ADDRESS, asked).json()
    assert body["status"] == "pending"
    due = datetime.datetime.fromisoformat(body["deadlines"][0]["due_at"])
    assert due - clock.now() > datetime.timedelta(days=29)
