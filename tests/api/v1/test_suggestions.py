"""Suggestions over HTTP: anybody makes one, editors and moderators answer, its author follows it by its secret."""

import datetime

import pytest

from api import throttling
from directory import clock, ids
from directory.models import Entry, Event
from partners.models import Letter, Suggestion
from tests import factories, people

pytestmark = pytest.mark.django_db
CHANGES = {"address": "Jl. Melati No. 3", "postal_code": "16111"}


@pytest.fixture
def regency():
    factories.region("31", "DKI Jakarta")
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def school(regency):
    """A school as a source lists it: by its name and numbers it is known, so a moderator looks at them."""
    source = factories.source()
    with factories.recorded("entry.created", source=source.pk):
        made = Entry.objects.create(kind="school", name="SD Uji", region_id="32.71", address="Jl. Mawar")
        made.refresh_from_db()
        factories.School.objects.create(entry=made, form="sd", ownership="state")
    return Entry.objects.get(pk=made.pk)


def id_of(row):
    return ids.encode(row.kind, row.pk)


def suggest(client, entry, changes=CHANGES, **more):
    body = {"changes": changes, "reason": "Pindah gedung", **more}
    return client.post(f"/v1/entries/{id_of(entry)}/suggestions", body)


def move(client, made, verb, **body):
    return client.post(f"/v1/suggestions/{made['id']}/{verb}", body)


def moderator(region="32"):
    return people.as_person(people.moderator(region))


def test_anybody_suggests_and_an_editor_takes_it_over(school):
    editor = people.as_person(people.member(school, "editor"))
    response = suggest(people.client(), school, contact="warga@contoh.example")
    made = response.json()

    assert (response.status_code, response["Cache-Control"]) == (201, "no-store")
    assert made["before"] == {"address": "Jl. Mawar", "postal_code": ""}
    assert (made["status"], made["has_contact"], made["is_for_moderators"]) == ("open", True, False)
    assert "warga@contoh.example" not in response.content.decode()
    assert [one["id"] for one in editor.get("/v1/suggestions?status=open").json()["data"]] == [made["id"]]

    answer = move(editor, made, "accept").json()

    school.refresh_from_db()
    assert (answer["status"], answer["accepted"]) == ("accepted", ["address", "postal_code"])
    assert (school.address, school.postal_code) == ("Jl. Melati No. 3", "16111")
    assert Event.objects.get(type="entry.changed").reason == made["id"]
    assert Event.objects.filter(type__startswith="suggestion.").count() == 2
    told = Letter.objects.get(to="warga@contoh.example")
    assert "diterima" in told.subject


def test_part_of_a_suggestion_is_taken_over(school):
    editor = people.as_person(people.member(school, "editor"))
    made = suggest(people.client(), school).json()

    assert move(editor, made, "accept", fields=["website"]).json()["errors"][0]["code"] == "invalid_choice"
    answer = move(editor, made, "accept", fields=["postal_code"]).json()

    school.refresh_from_db()
    assert (answer["status"], answer["accepted"]) == ("accepted_in_part", ["postal_code"])
    assert (school.address, school.postal_code) == ("Jl. Mawar", "16111")


def test_a_suggestion_is_declined_with_a_reason_that_its_author_hears(school):
    editor = people.as_person(people.member(school, "editor"))
    made = suggest(people.client(), school, contact="warga@contoh.example").json()

    assert move(editor, made, "decline").json()["errors"][0]["code"] == "required_member"
    answer = move(editor, made, "decline", reason_code="not_correct", note="Masih di Jl. Mawar.").json()

    assert (answer["status"], answer["decline_reason"]) == ("declined", "not_correct")
    assert "Masih di Jl. Mawar." in Letter.objects.get(to="warga@contoh.example").text
    again = move(editor, made, "accept")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_its_author_follows_it_by_its_secret(school):
    people.member(school)
    anybody = people.client()
    made = suggest(anybody, school).json()
    other = suggest(anybody, school).json()

    assert move(anybody, made, "status", secret=made["secret"]).json()["status"] == "open"
    assert "secret" not in move(anybody, made, "status", secret=made["secret"]).json()
    for wrong in (other["secret"], "x"):
        refused = move(anybody, made, "status", secret=wrong)
        assert refused.status_code == 404
        assert move(anybody, made, "withdraw", secret=wrong).status_code == 404
    assert anybody.get(f"/v1/suggestions/{made['id']}").status_code == 401
    assert move(anybody, made, "withdraw").status_code == 404
    assert move(anybody, made, "withdraw", secret=made["secret"]).json()["status"] == "withdrawn"
    assert made["secret"].encode() not in bytes(Suggestion.objects.get(status="withdrawn").digest)


def test_who_signed_in_finds_and_withdraws_their_own(school):
    people.member(school)
    client = people.as_person(people.user())
    made = suggest(client, school).json()

    assert client.get(f"/v1/suggestions/{made['id']}").json()["id"] == made["id"]
    assert move(client, made, "accept").json()["code"] == "role_needed"
    assert move(client, made, "withdraw").json()["status"] == "withdrawn"
    assert move(client, made, "withdraw").status_code == 409


def test_whose_it_is_not_sees_nothing_of_it(school):
    people.member(school)
    made = suggest(people.client(), school).json()
    other = factories.entry()
    strangers = [
        people.as_person(people.user()),
        people.as_person(people.member(other), acting_for=other),
        people.as_person(people.member(school, "viewer")),
        moderator("31"),
        moderator("32"),  # the editors have it first
    ]
    for client in strangers:
        assert client.get("/v1/suggestions").json()["data"] == []
        assert client.get(f"/v1/entries/{id_of(school)}/suggestions").json()["data"] == []
        assert client.get(f"/v1/suggestions/{made['id']}").status_code == 404
        assert move(client, made, "accept").status_code == 404
        assert move(client, made, "decline", reason_code="abuse").status_code == 404
        assert move(client, made, "withdraw").status_code == 404
    assert Suggestion.objects.get().status == "open"


def test_moderators_see_at_once_what_no_editor_can_answer(school):
    made = suggest(people.client(), school).json()
    assert made["is_for_moderators"] is True
    assert moderator("31").get(f"/v1/suggestions/{made['id']}").status_code == 404
    assert [one["id"] for one in moderator().get("/v1/suggestions").json()["data"]] == [made["id"]]
    assert move(moderator(), made, "accept").json()["status"] == "accepted"


def test_an_owner_edits_at_once_and_lets_moderators_look_at_the_name(school):
    """Low-risk edits apply at once; what the entry is known by goes by a suggestion, which the owner cannot accept."""
    owner = people.as_person(people.member(school))
    path = f"/v1/schools/{id_of(school)}"
    tag = {"If-Match": "*"}

    assert owner.patch(path, {"address": "Jl. Kenanga"}, headers=tag).json()["address"] == "Jl. Kenanga"
    assert owner.patch(path, {"name": "SD Baru"}, headers=tag).json()["code"] == "review_needed"

    made = suggest(owner, school, {"name": "SD Baru", "website": "https://sdbaru.example"}).json()
    assert made["is_for_moderators"] is True
    assert move(owner, made, "accept").json()["code"] == "review_needed"
    school.refresh_from_db()
    assert (school.name, school.website) == ("SD Uji", "")

    assert move(moderator(), made, "accept").json()["status"] == "accepted"
    school.refresh_from_db()
    assert school.name == "SD Baru"


def test_each_reader_is_told_what_they_can_do_and_why_not(school):
    editor = people.member(school, "editor")
    response = suggest(people.client(), school)
    made = response.json()

    def told(document):
        return {one["name"]: one["reason"] for one in document["allowed_actions"]}

    refused = {"accept": "sign_in_needed", "decline": "sign_in_needed", "withdraw": None}
    assert told(made) == refused
    assert told(move(people.client(), made, "status", secret=made["secret"]).json()) == refused
    path = f"/v1/suggestions/{made['id']}"
    mine = {"accept": None, "decline": None, "withdraw": "role_needed"}
    assert told(people.as_person(editor).get(path).json()) == mine
    limited = people.client(people.token(editor, scopes=["suggestions:read", "suggestions:write"]))
    assert told(limited.get(path).json()) == {**mine, "accept": "missing_scope"}
    assert told(limited.get("/v1/suggestions").json()["data"][0]) == {**mine, "accept": "missing_scope"}
    done = move(people.as_person(editor), made, "decline", reason_code="other").json()
    assert told(done) == {"accept": "wrong_state", "decline": "wrong_state", "withdraw": "role_needed"}


def test_what_moved_on_since_is_shown(school):
    editor = people.as_person(people.member(school, "editor"))
    made = suggest(people.client(), school).json()
    editor.patch(f"/v1/schools/{id_of(school)}", {"address": "Jl. Kenanga"}, headers={"If-Match": "*"})

    assert editor.get(f"/v1/suggestions/{made['id']}").json()["moved_on"] == ["address"]


def test_every_kind_of_member_is_compared_and_taken_over(school):
    editor = people.as_person(people.member(school))
    with factories.recorded():
        factories.Identifier.objects.create(entry=school, scheme="wikidata", value="Q1")
        factories.Library.objects.create(entry=school, exists="yes", titles=10, copies=20)
    changes = {
        "region": "3271",
        "pupils": 120,
        "names": [{"value": "SDN Uji", "type": "alias"}],
        "library": {"titles": 15, "copies": 20, "accreditation_valid_until": "2030-01-31"},
        "identifiers": [{"scheme": "wikidata", "value": " Q1 "}],
    }
    assert suggest(people.client(), school, changes).json()["errors"][0]["code"] == "ambiguous_region_code"
    made = suggest(people.client(), school, {**changes, "region": "32.71"}).json()

    assert made["changes"] == {
        "pupils": 120,
        "names": [{"value": "SDN Uji", "type": "alias", "language": ""}],
        "library": {"titles": 15, "accreditation_valid_until": "2030-01-31"},
    }
    assert made["before"]["library"] == {"titles": 10, "accreditation_valid_until": None}
    assert move(editor, made, "accept").json()["moved_on"] == []
    entry = editor.get(f"/v1/schools/{id_of(school)}").json()
    assert (entry["pupils"], entry["library"]["titles"], entry["library"]["copies"]) == (120, 15, 20)
    assert entry["library"]["accreditation_valid_until"] == "2030-01-31"
    assert [one["value"] for one in entry["names"]] == ["SD Uji", "SDN Uji"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({}, "nothing_to_change", "#/changes"),
        ({"address": "Jl. Mawar"}, "nothing_to_change", "#/changes"),
        ({"library": {"exists": "unknown"}}, "nothing_to_change", "#/changes"),
        ({"library": None}, "nothing_to_change", "#/changes"),
        ({"trust_level": "verified"}, "unknown_field", "#/changes/trust_level"),
        ({"contacts": []}, "unknown_field", "#/changes/contacts"),
        ({"latitude": 91}, "out_of_range", "#/changes/latitude"),
        ({"library": {"titles": -1}}, "out_of_range", "#/changes/library/titles"),
        ({"identifiers": [{"scheme": "npsn", "value": "1"}]}, "invalid_identifier", None),
    ],
)
def test_what_cannot_be_suggested_is_refused(school, changes, code, pointer):
    fault = suggest(people.client(), school, changes).json()["errors"][0]
    assert (fault["code"], fault.get("pointer")) == (code, pointer)
    assert not Suggestion.objects.exists()


def test_of_a_person_no_exact_place_is_suggested():
    author = factories.entry("author")
    fault = suggest(people.client(), author, {"address": "Jl. Rumah 1"}).json()["errors"][0]
    assert fault["code"] == "person_has_no_exact_place"


def test_nothing_is_suggested_of_what_is_not_seen(school):
    hidden = factories.entry(status="hidden")
    nobody = ids.encode("school", factories.uuid_of_nobody())
    assert suggest(people.client(), hidden).status_code == 404
    assert people.client().post(f"/v1/entries/{nobody}/suggestions", {"changes": {}, "reason": "x"}).status_code == 404
    assert people.client().get(f"/v1/entries/{id_of(school)}/suggestions").json()["code"] == "sign_in_needed"


def test_who_suggests_too_often_waits_for_the_next_hour(school, monkeypatch, time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 1, 10, 30, tzinfo=datetime.UTC), tick=False)
    monkeypatch.setitem(throttling.HOURLY, "suggestions", (2, 3))
    signed_in = people.as_person(people.user())

    assert [suggest(people.client(), school).status_code for _ in range(3)] == [201, 201, 429]
    refused = suggest(people.client(), school)
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "1800")
    assert refused["RateLimit-Policy"] == '"suggestions";q=2;w=3600'
    assert [suggest(signed_in, school).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert people.client().get("/v1/regions").status_code == 200

    time_machine.shift(datetime.timedelta(minutes=20))
    throttling.forget(now=clock.now())
    assert suggest(people.client(), school).status_code == 429
    time_machine.shift(datetime.timedelta(minutes=10))
    assert suggest(people.client(), school).status_code == 201


def test_an_entry_holds_only_so_many_open_ones(school, monkeypatch):
    monkeypatch.setattr("partners.trust.suggestions.MOST_OPEN", 1)
    suggest(people.client(), school)
    refused = suggest(people.client(), school)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_suggestions")


def test_a_credential_needs_the_scope(school):
    person = people.member(school)
    client = people.client(people.token(person, scopes=["entries:write"]))
    assert suggest(client, school).json()["code"] == "missing_scope"
    assert client.get("/v1/suggestions").json()["code"] == "missing_scope"
    made = suggest(people.client(), school).json()
    assert move(client, made, "accept").json()["code"] == "missing_scope"
    only = people.client(people.token(person, scopes=["suggestions:write"]))
    assert move(only, made, "accept").json()["code"] == "missing_scope"  # entries:write, for the change itself
    assert Suggestion.objects.get().status == "open"


def test_a_developer_key_suggests_and_an_entrys_key_answers(school):
    made = suggest(people.client(people.developer_key()), school).json()
    assert Suggestion.objects.get().author is None
    assert move(people.client(people.entry_key(school)), made, "accept").json()["status"] == "accepted"


def test_editors_hear_of_the_first_of_a_day_only(school):
    admin = people.member(school)
    editor = people.member(school, "editor")
    people.member(school, "viewer")
    people.member(school, "editor", of=people.user(is_confirmed=False))
    suggest(people.client(), school)
    suggest(people.client(), school)

    assert sorted(Letter.objects.values_list("to", flat=True)) == sorted([admin.email, editor.email])
    assert all("/links/" in letter.text for letter in Letter.objects.all())
