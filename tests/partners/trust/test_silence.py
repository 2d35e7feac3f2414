"""What nobody answers: suggestions reach moderators and lapse, flags lapse, addresses are forgotten; two at once."""

import datetime
import threading

import pytest
from django.db import connections

from directory import actors, clock, errors
from directory.models import Entry, Event
from partners import tasks
from partners.models import Flag, Letter, Suggestion
from partners.trust import flags, silence, suggestions
from tests import factories, people

DAY = datetime.timedelta(days=1)


@pytest.fixture
def began():
    return clock.now()


def made(entry, now, *, by=actors.ANONYMOUS, **more):
    values = {"address": "Jl. Melati", "postal_code": "16111"}
    row, _ = suggestions.suggest(entry.pk, values, reason="Pindah", by=by, now=now, **more)
    return row


def flagged(entry, now, **fields):
    row = flags.flag(_id(entry), reason="wrong", by=actors.ANONYMOUS, now=now)
    Flag.objects.filter(pk=row.pk).update(**fields)
    return row


def _id(entry):
    from directory import ids

    return ids.encode(entry.kind, entry.pk)


@pytest.mark.django_db
def test_after_two_weeks_moderators_see_it_too(school, moderator, began):
    people.member(school)
    row = made(school, began)

    assert silence.hand_on(now=began + 13 * DAY) == 0
    assert not Suggestion.objects.visible_to(moderator).exists()
    assert silence.hand_on(now=began + 14 * DAY) == 1
    assert silence.hand_on(now=began + 14 * DAY) == 0
    assert Suggestion.objects.visible_to(moderator).get() == row
    assert suggestions.accept(row.pk, by=moderator, now=began + 15 * DAY).status == "accepted"


@pytest.mark.django_db
def test_when_the_last_editor_leaves_moderators_see_it_at_once(school, moderator, began):
    editor = people.member(school)
    made(school, began)
    editor.memberships.update(ended_at=began)
    assert silence.hand_on(now=began + DAY) == 1
    assert Suggestion.objects.visible_to(moderator).exists()


@pytest.mark.django_db
def test_after_ninety_days_a_suggestion_lapses_and_its_author_hears_of_it(school, began):
    row = made(school, began, contact="warga@contoh.example")
    answered = made(school, began)
    suggestions.decline(answered.pk, reason="other", by=actors.SYSTEM, now=began)

    assert silence.lapse_suggestions(now=began + 89 * DAY) == 0
    assert silence.lapse_suggestions(now=began + 90 * DAY) == 1

    row.refresh_from_db()
    answered.refresh_from_db()
    assert (row.status, row.decided_by, answered.status) == ("lapsed", None, "declined")
    assert "gugur" in Letter.objects.get(to="warga@contoh.example").subject
    assert Event.objects.get(type="suggestion.lapsed").actor_kind == "system"
    with pytest.raises(errors.Conflict, match="wrong_state"):
        suggestions.accept(row.pk, by=actors.SYSTEM, now=began + 91 * DAY)


@pytest.mark.django_db
def test_the_address_is_forgotten_ninety_days_after_the_answer(school, began):
    row = made(school, began, contact="warga@contoh.example")
    open_one = made(school, began, contact="lain@contoh.example")
    suggestions.decline(row.pk, reason="other", by=actors.SYSTEM, now=began)

    assert silence.forget_contacts(now=began + 89 * DAY) == 0
    assert silence.forget_contacts(now=began + 90 * DAY) == 1
    row.refresh_from_db()
    open_one.refresh_from_db()
    assert (row.contact, open_one.contact) == ("", "lain@contoh.example")


@pytest.mark.django_db
def test_what_was_said_about_a_person_goes_when_their_entry_is_erased(school, began):
    author, hidden = factories.entry("author", name="Sari"), factories.entry("author")
    for row in (author, hidden):
        suggestions.suggest(row.pk, {"name": f"{row.name}, M.Pd."}, reason="x", by=actors.ANONYMOUS, now=began)
    made(school, began)
    note = flags.flag(_id(author), reason="personal_data", note="Sari", by=actors.ANONYMOUS, now=began)
    assert silence.forget_erased() == 0
    with factories.recorded("entry.hidden", subject=("author", hidden.pk)):
        Entry.objects.filter(pk=hidden.pk).update(status="hidden")
    with factories.recorded("entry.erased", subject=("author", author.pk)):
        Entry.objects.filter(pk=author.pk).update(status="hidden", name="Dihapus", name_key="dihapus")

    assert silence.forget_erased() == 1
    note.refresh_from_db()
    assert note.note == ""
    assert set(Suggestion.objects.values_list("entry", flat=True)) == {hidden.pk, school.pk}


@pytest.mark.django_db
def test_flags_lapse_but_for_those_that_hide(school, began):
    plain, hiding = flagged(school, began), flagged(school, began, has_hidden=True)
    assert silence.lapse_flags(now=began + 89 * DAY) == 0
    assert silence.lapse_flags(now=began + 90 * DAY) == 1
    plain.refresh_from_db()
    hiding.refresh_from_db()
    assert (plain.status, hiding.status) == ("lapsed", "open")


@pytest.mark.django_db
def test_the_worker_does_all_of_it(school, time_machine):
    began = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    row = made(school, began)
    time_machine.move_to(began + 100 * DAY)
    tasks.answer_by_silence(timestamp=0)
    tasks.keep_fresh(timestamp=0)
    tasks.send_digests(timestamp=0)
    row.refresh_from_db()
    assert row.status == "lapsed"


@pytest.mark.django_db
def test_a_suggestion_for_what_was_merged_since_is_not_taken_over(school, moderator, began):
    row = made(school, began)
    survivor = factories.entry()
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="merged", merged_into=survivor)
    with pytest.raises(errors.Conflict) as refused:
        suggestions.accept(row.pk, by=moderator, now=began)
    assert refused.value.params["value"] == "merged"
    assert suggestions.decline(row.pk, reason="outdated", by=moderator, now=began).status == "declined"


def at_once(*acts):
    """What each act gives, or the code of its refusal, all begun at the same moment."""
    start, found, lock = threading.Barrier(len(acts)), [], threading.Lock()

    def run(act):
        start.wait(20)
        try:
            result = act().status
        except errors.DomainError as refusal:
            result = refusal.code
        finally:
            connections.close_all()
        with lock:
            found.append(result)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_have_one_effect(school):
    now = clock.now()
    editor = people.actor(people.member(school), school)
    boss = people.actor(people.moderator())
    for _ in range(5):
        with factories.recorded():
            Entry.objects.filter(pk=school.pk).update(address="", postal_code="")
        row = made(school, now)
        Suggestion.objects.filter(pk=row.pk).update(is_for_moderators=True)
        before = Event.objects.count()

        found = at_once(
            lambda key=row.pk: suggestions.accept(key, by=editor, now=now),
            lambda key=row.pk: suggestions.decline(key, reason="other", by=boss, now=now),
        )

        row.refresh_from_db()
        school.refresh_from_db()
        assert found == sorted([row.status, "wrong_state"])
        assert (school.address == "Jl. Melati") == (row.status == "accepted")
        assert Event.objects.count() - before == (2 if row.status == "accepted" else 1)


@pytest.mark.django_db(transaction=True)
def test_three_verified_members_who_flag_at_once_hide_it_once(school):
    now = clock.now()
    members = []
    for _ in range(4):
        entry = factories.entry(trust_level="verified", verified_at=now)
        members.append(people.actor(people.member(entry), entry))

    at_once(*(lambda by=by: flags.flag(_id(school), reason="not_real", by=by, now=now) for by in members))

    school.refresh_from_db()
    assert school.status == "hidden"
    assert Event.objects.filter(type="entry.hidden").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_a_flag_at_once_have_one_effect(school):
    now = clock.now()
    row = flagged(school, now)
    one, two = people.actor(people.moderator()), people.actor(people.moderator())
    start = [
        lambda: flags.dismiss(row.pk, by=one, now=now)[0],
        lambda: flags.uphold(row.pk, hide=True, by=two, now=now)[0],
    ]
    found = at_once(*start)
    row.refresh_from_db()
    school.refresh_from_db()
    assert found == sorted([row.status, "wrong_state"])
    assert (school.status == "hidden") == (row.status == "upheld")
