"""Letters to entries that nobody acts for: who gets one, what stands in it, where its code leads, and when it ends."""

import datetime
import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from directory import clock, ids
from directory.models import Entry
from partners import timers
from partners.collaborations import letters
from partners.models import Collaboration, Letter
from tests import factories, people
from tests.api.pages import signing_in
from tests.partners import agreed
from tests.partners.trust import around

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def given():
    factories.region("32.71", "Kota Bogor")
    publisher = agreed.verified("publisher", name="Pustaka Nusantara", region_id="32.71")
    person = people.member(publisher)
    return SimpleNamespace(
        publisher=publisher,
        school=around.school(address="Jl. Melati No. 3"),
        person=person,
        sender=people.as_person(person, acting_for=publisher),
    )


def ask(given, school=None, **more):
    """Offer an entry forty books; the answer."""
    school = school or given.school
    body = {
        "entry": ids.encode(school.kind, school.pk),
        "kind": "book_donation",
        "initiator_gives": True,
        "subject": "40 buku <b>bacaan</b>",
        "message": "Telepon saya: 0812-0000-0000",
        "lines": [{"title": "Kancil dan Buaya", "quantity": 40}],
        "submit": True,
        **more,
    }
    return given.sender.post("/v1/collaboration-requests", body)


def letter(given, request, **more):
    return given.sender.get(f"/v1/collaboration-requests/{request['id']}/letter", **more)


def page(link, browser=None):
    split = urlsplit(link)
    response = (browser or signing_in.browser()).get(f"{split.path}?{split.query}")
    return response.status_code, html.unescape(response.content.decode())


def test_the_letter_is_printed_or_sent_on_and_nobody_is_mailed(given):
    request = ask(given).json()
    assert (request["status"], request["awaiting"]) == ("pending", "counterparty")
    told = letter(given, request)
    assert told.status_code == 200
    told = told.json()
    assert "/undangan?kode=" in told["link"]
    assert told["link"] in parse_qs(urlsplit(told["whatsapp"]).query)["text"][0]
    assert "Pustaka Nusantara menawarkan" in told["text"]
    assert told["expires_at"] == request["deadlines"][0]["due_at"]
    printed = letter(given, request, headers={"Accept": "application/pdf"})
    assert printed["Content-Type"] == "application/pdf"
    assert len(re.findall(rb"/Type /Page\b", printed.content)) == 1
    assert not Letter.objects.exists()


def test_a_letter_of_500_lines_is_one_page(given):
    lines = [{"title": "Judul yang sangat panjang " * 11 + str(n), "quantity": 2} for n in range(500)]
    request = ask(given, lines=lines, message="Kata " * 400).json()
    printed = letter(given, request, headers={"Accept": "application/pdf"})
    assert len(re.findall(rb"/Type /Page\b", printed.content)) == 1


def test_its_page_shows_what_is_offered_and_by_whom_and_nothing_of_people(given):
    status, text = page(letter(given, ask(given).json()).json()["link"])
    assert status == 200
    for shown in ("Pustaka Nusantara", "SD Uji", "Kancil dan Buaya", "40 eksemplar", "Ini lembaga saya"):
        assert shown in text
    for hidden in ("0812", given.person.email, around.ADDRESS):
        assert hidden not in text
    raw = signing_in.browser().get(letter_path(given)).content.decode()
    assert "<b>bacaan" not in raw
    assert "<script" not in raw


def letter_path(given):
    return f"/undangan?kode={Collaboration.objects.get().letter_code}"


def test_whoever_types_the_code_need_not_mind_its_letters(given):
    ask(given)
    code = Collaboration.objects.get().letter_code
    assert page(f"/undangan?kode={code[:6].lower()}-{code[6:]}")[0] == 200
    assert page(f"/undangan?kode={code[:-1]}")[0] == 404
    assert page("/undangan")[0] == 404


def test_once_claimed_the_request_stands_in_the_inbox_of_the_claimer(given):
    request = ask(given).json()
    link = letter(given, request).json()["link"]
    teacher = signing_in.person("Sari")
    people.member(given.school, of=teacher)
    mine = people.as_person(teacher, acting_for=given.school)
    inbox = mine.get("/v1/collaboration-requests?awaiting=me&sort=deadline").json()
    assert [row["id"] for row in inbox["data"]] == [request["id"]]
    status, text = page(link, signing_in.browser(teacher))
    assert (status, "Buka permintaan ini" in text) == (200, True)
    assert "menunggu di kotak masuknya" in page(link)[1]
    done = mine.post(f"/v1/collaboration-requests/{request['id']}/accept", {"revision": 1})
    assert done.json()["status"] == "active"
    assert page(link)[0] == 404
    assert letter(given, request).status_code == 404


def test_it_ends_with_the_request_and_after_30_days(given):
    request = ask(given).json()
    link = letter(given, request).json()["link"]
    row = Collaboration.objects.get()
    assert row.due_at == row.submitted_at + 30 * DAY
    with time_machine.travel(row.due_at, tick=False):
        assert page(link)[0] == 404
    given.sender.post(f"/v1/collaboration-requests/{request['id']}/withdraw")
    assert page(link)[0] == 404


def test_it_waits_for_a_claim_and_for_who_has_just_come(given):
    ask(given)
    row = Collaboration.objects.get()
    around.claim(given.school, people.user("Sari"))
    now = row.due_at
    for _ in range(20):
        timers.work(now=now)
        row.refresh_from_db()
        if row.status != "pending":
            break
        now = row.due_at
    assert row.status == "expired"
    assert now >= row.submitted_at + letters.MOST_WAITED


def test_who_comes_late_still_has_14_school_days(given):
    ask(given)
    row = Collaboration.objects.get()
    with time_machine.travel(row.due_at - DAY, tick=False):
        people.member(given.school)
    timers.work(now=row.due_at)
    row.refresh_from_db()
    assert row.status == "pending"
    assert row.due_at > row.submitted_at + 40 * DAY
    timers.work(now=row.due_at)
    row.refresh_from_db()
    assert row.status == "expired"


def test_one_entry_sends_another_one_letter_at_a_time_and_no_flood_of_them(given, monkeypatch):
    first = ask(given).json()
    again = ask(given).json()
    assert (again["code"], first["id"] in again["title"]) == ("already_asked", True)
    monkeypatch.setattr(letters, "MOST_OPEN", 2)
    assert ask(given, factories.entry(name="SD Dua")).status_code == 201
    assert ask(given, factories.entry(name="SD Tiga")).json()["code"] == "too_many_invitations"
    given.sender.post(f"/v1/collaboration-requests/{first['id']}/withdraw")
    assert ask(given, factories.entry(name="SD Tiga")).json()["code"] == "too_many_invitations"  # in a day
    taken = factories.entry(name="SD Berpenghuni")
    people.member(taken)
    answered = ask(given, taken).json()
    assert letter(given, answered).status_code == 404


def test_nobody_speaks_in_the_name_of_an_entry_whose_claim_is_undecided(given):
    request = ask(given).json()
    link = letter(given, request).json()["link"]
    with factories.recorded():
        Entry.objects.filter(pk=given.publisher.pk).update(trust_level="provisional", verified_at=None)
    refused = letter(given, request)
    assert (refused.status_code, refused.json()["code"]) == (403, "claim_undecided")
    assert page(link)[0] == 404


def test_the_letter_is_for_the_side_that_sends_it(given):
    request = ask(given).json()
    stranger = factories.entry("publisher")
    other = people.as_person(people.member(stranger), acting_for=stranger)
    address = f"/v1/collaboration-requests/{request['id']}/letter"
    assert other.get(address).status_code == 404
    people.member(given.school)
    teacher = people.as_person(people.member(given.school), acting_for=given.school)
    assert teacher.get(address).status_code == 404
    assert people.client().get(address).status_code == 401


def test_of_two_revisions_the_letter_shows_the_newer(given):
    request = ask(given).json()
    lines = [{"number": 1, "quantity": 25}]
    revised = given.sender.post(f"/v1/collaboration-requests/{request['id']}/revise", {"lines": lines})
    assert revised.status_code == 200
    assert "25 eksemplar" in page(letter(given, request).json()["link"])[1]
    assert Collaboration.objects.get().due_at > clock.now() + 29 * DAY
