"""Offers and needs over HTTP: drafted, published, changed and ended, and who reads what of them."""

import datetime
from typing import Any

import orjson
import pytest
import time_machine

from api import errors as problems
from directory import clock, errors, ids
from directory.models import Event
from partners.models import Collaboration, Line, Proposal
from partners.offers import stock
from tests import factories, people

pytestmark = pytest.mark.django_db
BOOKS: dict[str, Any] = {
    "kind": "book_donation",
    "title": "500 buku bacaan jenjang B",
    "external_id": "STOK-1",
    "reach": {"kinds": ["school"]},
    "transport": {"paid_by": "giver", "methods": ["courier"]},
    "lines": [
        {
            "external_id": "A-1",
            "title": "Kancil dan Buaya",
            "isbn": "978-602-8519-93-9",
            "level": "b1",
            "language": "id",
            "quantity": 300,
            "weight_g": 180,
            "unit_value": {"amount": 45_000, "currency": "IDR"},
        },
        {"external_id": "A-2", "title": "Malin Kundang", "level": "b2", "language": "id", "quantity": 200},
    ],
}


def verified(kind: str = "publisher", **fields: Any) -> Any:
    entry = factories.entry(kind, **fields)
    with factories.recorded():
        type(entry).objects.filter(pk=entry.pk).update(trust_level="verified", verified_at=clock.now())
    entry.refresh_from_db()
    return entry


@pytest.fixture
def publisher() -> Any:
    return verified()


@pytest.fixture
def member(publisher: Any) -> people.Caller:
    return people.as_person(people.member(publisher))


@pytest.fixture
def draft(member: people.Caller) -> dict[str, Any]:
    made: dict[str, Any] = member.post("/v1/offers", BOOKS).json()
    return made


@pytest.fixture
def offer(member: people.Caller, draft: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = member.post(f"{address(draft)}/publish").json()
    return made


def address(made: dict[str, Any]) -> str:
    return f"/v1/{made['object']}s/{made['id']}"


def patch(client: Any, made: dict[str, Any], body: dict[str, Any], match: str = "") -> Any:
    return client.patch(address(made), body, headers={"If-Match": match or client.get(address(made))["ETag"]})


def hold(made: dict[str, Any], quantity: int, place: int = 0, **about: Any) -> None:
    """Promise copies of a line, as an accepted request does."""
    line = ids.decode(made["lines"][place]["id"])[1]
    with factories.recorded(settle=False) as event:
        stock.move([stock.Step(line, "available", "reserved", quantity)], event=event, **about)


def actions(made: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["reason"] or one["enabled"] for one in made["allowed_actions"]}


def test_a_draft_is_its_members_alone(publisher: Any, member: people.Caller, api: Any) -> None:
    response = member.post("/v1/offers", BOOKS)

    made = response.json()
    assert (response.status_code, response["Location"]) == (201, address(made))
    assert (made["status"], made["version"], made["quantity"], made["available"]) == ("draft", 1, 500, 500)
    assert made["entry"] == ids.encode("publisher", publisher.pk)
    assert (made["external_id"], made["lines"][0]["external_id"]) == ("STOK-1", "A-1")
    assert made["lines"][0]["isbn"] == "9786028519939"
    assert made["lines"][0]["unit_value"] == {"amount": 45_000, "currency": "IDR"}
    assert (made["weight_g"], made["is_weight_estimated"]) == (300 * 180 + 200 * 250, True)
    assert member.get(address(made)).json() == made
    assert api.get(address(made)).status_code == 404
    assert people.as_person(people.moderator()).get(address(made)).status_code == 404


def test_what_is_published_is_seen_without_what_is_private(offer: dict[str, Any], api: Any) -> None:
    assert (offer["status"], offer["was_reviewed"]) == ("open", True)

    shown = api.get(address(offer))

    assert shown.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    seen = shown.json()
    assert (seen["external_id"], seen["allowed_actions"], seen["reason"]) == ("", [], "")
    assert {(line["external_id"], line["unit_value"]) for line in seen["lines"]} == {("", None)}
    assert [one["id"] for one in api.get("/v1/offers").json()["data"]] == [offer["id"]]
    assert api.get("/v1/needs").json()["data"] == []
    assert api.get(f"/v1/needs/{offer['id']}").status_code == 404


def test_actions_say_why_not(publisher: Any, member: people.Caller, draft: dict[str, Any]) -> None:
    assert actions(draft) == {
        "publish": True,
        "approve": "role_needed",
        "send_back": "role_needed",
        "pause": "wrong_state",
        "resume": "wrong_state",
        "renew": "wrong_state",
        "close": True,
        "take_down": "role_needed",
    }
    editor = people.as_person(people.member(publisher, "editor"))
    assert actions(editor.get(address(draft)).json())["publish"] == "role_needed"
    empty = member.post("/v1/offers", {"kind": "other", "title": "Kosong"}).json()
    assert actions(empty)["publish"] == "nothing_offered"
    refused = member.post(f"{address(empty)}/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_offered")


def test_it_is_paused_resumed_closed_and_each_step_is_in_the_journal(
    member: people.Caller, offer: dict[str, Any]
) -> None:
    for verb, status in (("pause", "paused"), ("resume", "open"), ("renew", "open"), ("close", "closed")):
        response = member.post(f"{address(offer)}/{verb}", {"reason": "Habis"} if verb == "close" else None)
        assert (response.status_code, response.json()["status"]) == (200, status)
    assert response.json()["reason"] == "Habis"
    assert member.post(f"{address(offer)}/resume").json()["code"] == "wrong_state"
    key = str(ids.decode(offer["id"])[1])
    types = list(Event.objects.filter(subject_id=key).order_by("position", "id").values_list("type", flat=True))
    assert types == [
        "offer.drafted",
        "offer.submitted",
        "offer.opened",
        "offer.paused",
        "offer.resumed",
        "offer.renewed",
        "offer.closed",
    ]


def test_a_draft_that_is_closed_was_never_anybodys_business(
    member: people.Caller, draft: dict[str, Any], api: Any
) -> None:
    assert member.post(f"{address(draft)}/close").json()["status"] == "closed"
    assert api.get(address(draft)).status_code == 404
    assert member.get(address(draft)).status_code == 200


def test_moderators_open_send_back_and_take_down(api: Any) -> None:
    factories.region("32.71", "Kota Bogor")
    member = people.as_person(people.member(factories.entry("publisher", region_id="32.71")))
    made = member.post("/v1/offers", {**BOOKS, "kind": "software_licence"}).json()
    waiting = member.post(f"{address(made)}/publish").json()
    assert (waiting["status"], waiting["review_due_at"]) == ("in_review", None)
    assert api.get(address(made)).status_code == 404
    here, elsewhere = people.as_person(people.moderator("32")), people.as_person(people.moderator("32.71"))
    assert people.as_person(people.user()).post(f"{address(made)}/approve").status_code == 404

    back = here.post(f"{address(made)}/send-back", {"reason": "Belum jelas"})
    assert (back.status_code, back.json()["status"]) == (200, "draft")
    assert member.get(address(made)).json()["reason"] == "Belum jelas"
    member.post(f"{address(made)}/publish")
    opened = elsewhere.post(f"{address(made)}/approve").json()
    assert (opened["status"], opened["was_reviewed"], opened["reason"]) == ("open", True, "")
    assert api.get(address(made)).status_code == 200
    assert here.post(f"{address(made)}/take-down").json()["code"] == "validation_error"
    assert here.post(f"{address(made)}/take-down", {"reason": "Penipuan"}).status_code == 200
    assert api.get(address(made)).status_code == 404
    assert member.get(address(made)).json()["reason"] == "Penipuan"


def test_what_an_unverified_entry_changes_is_no_longer_reviewed() -> None:
    factories.region("32.71", "Kota Bogor")
    member = people.as_person(people.member(factories.entry("publisher", region_id="32.71")))
    made = member.post("/v1/offers", BOOKS).json()
    member.post(f"{address(made)}/publish")
    assert people.as_person(people.moderator("32")).post(f"{address(made)}/approve").json()["was_reviewed"]
    assert patch(member, made, {"description": "Lain sekali"}).json()["was_reviewed"] is False


def test_members_are_changed_and_nothing_is_written_where_nothing_differs(
    member: people.Caller, draft: dict[str, Any]
) -> None:
    changed = patch(member, draft, {"transport": {"note": "Hari kerja"}, "deadline": "2100-01-01"}).json()
    assert changed["transport"] == {"paid_by": "giver", "methods": ["courier"], "note": "Hari kerja"}
    assert (changed["version"], changed["deadline"]) == (2, "2100-01-01")
    same = {name: changed[name] for name in ("title", "transport", "reach", "meeting", "deadline")}
    lines = [{name: one for name, one in line.items() if name not in COUNTED} for line in changed["lines"]]
    assert patch(member, draft, {**same, "lines": lines}).json()["version"] == 2
    assert patch(member, draft, {"title": "Lain"}, match='W/"1-abc"').json()["code"] == "version_changed"
    assert member.patch(address(draft), {"title": "Lain"}).json()["code"] == "if_match_required"


COUNTED = ("available", "promised", "received")


def test_lines_keep_their_promises_by_id_and_by_external_id(member: people.Caller, offer: dict[str, Any]) -> None:
    hold(offer, 30)
    first, second = offer["lines"]
    given = [
        {"external_id": "A-2", "title": "Malin Kundang", "quantity": 150},
        {"id": first["id"], "title": "Kancil", "quantity": 310, "external_id": "A-9"},
        {"title": "Timun Mas", "quantity": 5},
    ]
    lines = patch(member, offer, {"lines": given}).json()["lines"]
    assert [(one["title"], one["quantity"], one["available"], one["promised"]) for one in lines] == [
        ("Malin Kundang", 150, 150, 0),
        ("Kancil", 310, 280, 30),
        ("Timun Mas", 5, 5, 0),
    ]
    assert [one["id"] for one in lines[:2]] == [second["id"], first["id"]]
    assert (lines[1]["external_id"], lines[0]["level"], lines[0]["external_id"]) == ("A-9", "", "A-2")
    swapped = [
        {"id": lines[0]["id"], "external_id": "A-9", "title": "Malin Kundang", "quantity": 150},
        {"id": lines[1]["id"], "external_id": "A-2", "title": "Kancil", "quantity": 310},
    ]
    assert [one["external_id"] for one in patch(member, offer, {"lines": swapped}).json()["lines"]] == ["A-9", "A-2"]
    assert list(stock.drifts()) == []


def test_a_total_does_not_fall_below_what_is_promised_and_who_holds_it_is_told(
    publisher: Any, member: people.Caller, offer: dict[str, Any]
) -> None:
    held = collaboration(publisher, offer)
    hold(offer, 290, collaboration=held.pk)
    hold(offer, 1, 1)
    lines = [{"id": offer["lines"][0]["id"], "title": "Kancil", "quantity": 289}]
    refused = patch(member, offer, {"lines": lines})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "quantity_promised")
    assert [(one["code"], one["line"], one["held_by"]) for one in problem["errors"]] == [
        ("quantity_promised", offer["lines"][1]["id"], []),
        ("quantity_promised", offer["lines"][0]["id"], [ids.encode("collaboration", held.pk)]),
    ]
    assert ids.encode("collaboration", held.pk) in problem["errors"][1]["detail"]
    assert [one["quantity"] for one in member.get(address(offer)).json()["lines"]] == [300, 200]
    assert (
        patch(member, offer, {"lines": [{**lines[0], "quantity": 290}, {**kept(offer, 1), "quantity": 1}]}).status_code
        == 200
    )


def collaboration(publisher: Any, offer: dict[str, Any]) -> Collaboration:
    """A request that holds copies, as far as the ledger asks for one."""
    now = clock.now()
    return Collaboration.objects.create(
        initiator=factories.entry(),
        counterparty=publisher,
        proposal_id=ids.decode(offer["id"])[1],
        kind="book_donation",
        initiator_gives=False,
        subject="Buku",
        created_at=now,
        updated_at=now,
    )


def kept(offer: dict[str, Any], place: int) -> dict[str, Any]:
    return {name: offer["lines"][place][name] for name in ("id", "title", "quantity")}


def test_too_few_are_told_for_programs_too(offer: dict[str, Any], rf: Any) -> None:
    with pytest.raises(errors.Conflict) as refused:
        hold(offer, 301)
    response = problems.from_exception(rf.get("/v1/collaboration-requests"), refused.value)
    problem = orjson.loads(response.content)
    assert (problem["status"], problem["code"]) == (409, "insufficient_quantity")
    (told,) = problem["errors"]
    assert (told["line"], told["requested"], told["available"]) == (offer["lines"][0]["id"], 301, 300)


def test_a_line_that_is_not_there_and_one_named_twice_are_told(member: people.Caller, draft: dict[str, Any]) -> None:
    other = member.post("/v1/offers", {**BOOKS, "external_id": ""}).json()
    given = [
        {"id": other["lines"][0]["id"], "title": "X", "quantity": 1},
        {"external_id": "A-1", "title": "Y", "quantity": 1},
        {"external_id": "A-1", "title": "Z", "quantity": 1},
        {"external_id": "N", "title": "neu", "quantity": 1},
        {"external_id": "N", "title": "neu", "quantity": 1},
    ]
    response = patch(member, draft, {"lines": given})
    assert response.status_code == 400
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [
        ("#/lines/0/id", "unknown_line"),
        ("#/lines/2", "repeated_line"),
        ("#/lines/4", "repeated_line"),
    ]
    assert Line.objects.current().filter(proposal=ids.decode(draft["id"])[1]).count() == 2


def test_the_kind_stays(member: people.Caller, draft: dict[str, Any]) -> None:
    (fault,) = patch(member, draft, {"kind": "training"}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("#/kind", "constant_member")
    assert patch(member, draft, {"kind": "book_donation"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"lines": [{"title": "A"}]}, "#/lines/0/quantity", "required_member"),
        ({"lines": [{"quantity": 1}]}, "#/lines/0/title", "required_member"),
        ({"lines": [{"title": "A", "quantity": -1}]}, "#/lines/0/quantity", "out_of_range"),
        ({"lines": [{"title": "A", "quantity": 1, "isbn": "978-602-8519-93-0"}]}, "#/lines/0/isbn", "invalid_isbn"),
        ({"lines": [{"title": "A", "quantity": 1, "available": 1}]}, "#/lines/0/available", "unknown_field"),
        ({"reach": {"regions": ["99"]}}, "#/reach/regions/0", "unknown_region"),
        ({"transport": {"cost": 1}}, "#/transport/cost", "unknown_field"),
        ({"title": "!!!"}, "#/title", "blank_member"),
        ({"status": "open"}, "#/status", "unknown_field"),
    ],
)
def test_every_fault_is_told_with_its_place(
    member: people.Caller, draft: dict[str, Any], change: dict[str, Any], pointer: str, code: str
) -> None:
    for response in (patch(member, draft, change), member.post("/v1/offers", {**BOOKS, "external_id": "", **change})):
        assert response.status_code == 400
        assert {"pointer": pointer, "code": code}.items() <= response.json()["errors"][0].items()


def test_a_session_ends_after_it_starts(member: people.Caller) -> None:
    line = {"title": "Dongeng", "quantity": 1, "unit": "session", "ends_at": "2027-01-01T00:00:00Z"}
    response = member.post("/v1/offers", {"kind": "author_visit", "title": "Kunjungan", "lines": [line]})
    assert response.json()["errors"][0]["code"] == "rule_broken"


def test_a_deadline_ends_it_and_a_later_one_opens_it_again(member: people.Caller, offer: dict[str, Any]) -> None:
    now = clock.now()
    yesterday, tomorrow = ((now + datetime.timedelta(days=days)).date().isoformat() for days in (-2, 2))
    refused = patch(member, offer, {"deadline": yesterday})
    assert (refused.status_code, refused.json()["code"]) == (409, "deadline_passed")
    changed = patch(member, offer, {"deadline": tomorrow}).json()
    assert changed["expires_at"] == f"{tomorrow}T17:00:00Z"
    other = member.post("/v1/offers", {**BOOKS, "external_id": "", "deadline": yesterday}).json()
    assert member.post(f"{address(other)}/publish").json()["code"] == "deadline_passed"
    assert actions(other)["publish"] == "deadline_passed"

    Proposal.objects.filter(pk=ids.decode(offer["id"])[1]).update(status="expired")
    with time_machine.travel(now + datetime.timedelta(days=5)):
        assert member.post(f"{address(offer)}/renew").json()["code"] == "deadline_passed"
        assert patch(member, offer, {"deadline": None}).status_code == 200
        assert member.post(f"{address(offer)}/renew").json()["status"] == "open"


def test_nobody_floods(member: people.Caller, publisher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from partners.offers import writing

    monkeypatch.setattr(writing, "MOST_LIVE", 1)
    assert member.post("/v1/offers", BOOKS).status_code == 201
    refused = member.post("/v1/offers", {**BOOKS, "external_id": ""})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open")
    assert member.post("/v1/needs", {**BOOKS}).status_code == 201  # counted apart


def test_a_need_says_how_far_it_is_met(api: Any) -> None:
    school = people.as_person(people.member(verified("school")))
    made = school.post("/v1/needs", {**BOOKS, "lines": [{"title": "Bacaan", "quantity": 10}]}).json()
    need = school.post(f"{address(made)}/publish").json()
    assert (need["partly_promised"], need["is_met"]) == (False, False)
    hold(need, 4)
    seen = api.get(address(need)).json()
    assert (seen["available"], seen["promised"], seen["partly_promised"], seen["is_met"]) == (6, 4, True, False)
    line = ids.decode(need["lines"][0]["id"])[1]
    with factories.recorded(settle=False) as event:
        stock.move(
            [stock.Step(line, "available", "received", 6), stock.Step(line, "reserved", "received", 4)], event=event
        )
    assert api.get(address(need)).json()["is_met"] is True


def test_an_offer_is_exhausted_and_a_release_opens_it_again(offer: dict[str, Any], api: Any) -> None:
    hold(offer, 300, 0)
    hold(offer, 200, 1)
    assert api.get(address(offer)).json()["is_exhausted"] is True
    assert api.get("/v1/offers?is_available=true").json()["data"] == []
    line = ids.decode(offer["lines"][0]["id"])[1]
    with factories.recorded(settle=False) as event:
        stock.move([stock.Step(line, "reserved", "available", 1)], event=event)
    assert api.get(address(offer)).json()["is_exhausted"] is False
    assert len(api.get("/v1/offers?is_available=true").json()["data"]) == 1


def test_what_its_entry_hides_is_hidden(publisher: Any, offer: dict[str, Any], api: Any) -> None:
    for status in ("hidden", "closed"):
        with factories.recorded(settle=False):
            type(publisher).objects.filter(pk=publisher.pk).update(status=status)
        assert api.get(address(offer)).status_code == 404
        assert api.get("/v1/offers").json()["data"] == []
    with factories.recorded(settle=False):
        type(publisher).objects.filter(pk=publisher.pk).update(status="active")
    assert api.get(address(offer)).status_code == 200


@pytest.mark.parametrize(
    ("scopes", "status", "code"),
    [(["entries:read"], 403, "missing_scope"), (["offers:read"], 403, "missing_scope"), (["offers:write"], 201, None)],
)
def test_a_key_needs_the_scope(publisher: Any, scopes: list[str], status: int, code: str | None) -> None:
    response = people.client(people.entry_key(publisher, scopes=scopes)).post("/v1/offers", BOOKS)
    assert (response.status_code, response.json().get("code")) == (status, code)


def test_nobody_writes_for_an_entry_they_do_not_act_for(offer: dict[str, Any]) -> None:
    assert people.client().post("/v1/offers", BOOKS).json()["code"] == "sign_in_needed"
    assert (
        people.as_person(people.user()).post("/v1/offers", BOOKS).json()["errors"][0]["code"] == "acting_entry_required"
    )
    other = people.as_person(people.member(verified()))
    response = other.patch(address(offer), {"title": "Milik saya"}, headers={"If-Match": "*"})
    assert (response.status_code, response.json()["code"]) == (403, "role_needed")
