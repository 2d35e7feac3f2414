"""Keys and tokens: what they open, who may make them, how they end; and who the API says is asking."""

import datetime

import pytest

from directory import clock, ids
from directory.models import Event
from partners.accounts import api_keys
from partners.models import ApiKey
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return factories.entry(name="SD Negeri Uji")


def made(client, **body):
    return client.post("/v1/api-keys", {"kind": "entry", "name": "Katalog", **body})


def test_a_person_makes_a_key_that_is_shown_once_and_acts_for_the_entry(school):
    client = people.as_person(people.member(school))

    response = made(client, scopes=["entries:write"])
    text = response.json()["key"]

    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    assert text.startswith("mp_test_")
    assert text not in client.get(response["Location"]).content.decode()
    me = people.client(text).get("/v1/me").json()
    assert (me["kind"], me["scopes"]) == ("api_key", ["entries:write"])
    assert me["acting_entry"] == ids.encode("school", school.pk)
    assert Event.objects.filter(type="api_key.created", subject_id=str(school.pk)).count() == 1


def test_a_key_never_makes_a_key(school):
    key = people.client(people.entry_key(school))
    before = ApiKey.objects.count()

    assert made(key).json()["code"] == "missing_scope"
    assert made(key, kind="personal").status_code == 400
    assert made(people.client(people.developer_key()), kind="developer").status_code == 403
    assert ApiKey.objects.count() == before + 1  # the developer's own


def test_an_editor_makes_no_key_of_the_entry(school):
    people.member(school)
    assert made(people.as_person(people.member(school, "editor"))).json()["code"] == "role_needed"


def test_whoever_has_not_confirmed_an_address_makes_no_key():
    with pytest.raises(Exception, match="confirm_email_first"):
        people.developer_key(people.user(is_confirmed=False))


def test_a_rolled_key_opens_with_both_secrets_for_a_day(school, time_machine):
    time_machine.move_to(clock.now())
    client = people.as_person(people.member(school))
    first = made(client).json()
    second = client.post(f"/v1/api-keys/{first['id']}/roll").json()

    assert second["key"] != first["key"]
    for text in (first["key"], second["key"]):
        assert people.client(text).get("/v1/me").status_code == 200
    time_machine.shift(datetime.timedelta(hours=25))
    assert people.client(first["key"]).get("/v1/me").status_code == 401
    assert people.client(second["key"]).get("/v1/me").status_code == 200


def test_a_revoked_key_opens_nothing(school):
    client = people.as_person(people.member(school))
    key = made(client).json()

    assert client.post(f"/v1/api-keys/{key['id']}/revoke").json()["revoked_at"]

    assert people.client(key["key"]).get("/v1/me").status_code == 401
    assert client.post(f"/v1/api-keys/{key['id']}/revoke").status_code == 404


def test_suspension_and_expiry_act_at_once(school, time_machine):
    time_machine.move_to(clock.now())
    person = people.member(school)
    token, key = people.token(person), people.entry_key(school, by=person)

    person.is_active = False
    person.save()
    assert people.client(token).get("/v1/me").status_code == 401
    assert people.client(key).get("/v1/me").status_code == 401

    person.is_active = True
    person.save()
    time_machine.shift(datetime.timedelta(days=31))
    assert people.client(token).get("/v1/me").status_code == 401
    assert people.client(key).get("/v1/me").status_code == 200


def test_a_mistyped_key_is_refused_without_a_query(school, django_assert_num_queries):
    text = people.entry_key(school)
    for wrong in (text[:-1] + "!", text[:-1], text.replace("mp_", "mq_"), "mp_test_a_b", "x" * 5000, ""):
        with django_assert_num_queries(0):
            assert api_keys.opened_by(wrong, now=clock.now()) is None


def test_with_several_entries_the_caller_names_one(school):
    other, foreign = factories.entry(), factories.entry()
    person = people.member(school)
    people.member(other, of=person)

    assert people.as_person(person).get("/v1/me").json()["acting_entry"] is None
    named = people.as_person(person, acting_for=other).get("/v1/me").json()
    assert named["acting_entry"] == ids.encode("school", other.pk)
    assert made(people.as_person(person)).json()["errors"][0]["code"] == "acting_entry_required"
    refused = people.as_person(person, acting_for=foreign).get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_member")


def test_nobody_asks_who_they_are_in_vain():
    assert people.client().get("/v1/me").json()["code"] == "sign_in_needed"
    assert people.client("mp_live_x").get("/v1/me").json()["code"] == "invalid_credentials"


def test_secrets_are_kept_as_keyed_hashes(school, settings):
    text = people.entry_key(school)
    row = ApiKey.objects.get(kind="entry")
    assert text.split("_")[3][:30].encode() not in bytes(row.digest)
    settings.KEY_PEPPER = "another"
    assert api_keys.opened_by(text, now=clock.now()) is None


def test_nobody_gives_a_key_more_than_they_have(school):
    person = people.member(school)
    narrow = people.client(people.token(person, scopes=["keys:write"]))

    assert made(narrow, scopes=["entries:write"]).json()["code"] == "missing_scope"
    assert made(narrow, scopes=[]).status_code == 400
    assert made(narrow, kind="personal").status_code == 400  # on the account page alone
    assert ApiKey.objects.count() == 1


def test_a_moderators_token_without_that_scope_is_an_ordinary_one(school):
    moderator = people.moderator()
    narrow = people.client(people.token(moderator, scopes=["entries:write"]))
    body, headers = {"pupils": 3}, {"If-Match": "*"}
    path = f"/v1/schools/{ids.encode('school', school.pk)}"

    assert narrow.patch(path, body, headers=headers).json()["code"] == "role_needed"
    assert people.as_person(moderator).patch(path, body, headers=headers).status_code == 200
