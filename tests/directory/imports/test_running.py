"""Imports one at a time, whole or not at all, quick on an empty directory."""

import io
import os
import signal
import subprocess
import sys
import threading
import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from directory.imports import command, files, running, staging
from directory.models import Entry, QuarantinedRow, Source
from tests import factories

FILE = "npsn,nama,bentuk,kode_kab_kota\n" + "".join(
    f"{number},SD NEGERI {number},SD,33.73\n" for number in range(20_000_000, 20_003_000)
)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(tmp_path):
    factories.region("33.73", "Kota Salatiga")
    file = tmp_path / "schools.csv"
    file.write_text(FILE)
    return file


def import_schools(path, **options):
    said = io.StringIO()
    call_command(
        "import_schools",
        str(path),
        source="uji",
        source_title="Uji",
        region_scheme="kemendagri",
        report=path.with_suffix(".report"),
        stdout=said,
        stderr=said,
        **options,
    )
    return said.getvalue()


def another_connection():
    settings = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        settings.pop(name, None)
    return psycopg.connect(**settings, autocommit=True)


def test_a_second_import_at_the_same_time_is_refused_when_it_shall_not_wait(path):
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [running._LOCK])
        with pytest.raises(CommandError, match="Another import is running"):
            import_schools(path, no_wait=True)
    assert not Entry.objects.exists()


def test_a_second_import_at_the_same_time_waits_and_says_so(path, monkeypatch):
    monkeypatch.setattr(running, "_POLL_SECONDS", 0.02)
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [running._LOCK])
        timer = threading.Timer(0.2, other.execute, ["SELECT pg_advisory_unlock_all()"])
        timer.start()
        assert "Waiting for it to end" in import_schools(path)
        timer.join()
    assert Entry.objects.count() == 3000


def test_an_import_that_failed_lets_the_next_one_in(path):
    with pytest.raises(CommandError):
        import_schools(path.with_name("none.csv"), no_wait=True)
    import_schools(path, no_wait=True)
    import_schools(path, no_wait=True)


def test_a_killed_import_leaves_no_half_and_the_next_one_does_it_all(path):
    # Slow: it starts a second Python.
    with another_connection() as other, another_connection() as watcher:
        other.execute("BEGIN")
        other.execute("LOCK TABLE directory_identifier IN SHARE MODE")  # the entries get in, their numbers wait
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), connection.settings_dict["NAME"]], env={**os.environ}
        )
        try:
            wait_until(lambda: waiting(watcher))
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
        other.execute("ROLLBACK")
        wait_until(lambda: not waiting(watcher, ended=True))  # its session finds nobody at the other end
    assert not Entry.objects.exists()
    assert not Source.objects.exists()
    assert not QuarantinedRow.objects.exists()
    import_schools(path)
    assert Entry.objects.count() == 3000


def test_a_table_that_somebody_holds_for_long_makes_the_import_keep_nothing(path):
    with another_connection() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE directory_identifier IN SHARE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(CommandError, match="in use"):
            import_schools(path)
    assert not Entry.objects.exists()


CHILD = """
import pathlib, sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from django.core.management import call_command
call_command("import_schools", sys.argv[1], source="uji", source_title="Uji", region_scheme="kemendagri",
    report=pathlib.Path(sys.argv[1] + ".child"))
"""


def waiting(watcher, *, ended=False):
    """Whether a session of this database waits for a lock (or, with `ended`, has a transaction at all)."""
    condition = "state <> 'idle'" if ended else "wait_event_type = 'Lock'"
    return watcher.execute(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
        " AND pid <> pg_backend_pid()"
    ).fetchone()[0]


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE indexdef LIKE '%USING gin%' AND starts_with(tablename, 'directory_') ORDER BY 1"
        )
        return cursor.fetchall()


def names_of_indexes_after(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    return [name for name, _ in indexes()]


def test_inverted_indexes_of_an_empty_directory_are_built_after_the_rows(path):
    before = indexes()
    assert before
    assert names_of_indexes_after("SELECT import_set_indexes_aside()") == []
    assert names_of_indexes_after("SELECT import_restore_indexes()") == [name for name, _ in before]
    import_schools(path)
    assert indexes() == before


def test_no_index_of_a_live_directory_is_dropped(path):
    factories.entry()
    before = [name for name, _ in indexes()]
    assert names_of_indexes_after("SELECT import_set_indexes_aside()") == before


def test_the_role_of_the_application_cannot_say_what_is_built(path):
    with connection.cursor() as cursor, pytest.raises(Exception, match="row-level security"):
        cursor.execute("INSERT INTO directory_indexaside VALUES ('CREATE INDEX x ON directory_entry (name)')")


def test_somebody_who_enters_the_same_number_meanwhile_makes_the_import_keep_nothing(path, monkeypatch):
    from directory.imports import writing

    write = writing.new_entries

    def enter_the_same_number_first():
        with another_connection() as other:
            other.execute("BEGIN")
            other.execute("SELECT journal_open(uuidv7(), now())")
            other.execute(
                "WITH entry AS (INSERT INTO directory_entry (kind, name, name_key) VALUES ('school', 'X', 'x')"
                " RETURNING id) INSERT INTO directory_identifier (entry_id, scheme, value)"
                " SELECT id, 'npsn', '20000000' FROM entry"
            )
            other.execute("COMMIT")
        return write()

    factories.entry()  # a live directory: its indexes stay
    monkeypatch.setattr(writing, "new_entries", enter_the_same_number_first)
    with pytest.raises(CommandError, match="meanwhile"):
        import_schools(path)
    assert Entry.objects.count() == 2


def test_new_rows_that_are_many_get_statistics(path, monkeypatch):
    from directory.imports import writing

    monkeypatch.setattr(writing, "ANALYZE_FROM", 100)
    import_schools(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'directory_entry'")
        assert cursor.fetchone() == (3000,)


def test_the_staging_tables_are_gone_after_an_import(path):
    import_schools(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = ANY (%s)", [list(staging.TABLES)])
        assert cursor.fetchone() == (0,)


def test_a_progress_bar_comes_to_the_end_of_the_file(path, monkeypatch, capsys):
    class Shown(command.tqdm):
        def __init__(self, *args, **options):
            super().__init__(*args, **{**options, "disable": False})

    monkeypatch.setattr(command, "tqdm", Shown)
    import_schools(path)
    assert "schools.csv: 100%" in capsys.readouterr().err


def test_the_report_lies_in_the_present_folder_unless_told_otherwise(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    with pytest.raises(files.Refused), files.opened(path.with_name("none.csv")):
        pass
    call_command(
        "import_schools", str(path), source="uji", source_title="U", region_scheme="kemendagri", stdout=io.StringIO()
    )
    assert (path.parent / "schools.csv.report.csv").exists()
