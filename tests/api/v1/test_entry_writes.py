"""Entries written over HTTP: made, changed, closed, hidden; rights, conditions, and every fault of a body."""

import threading

import pytest
from django.db import connections

from directory import ids
from directory.models import Contact, Entry, Event, History, Identifier, Library
from partners.models import Membership
from tests import factories, people

pytestmark = pytest.mark.django_db
NEW_SCHOOL = {
    "name": "SD Negeri 3 Sukamaju",
    "region": "32.71",
    "form": "sd",
    "ownership": "state",
    "identifiers": [{"scheme": "npsn", "value": "20106343"}],
    "names": [{"value": "SDN Tiga", "type": "alias"}],
    "library": {"exists": "yes", "titles": 10, "copies": 20},
}


@pytest.fixture
def regency():
    return factories.region("32.71", "Kota Bogor", latitude=-6.6, longitude=106.8)


@pytest.fixture
def school(regency):
    return factories.entry(name="SD Uji", region_id="32.71")


@pytest.fixture
def editor(school):
    return people.as_person(people.member(school))


def address(row, verb=""):
    return f"/v1/{row.kind}s/{ids.encode(row.kind, row.pk)}" + (f"/{verb}" if verb else "")


def etag(client, row):
    return client.get(address(row))["ETag"]


def patch(client, row, body, *, match=None, content_type="application/json"):
    headers = {"If-Match": match or etag(client, row)}
    return client.patch(address(row), body, content_type=content_type, headers=headers)


def test_whoever_adds_a_school_is_its_first_member(regency):
    person = people.user("sari")
    client = people.as_person(person)

    response = client.post("/v1/schools", NEW_SCHOOL)

    school = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"/v1/schools/{school['id']}"
    assert client.get(response["Location"]).json() == school
    assert school["trust"]["level"] == "provisional"
    assert school["library"]["copies"] == 20
    assert [one["value"] for one in school["names"]] == ["SD Negeri 3 Sukamaju", "SDN Tiga"]
    assert school["provenance"]["source"] is None
    row = Membership.objects.get(user=person)
    assert set(row.roles) == {"viewer", "editor", "approver", "receiver", "admin"}
    assert Event.objects.get(type="entry.created").actor_reference == ids.encode("user", person.pk)


def test_a_key_or_an_unconfirmed_person_adds_nothing(school):
    key = people.client(people.entry_key(school))
    assert key.post("/v1/schools", NEW_SCHOOL).json()["code"] == "person_needed"
    assert people.client().post("/v1/schools", NEW_SCHOOL).status_code == 401
    assert Entry.objects.count() == 1


def test_a_number_that_another_entry_has_is_refused(regency):
    factories.entry(identifiers={"npsn": "20106343"})
    response = people.as_person(people.user()).post("/v1/schools", NEW_SCHOOL)
    assert (response.status_code, response.json()["code"]) == (409, "identifier_taken")
    assert Entry.objects.count() == 1


def test_every_fault_of_a_body_is_told_with_its_place(regency):
    body = {"nama": "x", "form": "sekolah", "library": {"titles": -1, "kopi": 3}, "names": [{"value": " "}]}
    response = people.as_person(people.user()).post("/v1/schools", body)

    faults = {one["pointer"]: one["code"] for one in response.json()["errors"]}
    assert response.status_code == 400
    assert faults == {
        "#/nama": "unknown_field",
        "#/name": "required_member",
        "#/form": "unknown_choice",
        "#/library/titles": "out_of_range",
        "#/library/kopi": "unknown_field",
        "#/names/0/value": "blank_member",
        "#/names/0/type": "required_member",
    }
    suggestions = {one["pointer"]: one.get("suggestion") for one in response.json()["errors"]}
    assert suggestions["#/nama"] in ("name", "names")


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b'{"name": "a", "name": "b"}', 400, "duplicate_member"),
        (b'{"name": NaN}', 400, "invalid_json"),
        (b'{"name": "\\u0000"}', 400, "invalid_text"),
        (b'{"name": "\\ud800"}', 400, "invalid_text"),
        (b"[" * 33 + b"]" * 33, 400, "invalid_json"),
        (b"\xff", 400, "invalid_json"),
        (b"1" * 5000, 400, "invalid_json"),
        (b"[]", 400, "invalid_value"),
        (b'"' + b"a" * (1 << 20) + b'"', 413, "body_too_large"),
    ],
)
def test_what_is_no_plain_json_is_refused(regency, raw, status, code):
    response = people.as_person(people.user()).generic("POST", "/v1/schools", raw, content_type="application/json")
    problem = response.json()
    assert response.status_code == status
    assert code in {problem["code"], *(one["code"] for one in problem.get("errors", []))}


def test_another_media_type_is_refused(regency):
    response = people.as_person(people.user()).post("/v1/schools", "name=x", "application/x-www-form-urlencoded")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_an_owner_changes_what_owners_change(school, editor):
    response = patch(editor, school, {"website": "https://sd.example", "pupils": 120, "library": {"titles": 5}})

    assert response.status_code == 200
    body = response.json()
    assert (body["website"], body["pupils"], body["library"]["titles"]) == ("https://sd.example", 120, 5)
    assert body["version"] == school.version + 1
    assert response["ETag"].startswith(f'W/"{body["version"]}-')
    row = Event.objects.get(type="entry.changed")
    assert row.acting_entry_id == school.pk
    assert row.request_id == response["X-Request-Id"]
    assert History.objects.filter(entry_id=school.pk, event=row).exists()


def test_null_empties_and_a_list_is_replaced_whole(school, editor):
    patch(editor, school, {"website": "https://sd.example", "names": [{"value": "Satu", "type": "alias"}]})
    patch(editor, school, {"website": None, "names": [{"value": "Dua", "type": "former"}], "library": {"titles": 5}})
    body = patch(editor, school, {"library": None}).json()

    assert body["website"] == ""
    assert [one["value"] for one in body["names"]] == ["SD Uji", "Dua"]
    assert not Library.objects.exists()


def test_a_change_of_nothing_is_no_change(school, editor):
    body = patch(
        editor, school, {"website": "", "names": [], "form": "sd"}, content_type="application/merge-patch+json"
    )
    assert body.json()["version"] == school.version
    assert not History.objects.exists()


def test_a_change_needs_the_version_that_was_read(school, editor):
    first = etag(editor, school)
    assert editor.patch(address(school), {"pupils": 1}).json()["code"] == "if_match_required"
    assert patch(editor, school, {"pupils": 1}, match=first).status_code == 200
    late = patch(editor, school, {"pupils": 2}, match=first)
    assert (late.status_code, late.json()["code"]) == (412, "version_changed")
    assert patch(editor, school, {"pupils": 2}, match='"x"').json()["errors"][0]["code"] == "invalid_if_match"
    assert patch(editor, school, {"pupils": 3}, match="*").json()["pupils"] == 3


@pytest.mark.parametrize("compressed", ["-gzip", ";br"])
def test_a_proxy_that_compresses_keeps_the_condition(school, editor, compressed):
    tag = etag(editor, school).removesuffix('"') + compressed + '"'
    assert patch(editor, school, {"pupils": 1}, match=tag).status_code == 200


def test_what_a_source_said_of_who_it_is_goes_through_a_moderator(regency):
    source = factories.source()
    with factories.recorded(source=source.pk):
        row = Entry.objects.create(kind="school", name="SD Dari Sumber", region_id="32.71")
        factories.School.objects.create(entry=row, form="sd", ownership="state")
        Identifier.objects.create(entry=row, scheme="npsn", value="20106343")
    client = people.as_person(people.member(row))

    for body in ({"name": "SD Lain"}, {"form": "mi"}, {"identifiers": []}, {"ownership": "private"}):
        assert patch(client, row, body).json()["code"] == "review_needed"
    same = {"name": "SD Dari Sumber", "identifiers": [{"scheme": "npsn", "value": "20106343"}]}
    assert patch(client, row, {**same, "pupils": 3}).status_code == 200
    moderator = people.as_person(people.moderator("32"))
    assert patch(moderator, row, {"name": "SD Lain"}).json()["name"] == "SD Lain"
    factories.region("33", "Jawa Tengah")
    elsewhere = people.as_person(people.moderator("33"))
    assert patch(elsewhere, row, {"name": "SD Salah"}).json()["code"] == "role_needed"


def test_foreigners_viewers_and_scopes(school, editor):
    other = factories.entry()
    assert patch(people.as_person(people.member(other)), school, {"pupils": 1}).json()["code"] == "role_needed"
    assert patch(people.as_person(people.member(school, "viewer")), school, {"pupils": 1}).status_code == 403
    narrow = people.client(people.entry_key(school, scopes=["entries:read"]))
    assert patch(narrow, school, {"pupils": 1}).json()["code"] == "missing_scope"
    assert patch(people.client(people.entry_key(school)), school, {"pupils": 1}).status_code == 200


def test_an_author_has_no_exact_place(regency):
    client = people.as_person(people.user())
    made = client.post("/v1/authors", {"name": "Sari", "region": "32.71", "roles": ["writer"]})
    assert made.json()["location_accuracy"] == "region"
    assert made.json()["latitude"] == -6.6
    for exact in ({"address": "Jl. Melati 1"}, {"latitude": 1.0, "longitude": 2.0}, {"region": "32.71.01"}):
        response = client.post("/v1/authors", {"name": "Sari", **exact})
        assert response.json()["errors"][0]["code"] == "person_has_no_exact_place"


def test_closed_and_opened_again(school, editor):
    assert editor.post(address(school, "close"), {"reason": "Pindah"}).json()["status"] == "closed"
    assert editor.post(address(school, "close"), {}).json()["code"] == "wrong_state"
    assert editor.post(address(school, "reopen"), {}).json()["status"] == "active"
    assert Event.objects.get(type="entry.closed").reason == "Pindah"


def test_a_moderator_hides_and_shows(school, editor):
    moderator = people.as_person(people.moderator("32.71"))
    assert editor.post(address(school, "hide"), {}).status_code == 403
    assert moderator.post(address(school, "hide"), {}).status_code == 204
    assert editor.get(address(school)).status_code == 404
    assert moderator.get(address(school)).status_code == 200
    assert moderator.post(address(school, "show"), {}).json()["status"] == "active"


def test_put_makes_and_then_changes_the_entry_of_a_number(regency):
    client = people.as_person(people.user())
    body = {"object": "school", "name": "SD Negeri 3 Sukamaju", "form": "sd", "region": "32.71"}

    first = client.put("/v1/entries/npsn:20106343", body)
    again = client.put("/v1/entries/npsn:20106343", body)
    changed = client.put("/v1/entries/npsn:20106343", {"object": "school", "pupils": 7})

    assert (first.status_code, again.status_code, changed.status_code) == (201, 200, 200)
    assert again.json()["version"] == first.json()["version"]
    assert changed.json()["pupils"] == 7
    assert Entry.objects.count() == 1
    wrong = client.put("/v1/entries/npsn:20106343", {"object": "vendor", "name": "x"})
    assert wrong.json()["code"] == "wrong_kind"
    assert client.put("/v1/entries/npsn:1", body).status_code == 400
    assert client.put(f"/v1/entries/{first.json()['id']}", body).status_code == 404
    assert client.put("/v1/entries/npsn:20106344", {}).json()["errors"][0]["pointer"] == "#/object"


def test_contacts_that_are_not_public_never_come_back_with_a_write(school, editor):
    with factories.recorded():
        Contact.objects.create(entry=school, kind="email", value="rahasia@contoh.example", visibility="members_only")
    assert "rahasia" not in patch(editor, school, {"pupils": 1}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_of_one_version_one_wins_and_the_other_is_told():
    school = factories.entry(name="SD Uji")
    person = people.member(school)
    texts = [people.token(person), people.token(people.member(school, "editor"))]
    tag = people.client(texts[0]).get(address(school))["ETag"]
    start, answers, lock = threading.Barrier(2), [], threading.Lock()

    def change(text, pupils):
        client = people.client(text)
        start.wait(20)
        response = client.patch(address(school), {"pupils": pupils}, headers={"If-Match": tag})
        with lock:
            answers.append((response.status_code, pupils))
        connections.close_all()

    threads = [threading.Thread(target=change, args=(text, number)) for number, text in enumerate(texts, start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(status for status, _ in answers) == [200, 412]
    won = next(pupils for status, pupils in answers if status == 200)
    body = people.client().get(address(school)).json()
    assert (body["pupils"], body["version"]) == (won, school.version + 1)
    assert Event.objects.filter(type="entry.changed").count() == 1


def test_a_name_that_says_nothing_is_refused(school, editor):
    for body, pointer in (
        ({"name": "!!!"}, "#/name"),
        ({"names": [{"value": "...", "type": "alias"}]}, "#/names/0/value"),
    ):
        (fault,) = patch(editor, school, body).json()["errors"]
        assert (fault["code"], fault["pointer"]) == ("blank_member", pointer)
    response = people.as_person(people.user()).post("/v1/publishers", {"name": "?!"})
    assert response.json()["errors"][0]["code"] == "blank_member"


def test_values_that_break_a_rule_of_the_tables_are_refused_by_its_name(school, editor):
    response = patch(editor, school, {"library": {"exists": "yes", "titles": 30, "copies": 20}})
    (fault,) = response.json()["errors"]
    assert (response.status_code, fault["code"]) == (400, "rule_broken")
    assert "library_a_copy_of_every_title" in fault["detail"]
    assert not Library.objects.exists()


def test_half_a_point_is_refused_and_entries_are_not_made_by_the_hundred(regency):
    client = people.as_person(people.user())
    response = client.post("/v1/schools", {"name": "SD", "form": "sd", "latitude": 1})
    assert response.json()["errors"][0]["pointer"] == "#/longitude"
    statuses = [client.post("/v1/publishers", {"name": f"Penerbit {number}"}).status_code for number in range(31)]
    assert statuses == [*[201] * 30, 429]
