"""Freshness: asked once in a period, marked as stale where nobody answers, confirmed by whoever acts for the entry."""

import datetime
import re

import pytest

from directory import actors, clock, errors
from directory.models import Entry, Event
from partners.models import Letter, Moderator
from partners.trust import freshness, links, questions
from tests import factories, people

pytestmark = pytest.mark.django_db
HOLDS = freshness.HOLDS["school"]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def began():
    return clock.now()


@pytest.fixture
def school(db):
    return factories.entry(name="SD Uji")


@pytest.fixture
def editor(school):
    return people.member(school)


def state(entry):
    return Entry.objects.values_list("is_stale", "last_confirmed_at").get(pk=entry.pk)


def test_who_acts_for_an_entry_says_that_it_still_holds(school, editor, began):
    factories.entry()
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(is_stale=True)

    row = freshness.confirm(school.pk, by=people.actor(editor, school), now=began)

    assert (row.is_stale, row.last_confirmed_at) == (False, began)
    assert row.version == school.version + 2
    assert Event.objects.filter(type="entry.confirmed", subject_id=str(school.pk)).count() == 1


def test_nobody_else_says_it(school, editor, began):
    viewer, stranger = people.member(school, "viewer"), people.user()
    moderator = people.moderator()
    for person, entry in ((viewer, school), (stranger, None), (moderator, None)):
        with pytest.raises(errors.Forbidden, match="role_needed"):
            freshness.confirm(school.pk, by=people.actor(person, entry), now=began)
    with pytest.raises(errors.Forbidden, match="sign_in_needed"):
        freshness.confirm(school.pk, by=actors.ANONYMOUS, now=began)
    assert state(school) == (False, None)


def test_of_a_closed_entry_nothing_holds(school, editor, began):
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="closed")
    with pytest.raises(errors.Conflict, match="wrong_state"):
        freshness.confirm(school.pk, by=people.actor(editor, school), now=began)


def test_an_entry_with_members_goes_stale_after_its_period(school, editor, began):
    nobodys = factories.entry()
    author = factories.entry("author")
    people.member(author)

    freshness.mark_stale(now=began + 366 * DAY)
    assert (state(author)[0], state(school)[0]) == (True, False)
    assert freshness.mark_stale(now=began + HOLDS + DAY) == 1
    assert (state(school)[0], state(nobodys)[0]) == (True, False)
    assert freshness.mark_stale(now=began + HOLDS + DAY) == 0
    assert Event.objects.filter(type="entry.went_stale").count() == 2

    by = people.actor(editor, school)
    freshness.confirm(school.pk, by=by, now=began + HOLDS + 2 * DAY)
    assert freshness.mark_stale(now=began + HOLDS + 3 * DAY) == 0
    assert state(school)[0] is False
    assert freshness.mark_stale(now=began + 2 * HOLDS + 3 * DAY) == 1


def test_where_no_member_is_left_the_mark_goes(school, editor, began):
    freshness.mark_stale(now=began + HOLDS + DAY)
    editor.memberships.update(ended_at=began)
    assert freshness.mark_stale(now=began + HOLDS + 2 * DAY) == 1
    assert state(school)[0] is False


def test_editors_are_asked_once_in_a_period(school, editor, began):
    people.member(school, "viewer")
    assert freshness.ask(now=began + HOLDS - 31 * DAY) == 0
    asked = began + HOLDS - 29 * DAY
    assert freshness.ask(now=asked) == 1
    assert freshness.ask(now=asked + DAY) == 0
    assert freshness.ask(now=asked + 60 * DAY) == 0

    letter = Letter.objects.get()
    assert letter.to == editor.email
    assert f"{began + HOLDS:%d-%m-%Y}" in letter.text
    assert freshness.ask(now=asked + HOLDS + DAY) == 1  # nobody answered

    freshness.confirm(school.pk, by=people.actor(editor, school), now=asked + HOLDS + 2 * DAY)
    assert freshness.ask(now=asked + HOLDS + 3 * DAY) == 0
    assert freshness.ask(now=asked + 2 * HOLDS - 20 * DAY) == 1


def test_the_link_of_the_letter_confirms_as_long_as_its_reader_is_a_member(school, editor, began):
    asked = began + HOLDS - 10 * DAY
    freshness.ask(now=asked)
    token = re.search(r"/links/(\S+)", Letter.objects.get().text)[1]

    link = links.opened(token, now=asked + DAY)
    question = questions.QUESTIONS[link.about]
    assert list(question.ask(link.subject, links.actor(link)).answers) == ["confirm"]
    with pytest.raises(errors.Invalid, match="invalid_choice"):
        question.answer(link.subject, "no", links.actor(link), asked)
    question.answer(link.subject, "confirm", links.actor(link), asked + DAY)
    assert state(school) == (False, asked + DAY)

    editor.memberships.update(ended_at=asked)
    with pytest.raises(errors.Missing):
        links.actor(link)


def test_a_link_opens_only_as_it_was_made_and_for_a_time(school, editor, began):
    address = links.address(links.Link("confirmation", school.pk, editor.pk, school.pk), now=began)
    token = address.rpartition("/")[2]
    assert links.opened(token, now=began + 59 * DAY).user == editor.pk
    for wrong, moment in ((token, began + 61 * DAY), (token[:-1] + "!", began), ("x", began), ("", began)):
        with pytest.raises(errors.Missing):
            links.opened(wrong, now=moment)


def test_a_suspended_person_opens_nothing(school, editor, began):
    link = links.Link("confirmation", school.pk, editor.pk, school.pk)
    editor.is_active = False
    editor.save()
    with pytest.raises(errors.Missing):
        links.actor(link)
    assert not Moderator.objects.exists()
