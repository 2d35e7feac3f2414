"""The links of the letter that a library gets when a vendor says something of it: one page, one button."""

import datetime
import html
import re

import pytest
from django.test import Client

from directory import clock
from directory.models import Entry, Event, Installation, Library, Product
from directory.software import stating
from partners.accounts import memberships, vendor_statements
from partners.models import Letter, Membership
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


def stated(school, vendor, **values):
    with factories.recorded():
        product = Product.objects.create(name="Rak Digital", vendor=vendor)
    seller = people.member(vendor)
    by = people.actor(seller, vendor)
    return vendor_statements.state(school.pk, product.pk, {"evidence": "{klien}", **values}, by=by, now=clock.now())


def links(letter):
    return [found.partition("http://localhost:8000")[2] for found in re.findall(r"http\S+", letter.text)]


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def test_a_get_shows_one_button_and_changes_nothing(school, teacher, vendor, browser):
    row = stated(school, vendor)
    consent, remove = links(Letter.objects.get())

    for path in (consent, remove):
        for _ in range(2):  # the mail's scanner, then the person
            page = browser.get(path)
            assert page.status_code == 200
            text = page.content.decode()
            assert text.count("<button") == 1
            assert "<script" not in text
            assert html.escape("SD <Pustaka>") in text
            assert page["Cache-Control"].startswith("max-age=0")
            assert page["Referrer-Policy"] == "no-referrer"
    assert Installation.objects.get(pk=row.pk).status == "awaiting_consent"


def test_one_click_removes(school, teacher, vendor, browser):
    row = stated(school, vendor)
    _, remove = links(Letter.objects.get())

    assert "sudah dihapus" in browser.post(remove).content.decode()

    assert Installation.objects.get(pk=row.pk).status == "removed"
    event = Event.objects.get(type="installation.removed")
    assert (event.actor_kind, event.acting_entry_id) == ("user", school.pk)
    assert event.actor_reference == people.actor(teacher).reference
    for method in (browser.get, browser.post):
        assert method(remove).status_code == 404
    assert Event.objects.filter(type="installation.removed").count() == 1


def test_one_click_consents(school, teacher, vendor, browser):
    row = stated(school, vendor)
    consent, remove = links(Letter.objects.get())

    assert "ditampilkan" in browser.post(consent).content.decode()

    assert Installation.objects.get(pk=row.pk).status == "shown"
    assert browser.get(consent).status_code == 404
    assert browser.post(remove).status_code == 200


def test_what_is_shown_at_once_can_only_be_removed(school, teacher, vendor, browser):
    with factories.recorded():
        Library.objects.create(entry=school, exists="yes", opac_url="https://opac.sd.example")
    row = stated(school, vendor)
    (remove,) = links(Letter.objects.get())
    browser.post(remove)
    assert Installation.objects.get(pk=row.pk).status == "removed"


def test_every_member_who_may_answer_gets_a_letter_with_links_of_their_own(school, teacher, vendor):
    approver, viewer = people.member(school, "approver"), people.member(school, "viewer", "receiver")
    stated(school, vendor)
    letters = {letter.to: letter.text for letter in Letter.objects.all()}
    assert letters.keys() == {teacher.email, approver.email}
    assert viewer.email not in letters
    assert len(set(letters.values())) == 2
    assert all("{klien}" in text for text in letters.values())


def test_whoever_is_alone_answers_whatever_the_roles_say(school, vendor):
    person = people.user()
    memberships.begin(user=person.pk, entry=school.pk, roles=["viewer"], by=people.actor(person), now=clock.now())
    stated(school, vendor)
    assert Letter.objects.get().to == person.email


def test_an_unclaimed_library_gets_no_letter_and_shows_nothing(school, vendor, api):
    row = stated(school, vendor)
    assert (row.status, Letter.objects.count()) == ("awaiting_consent", 0)


def test_a_school_that_states_something_gets_no_letter(school, teacher, vendor):
    row = stated(school, vendor)
    Letter.objects.all().delete()
    vendor_statements.state(school.pk, row.product_id, {}, by=people.actor(teacher, school), now=clock.now())
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
            time_machine.shift(datetime.timedelta(days=181))
    for path in links(letter):
        assert browser.post(path).status_code == 404
    assert Installation.objects.get(pk=row.pk).status == "awaiting_consent"


def test_a_link_that_nobody_signed_opens_nothing(school, teacher, vendor, browser):
    row = stated(school, vendor)
    _, remove = links(Letter.objects.get())
    for wrong in (
        remove[:-1],
        remove + "x",
        "/statements",
        "/statements?link=",
        "/statements?link=%00",
        "/statements?link=a:b",
    ):
        assert browser.get(wrong).status_code == 404
        assert browser.post(wrong).status_code == 404
    assert browser.put(remove).status_code == 405
    assert stating.Installation.objects.get(pk=row.pk).status == "awaiting_consent"


def test_the_link_stands_in_no_log(school, teacher, vendor, browser, caplog):
    stated(school, vendor)
    caplog.set_level("INFO")
    for path in links(Letter.objects.get()):
        browser.get(path)
        secret = path.partition("link=")[2]
        assert not [record for record in caplog.records if secret in str(record.__dict__)]
