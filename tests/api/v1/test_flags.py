"""Flags over HTTP: anybody raises one, three independent ones hide a weak entry, moderators answer."""

import pytest

from api import throttling
from directory import clock, ids
from directory.models import Contact, Entry, Event, Installation, Product, Source
from partners.models import Claim, Flag, Letter, Membership
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    factories.region("31", "DKI Jakarta")
    factories.region("32.71", "Kota Bogor")
    return factories.entry(name="SD Uji", region_id="32.71")


def id_of(row):
    return ids.encode(row.kind, row.pk)


def flag(client, reference, reason_code="not_real", **more):
    return client.post("/v1/flags", {"object": reference, "reason_code": reason_code, **more})


def verified():
    """Somebody who acts for a verified entry of their own."""
    entry = factories.entry(trust_level="verified", verified_at=clock.now())
    return people.as_person(people.member(entry), acting_for=entry)


def moderator(region="32"):
    return people.as_person(people.moderator(region))


def answer(client, made, verb, **body):
    return client.post(f"/v1/flags/{made['id']}/{verb}", body)


def test_anybody_flags_and_a_moderator_of_the_region_answers(school):
    made = flag(people.client(), id_of(school), note="Tidak ada sekolah di sana.").json()

    assert (made["status"], made["subject"]) == ("open", id_of(school))
    assert moderator("31").get("/v1/flags").json()["data"] == []
    assert [one["id"] for one in moderator().get("/v1/flags?status=open").json()["data"]] == [made["id"]]
    assert answer(moderator("31"), made, "dismiss").status_code == 404

    done = answer(moderator(), made, "dismiss", note="Sekolahnya ada.").json()

    assert (done["status"], done["answer"]) == ("dismissed", "Sekolahnya ada.")
    again = answer(moderator(), made, "uphold")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert Event.objects.filter(type="flag.dismissed").count() == 1


def test_nobody_else_sees_or_answers_flags(school):
    made = flag(people.client(), id_of(school)).json()
    assert people.client().get("/v1/flags").json()["code"] == "sign_in_needed"
    for client in (people.as_person(people.user()), people.as_person(people.member(school))):
        assert client.get("/v1/flags").status_code == 403
        assert answer(client, made, "dismiss").status_code == 404
    assert answer(people.client(), made, "dismiss").status_code == 404
    assert Flag.objects.get().status == "open"


def test_what_is_not_seen_is_not_flagged(school):
    hidden = factories.entry(status="hidden")
    nobody = ids.encode("school", factories.uuid_of_nobody())
    other_kind = ids.encode("publisher", school.pk)
    flagged = ids.encode("flag", school.pk)
    for reference in (id_of(hidden), nobody, other_kind, flagged, "sekolah"):
        fault = flag(people.client(), reference).json()["errors"][0]
        assert (fault["code"], fault["pointer"]) == ("unknown_object", "#/object")
    assert flag(people.client(), id_of(school), "bad").json()["errors"][0]["code"] == "unknown_choice"
    assert not Flag.objects.exists()


def test_whatever_is_seen_can_be_flagged(world):
    for name, model in (("product", Product), ("installation", Installation)):
        reference = ids.encode(name, model.objects.first().pk)
        assert flag(people.client(), reference).json()["subject"] == reference


def test_a_source_is_flagged_and_every_moderator_can_answer(world):
    reference = ids.encode("source", Source.objects.first().pk)
    made = flag(people.client(), reference, "wrong").json()
    assert made["subject"] == reference
    assert answer(people.as_person(people.moderator()), made, "dismiss").json()["status"] == "dismissed"


def test_an_item_of_a_history_is_flagged_and_no_other_event(school):
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(website="https://palsu.example")
        Entry.objects.filter(pk=factories.entry(status="hidden").pk).update(website="https://lain.example")
    newest, made = people.client().get(f"/v1/schools/{id_of(school)}/history").json()["data"]
    for item in (newest, made):
        assert flag(people.client(), item["id"], "wrong").json()["subject"] == item["id"]
    hidden = Event.objects.exclude(pk__in=[ids.decode(one["id"])[1] for one in (newest, made)])
    for event in hidden:
        refused = flag(people.client(), ids.encode("event", event.pk), "wrong")
        assert refused.json()["errors"][0]["code"] == "unknown_object"


def test_a_change_belongs_to_the_moderators_of_its_entry(school):
    client = people.as_person(people.member(school))
    path = f"/v1/schools/{id_of(school)}"
    match = {"If-Match": client.get(path)["ETag"]}
    assert client.patch(path, {"website": "https://palsu.example"}, headers=match).status_code == 200
    item = people.client().get(f"{path}/history").json()["data"][0]
    made = flag(people.client(), item["id"], "wrong").json()
    assert Flag.objects.get().entry_id == school.pk
    assert moderator("31").get("/v1/flags").json()["data"] == []
    assert answer(moderator(), made, "uphold").json()["status"] == "upheld"


def test_a_person_flags_an_object_once(school):
    client = people.as_person(people.user())
    assert flag(client, id_of(school)).status_code == 201
    again = flag(client, id_of(school), "spam")
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    assert Flag.objects.count() == 1


def test_three_verified_members_of_different_entries_hide_an_entry_until_it_is_reviewed(school):
    owner = people.member(school)
    path = f"/v1/schools/{id_of(school)}"
    for client in (people.client(), people.client(), people.as_person(people.user())):
        flag(client, id_of(school))  # weigh nothing
    colleague = factories.entry(trust_level="verified", verified_at=clock.now())
    for _ in range(2):  # of one entry: they weigh once
        flag(people.as_person(people.member(colleague), acting_for=colleague), id_of(school))
    flag(verified(), id_of(school))
    assert people.client().get(path).status_code == 200

    made = flag(verified(), id_of(school)).json()

    assert made["has_hidden"] is True
    assert people.client().get(path).status_code == 404
    event = Event.objects.get(type="entry.hidden")
    assert (event.actor_kind, "three verified members" in event.reason) == ("system", True)
    assert Letter.objects.get(to=owner.email).subject.startswith("Disembunyikan")

    answer(moderator(), made, "dismiss")

    assert people.client().get(path).status_code == 200
    assert not Flag.objects.filter(status="open").exists()


def test_a_claimed_entry_is_not_hidden_by_flags(school):
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(trust_level="claimed")
    for _ in range(3):
        flag(verified(), id_of(school))
    school.refresh_from_db()
    assert school.status == "active"


def test_what_is_upheld_stays_hidden_and_a_moderator_hides_with_it(school):
    first = flag(people.client(), id_of(school)).json()
    assert answer(moderator(), first, "uphold", hide=True, note="Bukan sekolah.").json()["status"] == "upheld"
    school.refresh_from_db()
    assert school.status == "hidden"


def test_only_entries_are_hidden_here(world):
    made = flag(people.client(), ids.encode("installation", Installation.objects.first().pk)).json()
    refused = answer(people.as_person(people.moderator()), made, "uphold", hide=True)
    assert refused.json()["errors"][0]["code"] == "only_entries_are_hidden"


def test_a_flag_of_a_verified_member_suspends_what_rests_on_a_provisional_claim(school):
    founder = people.user("pendiri")
    client = people.as_person(founder)
    made = client.post("/v1/publishers", {"name": "Penerbit Baru"}).json()
    assert made["trust"]["level"] == "provisional"

    flag(people.client(), made["id"])
    assert Claim.objects.get().status == "provisional"
    flag(verified(), made["id"], "impersonation")

    assert Claim.objects.get().status == "suspended"
    assert Membership.objects.get(user=founder).suspended_at is not None
    assert client.patch(f"/v1/publishers/{made['id']}", {"name": "X"}, headers={"If-Match": "*"}).status_code == 403


def test_who_flags_too_often_waits(school, monkeypatch):
    monkeypatch.setitem(throttling.HOURLY, "flags", (1, 1))
    assert flag(people.client(), id_of(school)).status_code == 201
    refused = flag(people.client(), id_of(school))
    assert (refused.status_code, refused["RateLimit-Policy"]) == (429, '"flags";q=1;w=3600')


def test_a_moderators_credential_needs_the_scopes(school):
    made = flag(people.client(), id_of(school)).json()
    limited = people.client(people.token(people.moderator(), scopes=["entries:read"]))
    assert limited.get("/v1/flags").json()["code"] == "missing_scope"
    assert answer(limited, made, "dismiss").json()["code"] == "missing_scope"


def test_a_contact_that_is_seen_can_be_flagged_and_no_other():
    entry = factories.entry(contacts=[{"kind": "email", "value": "a@contoh.example", "visibility": "public"}])
    with factories.recorded():
        hidden = Contact.objects.create(entry=entry, kind="phone", value="+628123456789", visibility="members_only")
    path = f"/v1/schools/{ids.encode('school', entry.pk)}/contacts"
    (shown,) = people.client().get(path).json()["data"]

    body = {"object": shown["id"], "reason_code": "wrong"}
    assert people.client().post("/v1/flags", body).status_code == 201
    assert Flag.objects.get().entry_id == entry.pk
    unseen = {**body, "object": ids.encode("contact", hidden.pk)}
    assert people.client().post("/v1/flags", unseen).json()["errors"][0]["code"] == "unknown_object"
