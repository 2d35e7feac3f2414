"""The pages of requests: a teacher on a telephone sees what is offered, accepts, declines, proposes, writes."""

import html

import pytest

from directory import clock, ids
from partners.collaborations import endings, moves, waitlist
from partners.models import AgreedLine, Collaboration, Destination, Message, Terms
from tests import people
from tests.api.pages import signing_in
from tests.partners.collaborations import around

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    made = around.world()
    made.row = around.asked(made, 4, 2, least=1)
    made.sari = signing_in.person("Sari")
    people.member(made.publisher, of=made.sari)
    made.browser = signing_in.browser(made.sari)
    made.path = path(made.publisher, made.row)
    return made


def path(entry, row=None):
    home = f"/account/entries/{ids.encode(entry.kind, entry.pk)}/requests/"
    return f"{home}{ids.encode('collaboration', row.pk)}/" if row else home


def text(response, status=200):
    assert response.status_code == status, response.content.decode()
    return html.unescape(response.content.decode())


def now(given):
    return Collaboration.objects.get(pk=given.row.pk)


def test_the_inbox_tells_what_waits_and_what_is_new(given):
    shown = text(given.browser.get(path(given.publisher)))
    assert shown.index("Menunggu jawaban Anda") < shown.index(given.row.subject) < shown.index("Berjalan")
    assert "1 baru" in shown
    assert "Tidak ada." in shown
    viewer = signing_in.person("Budi")
    assert signing_in.browser(viewer).get(path(given.publisher)).status_code == 404


def test_the_page_tells_terms_deadline_past_and_why_not(given):
    shown = text(given.browser.get(given.path))
    for said in (
        "Giliran Anda menjawab",
        "Judul 1",
        "4 eksemplar",
        "Permintaan kedaluwarsa",
        "Permintaan kerja sama dikirim",
    ):
        assert said in shown
    assert "Tarik kembali:" in shown  # and why that is not theirs
    school = signing_in.person("Tuti")
    people.member(given.school, of=school)
    theirs = text(signing_in.browser(school).get(path(given.school, given.row)))
    assert "Menunggu jawaban pihak lain" in theirs
    assert 'value="withdraw"' in theirs
    assert 'value="accept"' not in theirs


def test_accepting_grants_what_was_typed(given):
    sent = {"action": "accept", "revision": 1, "line-1": "3", "line-2": "0"}
    assert "Judul 1" in text(given.browser.post(given.path, {**sent, "line-1": "9"}), 400)
    text(given.browser.post(given.path, {**sent, "line-1": ""}), 400)
    assert "banyak" in text(given.browser.post(given.path, {**sent, "line-1": "banyak"}), 400)
    assert given.browser.post(given.path, sent).status_code == 302
    assert now(given).status == "active"
    assert [line.quantity for line in AgreedLine.objects.all()] == [3]
    shown = text(given.browser.get(given.path))
    assert "Permintaan diterima." in shown
    assert "dijanjikan 3" in shown


def test_what_changed_meanwhile_is_not_accepted_unseen(given):
    moves.revise(given.row.pk, {"message": "Lebih baik begini"}, by=given.asks, now=given.row.updated_at)
    sent = {"action": "accept", "revision": 1, "line-1": "4", "line-2": "2"}
    assert "Lebih baik begini" in text(given.browser.post(given.path, sent), 409)
    assert now(given).status == "pending"


def test_other_terms_are_proposed_with_other_quantities_and_a_new_line(given):
    sent = {"action": "counter", "line-1": "2", "line-2": "0", "title": "Atlas", "quantity": "5", "message": "Cukup?"}
    assert given.browser.post(given.path, sent).status_code == 302
    latest = Terms.objects.get(collaboration=given.row, number=2)
    assert [(line.title, line.quantity) for line in latest.lines.order_by("number")] == [("Judul 1", 2), ("Atlas", 5)]
    assert latest.message == "Cukup?"
    assert now(given).awaiting == "initiator"


def test_declining_says_why(given):
    given.browser.post(given.path, {"action": "decline", "reason": "too_far", "note": "Maaf"})
    row = now(given)
    assert (row.status, row.reason_code, row.note) == ("declined", "too_far", "Maaf")
    assert "Terlalu jauh" in text(given.browser.get(given.path))
    text(given.browser.post(given.path, {"action": "decline", "reason": "too_far"}), 409)


def test_a_message_is_written_and_shown_escaped(given):
    text(given.browser.post(given.path, {"action": "write", "text": " "}), 400)
    given.browser.post(given.path, {"action": "write", "text": "Selamat <b>pagi</b>"})
    assert Message.objects.get().entry_id == given.publisher.pk
    assert "Selamat &lt;b&gt;pagi" in given.browser.get(given.path).content.decode()


def test_the_destination_is_given_by_who_receives_and_read_by_who_gives(given):
    tuti = signing_in.person("Tuti")
    people.member(given.school, of=tuti)
    school, address = signing_in.browser(tuti), path(given.school, given.row)
    assert "belum ada" in text(school.get(address))
    sent = {"action": "give_destination", "recipient_name": "Ibu Tuti", "address": "Jl. Melati 3"}
    text(school.post(address, {**sent, "address": ""}), 400)
    assert school.post(address, sent).status_code == 302
    assert Destination.objects.get().address == "Jl. Melati 3"
    assert "Jl. Melati 3" not in text(given.browser.get(given.path))
    text(given.browser.post(given.path, {"action": "see_destination"}), 404)
    given.browser.post(given.path, {"action": "accept", "revision": 1, "line-1": "4", "line-2": "2"})
    assert "Jl. Melati 3" not in text(given.browser.get(given.path))
    assert "Jl. Melati 3" in text(given.browser.post(given.path, {"action": "see_destination"}))


def test_a_withdrawn_request_is_over(given):
    tuti = signing_in.person("Tuti")
    people.member(given.school, of=tuti)
    assert signing_in.browser(tuti).post(path(given.school, given.row), {"action": "withdraw"}).status_code == 302
    assert now(given).status == "withdrawn"


def test_who_waits_in_line_takes_what_came_back(given):
    held = around.accepted(given, 10, by=around.school()[1])
    other, by = around.school()
    row = around.asked(given, 4, by=by, joins_waitlist=True)
    address = path(given.publisher, row)
    assert "Persediaan kurang" in text(given.browser.get(address))
    assert given.browser.post(address, {"action": "wait", "revision": 1}).status_code == 302
    endings.cancel(held.pk, note="-", by=given.gives, now=clock.now())
    waitlist.offer_released(now=clock.now())
    tuti = signing_in.person("Tuti")
    people.member(other, of=tuti)
    browser, theirs = signing_in.browser(tuti), path(other, row)
    assert "disimpan untuk Anda" in text(browser.get(theirs))
    assert browser.post(theirs, {"action": "take"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "active"
