"""The journal: what a write leaves behind, and which writes are refused."""

import pytest
from django.db import IntegrityError, connection, transaction

from directory import actors, clock, journal
from directory.models import Contact, Entry, EntryName, History, School

BY = actors.command("test")


def make_school(name="SD Negeri 1 Sukamaju"):
    with transaction.atomic():
        journal.record("entry.created", by=BY, now=clock.now())
        entry = Entry.objects.create(kind="school", name=name)
        School.objects.create(entry=entry, form="sd", ownership="state")
        EntryName.objects.create(entry=entry, value="SD Inpres", type="former")
    entry.refresh_from_db()
    return entry


def recorded(type="entry.changed"):
    return journal.record(type, by=BY, now=clock.now())


@pytest.mark.django_db
def test_a_new_row_has_version_one_its_event_and_no_history():
    entry = make_school()
    assert (entry.version, entry.sources, entry.event_id) == (1, {}, entry.first_event_id)
    assert entry.name_key == "sd negeri 1 sukamaju"
    assert entry.changed_position == entry.event.position
    assert not History.objects.exists()


@pytest.mark.django_db
def test_an_unrecorded_write_is_refused_and_names_the_remedy():
    entry = make_school()
    with connection.cursor() as cursor:  # the end of the recording transaction
        cursor.execute("SELECT set_config('directory.event', '', true)")
    for sql in (
        "INSERT INTO directory_entry (kind, name, name_key) VALUES ('school', 'SD X', 'sd x')",
        "UPDATE directory_entry SET name = 'SD X'",
        "DELETE FROM directory_entryname",
    ):
        with (
            pytest.raises(IntegrityError, match=r"journal\.record"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert Entry.objects.get().name == entry.name


@pytest.mark.django_db(transaction=True)
def test_an_event_covers_its_own_transaction_only():
    make_school()
    with pytest.raises(IntegrityError, match=r"journal\.record"), transaction.atomic():
        Entry.objects.update(name="SD Negeri 2")


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(journal.UnrecordedWriteError):
        recorded()


@pytest.mark.django_db
def test_a_change_moves_version_order_and_provenance_and_keeps_the_old_row():
    entry = make_school()
    event = recorded()
    Entry.objects.filter(pk=entry.pk).update(name="SD Negeri 2 Sukamaju", address="Jl. Melati")
    changed = Entry.objects.get()
    assert changed.version == 2
    assert changed.event_id == event.id
    assert changed.first_event_id == entry.first_event_id
    assert changed.sources == {"name": str(event.id), "address": str(event.id)}
    assert changed.updated_at == event.at
    kept = History.objects.get()
    assert (kept.table_name, kept.row_id, kept.event_id) == ("directory_entry", str(entry.pk), event.id)
    assert kept.data["name"] == "SD Negeri 1 Sukamaju"


@pytest.mark.django_db
def test_a_write_that_changes_nothing_leaves_nothing():
    entry = make_school()
    recorded()
    Entry.objects.update(name=entry.name)
    School.objects.update(form="sd")
    assert Entry.objects.get().version == 1
    assert not History.objects.exists()


@pytest.mark.django_db
def test_bookkeeping_cannot_be_set_by_hand():
    make_school()
    event = recorded()
    Entry.objects.update(name="SD Negeri 9", version=77, sources={}, first_event_id=event.id, created_at=clock.now())
    entry = Entry.objects.get()
    assert entry.version == 2
    assert entry.first_event_id != event.id
    assert "name" in entry.sources
    assert entry.created_at < event.at


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        lambda entry: EntryName.objects.create(entry=entry, value="SDN Satu", type="alias"),
        lambda entry: EntryName.objects.update(type="alias"),
        lambda entry: EntryName.objects.all().delete(),
        lambda entry: School.objects.update(ownership="private"),
        lambda entry: Contact.objects.create(entry=entry, kind="email", value="a@example.org"),
    ],
)
def test_a_change_of_what_is_shown_with_an_entry_is_a_change_of_the_entry(write):
    entry = make_school()
    event = recorded()
    write(entry)
    entry.refresh_from_db()
    assert (entry.version, entry.event_id, entry.sources) == (2, event.id, {})


@pytest.mark.django_db
def test_two_writes_under_one_event_are_one_version_and_keep_the_first_row_only():
    make_school()
    recorded()
    Entry.objects.update(name="SD Negeri 2")
    Entry.objects.update(name="SD Negeri 3")
    School.objects.update(form="mi")
    assert Entry.objects.get().version == 2
    kept = History.objects.filter(table_name="directory_entry").values_list("data__name", flat=True)
    assert list(kept) == ["SD Negeri 1 Sukamaju"]


@pytest.mark.django_db
def test_a_deleted_row_is_kept():
    entry = make_school()
    recorded()
    EntryName.objects.all().delete()
    kept = History.objects.get(table_name="directory_entryname")
    assert (kept.entry_id, kept.data["value"]) == (entry.pk, "SD Inpres")


@pytest.mark.django_db
def test_the_kind_of_an_entry_never_changes():
    make_school()
    recorded()
    with pytest.raises(IntegrityError, match="never changes"):
        Entry.objects.update(kind="author")


@pytest.mark.django_db
def test_the_row_of_another_kind_is_refused():
    recorded()
    author = Entry.objects.create(kind="author", name="Sari Dewi")
    with pytest.raises(IntegrityError, match="another kind"):
        School.objects.create(entry=author, form="sd")
