"""What every test stands on: the test server, one database for each worker, no network, the real data."""

import os
import socket
from pathlib import Path

import pytest

from api.stack import postgres

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("TEST_DATA_DIR") or ROOT / "var" / "tests")
SHARED = Path(os.environ.get("MITRA_SHARED_DATA") or ROOT.parent / "shared" / "data")
_held = postgres.Server(FOLDER, durable=False).held()


def pytest_configure(config: pytest.Config) -> None:
    """Hold the test server, then let Django read its settings; pytest-django sets Django up after this."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DEBUG", "ALLOWED_HOSTS", "PUBLIC_URL", "DOCS_URL"):
        os.environ.pop(name, None)  # a developer's own environment must not change what is tested
    os.environ.setdefault("MITRA_TEST_RUN", str(os.getpid()))
    os.environ["EMBEDDED_POSTGRES"] = str(_held.__enter__().socket)
    os.environ["DJANGO_SETTINGS_MODULE"] = "api.settings"
    os.environ["SEAL_HEADS"] = ""  # every run has databases of its own
    from django.conf import settings

    assert settings.DATABASES


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the test server; the last process to leave stops it."""
    _held.__exit__(None, None, None)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker) -> None:
    """Give this worker a new database, copied from one that is migrated once for each state of the code."""
    from django.test import TransactionTestCase

    from tests import databases

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        databases.copy_for(worker, folder=FOLDER)
    # After a test that really commits, Django empties every table, the rows of data migrations too. A new copy
    # is as quick and leaves the database as migrated.
    TransactionTestCase._fixture_teardown = lambda case: databases.copy_for(worker, folder=FOLDER)


@pytest.fixture
def shared_data() -> Path:
    """The folder of the ministry's real files; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data at {SHARED} (MITRA_SHARED_DATA names the folder)")
    return SHARED


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Let no test know the regions of another."""
    from directory.regions import regions

    regions.known.cache_clear()
