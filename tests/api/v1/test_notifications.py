"""The list of notifications over HTTP, and how a person chooses to be told."""

import pytest

from directory import clock, ids
from directory.models import Entry
from partners.accounts import memberships
from partners.collaborations import threads
from partners.deliveries import routing
from partners.models import Delivery, Membership
from tests import factories, people
from tests.partners.collaborations import making

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "/v1/me/notification-preferences"


@pytest.fixture
def two():
    made = making.Two()
    threads.post(made.row.pk, "Halo", by=made.by_asker(), now=clock.now())
    tell()
    return made


def tell():
    factories.settle_feed(factories.last_position())
    routing.route(now=clock.now())


def listed(client, query=""):
    return client.get(f"/v1/notifications{query}").json()["data"]


def test_a_person_reads_what_is_for_them_with_the_unread_first(two):
    newest, oldest = listed(two.as_asked)

    assert (newest["type"], oldest["type"]) == ("collaboration.message_sent", "collaboration.submitted")
    assert newest["text"] == {"id": "Ada pesan baru.", "en": "A message was written."}
    assert newest["subject"] == {
        "id": ids.encode("collaboration", two.row.pk),
        "object": "collaboration",
        "title": "Hibah buku bacaan",
    }
    assert newest["actor"] == {"kind": "member", "entry": ids.encode("school", two.school.pk), "by": None}
    assert newest["entry"] == ids.encode("publisher", two.publisher.pk)
    assert "Halo" not in str(newest)
    assert listed(two.as_asker) == []

    read = two.as_asked.post(f"/v1/notifications/{newest['id']}/read").json()
    assert read["read_at"] is not None
    assert two.as_asked.post(f"/v1/notifications/{newest['id']}/read").json() == read
    assert [one["id"] for one in listed(two.as_asked)] == [oldest["id"], newest["id"]]
    assert [one["id"] for one in listed(two.as_asked, "?is_read=false")] == [oldest["id"]]
    page = two.as_asked.get("/v1/notifications?limit=1&include=total").json()
    assert page["total"] == {"value": 2, "relation": "eq"}
    assert [one["id"] for one in listed(two.as_asked, f"?cursor={page['next_cursor']}")] == [newest["id"]]
    assert two.as_asked.post("/v1/notifications/read-all").status_code == 204
    assert listed(two.as_asked, "?is_read=false") == []


def test_it_is_the_persons_own_whatever_entry_they_act_for(two):
    elsewhere = factories.entry()
    people.member(elsewhere, of=two.asked)
    client = people.as_person(two.asked, acting_for=elsewhere)
    one = listed(client)[0]

    assert len(listed(people.as_person(two.asked))) == 2
    assert client.get(f"/v1/notifications/{one['id']}").json() == one
    assert two.as_asker.get(f"/v1/notifications/{one['id']}").status_code == 404
    assert two.as_asker.post(f"/v1/notifications/{one['id']}/read").status_code == 404


def test_programs_and_narrow_tokens_read_nothing(two):
    key = people.client(people.entry_key(two.publisher, by=two.asked))
    narrow = people.client(people.token(two.asked, scopes=["profile:read"]), acting_for=two.publisher)
    other = people.client(people.token(two.asked, scopes=["collaborations:read"]), acting_for=two.publisher)

    assert key.get("/v1/notifications").status_code == 403
    assert other.get("/v1/notifications").json()["code"] == "missing_scope"
    assert listed(narrow) == []
    assert people.client().get("/v1/notifications").status_code == 401
    assert narrow.post("/v1/notifications/read-all").json()["code"] == "missing_scope"


def test_who_left_is_shown_nothing_more(two):
    one = listed(two.as_asked)[0]
    people.member(two.publisher)
    memberships.end(Membership.objects.get(user=two.asked).pk, by=two.by_asked(), now=clock.now())
    client = people.as_person(two.asked)

    assert listed(client) == []
    assert client.get(f"/v1/notifications/{one['id']}").status_code == 404
    assert Delivery.objects.filter(user=two.asked).exists()


def test_what_can_no_longer_be_seen_is_left_out(two):
    row = Delivery.objects.filter(user=two.asked, channel="in_app").first()
    of_neither = factories.entry()
    people.member(of_neither, of=two.asked)
    Delivery.objects.filter(pk=row.pk).update(entry=of_neither)

    assert len(listed(two.as_asked)) == 1
    assert two.as_asked.get(f"/v1/notifications/{ids.encode('notification', row.pk)}").status_code == 404


def test_preferences_are_of_a_person_and_an_entry(two):
    first = two.as_asked.get(OWN)
    assert first.json() == {
        "object": "notification_preferences",
        "entry": ids.encode("publisher", two.publisher.pk),
        "version": 0,
        "mail": "daily",
        "language": "id",
    }
    assert two.as_asked.patch(OWN, {"mail": "never"}).json()["code"] == "if_match_required"
    changed = two.as_asked.patch(OWN, {"mail": "at_once"}, headers={"If-Match": first["ETag"]})
    assert (changed.json()["mail"], changed.json()["version"]) == ("at_once", 1)
    stale = two.as_asked.patch(OWN, {"language": "en"}, headers={"If-Match": first["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_changed")
    assert two.as_asked.patch(OWN, {"language": "en"}, headers={"If-Match": "*"}).json()["language"] == "en"
    assert two.as_asked.get(OWN).json()["mail"] == "at_once"
    assert two.as_asker.get(OWN).json()["version"] == 0

    elsewhere = factories.entry()
    people.member(elsewhere, of=two.asked)
    assert people.as_person(two.asked, acting_for=elsewhere).get(OWN).json()["mail"] == "daily"
    assert people.as_person(two.asked).get(OWN).json()["errors"][0]["code"] == "acting_entry_required"
    wrong = two.as_asked.patch(OWN, {"mail": "hourly"}, headers={"If-Match": "*"})
    assert wrong.json()["errors"][0]["code"] == "unknown_choice"
    assert Entry.objects.filter(pk=elsewhere.pk).exists()
