"""A dump restored into a second cluster: transaction ids begin anew there, and old cursors must go on."""

import contextlib
import subprocess

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections

from api.stack import postgres
from directory import clock, journal, seal
from directory.entries import feed
from directory.models import Entry, FeedClock, SealLink
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def run(tool, *arguments):
    subprocess.run([str(postgres.BIN / tool), *arguments], check=True, capture_output=True, timeout=120)


@pytest.fixture
def second_cluster(tmp_path):
    """A server with an empty database; slow (about 2 s), as a restore needs a cluster of its own."""
    with postgres.Server(tmp_path, durable=False).held() as server:
        yield server


@contextlib.contextmanager
def restored(second_cluster, tmp_path):
    """Dump the database, restore it into the second cluster, and let Django use that one."""
    here = connection.settings_dict.copy()
    dump = tmp_path / "dump"
    run("pg_dump", "-Fc", "-h", here["HOST"], "-U", "postgres", "-f", str(dump), here["NAME"])
    with second_cluster.connect("postgres") as admin:
        admin.execute("DROP DATABASE mitra")
        admin.execute("CREATE DATABASE mitra OWNER owner")
    run("pg_restore", "-h", str(second_cluster.socket), "-U", "postgres", "-d", "mitra", "--exit-on-error", str(dump))
    connections.close_all()
    try:
        connection.settings_dict.update(HOST=str(second_cluster.socket), NAME="mitra")
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(here)


def test_the_seal_is_whole_after_a_restore_and_goes_on(second_cluster, tmp_path):
    for number in range(3):
        factories.entry(name=f"SD Lama {number}")
    seal.seal(now=clock.now())
    head = str(SealLink.objects.get())
    with restored(second_cluster, tmp_path):
        call_command("verify_audit", head=head)
        factories.entry(name="SD Baru")
        assert seal.seal(now=clock.now()) == 1
        call_command("verify_audit", head=head)
        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM directory_event")


def _names(changes):
    return [Entry.objects.get(pk=one.id).name for one in changes]


def test_a_cursor_goes_on_after_a_restore_into_another_cluster(second_cluster, tmp_path):
    for number in range(3):
        factories.entry(name=f"SD Lama {number}")
    with connection.cursor() as cursor:  # the old cluster is far ahead of a new one
        for _ in range(50):
            cursor.execute("SELECT pg_current_xact_id()")
    factories.entry(name="SD Terakhir")
    after = [feed.Position(one.changed_position, one.id) for one in feed.changes({}, limit=9)]
    with restored(second_cluster, tmp_path):
        assert _names(feed.changes({}, limit=9)) == ["SD Lama 0", "SD Lama 1", "SD Lama 2", "SD Terakhir"]
        assert feed.changes({}, after=after[-1], limit=9) == []
        factories.entry(name="SD Baru")
        assert _names(feed.changes({}, after=after[-1], limit=9)) == ["SD Baru"]
        assert Entry.objects.get(name="SD Baru").changed_position > after[-1].changed
        assert FeedClock.objects.get().offset > 0


def test_aligning_again_changes_nothing():
    factories.entry()
    before = FeedClock.objects.values().get()
    with connection.cursor() as cursor:
        journal.align(cursor)
    assert FeedClock.objects.values().get() == before


def test_a_database_without_tables_is_left_alone(second_cluster):
    with psycopg.connect(host=str(second_cluster.socket), dbname="mitra", user="app") as empty:
        journal.align(empty.cursor())
