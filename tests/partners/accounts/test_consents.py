"""Consents: only added, the latest counts, to the text in force."""

import pytest
from django.db import DatabaseError, transaction

from directory import clock, errors
from partners.accounts import consents
from partners.models import Consent
from tests import people

pytestmark = pytest.mark.django_db
PURPOSE = "in_dumps"
VERSION = consents.PURPOSES[PURPOSE].version


def given(person, **about):
    return consents.give(
        PURPOSE, **{"text_version": VERSION, "how": "page", "by": people.actor(person), "now": clock.now(), **about}
    )


def test_the_latest_record_of_a_purpose_counts():
    person = people.user()
    assert not Consent.objects.holds(person.pk, PURPOSE)

    given(person)
    assert Consent.objects.holds(person.pk, PURPOSE)
    consents.withdraw(PURPOSE, how="page", by=people.actor(person), now=clock.now())
    assert not Consent.objects.holds(person.pk, PURPOSE)
    given(person)

    assert Consent.objects.holds(person.pk, PURPOSE)
    assert Consent.objects.filter(user=person).count() == 3
    assert Consent.objects.last_of(person.pk)[PURPOSE].withdrawn_at is None


def test_the_same_again_adds_nothing_but_a_new_text_does(monkeypatch):
    person = people.user()
    assert given(person) == given(person)
    reworded = consents.PURPOSES[PURPOSE]._replace(version="2027-01")
    monkeypatch.setitem(consents.PURPOSES, PURPOSE, reworded)

    with pytest.raises(errors.Conflict, match="consent_outdated"):
        given(person)
    assert given(person, text_version="2027-01").text_version == "2027-01"


def test_nobody_withdraws_what_was_not_given_nor_the_terms_of_the_account():
    by = people.actor(people.user())
    assert consents.withdraw(PURPOSE, how="api", by=by, now=clock.now()) is None
    with pytest.raises(errors.Conflict, match="erase_instead"):
        consents.withdraw("account_terms", how="api", by=by, now=clock.now())
    with pytest.raises(errors.Missing):
        consents.give("x", text_version="1", how="api", by=by, now=clock.now())


@pytest.mark.parametrize("act", ["update", "delete"])
def test_records_are_never_changed(act):
    row = given(people.user())
    rows = Consent.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(how="api") if act == "update" else rows._raw_delete(rows.db)
    assert Consent.objects.filter(pk=row.pk, how="page").exists()


def test_consents_are_read_and_given_over_http():
    client = people.as_person(people.user())
    path = f"/v1/me/consents/{PURPOSE}"

    before = {one["id"]: one for one in client.get("/v1/me/consents").json()["data"]}
    assert before.keys() == consents.PURPOSES.keys()
    assert (before[PURPOSE]["is_given"], before[PURPOSE]["text_version"]) == (False, VERSION)

    assert client.put(path, {"text_version": VERSION}).json()["is_given"] is True
    assert client.put(path, {"text_version": "1"}).json()["code"] == "consent_outdated"
    assert client.delete(path).status_code == 204
    assert client.delete("/v1/me/consents/account_terms").json()["code"] == "erase_instead"
    assert client.put("/v1/me/consents/x", {"text_version": "1"}).status_code == 404
    after = {one["id"]: one for one in client.get("/v1/me/consents").json()["data"]}[PURPOSE]
    assert (after["is_given"], after["given_version"]) == (False, VERSION)
    assert after["withdrawn_at"].endswith("Z")
    assert people.client().get("/v1/me/consents").json()["code"] == "sign_in_needed"
