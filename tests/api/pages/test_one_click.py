"""Pages behind mailed links: a GET changes nothing, a POST answers once, and no secret stands in a log."""

import datetime
import re

import pytest

from api.pages import one_click
from directory import actors, clock
from directory.entries.duplicates import Duplicate
from directory.models import Entry, Event
from partners.models import ConfirmationAsked, Letter, Suggestion
from partners.trust import freshness, links, suggestions, waiting
from tests import factories, people
from tests.api.desk import world
from tests.api.test_logs import lines  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return factories.entry(name="SD <b>Uji</b>")


@pytest.fixture
def editor(school):
    return people.member(school)


@pytest.fixture
def path(school, editor):
    """The link of the letter that asks whether the entry still holds."""
    freshness.ask(now=clock.now() + freshness.HOLDS["school"])
    Letter.objects.update(created_at=clock.now())
    ConfirmationAsked.objects.update(asked_at=clock.now())
    return (
        "/links/"
        + links.address(links.Link("confirmation", school.pk, editor.pk, school.pk), now=clock.now()).rpartition("/")[2]
    )


def test_a_scanner_that_follows_the_link_confirms_nothing(client, path, school):
    for ask in (client.get, client.head):
        response = ask(path)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "form-action 'self'" in response["Content-Security-Policy"]
    page = client.get(path).content.decode()
    assert '<button name="answer" value="confirm">Ya, masih benar</button>' in page
    assert "SD &lt;b&gt;Uji&lt;/b&gt;" in page
    assert Entry.objects.get(pk=school.pk).last_confirmed_at is None


def test_its_button_confirms_once_and_a_second_press_is_told_so(client, path, school, time_machine):
    first = client.post(path, {"answer": "confirm"})
    assert (first.status_code, first.cookies) == (200, {})
    assert "Tercatat" in first.content.decode()
    said = Entry.objects.get(pk=school.pk).last_confirmed_at
    assert said is not None

    time_machine.move_to(said + datetime.timedelta(days=40))
    again = client.post(path, {"answer": "confirm"})
    assert again.status_code == 409
    for response in (again, client.get(path)):
        assert f"Sudah dijawab pada {said:%d-%m-%Y}." in response.content.decode()
        assert "<button" not in response.content.decode()
    assert "Answered already" in client.get(path, headers={"Accept-Language": "en"}).content.decode()
    assert Entry.objects.get(pk=school.pk).last_confirmed_at == said
    assert Event.objects.filter(type="entry.confirmed").count() == 1


def test_the_question_of_the_next_period_has_a_link_of_its_own(client, school, editor, time_machine):
    began = clock.now()
    for period in (1, 2):
        time_machine.move_to(began + period * (freshness.HOLDS["school"] + datetime.timedelta(days=1)))
        assert freshness.ask(now=clock.now()) == 1
        path = re.search(r"(/links/\S+)", Letter.objects.filter(to=editor.email).latest("created_at").text)[1]
        assert client.post(path, {"answer": "confirm"}).status_code == 200
    assert Event.objects.filter(type="entry.confirmed").count() == 2


def test_no_button_and_no_link_are_refused(client, path):
    assert client.post(path).status_code == 400
    assert client.post(path, {"answer": "ja"}).status_code == 400
    assert client.put(path).status_code == 405
    for gone in (path + "x", "/links/x", "/links/suggestions/x"):
        response = client.get(gone)
        assert response.status_code == 404
        assert "tidak berlaku lagi" in response.content.decode()


def test_who_is_no_longer_a_member_finds_nothing(client, path, editor):
    editor.memberships.update(ended_at=clock.now())
    assert client.get(path).status_code == 404
    assert client.post(path, {"answer": "confirm"}).status_code == 404


def test_an_editor_answers_a_suggestion_from_the_letter(client, school, editor):
    row, _ = suggestions.suggest(
        school.pk, {"address": "<i>Jl. Baru</i>"}, reason="Pindah", by=actors.ANONYMOUS, now=clock.now()
    )
    path = re.search(r"(/links/\S+)", Letter.objects.get(to=editor.email).text)[1]

    page = client.get(path).content.decode()
    assert "&lt;i&gt;Jl. Baru&lt;/i&gt;" in page
    assert Suggestion.objects.get().status == "open"
    client.post(path, {"answer": "accept"})
    again = client.post(path, {"answer": "accept"})

    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("accepted", editor)
    assert again.status_code == 409
    for response in (again, client.get(path)):
        assert "Sudah dijawab: diterima." in response.content.decode()
        assert "<button" not in response.content.decode()


def test_every_answer_of_a_moderator_is_given_once(client):
    """Whatever was answered first: every other button of the same link says what it was, and changes nothing."""
    made = world.made()
    Suggestion.objects.update(is_for_moderators=True)
    moderator, now = people.moderator(), clock.now()
    asked = {
        "claim": (made.claim, "decline", "Sudah dijawab: ditolak."),
        "suggestion": (made.suggestion, "decline_abuse", "Sudah dijawab: ditolak."),
        "flag": (made.flag, "dismiss", "Sudah dijawab: "),
        "duplicate": (made.pair, "dismiss", "Sudah dijawab: bukan duplikat."),
    }
    assert set(asked) == set(waiting.KINDS)
    for about, (row, code, said) in asked.items():
        path = "/links/" + links.address(links.Link(about, row.pk, moderator.pk), now=now).rpartition("/")[2]
        buttons = re.findall(r'name="answer" value="(\w+)"', client.get(path).content.decode())
        assert code in buttons
        assert client.post(path, {"answer": code}).status_code == 200
        events = Event.objects.count()
        for other in buttons:
            again = client.post(path, {"answer": other})
            assert again.status_code == 409
            assert said in again.content.decode()
        assert Event.objects.count() == events


def test_a_number_that_another_entry_has_is_refused_and_noted_as_a_possible_duplicate(client, school, editor):
    other = factories.entry(identifiers={"wikidata": "Q1"})
    numbers = [{"scheme": "wikidata", "value": "Q1"}]
    row, _ = suggestions.suggest(
        school.pk, {"identifiers": numbers}, reason="Nomor", by=actors.ANONYMOUS, now=clock.now()
    )
    path = re.search(r"(/links/\S+)", Letter.objects.get(to=editor.email).text)[1]

    response = client.post(path, {"answer": "accept"})

    row.refresh_from_db()
    assert (response.status_code, row.status) == (409, "open")
    assert {Duplicate.objects.get().first_id, Duplicate.objects.get().second_id} == {school.pk, other.pk}


def test_the_secret_link_shows_how_a_suggestion_stands_and_takes_it_back(client, school, editor):
    row, secret = suggestions.suggest(
        school.pk, {"address": "Jl. Baru"}, reason="Pindah", contact="w@contoh.example", by=actors.ANONYMOUS,
        now=clock.now(),
    )  # fmt: skip
    path = f"/links/suggestions/{secret}"
    assert "Keadaan: terbuka." in client.get(path).content.decode()
    assert "w@contoh.example" not in client.get(path).content.decode()
    assert client.post(path, {"answer": "withdraw"}).status_code == 200
    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert client.post(path, {"answer": "withdraw"}).status_code == 409
    assert "ditarik kembali" in client.get(path).content.decode()


def test_no_log_holds_the_secret_of_a_link(client, school, path, lines, monkeypatch):  # noqa: F811
    _, secret = suggestions.suggest(
        school.pk, {"address": "Jl. Baru"}, reason="Pindah", by=actors.ANONYMOUS, now=clock.now()
    )
    client.raise_request_exception = False
    for address in (path, f"/links/suggestions/{secret}"):
        client.get(address)
        client.post(address, {"answer": "x"})
        with monkeypatch.context() as broken:
            broken.setattr(one_click, "_page", None)
            assert client.get(address).status_code == 500
    text = repr(lines)
    assert "/links/..." in text
    assert "/links/suggestions/..." in text
    assert secret not in text
    assert path.rpartition("/")[2] not in text
