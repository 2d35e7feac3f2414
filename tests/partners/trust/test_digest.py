"""The weekly letter: at most ten lines over all that waits, of one's own regions, and none where nothing does."""

import datetime
import re

import pytest

from directory import actors, clock, errors, ids
from directory.entries import duplicates
from directory.entries.duplicates import Duplicate
from directory.models import Entry
from partners.models import Claim, Flag, Letter, Suggestion
from partners.trust import digest, flags, links, questions, silence, suggestions
from tests import factories, people
from tests.partners.trust import around

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def began():
    return clock.now()


@pytest.fixture
def person(regency):
    return people.moderator("32")


def suggested(entry, now, **values):
    row, _ = suggestions.suggest(
        entry.pk, values or {"address": "Jl. Melati"}, reason="x", by=actors.ANONYMOUS, now=now
    )
    return row


def answered_by(letter, code, *, now):
    """Press a button behind the first link of a letter."""
    link = links.opened(re.search(r"/links/(\S+)", letter.text)[1], now=now)
    by = links.actor(link)
    question = questions.QUESTIONS[link.about]
    assert code in question.ask(link.subject, by).answers
    return question.answer(link.subject, code, by, now)


def test_nothing_to_do_is_no_letter(person, began):
    factories.region("31", "DKI Jakarta")
    elsewhere = factories.entry(region_id="31")
    suggested(elsewhere, began)
    assert digest.send(now=began) == 0
    assert not Letter.objects.exists()


def test_one_letter_a_week_tells_what_waits_and_what_happens_by_itself(person, school, began):
    suggested(school, began)
    flags.flag(ids.encode("school", school.pk), reason="not_real", by=actors.ANONYMOUS, now=began)
    claim = around.claim(school, people.user("sari"))
    Claim.objects.filter(pk=claim.key).update(status="provisional", due_at=clock.now() + datetime.timedelta(days=30))

    assert digest.send(now=began) == 1
    assert digest.send(now=began + 6 * DAY) == 0
    letter = Letter.objects.get(to=person.email)
    lines = letter.text.splitlines()

    assert lines[0].startswith("3 hal menunggu Anda")
    assert len(lines) == 5
    for line in lines[1:-1]:
        assert "Tanpa jawaban:" in line
        assert re.search(r"/links/\S+$", line)
    assert f"gugur, entri tetap, {began + silence.SUGGESTION_LAPSES_AFTER:%d-%m-%Y}" in letter.text
    assert "tetap sementara bila ada bukti" in letter.text
    assert digest.send(now=began + 7 * DAY) == 1


def test_what_lies_in_no_region_is_every_moderators_and_says_so(person, began):
    nowhere = factories.entry("publisher", name="Penerbit Tanpa Tempat", region_id=None)
    flags.flag(ids.encode("publisher", nowhere.pk), reason="not_real", by=actors.ANONYMOUS, now=began)
    digest.send(now=began)
    assert "Penerbit Tanpa Tempat, tanpa wilayah" in Letter.objects.get(to=person.email).text
    (row,) = Flag.objects.visible_to(people.actor(person))
    assert flags.dismiss(row.pk, by=people.actor(person), now=began)[0].status == "dismissed"


def test_a_full_queue_is_ten_lines(person, school, began):
    for number in range(12):
        suggested(school, began + number * datetime.timedelta(minutes=1))
    digest.send(now=began + DAY)
    lines = Letter.objects.get(to=person.email).text.splitlines()
    assert len(lines) == digest.MOST_LINES
    assert lines[0].startswith("12 hal")
    assert "paling mendesak 8" in lines[0]
    assert lines[-1].startswith("Semuanya: ")


def test_a_name_with_lines_in_it_stays_on_one(person, began):
    school = factories.entry(name="SD\nUji\r\nTautan: https://jahat.example", region_id="32.71")
    suggested(school, began)
    digest.send(now=began)
    assert len(Letter.objects.get(to=person.email).text.splitlines()) == 3


def test_who_moderates_no_longer_gets_no_letter_and_opens_no_link(person, school, began):
    row = suggested(school, began)
    digest.send(now=began)
    letter = Letter.objects.get(to=person.email)
    person.moderator_rights.all().delete()
    assert digest.send(now=began + 8 * DAY) == 0
    with pytest.raises(errors.Missing):
        answered_by(letter, "accept", now=began)
    assert Suggestion.objects.get(pk=row.pk).status == "open"


@pytest.mark.parametrize(
    ("code", "status", "address"),
    [("accept", "accepted", "Jl. Melati"), ("decline_not_verifiable", "declined", "")],
)
def test_one_click_answers_a_suggestion(person, school, began, code, status, address):
    row = suggested(school, began)
    digest.send(now=began)
    answered_by(Letter.objects.get(to=person.email), code, now=began)
    row.refresh_from_db()
    school.refresh_from_db()
    assert (row.status, row.decided_by, school.address) == (status, person, address)


@pytest.mark.parametrize(
    ("code", "status", "of_school"),
    [("dismiss", "dismissed", "active"), ("uphold", "upheld", "active"), ("hide", "upheld", "hidden")],
)
def test_one_click_answers_a_flag(person, school, began, code, status, of_school):
    flags.flag(ids.encode("school", school.pk), reason="not_real", by=actors.ANONYMOUS, now=began)
    flags.flag(ids.encode("school", school.pk), reason="spam", by=actors.ANONYMOUS, now=began)
    digest.send(now=began)
    letter = Letter.objects.get(to=person.email)
    assert letter.text.startswith("1 hal")  # both are one question
    answered_by(letter, code, now=began)
    school.refresh_from_db()
    assert set(Flag.objects.values_list("status", flat=True)) == {status}
    assert school.status == of_school


@pytest.mark.parametrize(("code", "status"), [("dismiss", "dismissed"), ("keep_second", "merged")])
def test_one_click_answers_whether_two_entries_are_one(person, school, began, code, status):
    twin = factories.entry(name="SD Uji", region_id="32.71", identifiers={"npsn": "20106343"})
    duplicates.remember(school.pk, twin.pk, now=began)
    digest.send(now=began)
    letter = Letter.objects.get(to=person.email)
    assert "tetap dua entri" in letter.text

    answered_by(letter, code, now=began)

    pair = Duplicate.objects.get()
    kept = pair.second_id if code == "keep_second" else None
    gone = Entry.objects.filter(status="merged").first()
    assert pair.status == status
    assert (gone.merged_into_id if gone else None) == kept


def test_a_source_with_much_to_do_leaves_room_for_the_others(person, school, began):
    for number in range(12):
        suggested(school, began + number * datetime.timedelta(minutes=1))
    late = factories.entry(region_id="32.71")
    flags.flag(ids.encode("school", late.pk), reason="spam", by=actors.ANONYMOUS, now=began + DAY)
    digest.send(now=began + DAY)
    assert "- Laporan: " in Letter.objects.get(to=person.email).text


@pytest.mark.parametrize(("code", "status"), [("accept", "accepted"), ("decline", "declined")])
def test_one_click_answers_a_claim_without_saying_that_a_letter_was_looked_at(person, school, began, code, status):
    claim = around.claim(school, people.user("sari"))
    Claim.objects.filter(pk=claim.key).update(status="provisional", due_at=clock.now() + datetime.timedelta(days=30))
    digest.send(now=began)
    answered_by(Letter.objects.get(to=person.email), code, now=began)
    school.refresh_from_db()
    assert Claim.objects.get(pk=claim.key).status == status
    assert school.checked_what == (["moderator"] if code == "accept" else [])


def test_every_question_says_what_can_be_answered():
    assert set(questions.QUESTIONS) >= {"suggestion", "flag", "claim", "confirmation"}
    for about, question in questions.QUESTIONS.items():
        with pytest.raises((errors.Invalid, errors.Missing)):  # of some, which answers there are hangs on the row
            question.answer(factories.uuid_of_nobody(), "no", actors.SYSTEM, clock.now())
        with pytest.raises(errors.Missing):
            question.ask(factories.uuid_of_nobody(), actors.SYSTEM)
        assert about in {*ids.PREFIXES, "confirmation"}
