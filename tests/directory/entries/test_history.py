"""The past of entries: every state comes back as it was, whatever was changed, added, removed or renamed since."""

import datetime
import json
import random
import threading

import pytest
from django.db import connection, connections
from django.db.models import F

from api import bodies
from directory import actors, journal
from directory.entries import history, merging, splitting
from directory.models import (
    Contact,
    Entry,
    EntryName,
    History,
    Identifier,
    Library,
    Region,
    Relation,
    School,
)
from tests import factories
from tests.api import statements

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def day(number):
    return START + datetime.timedelta(days=number)


def changed(number):
    """An event of its own on a day; what follows belongs to it."""
    return journal.record("entry.changed", by=factories.TESTER, now=day(number))


@pytest.fixture
def school():
    factories.region("32.71", "Kota Bogor")
    factories.region("33.74", "Kota Semarang")
    return factories.entry(
        name="SD Lama",
        region_id="32.71",
        identifiers={"npsn": "20106343"},
        names=[{"value": "SD Inpres", "type": "former"}],
        library={"exists": "yes", "titles": 10, "copies": 20},
        contacts=[{"kind": "email", "value": "info@sekolah.example", "visibility": "public"}],
    )


def states(entry):
    """The documents of all states, the oldest first."""
    found = history.changes(entry.pk, limit=100)
    return [bodies.written(one.after) for one in reversed(found)]


def now(entry):
    ((_, body),) = bodies.serialised([entry.pk]).values()
    return body


RANDOM_WRITES = [
    lambda entry, dice: Entry.objects.filter(pk=entry.pk).update(address=f"Jl. {dice.random()}"),
    lambda entry, dice: Entry.objects.filter(pk=entry.pk).update(languages=["id", f"{dice.randint(1, 99)}"]),
    lambda entry, dice: Entry.objects.filter(pk=entry.pk).update(status=dice.choice(["active", "closed"])),
    lambda entry, dice: Entry.objects.filter(pk=entry.pk).update(region=dice.choice(["32.71", "33.74", "32", None])),
    lambda entry, dice: Entry.objects.filter(pk=entry.pk).update(is_stale=~F("is_stale"), last_confirmed_at=day(1)),
    lambda entry, dice: School.objects.filter(pk=entry.pk).update(pupils=dice.randint(1, 999)),
    lambda entry, dice: Library.objects.filter(pk=entry.pk).delete(),
    lambda entry, dice: Library.objects.update_or_create(
        pk=entry.pk, defaults={"exists": "yes", "titles": dice.randint(1, 9), "accreditation_valid_until": "2027-01-01"}
    ),
    lambda entry, dice: EntryName.objects.create(entry=entry, type="alias", value=f"Nama {dice.random()}"),
    lambda entry, dice: (
        EntryName.objects.filter(entry=entry).order_by("?").first().delete()
        if EntryName.objects.filter(entry=entry).exists()
        else None
    ),
    lambda entry, dice: EntryName.objects.filter(entry=entry).update(language=dice.choice(["id", "su", ""])),
    lambda entry, dice: Identifier.objects.filter(entry=entry, retired_at=None).update(retired_at=day(2)),
    lambda entry, dice: Identifier.objects.create(entry=entry, scheme="viaf", value=str(dice.randint(1, 10**9))),
    lambda entry, dice: Relation.objects.get_or_create(
        entry=entry, target=Entry.objects.exclude(pk=entry.pk).order_by("?").first(), type="branch_of"
    ),
    lambda entry, dice: Relation.objects.filter(entry=entry).delete(),
    lambda entry, dice: Region.objects.filter(code=dice.choice(["32", "32.71", "33.74"])).update(
        name=f"Wilayah {dice.randint(1, 5)}"
    ),
]


@pytest.mark.parametrize("seed", range(8))
def test_every_state_comes_back_byte_for_byte(school, seed):
    for _ in range(3):
        factories.entry("organisation")
    dice = random.Random(seed)
    was = [now(school)]
    for number in range(1, 25):
        changed(number)
        for write in dice.sample(RANDOM_WRITES, dice.randint(1, 4)):
            write(school, dice)
            changed_again = dice.random() < 0.2
            if changed_again:  # a second event of the same transaction
                if now(school) != was[-1]:
                    was.append(now(school))
                changed(number)
        if now(school) != was[-1]:
            was.append(now(school))

    assert states(school) == was


def test_a_state_is_that_of_its_day(school):
    was = {0: now(school)}
    for number in (3, 6):
        changed(number)
        Entry.objects.filter(pk=school.pk).update(address=f"Jl. {number}")
        EntryName.objects.filter(entry=school).delete()
        EntryName.objects.create(entry=school, type="alias", value=f"Nama {number}")
        was[number] = now(school)

    for number, expected in ((1000, 6), (6, 6), (3, 3), (5, 3)):
        step = history.step_at(school.pk, day(number))
        assert bodies.written(history.as_of(school.pk, step)) == was[expected], number
    assert history.step_at(school.pk, day(-5)) is None


def test_pages_are_the_whole_in_parts(school):
    for number in range(1, 8):
        changed(number)
        Entry.objects.filter(pk=school.pk).update(address=f"Jl. {number}")
        Library.objects.filter(pk=school.pk).update(titles=number)
    whole = history.changes(school.pk, limit=100)

    for limit in (1, 2, 3, 8):
        parts, before = [], None
        while part := history.changes(school.pk, before=before, limit=limit):
            assert len(part) <= limit
            parts += part
            before = part[-1].place
        assert [told(one) for one in parts] == [told(one) for one in whole], limit
    assert len(whole) == 8
    assert whole[-1].before is None


def told(change):
    before = bodies.written(change.before) if change.before else b""
    return change.event.pk, before, bodies.written(change.after), change.place


def test_a_contact_of_the_past_is_told_while_the_same_is_public_today(school):
    def contacts(number):
        return [one.value for one in history.as_of(school.pk, history.step_at(school.pk, day(number))).public_contacts]

    changed(2)
    Contact.objects.create(entry=school, kind="phone", value="+62251300001", visibility="public", label="Bu Sari")
    changed(4)
    Contact.objects.filter(kind="phone").update(value="+62251300002", label="Pak Budi")
    assert contacts(2) == ["info@sekolah.example"]  # the number of then is nobody's to read now
    assert contacts(4) == ["info@sekolah.example", "+62251300002"]
    changed(6)
    Contact.objects.filter(kind="email").update(visibility="members_only")
    assert contacts(2) == []
    changed(8)
    Contact.objects.filter(kind="phone").delete()
    for number in (2, 4, 6, 8):
        assert contacts(number) == []


def test_what_was_not_public_then_is_not_told_though_it_is_today(school):
    changed(2)
    Contact.objects.create(entry=school, kind="phone", value="+62251300001", visibility="members_only")
    changed(4)
    Contact.objects.filter(kind="phone").update(visibility="public")

    of_then = history.as_of(school.pk, history.step_at(school.pk, day(3)))
    assert [one.kind for one in of_then.public_contacts] == ["email"]


def test_a_column_that_came_or_went_loses_no_past(school):
    was = now(school)
    changed(2)
    Entry.objects.filter(pk=school.pk).update(address="Jl. Baru")
    kept = History.objects.get()
    # A row that was kept before `website` came and `fax` went.
    as_then = {**{name: value for name, value in kept.data.items() if name != "website"}, "fax": "021"}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_history (id, table_name, row_id, entry_id, data, event_id, position, at)"
            " SELECT id - 1, table_name, row_id, entry_id, %s::jsonb, event_id, position, at FROM directory_history",
            [json.dumps(as_then)],
        )

    assert bodies.written(history.as_of(school.pk, history.Step(history.MADE, school.first_event_id))) == was


def test_what_was_erased_is_empty_in_the_past_too(school):
    changed(2)
    Entry.objects.filter(pk=school.pk).update(address="Jl. Baru", description_id="Bu Sari mengajar di sini")
    changed(3)
    Entry.objects.filter(pk=school.pk).update(description_id="")
    journal.record("entry.erased", by=factories.TESTER, now=day(4))
    journal.erase(History.objects.filter(entry_id=school.pk), description_id="")

    for one in history.changes(school.pk, limit=10):
        assert b"Sari" not in bodies.written(one.after)
    assert history.as_of(school.pk, history.step_at(school.pk, day(2))).address == "Jl. Baru"


def test_what_a_merge_moves_is_told_of_each_while_it_had_it(school):
    other = factories.entry(
        name="SD Kembar",
        identifiers={"viaf": "102333412"},
        names=[{"value": "SD Dua", "type": "alias"}],
        contacts=[{"kind": "phone", "value": "+62251300001", "visibility": "public"}],
        library={"exists": "yes", "titles": 3, "npp": "1234567A1234567"},
    )
    was = {school.pk: [now(school)], other.pk: [now(other)]}

    def step(act):
        act()
        for row in (school, other):
            if now(row) != was[row.pk][-1]:
                was[row.pk].append(now(row))

    by = actors.SYSTEM
    step(lambda: (changed(1), EntryName.objects.filter(entry=other).update(language="su")))
    step(lambda: merging.merge(other.pk, into=school.pk, by=by, now=day(2)))
    step(lambda: (changed(3), Entry.objects.filter(pk=school.pk).update(address="Jl. Lain")))
    step(lambda: merging.unmerge(other.pk, by=by, now=day(4)))
    step(lambda: (changed(5), Identifier.objects.filter(entry=other).update(retired_at=day(5))))
    numbers = [("npsn", "20106343")]
    step(lambda: splitting.split(school.pk, name="SD Belahan", numbers=numbers, by=by, now=day(6)))
    step(lambda: (changed(7), Entry.objects.filter(pk=school.pk).update(address="Jl. Lagi")))

    def without_contacts(bodies):  # of which only those are told that are public there today
        return [{**json.loads(one), "contacts": []} for one in bodies]

    assert without_contacts(states(other)) == without_contacts(was[other.pk])
    assert without_contacts(states(school)) == without_contacts(was[school.pk])
    assert len(was[school.pk]) == 6
    made = Entry.objects.get(name="SD Belahan")
    assert states(made) == [now(made)]


def test_other_entries_have_pasts_of_their_own(school):
    other = factories.entry(name="SD Lain")
    changed(2)
    Entry.objects.all().update(address="Jl. Sama")
    changed(3)
    Entry.objects.filter(pk=other.pk).update(address="Jl. Lain")

    assert [one.after.address for one in history.changes(school.pk, limit=9)] == ["Jl. Sama", ""]
    assert [one.after.address for one in history.changes(other.pk, limit=9)] == ["Jl. Lain", "Jl. Sama", ""]


def test_a_long_past_takes_no_more_queries_than_a_short_one(school):
    def counted(limit):
        with statements.sent() as found:
            for one in history.changes(school.pk, limit=limit):
                bodies.written(one.after)
        return len(found)

    for number in range(1, 31):
        changed(number)
        Entry.objects.filter(pk=school.pk).update(address=f"Jl. {number}", region=("32.71", "33.74")[number % 2])
        EntryName.objects.create(entry=school, type="alias", value=f"Nama {number}")
        Relation.objects.create(entry=school, target=factories.entry(), type="branch_of")
    assert counted(2) == counted(30) <= 15
    with statements.sent() as found:
        bodies.written(history.as_of(school.pk, history.step_at(school.pk, day(15))))
    assert len(found) <= 13


@pytest.mark.django_db(transaction=True)
def test_who_began_first_may_change_an_entry_last():
    entry = factories.entry(name="SD Lama")
    began, changed_by_another = threading.Event(), threading.Event()

    def slow_import():
        with factories.recorded("source.imported", settle=False):
            began.set()
            changed_by_another.wait(60)
            School.objects.filter(pk=entry.pk).update(pupils=7)
        connections.close_all()

    thread = threading.Thread(target=slow_import)
    thread.start()
    began.wait(60)
    with factories.recorded("entry.changed", settle=False):
        Entry.objects.filter(pk=entry.pk).update(address="Jl. Baru")
    changed_by_another.set()
    thread.join()

    imported, edited, made = history.changes(entry.pk, limit=9)
    assert [one.event.type for one in (imported, edited, made)] == ["source.imported", "entry.changed", "entry.created"]
    assert imported.event.position < edited.event.position
    assert [one.after.school.pupils for one in (imported, edited, made)] == [7, None, None]
    assert [one.after.address for one in (imported, edited, made)] == ["Jl. Baru", "Jl. Baru", ""]
