"""The pages of offers and needs: read by everybody, asked for by whoever acts for an entry."""

import html

import pytest

from directory import ids
from partners.models import Collaboration, TermLine
from tests import people
from tests.api.pages import signing_in
from tests.partners import agreed
from tests.partners.collaborations import around

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return around.world(10, 5)


def path(row):
    return f"/{row.direction}s/{ids.encode(row.direction, row.pk)}/"


def text(response, status=200):
    assert response.status_code == status, response.content.decode()
    return html.unescape(response.content.decode())


def test_everybody_reads_an_offer_and_what_is_left_of_it(given):
    around.accepted(given, 4)
    shown = text(signing_in.browser().get(path(given.offer)))
    for said in ("Pustaka Nusantara", "Hibah buku", "6 dari 10 eksemplar", "5 dari 5 eksemplar", "Masuk"):
        assert said in shown
    assert "25000" not in shown  # what the owner says it is worth
    of_entry = text(signing_in.browser().get(f"/entries/{ids.encode('publisher', given.publisher.pk)}/"))
    assert path(given.offer) in of_entry


def test_a_draft_is_its_owners_and_what_is_taken_down_is_gone(given):
    type(given.offer).objects.filter(pk=given.offer.pk).update(status="draft", opened_at=None, expires_at=None)
    assert signing_in.browser().get(path(given.offer)).status_code == 404
    sari = signing_in.person("Sari")
    people.member(given.publisher, of=sari)
    assert "Draf" in text(signing_in.browser(sari).get(path(given.offer)))
    assert signing_in.browser().get(path(given.offer).replace("offers", "needs")).status_code == 404


def test_a_teacher_asks_for_some_of_it(given):
    sari = signing_in.person("Sari")
    browser, offer = signing_in.browser(sari), path(given.offer)
    assert "Cari sekolah" in text(browser.get(offer))
    people.member(given.school, of=sari)
    school = ids.encode("school", given.school.pk)
    line = f"line-{ids.encode('line', given.lines[0].pk)}"
    assert f'name="{line}"' in text(browser.get(offer))
    sent = {"action": "ask", "acting_for": school, "message": "Mohon"}
    text(browser.post(offer, {"action": "ask", "acting_for": school}), 400)
    text(browser.post(offer, {**sent, "acting_for": ids.encode("publisher", given.publisher.pk), line: "1"}), 404)
    response = browser.post(offer, {**sent, line: "3"})
    row = Collaboration.objects.get(status="pending")
    assert response["Location"] == f"/account/entries/{school}/requests/{ids.encode('collaboration', row.pk)}/"
    asked = TermLine.objects.get(terms__collaboration=row)
    assert (asked.offer_line_id, asked.quantity) == (given.lines[0].pk, 3)
    assert "Permintaan dikirim." in text(browser.get(response["Location"]))


def test_a_publisher_answers_a_need_with_a_question(given):
    need = agreed.opened(given.school, 30, direction="need")
    sari = signing_in.person("Sari")
    people.member(given.publisher, of=sari)
    sent = {"action": "ask", "acting_for": ids.encode("publisher", given.publisher.pk), "message": "Kelas berapa?"}
    assert signing_in.browser(sari).post(path(need), sent).status_code == 302
    row = Collaboration.objects.get()
    assert (row.is_inquiry, row.initiator_gives, row.proposal_id) == (True, True, need.pk)
