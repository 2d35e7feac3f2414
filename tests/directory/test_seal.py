"""The seal: every tampering with the journal is found, erasing is none, and nothing breaks the chain or forks it."""

import datetime
import itertools
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from directory import clock, journal, seal, seal_heads
from directory.models import Contact, Entry, EntryName, Event, History, SealLink
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = clock.now() - datetime.timedelta(days=2)


@pytest.fixture(autouse=True)
def short_links(monkeypatch):
    """A few rows make several links."""
    monkeypatch.setattr(seal, "MOST", 3)


@pytest.fixture
def journalled():
    """A school that was changed nine times, two days ago, and its sealed journal."""
    entry = factories.entry(name="SD Lama", contacts=[{"kind": "email", "value": "sari@sekolah.example"}])
    for number in range(8):
        with factories.recorded("entry.changed", now=LONG_AGO, reason="Pindah", subject=("school", entry.pk)):
            Entry.objects.filter(pk=entry.pk).update(address=f"Jl. Melati {number}")
            Contact.objects.filter(entry=entry).update(label=f"Bu Sari {number}")
    seal.seal(now=LONG_AGO)
    with factories.recorded("entry.changed", now=LONG_AGO, reason="Pulang"):
        Entry.objects.filter(pk=entry.pk).update(address="Jl. Terakhir")
    seal.seal(now=LONG_AGO)
    return entry


def faults(**options):
    return [fault for fault in seal.verify(**options) if fault]


def all_faults():
    return [*faults(), *seal.loose_ends(now=clock.now())]


def test_links_cover_everything_once_and_are_whole(journalled):
    links = list(SealLink.objects.order_by("number"))

    assert [link.number for link in links] == list(range(1, len(links) + 1))
    assert len(links) > 3
    assert sum(link.event_count for link in links) == Event.objects.count()
    assert sum(link.row_count for link in links) == History.objects.count() == 17
    assert max(link.event_count for link in links) <= 3
    assert all_faults() == []
    assert seal.seal(now=clock.now()) == 0


def test_what_comes_later_gets_links_of_its_own(journalled):
    before = list(SealLink.objects.order_by("number").values())
    factories.entry(name="SD Baru")
    assert seal.seal(now=clock.now()) == 1

    assert list(SealLink.objects.order_by("number").values())[:-1] == before
    assert all_faults() == []


def test_what_is_not_settled_is_not_sealed(journalled):
    with transaction.atomic():
        factories.record()
        assert seal.seal(now=clock.now()) == 0


# --- what the role of the application may not do ---

WRITES = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("table", "column"),
    [("directory_event", "reason"), ("directory_history", "data"), ("directory_seallink", "digest")],
)
def test_the_application_can_only_add_to_the_journal(journalled, write, table, column):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app",)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(write.format(table=table, column=column))


def test_rights_are_taken_from_every_role_whatever_its_name(journalled):
    from importlib import import_module

    revoke = import_module("directory.migrations.0008_seal").REVOKE
    with as_superuser(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('CREATE ROLE "Aneh Sekali"')
        cursor.execute('GRANT ALL ON directory_event TO "Aneh Sekali", PUBLIC')
        cursor.execute(revoke)
        for role in ('"Aneh Sekali"', "app"):
            cursor.execute(
                "SELECT has_table_privilege(%s, 'directory_event', 'UPDATE, DELETE, TRUNCATE'),"
                " has_table_privilege(%s, 'directory_event', 'INSERT')",
                [role.strip('"')] * 2,
            )
            assert cursor.fetchone() == (False, True)
        transaction.set_rollback(True)


# --- tampering ---


class as_superuser:  # noqa: N801 - reads as a verb
    """Django's connection as the superuser, who can do everything."""

    def __enter__(self):
        self.user = connection.settings_dict["USER"]
        self._as("postgres")

    def __exit__(self, *_):
        self._as(self.user)

    def _as(self, user):
        connections.close_all()
        connection.settings_dict["USER"] = user


OTHER = {
    "bigint": "{0} + 1000",
    "integer": "{0} + 1",
    "boolean": "NOT {0}",
    "uuid": "gen_random_uuid()",
    "character varying": "left({0} || 'x', 20)",
    "text": "{0} || ' '",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "jsonb": """{0} || '{{"name": "SD Palsu"}}'""",
    "bytea": r"coalesce({0}, '') || '\x00'",
}
ORDERS = {
    "directory_event": ("position", "id"),
    "directory_history": ("position", "id"),
    "directory_seallink": ("number",),
}
PLACES = ("first", "one in the middle", "last")
EVENT = (
    "position, type, at, actor_kind, actor_reference, reason, request_id, subject_type, subject_id, status_before,"
    " status_after"
)
KEPT = "table_name, row_id, entry_id, data, event_id, position, at"


def nth(table, place):
    """The condition that a row is the first, the last or one in the middle of its table."""
    which = {"first": "0", "last": f"(SELECT count(*) - 1 FROM {table})"}
    offset = which.get(place, f"(SELECT count(*) / 2 FROM {table})")
    return f"ctid = (SELECT ctid FROM {table} ORDER BY {', '.join(ORDERS[table])} OFFSET {offset} LIMIT 1)"


def changed():
    """Every column of every table, in the first row, in the last and in one between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name = ANY (%s)",
            [list(ORDERS)],
        )
        columns = cursor.fetchall()
    for table, column, type in columns:
        for place in PLACES:
            other = OTHER[type].format(column)
            yield f"{table}.{column} of the {place}", f"UPDATE {table} SET {column} = {other} WHERE {nth(table, place)}"


def gone():
    """Single rows, the end, and all."""
    for table, order in ORDERS.items():
        for place in PLACES:
            yield f"the {place} of {table} is gone", f"DELETE FROM {table} WHERE {nth(table, place)}"
        last_first = ", ".join(f"{column} DESC" for column in order)
        last = f"SELECT ctid FROM {table} ORDER BY {last_first} LIMIT 3"
        yield f"the last three of {table} are gone", f"DELETE FROM {table} WHERE ctid IN ({last})"
        yield f"all of {table} is gone", f"TRUNCATE {table} CASCADE"
    before_last = "SELECT event_position FROM directory_seallink ORDER BY number DESC OFFSET 1 LIMIT 1"
    yield (
        "the last link is gone with all that it sealed",
        f"DELETE FROM directory_event WHERE position > ({before_last});"
        f"DELETE FROM directory_history WHERE position > ({before_last});"
        "DELETE FROM directory_seallink WHERE number = (SELECT max(number) FROM directory_seallink)",
    )
    yield "all is gone", "TRUNCATE directory_event, directory_history, directory_seallink CASCADE"


def added():
    """Events and kept rows that nobody recorded."""
    event, kept = "INSERT INTO directory_event (id,", "INSERT INTO directory_history"
    for place in PLACES[:2]:
        yield (
            f"an event after the {place}",
            f"{event} {EVENT}) SELECT uuidv7(), {EVENT} FROM directory_event WHERE {nth('directory_event', place)}",
        )
        yield (
            f"a kept row after the {place}",
            f"{kept} ({KEPT}) SELECT {KEPT} FROM directory_history WHERE {nth('directory_history', place)}",
        )
    early = EVENT.replace("position", "-7")
    yield "an event before all", f"{event} {EVENT}) SELECT uuidv7(), {early} FROM directory_event LIMIT 1"


def reordered():
    """Rows and links that have each other's place or content."""
    swapped = (
        ("directory_event", "reason"),
        ("directory_event", "at"),
        ("directory_event", "position"),
        ("directory_history", "data"),
        ("directory_history", "position"),
    )
    for table, column in swapped:
        first, last = (f"(SELECT {{}} FROM {table} WHERE {nth(table, place)})" for place in ("first", "last"))
        yield (
            f"two of {table} have each other's {column}",
            f"UPDATE {table} SET {column} = CASE WHEN ctid = {first.format('ctid')} THEN {last.format(column)}"
            f" ELSE {first.format(column)} END WHERE ctid IN ({first.format('ctid')}, {last.format('ctid')})",
        )
    number = "UPDATE directory_seallink SET number ="
    yield (
        "two links have each other's number",
        f"{number} 99 WHERE number = 1; {number} 1 WHERE number = 2; {number} 2 WHERE number = 99",
    )
    yield (
        "the first link is gone and the others have moved up",
        f"DELETE FROM directory_seallink WHERE number = 1; {number} number + 1000; {number} number - 1001",
    )


def feigned():
    """Changes that pass for an erasing."""
    yield (
        "a kept row",
        "UPDATE directory_history SET digest = journal_leaf(salt, data::text), data = '{}'"
        f" WHERE {nth('directory_history', 'first')}",
    )
    yield (
        "the reasons of events",
        "UPDATE directory_event SET digest = journal_leaf(salt, reason), reason = 'Lain' WHERE reason <> ''",
    )


def test_every_tampering_is_found(journalled):
    missed, tried = [], 0
    with as_superuser():
        for name, statements in itertools.chain(changed(), gone(), added(), reordered(), feigned()):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")  # not even keys and checks help
                cursor.execute(statements)
                tried += 1
                if not all_faults():
                    missed.append(name)
                transaction.set_rollback(True)
        assert all_faults() == []
    assert missed == []
    assert tried >= 100


def test_a_chain_that_is_made_anew_is_told_by_its_head(journalled):
    heads = [str(link) for link in SealLink.objects.order_by("number")]
    call_command("verify_audit", head=heads[-1])
    with as_superuser():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE directory_event SET actor_reference = 'lain'; DELETE FROM directory_seallink")
        seal.seal(now=LONG_AGO)
    assert all_faults() == []

    with pytest.raises(CommandError, match="another digest"):
        call_command("verify_audit", head=heads[2])
    for head in (heads[-1], "99:00", "x"):  # in one go it became shorter by a link
        with pytest.raises(CommandError, match="There is no link"):
            call_command("verify_audit", head=head)


# --- erasing ---


def test_erasing_keeps_the_seal_and_only_what_is_left(journalled):
    before = {row.pk: bytes(row.salt.bytes) for row in History.objects.all()}
    contacts = History.objects.filter(table_name="directory_contact")
    with factories.recorded("contact.erased"):
        assert journal.erase(contacts, value="", label="", unknown=None) == 8
        assert journal.erase(contacts, value="", label="") == 0
        assert journal.erase_reasons(Event.objects.filter(reason="Pindah")) == 8
    with factories.recorded("contact.erased"):
        assert journal.erase(contacts, kind="") == 8

    for row in contacts:
        assert (row.data["value"], row.data["label"], row.data["kind"]) == ("", "", "")
        assert row.data["visibility"] == "members_only"
        assert "unknown" not in row.data
        assert row.salt.bytes != before[row.pk]
    assert Event.objects.exclude(reason="").get().reason == "Pulang"
    assert all_faults() == []
    assert seal.seal(now=clock.now())
    assert all_faults() == []
    with as_superuser(), connection.cursor() as cursor:
        for statement in (
            """UPDATE directory_history SET data = data || '{"kind": "phone"}' WHERE id = %s""",
            "UPDATE directory_history SET digest = NULL WHERE id = %s",
            "DELETE FROM directory_history WHERE table_name = 'directory_history' AND row_id = %s::text",
        ):
            with transaction.atomic():
                cursor.execute(statement, [contacts.first().pk])
                assert all_faults()
                transaction.set_rollback(True)


def test_what_is_erased_before_it_is_sealed_is_sealed_as_erased():
    entry = factories.entry(contacts=[{"kind": "email", "value": "sari@sekolah.example"}])
    with factories.recorded():
        Contact.objects.filter(entry=entry).delete()
    with factories.recorded("contact.erased"):
        journal.erase(History.objects.filter(table_name="directory_contact"), value="")
    seal.seal(now=clock.now())

    assert all_faults() == []
    assert History.objects.get(table_name="directory_contact").data["value"] == ""


def test_the_application_can_empty_but_not_rewrite(journalled):
    for members in ({"address": "Jl. Palsu 1"}, {"address": 7}, {"address": ["x"]}):
        with pytest.raises(IntegrityError, match="emptied"), factories.recorded(settle=False):
            journal.erase(History.objects.all(), **members)
    with pytest.raises(IntegrityError, match=r"journal\.record"):
        journal.erase(History.objects.all(), address="")
    with pytest.raises(IntegrityError, match=r"journal\.record"):
        journal.erase_reasons(Event.objects.all())
    assert all_faults() == []


# --- two at once, and one that is killed ---


def test_two_at_once_make_one_chain(journalled):
    for number in range(30):
        with factories.recorded(settle=number == 29):
            EntryName.objects.create(entry=journalled, value=f"Nama {number}", type="alias")
    failures = []

    def work():
        try:
            for _ in range(20):
                seal.seal(now=clock.now(), most=1)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    seal.seal(now=clock.now())

    assert failures == []
    assert all_faults() == []
    assert sum(SealLink.objects.values_list("event_count", flat=True)) == Event.objects.count()


def test_a_second_link_of_the_same_number_is_refused(journalled):
    last = SealLink.objects.order_by("number").last()
    with pytest.raises(IntegrityError):
        last.save(force_insert=True)


def test_a_task_that_is_killed_leaves_a_whole_chain(journalled, monkeypatch):
    for number in range(9):
        with factories.recorded(settle=number == 8):
            Entry.objects.filter(pk=journalled.pk).update(address=f"Jl. Kenanga {number}")
    whole = seal._digest
    calls = []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*given)

    monkeypatch.setattr(seal, "_digest", dies)
    with pytest.raises(KeyboardInterrupt):
        seal.seal(now=clock.now())
    monkeypatch.setattr(seal, "_digest", whole)
    assert all_faults() == []
    seal.seal(now=clock.now())
    assert all_faults() == []
    assert sum(SealLink.objects.values_list("event_count", flat=True)) == Event.objects.count()


# --- the command ---


def test_the_command_tells_the_head_and_ends_well(journalled, capsys):
    call_command("verify_audit")

    assert str(SealLink.objects.order_by("number").last()) in capsys.readouterr().out
    call_command("verify_audit", since=3)


def test_the_command_says_so_where_nothing_is_sealed(capsys):
    call_command("verify_audit")

    assert capsys.readouterr().out == "Nothing is sealed yet.\n"


def test_the_command_stops_at_the_first_mismatch(journalled):
    with as_superuser(), connection.cursor() as cursor:
        cursor.execute("UPDATE directory_event SET actor_reference = 'lain' WHERE " + nth("directory_event", "last"))
    last = SealLink.objects.filter(event_count__gt=0).order_by("number").last().number

    with pytest.raises(CommandError, match=rf"^Link {last}, sealed at .*not what was sealed"):
        call_command("verify_audit")
    with pytest.raises(CommandError, match=rf"^Link {last}"):
        call_command("verify_audit", since=last)
    call_command("verify_audit", since=SealLink.objects.count() + 1)
    with pytest.raises(CommandError, match="number 1"):
        call_command("verify_audit", since=0)


def test_events_that_nobody_seals_are_told(journalled):
    with factories.recorded(now=LONG_AGO):
        pass

    with pytest.raises(CommandError, match="Not sealed since"):
        call_command("verify_audit")


def test_an_end_that_was_cut_off_is_told_by_the_file_outside(journalled, settings, tmp_path):
    settings.SEAL_HEADS = str(tmp_path / "heads")
    now = clock.now()
    assert seal_heads.remember(now=now)
    assert not seal_heads.remember(now=now)  # once an hour
    call_command("verify_audit")
    with as_superuser(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM directory_seallink WHERE number = (SELECT max(number) FROM directory_seallink)"
            " RETURNING event_count, row_count"
        )
    with pytest.raises(CommandError, match=r"is gone: the end"):
        call_command("verify_audit")


def test_a_file_that_cannot_be_written_stops_no_seal(journalled, settings, tmp_path):
    settings.SEAL_HEADS = str(tmp_path / "no folder" / "heads")
    assert not seal_heads.remember(now=clock.now())
    call_command("verify_audit")


def test_another_digest_than_the_one_in_the_file_is_told(journalled, settings, tmp_path):
    settings.SEAL_HEADS = str(tmp_path / "heads")
    (tmp_path / "heads").write_text(f"1:{'0' * 64} 2026-01-01T00:00:00Z\n")
    with pytest.raises(CommandError, match=r"^Link 1 has another digest"):
        call_command("verify_audit")
