"""The launcher: roles, rights, timeouts, holders, and data that is not ours."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from api.stack import accounts, postgres, processes, profiles
from tests.conftest import FOLDER

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server():
    return postgres.Server(FOLDER, durable=False)


def test_the_launcher_keeps_to_its_size():
    assert len((ROOT / "api/stack/postgres.py").read_text().splitlines()) <= 120


def test_the_application_role_reads_and_writes_rows_and_no_more(server):
    with server.connect("mitra") as admin:
        assert admin.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'app'").fetchone() == (
            False,
            False,
        )
    with server.connect("mitra", user="app") as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TABLE one (a int)")


@pytest.mark.django_db
def test_tests_run_with_the_rights_of_the_application():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, tableowner FROM pg_tables WHERE tablename = 'procrastinate_jobs'")
        assert cursor.fetchone() == ("app", "owner")


def test_names_sort_by_code_point_whatever_the_machine_speaks(server):
    with server.connect("mitra") as admin:
        row = admin.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'mitra'").fetchone()
    assert row == ("b", "C.UTF-8")


def test_the_socket_path_is_short_enough_for_any_folder():
    deep = postgres.Server(Path("/tmp") / ("x" * 200))
    assert len(str(deep.socket / ".s.PGSQL.5432").encode()) <= 107


def test_nothing_listens_on_the_network(server):
    with server.connect("postgres") as admin:
        assert admin.execute("SHOW listen_addresses").fetchone() == ("",)


def test_another_process_with_the_old_pid_is_not_the_server(tmp_path):
    server = postgres.Server(tmp_path)
    server.data.mkdir()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert server.postmaster() is None


def test_data_of_another_account_is_refused_in_one_sentence(tmp_path, monkeypatch):
    server = postgres.Server(tmp_path)
    server.data.mkdir()
    if server.data.stat().st_uid == server.account.pw_uid:
        monkeypatch.setattr(server, "account", type(server.account)(("nobody", "x", 65534, 65534, "", "/", "")))
    with pytest.raises(accounts.Problem, match=r"belongs to the account \w+: run as that account"), server.held():
        pass


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(accounts.Problem, match="cannot be written"), postgres.Server(tmp_path / "file").held():
        pass


def test_the_last_holder_stops_the_server_and_a_killed_holder_counts_no_more(tmp_path, started):
    """Slow (a second): it makes and starts a server of its own."""
    program = (
        "import sys, time; from pathlib import Path; from api.stack import postgres\n"
        "with postgres.Server(Path(sys.argv[1]), durable=False).held(): print('up', flush=True); time.sleep(600)"
    )
    other = started([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert other.stdout.readline() == "up\n"
    server = postgres.Server(tmp_path, durable=False)
    first = server.postmaster()
    with server.held():
        pass
    assert server.postmaster() == first  # the other process still holds it
    other.kill()
    other.wait(30)
    with server.held():
        assert server.postmaster() == first
        assert isinstance(first, psutil.Process)
        first.kill()
        processes.wait_until(lambda: server.postmaster() is None, seconds=30)
        server.start()  # what the supervisor does when the server has died
        with server.connect("mitra", user="app") as again:
            assert again.execute("SELECT 1").fetchone() == (1,)
    assert server.postmaster() is None


@pytest.mark.parametrize(
    ("profile", "statement"), [("web", "5s"), ("worker", "1min"), ("command", "0"), ("migrate", "5s")]
)
def test_each_profile_has_its_patience(server, profile, statement):
    options = profiles.database(profiles.embedded(str(server.socket), profile=profile), profile=profile)["OPTIONS"]
    with psycopg.connect(
        host=str(server.socket), dbname="mitra", user="app", options=options["options"], connect_timeout=5
    ) as found:
        assert found.execute("SHOW statement_timeout").fetchone() == (statement,)
        assert found.execute("SHOW lock_timeout").fetchone() != ("0",)
        assert found.execute("SHOW pgtrigger.ignore").fetchone() == ("{}",)
