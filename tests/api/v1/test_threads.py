"""Threads over HTTP: messages and files of both sides, one timeline, read markers, and contacts once agreed."""

import datetime

import pytest
import time_machine

from directory import actors, clock, ids
from directory.models import Contact, Entry, Event
from partners.models import Collaboration, MessageFile
from tests import factories, people
from tests.partners.collaborations import making
from tests.partners.trust import pictures, test_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return making.Two()


def address(two, what):
    return f"/v1/collaboration-requests/{ids.encode('collaboration', two.row.pk)}/{what}"


def say(client, two, text="Apakah bukunya masih ada?", **more):
    return client.post(address(two, "messages"), {"text": text}, **more)


def upload(client, message, content, filename="foto.png"):
    body = pictures.form(content, filename=filename)
    return client.generic("POST", f"/v1/messages/{message['id']}/files", body, content_type=pictures.FORM)


def refused(response):
    return response.status_code, response.json()["code"]


def public(entry):
    return ids.encode(entry.kind, entry.pk)


def block(client, entry, kind="block"):
    return client.post("/v1/blocks", {"entry": public(entry), "kind": kind})


def test_both_sides_write_and_read_one_timeline(two):
    first = say(two.as_asker, two)
    said = first.json()
    upload(two.as_asker, said, pictures.png())
    say(two.as_asked, two, "Masih ada 300 eksemplar.")

    mine = two.as_asker.get(address(two, "timeline")).json()["data"]
    theirs = two.as_asked.get(address(two, "timeline")).json()["data"]

    assert first.status_code == 201
    assert two.as_asked.get(first["Location"]).json()["text"] == said["text"]
    assert [item["type"] for item in mine] == [
        "collaboration.submitted",
        "collaboration.message_sent",
        "collaboration.file_attached",
        "collaboration.message_sent",
    ]
    assert [item["message"] and item["message"]["text"] for item in theirs][1::2] == [
        said["text"],
        "Masih ada 300 eksemplar.",
    ]
    assert theirs[2]["file"]["name"] == "foto.png"
    assert [item["actor"]["entry"] for item in theirs] == [public(two.school)] * 3 + [public(two.publisher)]
    newest = two.as_asker.get(address(two, "timeline?sort=-at&limit=1")).json()
    assert [item["id"] for item in newest["data"]] == [mine[-1]["id"]]
    rest = two.as_asker.get(address(two, f"timeline?sort=-at&cursor={newest['next_cursor']}")).json()["data"]
    assert [item["id"] for item in rest] == [item["id"] for item in reversed(mine[:-1])]


def test_a_person_is_named_to_their_own_side_alone(two):
    made = say(two.as_asker, two).json()
    key = people.client(people.entry_key(two.publisher, by=two.asked))
    by_key = say(key, two, "Ditulis sebuah program.").json()

    assert made["author"] == ids.encode("user", two.asker.pk)
    assert by_key["author"].startswith("key_")
    for client, shown in ((two.as_asker, [True, True, False]), (two.as_asked, [False, False, True])):
        items = client.get(address(two, "timeline")).json()["data"]
        assert [item["actor"]["by"] is not None for item in items] == shown
        assert [bool(item["message"]["author"]) for item in items[1:]] == shown[1:]


def test_a_message_changes_nothing_of_the_request_and_comes_once_for_one_key(two):
    for _ in range(2):
        answer = say(two.as_asker, two, headers={"Idempotency-Key": "sekali"})

    assert answer["Idempotent-Replayed"] == "true"
    assert two.row.messages.count() == 1
    assert Collaboration.objects.get(pk=two.row.pk).version == two.row.version
    event = Event.objects.get(type="collaboration.message_sent")
    assert (event.status_before, event.status_after) == ("pending", "pending")


@pytest.mark.parametrize("status", ["pending", "accepted", "active", "closed", "declined", "withdrawn", "expired"])
def test_the_thread_takes_messages_in_every_state(status):
    two = making.Two(status)

    assert say(two.as_asker, two).status_code == 201
    assert say(two.as_asked, two).status_code == 201


def test_a_draft_has_no_thread_and_is_its_initiators_own():
    two = making.Two("draft")

    assert refused(say(two.as_asker, two)) == (409, "wrong_state")
    assert refused(say(two.as_asked, two)) == (404, "not_found")
    assert two.as_asked.get(address(two, "timeline")).status_code == 404
    assert len(two.as_asker.get(address(two, "timeline")).json()["data"]) == 1

    making.move(two.row, "pending", by=two.by_asker())

    items = two.as_asked.get(address(two, "timeline")).json()["data"]
    assert [item["type"] for item in items] == ["collaboration.submitted"]
    assert len(two.as_asker.get(address(two, "timeline")).json()["data"]) == 2


def test_who_was_declined_has_one_message_until_the_other_side_answers():
    two = making.Two("declined")
    first = say(two.as_asker, two, "Boleh tahu alasannya?")

    assert first.status_code == 201
    assert refused(say(two.as_asker, two, "Halo?")) == (409, "one_message_after_decline")
    assert upload(two.as_asker, first.json(), pictures.png()).status_code == 201
    assert say(two.as_asked, two, "Stok habis.").status_code == 201
    assert say(two.as_asker, two, "Terima kasih.").status_code == 201
    assert say(two.as_asker, two, "Sampai jumpa.").status_code == 201


def test_only_editors_of_the_two_sides_write(two):
    viewer = people.as_person(people.member(two.school, "viewer"), acting_for=two.school)
    stranger = people.as_person(people.member(factories.entry()))
    reader = people.client(people.token(two.asker, scopes=["collaborations:read"]), acting_for=two.school)
    deaf = people.client(people.token(two.asker, scopes=["entries:read"]), acting_for=two.school)

    assert refused(say(viewer, two)) == (403, "role_needed")
    assert refused(say(stranger, two)) == (404, "not_found")
    assert refused(say(reader, two)) == (403, "missing_scope")
    assert refused(say(people.client(), two)) == (401, "sign_in_needed")
    assert refused(deaf.get(address(two, "timeline"))) == (403, "missing_scope")
    assert viewer.get(address(two, "timeline")).status_code == 200
    factories.region("31", "DKI Jakarta")
    moderator = people.as_person(people.moderator())
    assert len(moderator.get(address(two, "timeline")).json()["data"]) == 1
    assert refused(say(moderator, two)) == (403, "role_needed")


def test_a_partner_out_of_sight_is_not_written_to(two):
    with factories.recorded():
        Entry.objects.filter(pk=two.publisher.pk).update(status="hidden")

    assert refused(say(two.as_asker, two)) == (409, "partner_unavailable")


def test_a_block_stops_messages_and_tells_the_blocked_no_more_than_that(two):
    made = block(two.as_asked, two.school)

    assert made.status_code == 201
    assert refused(say(two.as_asker, two)) == (403, "not_received")
    assert refused(say(two.as_asked, two)) == (409, "lift_block_first")
    assert two.as_asker.get("/v1/blocks").json()["data"] == []
    assert [one["entry"] for one in two.as_asked.get("/v1/blocks").json()["data"]] == [public(two.school)]
    assert refused(block(two.as_asked, two.school)) == (409, "already_exists")
    assert two.as_asker.delete(made["Location"]).status_code == 404
    assert two.as_asked.delete(made["Location"]).status_code == 204
    assert say(two.as_asker, two).status_code == 201


def test_who_is_muted_writes_on_and_notices_nothing(two):
    block(two.as_asked, two.school, "mute")

    assert say(two.as_asker, two).status_code == 201
    assert refused(say(two.as_asked, two)) == (409, "lift_block_first")


def test_blocks_are_of_listed_others_bounded_and_set_by_deciders(two, monkeypatch):
    editor = people.as_person(people.member(two.school, "editor"), acting_for=two.school)
    assert refused(block(editor, two.publisher)) == (403, "role_needed")
    for entry in ("npsn:99999999", "sch_1", public(two.school)):
        response = two.as_asker.post("/v1/blocks", {"entry": entry, "kind": "mute"})
        assert response.json()["errors"][0]["code"] == "unknown_entry" if "errors" in response.json() else True
        assert response.status_code in (400, 404)
    monkeypatch.setattr("partners.collaborations.blocks.MOST_BLOCKS", 1)
    assert block(two.as_asker, two.publisher).status_code == 201
    assert refused(block(two.as_asker, two.publisher, "mute")) == (409, "too_many_blocks")


def test_a_file_comes_back_as_bytes_to_be_saved(two):
    message = say(two.as_asker, two).json()
    made = upload(two.as_asker, message, pictures.pdf(), "daftar\u202efdp.pdf")

    assert made.status_code == 201
    assert made.json()["name"] == "daftarfdp.pdf"
    answer = two.as_asked.get(made["Location"])
    assert answer.getvalue() == pictures.pdf()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    stranger = people.as_person(people.member(factories.entry()))
    assert stranger.get(made["Location"]).status_code == 404
    assert two.as_asker.get(f"/v1/messages/{message['id']}").json()["files"] == [made.json()]


@pytest.mark.parametrize("name", [*test_files.BAD, *test_files.HUGE])
def test_pathological_files_are_refused(two, name):
    message = say(two.as_asker, two).json()

    response = upload(two.as_asker, message, {**test_files.BAD, **test_files.HUGE}[name], name)

    assert response.status_code == 400
    assert not MessageFile.objects.exists()


def test_a_file_too_many_too_large_too_late_or_not_ones_own_is_refused(two, monkeypatch):
    message = say(two.as_asker, two).json()
    assert refused(upload(two.as_asked, message, pictures.png())) == (403, "not_your_message")
    assert refused(upload(two.as_asker, message, pictures.png() + bytes(10 << 20))) == (413, "file_too_large")
    for _ in range(5):
        assert upload(two.as_asker, message, pictures.png()).status_code == 201
    assert refused(upload(two.as_asker, message, pictures.png())) == (409, "too_many_files")
    late = say(two.as_asker, two).json()
    with time_machine.travel(clock.now() + datetime.timedelta(hours=25), tick=False):
        assert refused(upload(two.as_asker, late, pictures.png())) == (409, "too_late")
    assert upload(two.as_asker, {"id": "msg_01kf3cb0s3f8q8r2d1kq8m8n8p"}, pictures.png()).status_code == 404


def test_each_person_has_a_read_marker_that_only_goes_forward(two):
    colleague = people.as_person(people.member(two.publisher, "viewer"), acting_for=two.publisher)
    for number in range(3):
        say(two.as_asker, two, f"Pesan {number}")
    items = two.as_asked.get(address(two, "timeline")).json()["data"]

    def read(client, item):
        return client.post(address(two, "read-marker"), {"up_to": item["id"]}).json()

    assert two.as_asked.get(address(two, "read-marker")).json()["unread_count"] == 4
    assert read(two.as_asked, items[2])["unread_count"] == 1
    assert read(two.as_asked, items[0]) == {
        "object": "read_marker",
        "collaboration": ids.encode("collaboration", two.row.pk),
        "up_to": items[2]["id"],
        "unread_count": 1,
    }
    assert colleague.get(address(two, "read-marker")).json()["unread_count"] == 4
    assert two.as_asker.get(address(two, "read-marker")).json()["unread_count"] == 0
    other = two.as_asked.post(address(two, "read-marker"), {"up_to": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p"})
    assert other.json()["errors"][0]["code"] == "unknown_object"
    key = people.client(people.entry_key(two.publisher, by=two.asked))
    assert refused(key.get(address(two, "read-marker"))) == (403, "person_needed")


@pytest.mark.parametrize(
    ("status", "answer"),
    [("pending", 403), ("declined", 403), ("cancelled", 403), ("accepted", 200), ("active", 200), ("closed", 200)],
)
def test_contacts_for_counterparties_are_shown_once_both_have_agreed(status, answer):
    two = making.Two(status)
    with factories.recorded():
        for visibility in ("counterparties", "members_only"):
            value = f"{visibility}@contoh.example".replace("_", "-")
            Contact.objects.create(entry=two.publisher, kind="email", value=value, visibility=visibility)

    response = two.as_asker.get(address(two, "contacts"))

    assert response.status_code == answer
    if answer == 403:
        assert refused(response) == (403, "agreement_needed")
        assert not Event.objects.filter(type="contact.revealed").exists()
        return
    assert [one["value"] for one in response.json()["data"]] == ["counterparties@contoh.example"]
    told = Event.objects.get(type="contact.revealed")
    assert (told.subject_id, told.acting_entry_id) == (str(two.publisher.pk), two.school.pk)
    assert told.reason == ids.encode("collaboration", two.row.pk)
    assert two.as_asked.get(address(two, "contacts")).json()["data"] == []
    assert Event.objects.filter(type="contact.revealed").count() == 1


def test_contacts_are_not_for_who_is_blocked_unproved_or_of_neither_side():
    two = making.Two("accepted")
    stranger = people.as_person(people.member(factories.entry()))
    moderator = people.as_person(people.moderator())
    assert refused(stranger.get(address(two, "contacts"))) == (404, "not_found")
    assert refused(moderator.get(address(two, "contacts"))) == (403, "role_needed")
    block(two.as_asked, two.school)
    assert refused(two.as_asker.get(address(two, "contacts"))) == (403, "not_received")
    with factories.recorded():
        Entry.objects.filter(pk=two.school.pk).update(trust_level="provisional")
    assert refused(two.as_asker.get(address(two, "contacts"))) == (403, "verified_entry_needed")


def test_the_system_is_news_to_both_sides(two):
    making.move(two.row, "expired", by=actors.SYSTEM)

    for client in (two.as_asker, two.as_asked):
        item = client.get(address(two, "timeline?sort=-at")).json()["data"][0]
        assert item["actor"] == {"kind": "system", "entry": None, "by": None}
    assert two.as_asker.get(address(two, "read-marker")).json()["unread_count"] == 1
