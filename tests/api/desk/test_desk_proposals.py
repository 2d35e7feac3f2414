"""Offers and needs at the desk: they wait in the queue, and buttons open them, send them back or take them down."""

import datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from api.desk import queue
from directory import actors, clock, ids
from directory.entries import duplicates
from partners.models import Proposal
from partners.offers import moves, writing
from partners.trust import flags
from tests import factories, people
from tests.api.desk.test_desk import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Any:
    factories.region("33", "Jawa Tengah")
    factories.region("32.71", "Kota Bogor")
    return people.moderator("32")


@pytest.fixture
def waiting(moderator: Any) -> Proposal:
    entry = factories.entry("publisher", name="Rumah Cerita", region_id="32.71")
    by = people.actor(people.member(entry), entry)
    lines = [{"title": "Kancil dan Buaya", "quantity": 300}]
    values = {"kind": "software_licence", "title": "Lisensi gratis", "lines": lines}
    row = writing.create("offer", values, entry=entry.pk, by=by, now=clock.now())
    return moves.publish("offer", row.pk, by=by, now=clock.now())


def address(row: Proposal) -> str:
    return reverse("desk:proposal", args=[ids.encode(row.direction, row.pk)])


def in_queue(person: Any) -> list[str]:
    shown = queue.shown(people.actor(person), QueryDict("kind=offer"))
    return [item.title for _, item, _ in shown["items"]]


def test_it_waits_for_the_moderators_of_its_region(moderator: Any, waiting: Proposal) -> None:
    assert in_queue(moderator) == ["Lisensi gratis"]
    elsewhere = people.moderator("33")
    assert in_queue(elsewhere) == []
    assert at_desk(elsewhere).get(address(waiting)).status_code == 404
    page = at_desk(moderator).get(address(waiting)).content.decode()
    assert all(text in page for text in ("Kancil dan Buaya", "Rumah Cerita", "Buka", "Kembalikan"))


def test_buttons_do_what_they_say(moderator: Any, waiting: Proposal) -> None:
    desk = at_desk(moderator)
    assert desk.post(address(waiting), {"action": "send_back", "reason": ""}).status_code == 400
    assert desk.post(address(waiting), {"action": "approve"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.status, waiting.was_reviewed) == ("open", True)
    page = desk.get(address(waiting)).content.decode()
    assert "Turunkan" in page
    assert "Kembalikan" not in page
    assert desk.post(address(waiting), {"action": "take_down", "reason": "Penipuan"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.status, waiting.is_taken_down, waiting.reason) == ("closed", True, "Penipuan")


def test_it_is_sent_back_with_the_reason(moderator: Any, waiting: Proposal) -> None:
    at_desk(moderator).post(address(waiting), {"action": "send_back", "reason": "Belum jelas"})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("draft", "Belum jelas")
    assert at_desk(moderator).get(address(waiting)).status_code == 404


def test_nobody_decides_about_their_own(moderator: Any, waiting: Proposal) -> None:
    people.member(waiting.entry, "editor", of=moderator)
    assert in_queue(moderator) == []
    assert at_desk(moderator).post(address(waiting), {"action": "approve"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == "in_review"


def test_it_stands_in_the_one_list_by_the_day_on_which_it_opens_by_itself(moderator: Any, waiting: Proposal) -> None:
    now = clock.now()
    flags.flag(
        ids.encode("publisher", waiting.entry_id), reason="wrong", by=actors.ANONYMOUS, now=now
    )  # ends by itself in 90 days
    duplicates.remember(waiting.entry_id, factories.entry("publisher", region_id="32.71").pk, now=now)
    Proposal.objects.update(review_due_at=now + datetime.timedelta(days=3))
    assert [about for about, _ in listed(moderator)] == ["offer", "flag", "duplicate"]
    assert listed(moderator)[0][1] == f"terbuka sendiri {now + datetime.timedelta(days=3):%d-%m-%Y}"
    Proposal.objects.update(review_due_at=None)
    assert listed(moderator)[1] == ("offer", "tetap menunggu")
    page = at_desk(moderator).get("/desk/").content.decode()
    assert address(waiting) in page
    assert "Penawaran (1)" in page
    assert "Kebutuhan (0)" in page


def listed(person: Any) -> list[tuple[str, str]]:
    shown = queue.shown(people.actor(person), QueryDict())
    return [(item.about, item.silence) for _, item, _ in shown["items"]]
