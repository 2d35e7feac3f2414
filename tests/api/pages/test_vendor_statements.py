"""The letter that a library gets when a vendor says something of it: one page, and a button that answers."""

import datetime
import re

import pytest
from django.test import Client

from directory import clock
from directory.models import Entry, Event, Installation, Library, Product
from partners.accounts import memberships
from partners.models import Letter, Membership
from partners.trust import links, vendor_statements
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return factories.entry(name="SD <Pustaka>")


@pytest.fixture
def teacher(school):
    return people.member(school)


@pytest.fixture
def vendor():
    return factories.entry("vendor", name="Rak & Buku")


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def stated(school, vendor):
    with factories.recorded():
        product = Product.objects.create(name="Rak Digital", vendor=vendor)
    by = people.actor(people.member(vendor), vendor)
    return vendor_statements.state(school.pk, product.pk, {"evidence": "{klien}"}, by=by, now=clock.now())


def path_of(letter):
    return re.search(r"http\S+?(/links/\S+)", letter.text)[1]


def status_of(row):
    return Installation.objects.get(pk=row.pk).status


def test_looking_changes_nothing(school, teacher, vendor, browser):
    row = stated(school, vendor)
    for _ in range(2):  # the mail's scanner, then the person
        page = browser.get(path_of(Letter.objects.get())).content.decode()
        assert re.findall(r'value="(\w+)"', page) == ["consent", "remove"]
        assert "SD &lt;Pustaka&gt;" in page
        assert "Rak &amp; Buku menyatakan" in page
        assert "<script" not in page
    assert status_of(row) == "awaiting_consent"


def test_one_click_removes(school, teacher, vendor, browser):
    row = stated(school, vendor)
    path = path_of(Letter.objects.get())

    assert "Tercatat" in browser.post(path, {"answer": "remove"}).content.decode()

    assert status_of(row) == "removed"
    event = Event.objects.get(type="installation.removed")
    assert (event.actor_kind, event.acting_entry_id) == ("user", school.pk)
    assert event.actor_reference == people.actor(teacher).reference
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"answer": "remove"}).status_code == 404
    assert Event.objects.filter(type="installation.removed").count() == 1


def test_one_click_consents_and_later_removes(school, teacher, vendor, browser):
    row = stated(school, vendor)
    path = path_of(Letter.objects.get())

    assert browser.post(path, {"answer": "consent"}).status_code == 200

    assert status_of(row) == "shown"
    assert re.findall(r'value="(\w+)"', browser.get(path).content.decode()) == ["remove"]
    assert browser.post(path, {"answer": "consent"}).status_code == 400
    assert browser.post(path, {"answer": "remove"}).status_code == 200
    assert status_of(row) == "removed"


def test_what_is_shown_at_once_has_one_button(school, teacher, vendor, browser):
    with factories.recorded():
        Library.objects.create(entry=school, exists="yes", opac_url="https://opac.sd.example")
    row = stated(school, vendor)
    letter = Letter.objects.get()
    assert "dinyatakan oleh pengembang" in letter.text
    assert re.findall(r'value="(\w+)"', browser.get(path_of(letter)).content.decode()) == ["remove"]
    browser.post(path_of(letter), {"answer": "remove"})
    assert status_of(row) == "removed"


def test_every_member_who_may_answer_gets_a_letter_with_a_link_of_their_own(school, teacher, vendor):
    approver, viewer = people.member(school, "approver"), people.member(school, "viewer", "receiver")
    stated(school, vendor)
    letters = {letter.to: letter.text for letter in Letter.objects.all()}
    assert letters.keys() == {teacher.email, approver.email}
    assert viewer.email not in letters
    assert len({path_of(letter) for letter in Letter.objects.all()}) == 2
    assert all("{klien}" in text for text in letters.values())


def test_whoever_is_alone_answers_whatever_the_roles_say(school, vendor):
    person = people.user()
    memberships.begin(user=person.pk, entry=school.pk, roles=["viewer"], by=people.actor(person), now=clock.now())
    stated(school, vendor)
    assert Letter.objects.get().to == person.email


def test_an_unclaimed_library_gets_no_letter_and_shows_nothing(school, vendor):
    assert (stated(school, vendor).status, Letter.objects.count()) == ("awaiting_consent", 0)


def test_a_school_that_states_something_gets_no_letter(school, teacher, vendor):
    with factories.recorded():
        product = Product.objects.create(name="Rak Digital", vendor=vendor)
    vendor_statements.state(school.pk, product.pk, {}, by=people.actor(teacher, school), now=clock.now())
    assert not Letter.objects.exists()


@pytest.mark.parametrize("ending", ["left", "suspended", "lowered", "hidden", "old"])
def test_a_link_lives_as_long_as_the_right(school, teacher, vendor, browser, ending, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    people.member(school)
    row = stated(school, vendor)
    letter = Letter.objects.get(to=teacher.email)
    member = Membership.objects.filter(user=teacher)
    match ending:
        case "left":
            member.update(ended_at=clock.now())
        case "suspended":
            type(teacher).objects.filter(pk=teacher.pk).update(is_active=False)
        case "lowered":
            member.update(roles=["viewer"])
        case "hidden":
            with factories.recorded():
                Entry.objects.filter(pk=school.pk).update(status="hidden")
        case "old":
            time_machine.shift(links.LASTS + datetime.timedelta(days=1))
    refused = browser.post(path_of(letter), {"answer": "remove"})
    assert refused.status_code == (403 if ending == "lowered" else 404)
    assert status_of(row) == "awaiting_consent"


def test_a_link_answers_for_its_library_only(school, teacher, vendor, browser):
    row = stated(school, vendor)
    other = factories.entry()
    people.member(other, of=teacher)
    foreign = links.address(links.Link("installation", row.pk, teacher.pk, other.pk), now=clock.now())
    assert browser.post("/links/" + foreign.rpartition("/")[2], {"answer": "remove"}).status_code == 404
    assert status_of(row) == "awaiting_consent"
