"""Mails of what happened: one letter with all that is due, in the person's language, and ended with one click."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.test import Client
from django.urls import resolve

from directory import actors, clock, ids
from directory.models import Entry, Event
from partners import mail, tasks
from partners.accounts import memberships
from partners.collaborations import threads
from partners.deliveries import outbound, preferences, routing, subjects
from partners.fulfilment import planning
from partners.models import Delivery, Letter, Membership, Preference, User
from tests import factories, people, racing
from tests.partners import agreed
from tests.partners.collaborations import making

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def two():
    return making.Two()


def tell(now=None):
    factories.settle_feed(factories.last_position())
    routing.route(now=now or clock.now())


def say(two, count=1):
    for number in range(count):
        threads.post(two.row.pk, f"rahasia {number}", by=two.by_asker(), now=clock.now())


def letters():
    return [(row.to, row.subject) for row in Letter.objects.order_by("id")]


def test_a_day_makes_one_letter_and_a_quiet_day_none(two):
    say(two, 3)
    tell()
    assert outbound.write_due(now=clock.now()) == 0
    assert outbound.write_due(now=clock.now() + DAY) == 1
    assert outbound.write_due(now=clock.now() + 2 * DAY) == 0

    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (two.asked.email, f"4 kabar untuk {two.publisher.name}")
    assert letter.text.count("- Hibah buku bacaan: Ada pesan baru.") == 3
    assert "rahasia" not in letter.text
    assert Delivery.objects.filter(channel="mail", sent_at__isnull=False).count() == 4


def test_one_thing_stands_in_the_subject_and_in_the_language_that_was_chosen(two):
    Preference.objects.create(user=two.asked, entry=two.publisher, mail="at_once", language="en")
    tell()
    outbound.write_due(now=clock.now())

    letter = Letter.objects.get()
    assert letter.subject == "A request was sent and awaits an answer. Hibah buku bacaan"
    assert letter.text.startswith(f"What happened for {two.publisher.name}:")


def test_a_title_cannot_make_lines_or_headers_of_its_own():
    two = making.Two(subject="Hibah\r\nBcc: korban@contoh.example\n" + "x" * 150)
    Preference.objects.create(user=two.asked, entry=two.publisher, mail="at_once")
    tell()
    outbound.write_due(now=clock.now())
    mail.send_due(now=clock.now())

    sent = outbox.outbox[0]
    assert sent.recipients() == [two.asked.email]
    assert "\n" not in sent.subject
    assert "\nBcc" not in sent.body


def test_a_long_day_is_cut_short(two, monkeypatch):
    monkeypatch.setattr(outbound, "MOST_LINES", 2)
    say(two, 3)
    tell()
    outbound.write_due(now=clock.now() + DAY)

    assert "dan 2 lagi." in Letter.objects.get().text


def test_two_writers_at_once_write_one_letter(two):
    say(two, 5)
    tell()
    later = clock.now() + DAY

    assert racing.at_once(*[lambda: outbound.write_due(now=later)] * 3) == ["done"] * 3

    assert len(letters()) == 1


def test_a_letter_and_the_note_that_it_was_written_come_together_or_not_at_all(two, monkeypatch):
    tell()

    def dies(**_):
        raise SystemExit

    monkeypatch.setattr(mail, "put", dies)
    with pytest.raises(SystemExit):
        outbound.write_due(now=clock.now() + DAY)
    monkeypatch.undo()

    assert Delivery.objects.due(clock.now() + DAY).count() == 1
    assert outbound.write_due(now=clock.now() + DAY) == 1
    assert len(letters()) == 1


@pytest.mark.parametrize("why", ["left", "suspended", "never", "unconfirmed", "hidden"])
def test_what_nobody_may_read_or_wants_any_more_is_dropped(two, why):
    tell()
    if why == "left":
        people.member(two.publisher)
        row = Membership.objects.get(user=two.asked)
        memberships.end(row.pk, by=two.by_asked(), now=clock.now())
    elif why == "suspended":
        User.objects.filter(pk=two.asked.pk).update(is_active=False)
    elif why == "unconfirmed":
        User.objects.filter(pk=two.asked.pk).update(confirmed_at=None)
    elif why == "hidden":
        with factories.recorded():
            Entry.objects.filter(pk=two.publisher.pk).update(status="hidden")
    else:
        Preference.objects.create(user=two.asked, entry=two.publisher, mail="never")

    assert outbound.write_due(now=clock.now() + DAY) == 0
    assert letters() == []
    assert Delivery.objects.get(channel="mail").dropped_at is not None
    assert outbound.write_due(now=clock.now() + 2 * DAY) == 0


def unsubscribe_link(text):
    return re.search(r"https?://\S+(/links/unsubscribe/\S+)", text)[1]


def test_the_mail_offers_one_click_and_a_get_only_asks(two):
    tell()
    outbound.write_due(now=clock.now() + DAY)
    text = Letter.objects.get().text
    mail.send_due(now=clock.now() + DAY)
    sent = outbox.outbox[0]
    link = unsubscribe_link(text)

    assert sent.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Letter.objects.get().unsubscribe == ""

    page = Client().get(link)
    assert page.status_code == 200
    assert page.content.count(b"<button") == 1
    assert two.publisher.name.encode() in page.content
    assert not Preference.objects.exists()
    assert page["Referrer-Policy"] == "no-referrer"

    done = Client().post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert done.status_code == 200
    row = Preference.objects.get()
    assert (row.user_id, row.entry_id, row.mail, row.version) == (two.asked.pk, two.publisher.pk, "never", 1)
    assert Event.objects.get(type="notifications.changed").actor_kind == "user"
    Client().post(link)
    assert Preference.objects.get().version == 1
    assert b"<button" not in Client().get(link).content


def test_a_made_up_link_opens_nothing(two):
    good = preferences.unsubscribe_token(two.asked.pk, two.publisher.pk)
    for token in ("x", good[:-1], good + "x", good.replace(":", "")):
        assert Client().post(f"/links/unsubscribe/{token}").status_code == 404
    assert not Preference.objects.exists()


def test_other_letters_carry_no_such_headers():
    mail.put(to="a@contoh.example", subject="Kode", text="1234", now=clock.now())
    mail.send_due(now=clock.now())

    assert outbox.outbox[0].extra_headers == {}


def test_the_task_tells_and_writes(two, monkeypatch):
    Preference.objects.create(user=two.asked, entry=two.publisher, mail="at_once")
    factories.settle_feed(factories.last_position())

    tasks.deliver(timestamp=0)
    tasks.deliver(timestamp=0)
    tasks.forget_deliveries(timestamp=0)

    assert len(letters()) == 1
    assert Delivery.objects.count() == 2


def test_a_request_taken_down_is_told_to_both(two):
    making.move(two.row, "cancelled", by=actors.SYSTEM)
    tell()
    outbound.write_due(now=clock.now() + DAY)

    assert {to for to, _ in letters()} == {two.asker.email, two.asked.email}


def test_each_line_leads_to_the_page_of_its_thing(two):
    Preference.objects.create(user=two.asked, entry=two.publisher, mail="at_once")
    say(two)
    tell()
    outbound.write_due(now=clock.now())
    entry, request = ids.encode("publisher", two.publisher.pk), ids.encode("collaboration", two.row.pk)
    link = f"{settings.PUBLIC_URL}/account/entries/{entry}/requests/{request}/"
    assert Letter.objects.get().text.count(f"\n  {link}\n") == 2


def test_every_kind_of_thing_has_a_page():
    sent = agreed.donation(3)
    parcel = planning.plan([planning.Wanted(sent.agreed[0].pk, 3)], {}, by=sent.sends, now=clock.now())
    giver, receiver = ids.encode("publisher", sent.giver.pk), ids.encode("school", sent.receiver.pk)
    assert subjects.page("shipment", parcel, receiver) == f"/kiriman/{ids.encode('shipment', parcel.pk)}"
    of_request = f"/account/entries/{giver}/requests/{ids.encode('collaboration', sent.row.pk)}/"
    assert subjects.page("shipment", parcel, giver) == of_request
    for name in subjects.NAMES:
        row = parcel if name == "shipment" else SimpleNamespace(pk=sent.row.pk, agreed_line=sent.agreed[0])
        assert resolve(subjects.page(name, row, giver)).url_name
