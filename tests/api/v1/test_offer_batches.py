"""Offers by the numbers of a publisher's own list: one by one, and a hundred at once, each answered on its own."""

from typing import Any

import pytest

from directory import ids
from partners.models import Line, Movement, Proposal
from partners.offers import stock
from tests import factories, people
from tests.api.v1.test_offers import BOOKS, address, hold, member, publisher

__all__ = ["member", "publisher"]
pytestmark = pytest.mark.django_db


def item(number: Any, **values: Any) -> dict[str, Any]:
    return {"kind": "book_donation", "title": f"Judul {number}", "external_id": number, **values}


def line(quantity: int, number: str = "A-1") -> dict[str, Any]:
    return {"external_id": number, "title": "Kancil dan Buaya", "quantity": quantity}


def test_a_number_is_made_once_and_changed_then(member: Any) -> None:
    first = member.put("/v1/offers/external:STOK-1", {**BOOKS, "external_id": "STOK-1"})
    assert (first.status_code, first["Location"]) == (201, address(first.json()))
    again = member.put("/v1/offers/external:STOK-1", {"description": "Baru"})
    assert (again.status_code, again.json()["version"], again.json()["quantity"]) == (200, 2, 500)
    assert member.put("/v1/offers/external:STOK-1", {"description": "Baru"}).json()["version"] == 2
    assert Proposal.objects.count() == 1
    wrong = member.put("/v1/offers/external:STOK-1", {"external_id": "LAIN"}).json()["errors"]
    assert [(one["pointer"], one["code"]) for one in wrong] == [("#/external_id", "constant_member")]
    lacking = member.put("/v1/offers/external:STOK-2", {"description": "Baru"}).json()["errors"]
    assert {one["pointer"] for one in lacking} == {"#/kind", "#/title"}
    assert member.put(address(first.json()), BOOKS).status_code == 404
    stale = member.put("/v1/offers/external:STOK-1", {"title": "X"}, headers={"If-Match": 'W/"1-abc"'})
    assert stale.json()["code"] == "version_changed"
    assert member.post("/v1/offers/external:STOK-1/publish").json()["status"] == "open"


def test_the_same_number_means_another_to_another_entry(member: Any) -> None:
    member.put("/v1/offers/external:STOK-1", BOOKS)
    other = people.as_person(people.member(factories.entry("publisher")))
    assert other.put("/v1/offers/external:STOK-1", BOOKS).status_code == 201
    assert member.put("/v1/needs/external:STOK-1", BOOKS).status_code == 201
    taken = member.post("/v1/offers", BOOKS)
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")


def test_each_item_is_answered_and_a_bad_one_loses_nothing(member: Any, publisher: Any) -> None:
    promised = member.put("/v1/offers/external:HELD", item("HELD", lines=[line(10)])).json()
    hold(promised, 8)
    items = [
        item("A", lines=[line(5)]),
        item("B", lines=[{"title": "X", "quantity": -1}]),
        item("HELD", lines=[line(7)]),
        {"external_id": "C", "title": "Tanpa jenis"},
        item("HELD", description="Masih ada", lines=[line(12)]),
        item(""),
        item(7),
        item("A", kind="training"),
        item("D", reach={"regions": ["99"]}),
        item("E", colour="red"),
    ]
    response = member.post("/v1/offers/batch", {"items": items})

    assert response.status_code == 200
    results = response.json()["results"]
    told = [(one["status"], one["problem"] and one["problem"]["code"]) for one in results]
    assert told == [
        (201, None),
        (400, "validation_error"),
        (409, "quantity_promised"),
        (400, "validation_error"),
        (200, None),
        (400, "validation_error"),
        (400, "validation_error"),
        (400, "validation_error"),
        (400, "validation_error"),
        (400, "validation_error"),
    ]
    places = [[fault.get("pointer") for fault in one["problem"]["errors"]] for one in results if one["problem"]]
    assert places == [
        ["#/items/1/lines/0/quantity"],
        [None],
        ["#/items/3/kind"],
        ["#/items/5/external_id"],
        ["#/items/6/external_id"],
        ["#/items/7/kind"],
        ["#/items/8/reach/regions/0"],
        ["#/items/9/colour"],
    ]
    assert [one["external_id"] for one in results[:7]] == ["A", "B", "HELD", "C", "HELD", "", None]
    assert sorted(Proposal.objects.values_list("external_id", flat=True)) == ["A", "HELD"]
    assert results[4]["id"] == promised["id"]
    assert Line.objects.get(proposal=ids.decode(promised["id"])[1]).total == 12
    assert list(stock.drifts()) == []


def test_the_list_sent_again_changes_nothing(member: Any) -> None:
    body = {"items": [item(str(number), lines=[line(3)]) for number in range(5)], "publish": True}
    first = member.post("/v1/offers/batch", body).json()["results"]
    assert {one["status"] for one in first} == {201}
    assert set(Proposal.objects.values_list("status", flat=True)) == {"open"}
    moved = Movement.objects.count()
    again = member.post("/v1/offers/batch", body).json()["results"]
    assert [(one["status"], one["version"]) for one in again] == [(200, one["version"]) for one in first]
    assert Movement.objects.count() == moved


def test_whoever_may_not_publish_loses_no_draft_unasked(publisher: Any, member: Any) -> None:
    editor = people.as_person(people.member(publisher, "editor"))
    (result,) = editor.post("/v1/offers/batch", {"items": [item("A", lines=[line(3)])], "publish": True}).json()[
        "results"
    ]
    assert (result["status"], result["problem"]["code"]) == (403, "role_needed")
    (made,) = editor.post("/v1/offers/batch", {"items": [item("A", lines=[line(3)])]}).json()["results"]
    assert made["status"] == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/items"),
        ({"items": []}, "#/items"),
        ({"items": [1]}, "#/items/0"),
        ({"items": [{}] * 101}, "#/items"),
        ({"items": [{}], "all": True}, "#/all"),
    ],
)
def test_what_is_no_batch_is_refused_whole(member: Any, body: Any, pointer: str) -> None:
    response = member.post("/v1/offers/batch", body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == pointer


def test_others_send_no_batch(publisher: Any, member: Any) -> None:
    body = {"items": [item("A")]}
    assert people.client().post("/v1/offers/batch", body).status_code == 401
    viewer = people.as_person(people.member(publisher, "viewer"))
    assert viewer.post("/v1/offers/batch", body).json()["code"] == "role_needed"


def test_a_hundred_offers_of_five_lines(member: Any) -> None:
    lines = [line(2, f"L-{number}") for number in range(5)]
    response = member.post("/v1/offers/batch", {"items": [item(str(n), lines=lines) for n in range(100)]})
    assert {one["status"] for one in response.json()["results"]} == {201}
    assert Line.objects.count() == 500


def test_templates_are_sent_as_they_are(member: Any, api: Any) -> None:
    found = api.get("/v1/need-templates?form=sd").json()["data"]
    assert {"primary_readers_1_to_3", "reference_shelf"} <= {one["id"] for one in found}
    assert "lower_secondary_readers" not in {one["id"] for one in found}
    for one in api.get("/v1/need-templates").json()["data"]:
        sent = {name: one[name] for name in ("kind", "title", "lines")}
        made = member.post("/v1/needs", sent)
        assert made.status_code == 201, made.content
    assert api.get("/v1/need-templates?form=SD").status_code == 400
