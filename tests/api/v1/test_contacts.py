"""Contacts over HTTP: who sees which, what reading one leaves behind, and how editors write them."""

import pytest

from api import bodies
from directory import ids
from directory.models import Contact, Event, History
from tests import factories, people

pytestmark = pytest.mark.django_db
VISIBILITIES = ("public", "signed_in", "counterparties", "members_only")


@pytest.fixture
def school():
    contacts = [
        {"kind": "email", "value": f"{name}@sekolah.example", "visibility": name, "label": name}
        for name in VISIBILITIES
    ]
    return factories.entry(name="SD Uji", contacts=contacts)


@pytest.fixture
def editor(school):
    return people.as_person(people.member(school))


def address(row, contact=None):
    base = f"/v1/{row.kind}s/{ids.encode(row.kind, row.pk)}/contacts"
    return f"{base}/{contact}" if contact else base


def seen(client, row):
    return [one["visibility"] for one in client.get(address(row)).json()["data"]]


def revealed():
    return Event.objects.filter(type="contact.revealed")


def test_everybody_sees_what_is_for_them(school, editor):
    elsewhere = people.as_person(people.member(factories.entry()))
    viewer = people.as_person(people.member(school, "viewer"))

    assert seen(people.client(), school) == ["public"]
    assert seen(elsewhere, school) == ["public", "signed_in"]
    assert seen(people.client(people.developer_key()), school) == ["public", "signed_in"]
    assert seen(viewer, school) == list(VISIBILITIES)
    assert seen(people.client(people.entry_key(school)), school) == list(VISIBILITIES)
    assert seen(people.as_person(people.moderator()), school) == ["public", "signed_in"]
    assert seen(people.client(people.entry_key(school, scopes=["entries:write"])), school) == ["public"]


def test_a_member_of_several_entries_sees_those_of_the_one_acted_for(school):
    person, other = people.member(school), factories.entry()
    people.member(other, of=person)

    assert seen(people.as_person(person), school) == ["public", "signed_in"]
    assert seen(people.as_person(person, acting_for=other), school) == ["public", "signed_in"]
    assert seen(people.as_person(person, acting_for=school), school) == list(VISIBILITIES)


def test_whoever_acts_by_an_undecided_claim_sees_only_what_members_of_the_entry_wrote():
    claimed = factories.entry(
        trust_level="provisional", contacts=[{"kind": "phone", "value": "+62211234567", "visibility": "members_only"}]
    )
    client = people.as_person(people.member(claimed))
    assert seen(client, claimed) == []

    client.post(address(claimed), {"kind": "phone", "value": "021 7654321"})

    assert [one["value"] for one in client.get(address(claimed)).json()["data"]] == ["+62217654321"]


def test_reading_what_is_not_public_is_one_event_without_the_value(school, editor):
    people.client().get(address(school))
    assert not revealed().exists()

    response = editor.get(address(school))

    event = revealed().get()
    assert response["Cache-Control"] == "private, no-cache"
    assert (event.subject_type, event.subject_id) == ("school", str(school.pk))
    assert event.actor_reference == editor.get("/v1/me").json()["id"]
    assert event.request_id == response["X-Request-Id"]
    assert "@" not in "".join(str(value) for value in vars(event).values())
    editor.get(address(school, response.json()["data"][3]["id"]))
    assert revealed().count() == 2
    editor.get(address(school, response.json()["data"][0]["id"]))
    assert revealed().count() == 2


def test_one_contact_is_read_by_its_id_and_every_kind_has_the_address(school, editor):
    first = editor.get(address(school)).json()["data"][3]
    public = ids.encode("school", school.pk)

    assert editor.get(address(school, first["id"])).json() == first
    assert editor.get(f"/v1/entries/{public}/contacts/{first['id']}").json() == first
    assert editor.get(f"/v1/authors/{public}/contacts").status_code == 404
    for client in (people.client(), people.as_person(people.user())):
        assert client.get(address(school, first["id"])).status_code == 404
    assert editor.get(address(school, "con_7zzzzzzzzzzzzzzzzzzzzzzzzz")).status_code == 404
    assert editor.get(address(school, public)).status_code == 404
    assert editor.get(address(school) + "?fields=kind").json()["data"][0].keys() == {"id", "object", "kind"}


def test_a_hidden_entry_has_no_contacts(school):
    with factories.recorded():
        school.status = "hidden"
        school.save(update_fields=["status"])
    assert people.client().get(address(school)).status_code == 404
    assert not Contact.objects.visible_to(people.actor(people.member(school))).exists()


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("phone", "(021) 765-4321", "+62217654321"),
        ("whatsapp", "0812-3456-7890", "+6281234567890"),
        ("whatsapp", "62 812 3456 7890", "+6281234567890"),
        ("phone", "+31 20 624 1111", "+31206241111"),
        ("email", " Info@Sekolah.Example ", "Info@sekolah.example"),
        ("website", "https://sekolah.example/a", "https://sekolah.example/a"),
        ("social", "https://instagram.example/sdn3", "https://instagram.example/sdn3"),
    ],
)
def test_an_editor_adds_a_contact_that_only_members_see(school, editor, kind, given, kept):
    response = editor.post(address(school), {"kind": kind, "value": given})

    contact = response.json()
    assert response.status_code == 201
    assert (contact["value"], contact["visibility"], contact["label"]) == (kept, "members_only", "")
    assert contact["version"] == school.version + 1
    assert editor.get(response["Location"]).json() == contact
    assert Event.objects.get(type="contact.added").acting_entry_id == school.pk


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("phone", "12", "invalid_phone"),
        ("whatsapp", "bukan nomor", "invalid_phone"),
        ("email", "sari(at)sekolah", "invalid_email"),
        ("website", "javascript:alert(1)", "invalid_url"),
        ("social", "@sdn3", "invalid_url"),
        ("fax", "021 7654321", "unknown_choice"),
    ],
)
def test_what_is_no_contact_is_refused(school, editor, kind, value, code):
    (fault,) = editor.post(address(school), {"kind": kind, "value": value}).json()["errors"]
    assert fault["code"] == code
    assert Contact.objects.filter(entry=school).count() == 4


def test_the_same_contact_twice_is_refused(school, editor):
    body = {"kind": "phone", "value": "021 7654321"}
    editor.post(address(school), body)
    again = editor.post(address(school), {**body, "value": "+62 21 7654321"})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


def test_an_entry_has_only_so_many(school, editor, monkeypatch):
    monkeypatch.setattr("directory.entries.contacts.MOST_CONTACTS", 4)
    response = editor.post(address(school), {"kind": "phone", "value": "021 7654321"})
    assert (response.status_code, response.json()["code"]) == (409, "too_many_contacts")


def test_a_changed_visibility_reaches_the_body_at_once(school, editor):
    bodies.catch_up(batches=1)
    public = editor.get(address(school)).json()["data"][0]
    whole = f"/v1/schools/{ids.encode('school', school.pk)}"
    assert b"public@sekolah" in people.client().get(whole).content

    patched = editor.patch(
        address(school, public["id"]), {"visibility": "signed_in"}, headers={"If-Match": editor.get(whole)["ETag"]}
    )

    assert patched.json()["visibility"] == "signed_in"
    assert b"public@sekolah" not in people.client().get(whole).content
    assert b"public@sekolah" not in people.client().get("/v1/schools").content
    assert History.objects.get(table_name="directory_contact").data["visibility"] == "public"


def test_a_change_needs_the_version_and_a_change_of_nothing_is_none(school, editor):
    contact = editor.get(address(school)).json()["data"][3]
    where = address(school, contact["id"])
    tag = editor.get(where)["ETag"]

    assert editor.patch(where, {"label": "x"}).json()["code"] == "if_match_required"
    assert editor.patch(where, {"label": "TU"}, headers={"If-Match": tag}).json()["version"] == school.version + 1
    assert editor.patch(where, {"label": "x"}, headers={"If-Match": tag}).json()["code"] == "version_changed"
    assert editor.patch(where, {"label": "TU"}, headers={"If-Match": "*"}).json()["version"] == school.version + 1
    assert editor.patch(where, {"kind": "phone"}, headers={"If-Match": "*"}).json()["errors"][0]["code"] == (
        "invalid_phone"
    )


def test_a_contact_is_removed(school, editor):
    contact = editor.get(address(school)).json()["data"][1]
    assert editor.delete(address(school, contact["id"])).status_code == 204
    assert editor.delete(address(school, contact["id"])).status_code == 404
    assert seen(editor, school) == ["public", "counterparties", "members_only"]


def test_only_editors_and_moderators_write(school, editor):
    contact = editor.get(address(school)).json()["data"][0]
    body = {"kind": "phone", "value": "021 7654321"}
    viewer = people.as_person(people.member(school, "viewer"))
    foreign = people.as_person(people.member(factories.entry()))
    narrow = people.client(people.entry_key(school, scopes=["entries:read"]))

    for client, code in (
        (people.client(), "sign_in_needed"),
        (viewer, "role_needed"),
        (foreign, "role_needed"),
        (narrow, "missing_scope"),
        (people.client(people.developer_key()), "missing_scope"),
    ):
        assert client.post(address(school), body).json()["code"] == code
        assert client.delete(address(school, contact["id"])).json()["code"] == code
    assert Contact.objects.filter(entry=school).count() == 4
    assert people.client(people.entry_key(school)).post(address(school), body).status_code == 201
    assert people.as_person(people.moderator()).delete(address(school, contact["id"])).status_code == 204


def test_how_to_reach_a_person_is_public_only_when_the_person_says_so():
    author = factories.entry("author", name="Sari")
    own = people.as_person(people.member(author))
    body = {"kind": "email", "value": "sari@penulis.example"}

    assert own.post(address(author), body).json()["visibility"] == "members_only"
    moderator = people.as_person(people.moderator())
    refused = moderator.post(address(author), {**body, "value": "x@penulis.example", "visibility": "public"})
    assert refused.json()["code"] == "role_needed"
    said = own.post(address(author), {**body, "value": "s@penulis.example", "visibility": "public"})
    assert said.json()["visibility"] == "public"
    assert people.client().get(address(author))["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_an_unknown_member_is_refused(school, editor):
    (fault,) = editor.post(address(school), {"kind": "phone", "value": "021 7654321", "entry": "x"}).json()["errors"]
    assert fault["code"] == "unknown_field"
