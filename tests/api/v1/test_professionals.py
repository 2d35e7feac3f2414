"""Professionals over HTTP: made by the person alone, found by all, confirmed by others, taken back at once."""

import pytest

from directory import ids
from directory.models import Entry, Event
from partners.accounts import consents
from partners.models import Attainment, Consent, Professional
from tests import factories, people

pytestmark = pytest.mark.django_db
OWN = "/v1/me/professional"
VERSION = consents.PURPOSES["professional_public"].version
PROFILE = {"name": "Sari Puspita", "role": "teacher_librarian", "consent": VERSION}
CERTIFICATE = {"type": "certificate", "title": "Sertifikasi pustakawan", "issuer": "Perpusnas", "year": 2024}


@pytest.fixture
def regency():
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def school(regency):
    return factories.entry(name="SD Uji", region_id="32.71")


@pytest.fixture
def sari():
    return people.as_person(people.user("sari"))


def public(row):
    return ids.encode(row.kind, row.pk)


def published(client=None, **members):
    response = (client or people.as_person(people.user())).put(OWN, {**PROFILE, **members})
    assert response.status_code in (200, 201), response.json()
    return response.json()


def names(query, client=None):
    found = (client or people.client()).get(f"/v1/professionals?{query}")
    assert found.status_code == 200, found.json()
    return {one["name"] for one in found.json()["data"]}


def test_a_person_publishes_a_profile_that_everybody_reads(sari, school):
    response = sari.put(
        OWN,
        {
            **PROFILE,
            "school": public(school),
            "region": "32.71",
            "competences": ["social", "educational"],
            "interests": ["cerita rakyat"],
            "is_mentor": True,
            "attainments": [CERTIFICATE],
        },
    )

    profile = response.json()
    assert response.status_code == 201
    assert people.client().get(response["Location"]).json() == profile
    assert people.client().get(response["Location"])["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert sari.get(OWN).json() == profile
    assert (profile["school"], profile["region"]["name"]) == (public(school), "Kota Bogor")
    assert profile["attainments"][0]["standing"] == "self_stated"
    assert not {"email", "phone", "contacts", "address", "nik"} & profile.keys()
    consent = Consent.objects.get()
    assert (consent.purpose, consent.text_version, consent.how) == ("professional_public", VERSION, "api")
    assert set(Event.objects.filter(subject_type="user").values_list("type", flat=True)) >= {
        "consent.given",
        "professional.published",
    }


def test_without_consent_to_the_text_in_force_nothing_is_published(sari):
    without = {name: value for name, value in PROFILE.items() if name != "consent"}
    assert sari.put(OWN, without).json()["errors"][0]["code"] == "required_member"
    outdated = sari.put(OWN, {**PROFILE, "consent": "2020-01"})
    assert (outdated.status_code, outdated.json()["code"]) == (409, "consent_outdated")
    assert not Professional.objects.exists()
    assert not Consent.objects.exists()


def test_nobody_makes_the_profile_of_another(school):
    for client, code in (
        (people.client(), "sign_in_needed"),
        (people.client(people.entry_key(school)), "missing_scope"),
        (people.client(people.developer_key()), "missing_scope"),
        (people.client(people.token(people.user(), scopes=["profile:read"])), "missing_scope"),
    ):
        assert client.put(OWN, PROFILE).json()["code"] == code
    for path in (OWN, "/v1/professionals"):
        assert people.as_person(people.moderator()).post(path, PROFILE).status_code == 405
    assert not Professional.objects.exists()


def test_there_is_one_profile_of_a_person_and_put_writes_it_anew(sari):
    first = published(sari, is_mentor=True, interests=["pantun"])
    second = published(sari, name="Sari P.")

    assert second["id"] == first["id"]
    assert (second["name"], second["is_mentor"], second["interests"]) == ("Sari P.", False, [])
    assert second["version"] == first["version"] + 1
    assert Consent.objects.count() == 1


def test_a_profile_is_changed_with_the_version_that_was_read(sari):
    published(sari, attainments=[CERTIFICATE])
    tag = sari.get(OWN)["ETag"]

    assert sari.patch(OWN, {"is_mentor": True}).json()["code"] == "if_match_required"
    changed = sari.patch(OWN, {"is_mentor": True, "competences": ["social"]}, headers={"If-Match": tag})
    assert (changed.json()["is_mentor"], changed.json()["name"]) == (True, "Sari Puspita")
    assert sari.patch(OWN, {"name": "X"}, headers={"If-Match": tag}).json()["code"] == "version_changed"
    assert sari.put(OWN, PROFILE, headers={"If-Match": tag}).json()["code"] == "version_changed"
    assert people.as_person(people.user()).patch(OWN, {"name": "X"}, headers={"If-Match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ({"region": "32.71.01"}, "person_has_no_exact_place"),
        ({"region": "99"}, "unknown_region"),
        ({"school": "pro_x"}, "invalid_id"),
        ({"school": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"}, "invalid_value"),
        ({"role": "headmaster"}, "unknown_choice"),
        ({"competences": ["cooking"]}, "unknown_choice"),
        ({"phone": "0812"}, "unknown_field"),
        ({"status": "public"}, "unknown_field"),
        ({"attainments": [{**CERTIFICATE, "confirmed_at": "2026-01-01T00:00:00Z"}]}, "unknown_field"),
    ],
)
def test_what_a_profile_cannot_say_is_refused(sari, regency, member, code):
    factories.region("32.71.01", "Bogor Selatan")
    (fault,) = sari.put(OWN, {**PROFILE, **member}).json()["errors"]
    assert fault["code"] == code
    assert not Professional.objects.exists()


def test_mentors_are_found_by_region_and_competence(school):
    factories.region("33", "Jawa Tengah")
    published(name="Ani", region="32.71", is_mentor=True, competences=["social"])
    published(name="Ánita Budi", region="32", is_mentor=True, competences=["educational", "social"])
    published(name="Budi", region="33", is_mentor=False, role="head_librarian")

    assert names("is_mentor=true&region=32") == {"Ani", "Ánita Budi"}
    assert names("is_mentor=true&region=32.71&competence=social,managerial") == {"Ani"}
    assert names("competence=educational") == {"Ánita Budi"}
    assert names("role=head_librarian") == {"Budi"}
    assert names("q=ANI") == {"Ani", "Ánita Budi"}
    assert names("q=budi") == {"Budi"}
    assert names("q=%21") == set()
    assert people.client().get("/v1/professionals?sort=-name&limit=1").json()["data"][0]["name"] == "Budi"
    assert people.client().get("/v1/professionals?include=total").json()["total"]["value"] == 3
    assert people.client().get("/v1/professionals?competence=x").status_code == 400


def test_pages_follow_each_other():
    for number in range(5):
        published(name=f"Orang {number}")
    first = people.client().get("/v1/professionals?limit=2&sort=name").json()
    rest = people.client().get(f"/v1/professionals?limit=3&sort=name&cursor={first['next_cursor']}").json()
    assert [one["name"] for one in first["data"] + rest["data"]] == [f"Orang {number}" for number in range(5)]
    assert rest["has_more"] is False


def test_a_profile_is_taken_back_at_once_and_can_be_published_again(sari):
    profile = published(sari)

    assert sari.delete(OWN).status_code == 204

    assert people.client().get(f"/v1/professionals/{profile['id']}").status_code == 404
    assert names("limit=50") == set()
    assert sari.get(OWN).json()["status"] == "withdrawn"
    assert Consent.objects.last_of(Professional.objects.get().user_id)["professional_public"].withdrawn_at
    assert sari.delete(OWN).status_code == 204
    assert published(sari)["id"] == profile["id"]
    assert [row.withdrawn_at is None for row in Consent.objects.order_by("pk")] == [True, False, True]


def test_withdrawing_the_consent_takes_the_profile_back(sari):
    profile = published(sari)
    assert sari.delete("/v1/me/consents/professional_public").status_code == 204
    assert people.client().get(f"/v1/professionals/{profile['id']}").status_code == 404


def test_the_named_school_or_a_moderator_confirms(sari, school):
    profile = published(sari, school=public(school), region="32.71", attainments=[CERTIFICATE])
    path = f"/v1/professionals/{profile['id']}/confirm"
    body = {"attainments": [profile["attainments"][0]["id"]]}

    head = people.as_person(people.member(school, "approver"))
    confirmed = head.post(path, body)

    assert confirmed.status_code == 200
    (attainment,) = confirmed.json()["attainments"]
    assert (attainment["standing"], attainment["confirmed_for"]) == ("confirmed", public(school))
    assert Event.objects.get(type="professional.confirmed").subject_id
    again = people.as_person(people.moderator("32")).post(path, body).json()["attainments"][0]
    assert again["confirmed_for"] is None
    assert published(sari, attainments=[CERTIFICATE])["attainments"][0]["standing"] == "confirmed"
    other = published(sari, attainments=[{**CERTIFICATE, "year": 2025}])
    assert other["attainments"][0]["standing"] == "self_stated"


def test_others_confirm_nothing(school):
    person = people.member(school)
    own = people.as_person(person)
    profile = published(own, school=public(school), region="32.71", attainments=[CERTIFICATE])
    path = f"/v1/professionals/{profile['id']}/confirm"
    body = {"attainments": [profile["attainments"][0]["id"]]}
    factories.region("33", "Jawa Tengah")

    for client, code in (
        (people.client(), "sign_in_needed"),
        (own, "another_person_needed"),
        (people.as_person(people.member(school, "editor")), "role_needed"),
        (people.as_person(people.member(factories.entry())), "role_needed"),
        (people.as_person(people.moderator("33")), "role_needed"),
        (people.client(people.entry_key(school)), "missing_scope"),
    ):
        assert client.post(path, body).json()["code"] == code
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(trust_level="provisional")
    provisional = people.as_person(people.member(school, "admin"))
    assert provisional.post(path, body).json()["code"] == "verified_entry_needed"
    assert not Attainment.objects.exclude(confirmed_at=None).exists()


def test_a_confirmation_names_what_is_there(school, sari):
    profile = published(sari, school=public(school), attainments=[CERTIFICATE])
    other = published(attainments=[CERTIFICATE])["attainments"][0]["id"]
    head = people.as_person(people.member(school))
    path = f"/v1/professionals/{profile['id']}/confirm"

    for given in (other, profile["id"], "x"):
        assert head.post(path, {"attainments": [given]}).json()["errors"][0]["code"] == "invalid_id"
    assert head.post(path, {"attainments": []}).json()["errors"][0]["code"] == "too_short"
    assert head.post(f"/v1/professionals/{other}/confirm", {"attainments": [other]}).status_code == 404


def test_a_suspended_person_is_not_shown_and_a_hidden_school_not_named(sari, school):
    profile = published(sari, school=public(school))
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="hidden")
    assert people.client().get(f"/v1/professionals/{profile['id']}").json()["school"] is None
    person = Professional.objects.get().user
    person.is_active = False
    person.save()
    assert people.client().get(f"/v1/professionals/{profile['id']}").status_code == 404
    assert names("limit=9") == set()
