"""The letters that ask for an answer, on the demo data: short, in both languages, each link a page with buttons."""

import datetime
import re

import pytest

from directory import actors, clock
from directory.demo import load
from directory.entries import duplicates
from directory.entries.duplicates import Duplicate
from directory.models import Entry
from partners.demo import people as demo_people
from partners.demo import questions
from partners.models import Claim, Flag, Letter, Suggestion
from partners.trust import digest, freshness

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ENGLISH = re.compile(r"\b(the|each|link|answer|wait|still)\b")
LONGEST = 400  # characters of a line, with its link: a telephone shows it in eight of its own


@pytest.fixture
def now():
    """The demo with what waits in it; slow (some seconds)."""
    now, by = clock.now(), actors.command("test")
    load.load(by=by, now=now - 500 * DAY)
    demo_people.moderator(by=by, now=now - 200 * DAY)
    questions.load(now=now)
    one, other = Entry.objects.filter(kind="school", region__isnull=False).order_by("name_key", "pk")[:2]
    duplicates.remember(one.pk, other.pk, now=now)  # as the search for twins does when they claim one number
    return now


def paths(letter):
    return re.findall(r"https?://[^/\s]+(/links/\S+)", letter.text)


def test_the_weekly_letter_of_the_demos_moderator(client, now):
    assert digest.send(now=now) == 1
    letter = Letter.objects.get(to=demo_people.MODERATOR)
    first, *asked, last = letter.text.splitlines()

    assert len(asked) + 2 <= digest.MOST_LINES
    assert "menunggu Anda" in first
    assert ENGLISH.search(first)
    assert last.startswith("Semuanya: ")
    assert len(paths(letter)) == len(asked) == 8
    for line in asked:
        assert re.match(
            r"- (Klaim|Laporan|Saran|Mungkin satu): .+, .+ \(.+\)\. Tanpa jawaban: .+\. \S+/links/\S+$", line
        )
        assert len(line) <= LONGEST
    kinds = {line.split(":")[0] for line in asked}
    assert kinds == {"- Klaim", "- Laporan", "- Saran", "- Mungkin satu"}  # none crowds out the others

    for path in paths(letter):
        answered(client, path)
    rows = (
        Claim.objects.filter(status="open"),
        Suggestion.objects.open(),
        Flag.objects.open(),
        Duplicate.objects.open(),
    )
    left = sum(one.count() for one in rows)
    assert f"{left + len(asked)} hal menunggu Anda" in first


def answered(client, path):
    """Open the link in both languages and press its first button, twice: the second press finds it answered."""
    page = client.get(path, headers={"Accept-Language": "id"}).content.decode()
    buttons = re.findall(r'name="answer" value="(\w+)"[^>]*>([^<]+)<', page)
    english = client.get(path, headers={"Accept-Language": "en"}).content.decode()
    assert len(buttons) >= 1
    assert dict(buttons) != dict(re.findall(r'name="answer" value="(\w+)"[^>]*>([^<]+)<', english))
    code = buttons[0][0]
    assert client.post(path, {"answer": code}).status_code == 200
    assert client.post(path, {"answer": code}).status_code == 409


def test_the_letter_that_asks_whether_an_entry_still_holds(client, now):
    school = Entry.objects.filter(kind="school", status="active", region__isnull=False).order_by("name_key", "pk")[0]
    began = now - freshness.HOLDS["school"] + 29 * DAY
    demo_people.member(school, by=actors.command("test"), now=began, email=demo_people.TEACHER)
    assert freshness.ask(now=now) == 1

    letter = Letter.objects.get(to=demo_people.TEACHER)
    indonesian, english = letter.text.split("\n--\n")
    assert len(letter.text.splitlines()) <= 10
    assert letter.subject == f"Masih benar? {school.name}"
    assert f"Apakah data {school.name} di Mitra Pustaka masih benar?" in indonesian
    assert f"{now + 29 * DAY:%d-%m-%Y}" in indonesian
    assert school.name in english
    assert ENGLISH.search(english)
    (path,) = paths(letter)
    answered(client, path)
    assert Entry.objects.get(pk=school.pk).last_confirmed_at is not None
