"""Personal data over HTTP: taken along whole, erased after a dry run, gone where it had an address."""

import pytest

from directory import clock, ids
from partners.models import Professional, User
from tests import factories, people
from tests.partners.accounts import erased

pytestmark = pytest.mark.django_db


@pytest.fixture
def ratna():
    return erased.person()


def test_the_export_holds_everything_and_no_secret(ratna):
    client = people.as_person(ratna)
    response = client.get("/v1/me/export")

    whole = response.json()
    held = whole["held"]
    assert response["Cache-Control"] == "no-store"
    assert whole["id"] == ids.encode("user", ratna.pk)
    assert (whole["account"]["email"], whole["account"]["name"]) == (erased.EMAIL, erased.NAME)
    assert {len(held["memberships"]), len(held["keys"]), len(held["invitations_sent"])} == {3, 1}
    assert {one["kind"] for one in held["keys"]} == {"entry", "developer", "personal"}
    assert held["professional"][0]["name"] == erased.NAME
    assert held["attainments"][0]["title"] == f"Pelatihan {erased.NAME}"
    assert held["consents"][0]["given_at"].endswith("Z")
    assert f"Halo {erased.NAME}" in {one["subject"] for one in held["letters"]}
    assert held["invitations_received"][0]["email"] == erased.EMAIL
    assert held["memberships"][0]["entry"].startswith("sch_")
    assert {"contact.added", "invitation.sent", "api_key.created"} <= {one["type"] for one in held["events"]}
    assert not {"digest", "password", "previous_digest", "lease"} & {name for one in _rows(whole) for name in one}
    assert ratna.password not in response.content.decode()


def _rows(whole):
    yield whole["account"]
    for rows in whole["held"].values():
        yield from rows


def test_nobody_exports_or_erases_without_being_that_person():
    school = factories.entry()
    key, reader = people.entry_key(school), people.token(people.user(), scopes=["profile:read"])
    for method, path in (("get", "/v1/me/export"), ("post", "/v1/me/erase"), ("post", "/v1/me/erase?dry_run=true")):
        assert getattr(people.client(), method)(path).status_code == 401
        assert getattr(people.client(key), method)(path).status_code == 403
        assert getattr(people.client(people.developer_key()), method)(path).status_code == 403
    assert people.client(reader).post("/v1/me/erase").json()["code"] == "missing_scope"
    assert people.client(reader).get("/v1/me/export").status_code == 200


def test_a_person_is_erased_after_the_dry_run(ratna):
    client = people.as_person(ratna)
    profile = ids.encode("professional", Professional.objects.get().pk)
    unasked = client.post("/v1/me/erase", {"entry": "hide"})
    assert (unasked.status_code, unasked.json()["code"]) == (409, "confirmation_needed")

    dry = client.post("/v1/me/erase?dry_run=true", {"entry": "hide"}).json()
    assert dry["dry_run"] is True
    assert client.get(f"/v1/professionals/{profile}").status_code == 200
    assert all(part["why"]["id"] and part["why"]["en"] for part in dry["parts"])
    assert [one[:4] for one in dry["hidden"]] == ["aut_"]

    done = client.post("/v1/me/erase", {"entry": "hide", "confirmation": dry["confirmation"]})

    assert done["Cache-Control"] == "no-store"
    assert {**done.json(), "dry_run": True, "confirmation": dry["confirmation"]} == dry
    assert client.get("/v1/me").status_code == 401
    gone = people.client().get(f"/v1/professionals/{profile}")
    assert (gone.status_code, gone.json()["code"]) == (410, "erased")
    assert people.client().get(f"/v1/authors/{dry['hidden'][0]}").status_code == 404
    assert people.client().get("/v1/professionals").json()["data"] == []
    assert erased.found(erased.EMAIL, erased.NAME) == set()
    assert not User.objects.get(pk=ratna.pk).is_active


def test_the_last_admin_is_told_where_to_hand_over(ratna):
    shared = factories.entry()
    people.member(shared, of=ratna)
    people.member(shared, "editor")

    for path in ("/v1/me/erase", "/v1/me/erase?dry_run=true"):
        response = people.as_person(ratna).post(path, headers={"Accept-Language": "en"})
        assert (response.status_code, response.json()["code"]) == (409, "hand_over_first")
        assert ids.encode("school", shared.pk) in response.json()["title"]


def test_a_body_or_query_that_says_something_else_is_refused():
    client = people.as_person(people.user())
    (fault,) = client.post("/v1/me/erase?dry_run=yes").json()["errors"]
    assert fault["code"] == "invalid_choice"
    (fault,) = client.post("/v1/me/erase?dryrun=true").json()["errors"]
    assert fault["suggestion"] == "dry_run"
    assert client.post("/v1/me/erase", {"entry": "delete"}).json()["errors"][0]["code"] == "unknown_choice"
    assert client.get("/v1/me/erase").status_code == 405


def test_a_second_person_may_take_the_address_again(ratna):
    dry = people.as_person(ratna).post("/v1/me/erase?dry_run=true").json()
    people.as_person(ratna).post("/v1/me/erase", {"confirmation": dry["confirmation"]})

    again = people.user("", email=erased.EMAIL)

    assert people.as_person(again).get("/v1/me/export").json()["held"]["memberships"] == []
    assert clock.now() > again.created_at
