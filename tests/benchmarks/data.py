"""The benchmark's directory: `python -m tests.benchmarks.data SIZE` builds it under var/benchmarks, or uses it again.

It is built anew when the migrations or the builder have changed, or when a build was not finished; when only the
serializers have changed, the kept bodies are made anew. Ctrl-C ends everything that was started.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from tqdm import tqdm

from api.stack import commands, postgres
from tests import databases
from tests.benchmarks import data_sql

ROOT = commands.ROOT
FOLDER = Path(os.environ.get("BENCHMARKS_DIR") or ROOT / "var" / "benchmarks")
PROCESSES = 2
NEVER_MEETING = ("negeri", "kristen")  # both frequent; they meet in five entries
# What is made when a directory is built: with these a crash of the machine may cost it, and it is built anew.
BUILDING = {"autovacuum": "off", "max_wal_size": "8GB", "wal_level": "minimal", "max_wal_senders": "0"}
# Built after the rows. Primary keys stay: the triggers find the entries by them.
_ASIDE = """
SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname),
    format('ALTER TABLE %I ADD CONSTRAINT %I %s', relname, conname, pg_get_constraintdef(con.oid)), contype = 'f'
FROM pg_constraint con JOIN pg_class tab ON tab.oid = conrelid
WHERE contype IN ('f', 'u') AND (relname LIKE 'directory\\_%' OR relname = 'api_keptbody') ORDER BY contype, conname
"""
_INDEXES_ASIDE = """
SELECT format('DROP INDEX %I', rel.relname), pg_get_indexdef(indexrelid), false
FROM pg_index JOIN pg_class rel ON rel.oid = indexrelid JOIN pg_class tab ON tab.oid = indrelid
WHERE NOT indisprimary AND tab.relname LIKE 'directory\\_%'
    AND tab.relname NOT IN ('directory_region', 'directory_event')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY tab.relpages DESC
"""


class Built(NamedTuple):
    """A complete directory whose server runs: what another process needs to use it."""

    folder: Path
    environment: dict[str, str]  # as api/stack hands it to its own children
    dsn: str  # libpq, as the role `app`


def folder(size: int) -> Path:
    """Where the directory of so many entries stands; DATA_DIR of manage.py."""
    return FOLDER / str(size)


def ready(size: int) -> Path:
    """The folder of a complete directory; builds it, in another process, when there is none of this state."""
    subprocess.run([sys.executable, "-m", "tests.benchmarks.data", str(size)], cwd=ROOT, check=True)
    return folder(size)


@contextlib.contextmanager
def served(size: int) -> Iterator[Built]:
    """A complete directory with its server held up; nobody builds it anew meanwhile."""
    home = ready(size)
    with _used(home), postgres.Server(home).held() as server:
        yield Built(home, environment(server), f"host={server.socket} dbname=mitra user=app")


@contextlib.contextmanager
def _used(home: Path) -> Iterator[None]:
    with (home / "use.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def environment(server: postgres.Server) -> dict[str, str]:
    """The environment in which the project's own commands and servers use this server."""
    values = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        values.pop(name, None)
    commands.keep_secrets(server.folder)
    secrets = {name: os.environ[name] for name in ("SECRET_KEY", "KEY_PEPPER")}
    return values | secrets | {"DATA_DIR": str(server.folder), "EMBEDDED_POSTGRES": str(server.socket)}


@functools.cache
def state() -> str:
    """What a built directory is of: the migrations, the builder and what it reads, as a hash."""
    digest = hashlib.sha256(databases._state().encode())
    own = sorted(Path(__file__).parent.glob("data*.py"))
    for file in (*own, ROOT / "directory" / "text.py", *sorted((ROOT / "directory" / "regions").glob("*.csv"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def build(size: int) -> None:
    """Make the directory of so many entries unless it stands there complete."""
    home = folder(size)
    home.mkdir(parents=True, exist_ok=True)
    stamp = home / "built.json"
    with (home / "use.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits until nobody uses it
        said = json.loads(stamp.read_text()) if stamp.exists() else {}
        if said.get("state") != state():
            stamp.unlink(missing_ok=True)
            seconds = _Steps(home, size).all()
            stamp.write_text(json.dumps({"state": state(), "size": size, "seconds": seconds}, indent=1))
            return
        with postgres.Server(home).held() as server, Helpers(server) as helpers:
            _bodies(helpers)


class _Steps:
    """The building of one directory, step by step, with the seconds of each."""

    def __init__(self, home: Path, size: int) -> None:
        self.home, self.size = home, size
        self.seconds: dict[str, float] = {}

    def all(self) -> dict[str, float]:
        """Everything; returns the seconds of each step."""
        server = postgres.Server(self.home, durable=False)
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
        server.options += "".join(f" -c {name}={value}" for name, value in BUILDING.items())
        with server.held():
            self.run("migrate", lambda: _migrate(server))
            with Helpers(server) as helpers:
                self.run("regions", lambda: helpers.call("begin"))
                aside = _set_aside(server)
                self.run("entries", lambda: self.fill(server, helpers))
                self.run("words", lambda: helpers.call("vocabulary"))
                self.run("bodies", lambda: _bodies(helpers))
                self.run("indexes", lambda: _restore(server, aside))
            self.run("vacuum", lambda: _tidy(server))
        os.sync()
        return self.seconds

    def run(self, name: str, step: Callable[[], object]) -> None:
        """One step, timed."""
        start = time.monotonic()
        step()
        self.seconds[name] = round(time.monotonic() - start, 1)
        print(f"{name}: {self.seconds[name]} s", file=sys.stderr)

    def fill(self, server: postgres.Server, helpers: "Helpers") -> None:
        """All parts: the first alone, so that the statistics it leaves serve the plans of the others."""
        with tqdm(total=self.size, unit=" entries", unit_scale=True, disable=None) as bar:
            bar.update(helpers.call("fill", self.size, 0))
            _analyze(server)
            for done in helpers.calls("fill", [(self.size, part) for part in range(1, -(-self.size // data_sql.PART))]):
                bar.update(done)
        _analyze(server)


def _migrate(server: postgres.Server) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"]
    subprocess.run(command, env=environment(server) | {"DATABASE_PROFILE": "migrate"}, check=True)


def _owner(server: postgres.Server) -> psycopg.Connection:
    connection = server.connect("mitra", user="owner")
    connection.execute("SET maintenance_work_mem = '512MB'")
    return connection


def _schema(owner: psycopg.Connection) -> list[tuple[str, str, bool]]:
    """(what drops it, what makes it, whether it is a foreign key) of what is built after the rows."""
    return [row for query in (_ASIDE, _INDEXES_ASIDE) for row in owner.execute(query).fetchall()]


def _set_aside(server: postgres.Server) -> list[tuple[str, bool]]:
    with _owner(server) as owner:
        found = _schema(owner)
        for drop, _, _ in sorted(found, key=lambda row: not row[2]):  # a key that others refer to goes last
            owner.execute(drop)
    return [(make, is_foreign) for _, make, is_foreign in found]


def _restore(server: postgres.Server, aside: list[tuple[str, bool]]) -> None:
    """Build what was set aside; the end must be the schema of the migrations again."""
    ordered = sorted(aside, key=lambda one: one[1])  # foreign keys look into what is built before them
    with _owner(server) as owner, tqdm(ordered, unit=" indexes", disable=None) as bar:
        for make, _ in bar:
            owner.execute(make)
        assert {make for make, _ in aside} == {make for _, make, _ in _schema(owner)}


def _analyze(server: postgres.Server) -> None:
    with _owner(server) as owner:
        owner.execute("ANALYZE")


def _tidy(server: postgres.Server) -> None:
    with _owner(server) as owner:
        owner.execute("VACUUM (ANALYZE)")
    with server.connect("mitra") as admin:
        admin.execute("CHECKPOINT")


def _bodies(helpers: "Helpers") -> None:
    """Keep the bodies that are missing or of other serializers."""
    waiting = helpers.call("behind")
    chunks = [(waiting[start : start + 1_000],) for start in range(0, len(waiting), 1_000)]
    with tqdm(total=len(waiting), unit=" bodies", unit_scale=True, disable=None) as bar:
        for done in helpers.calls("keep", chunks):
            bar.update(done)


class Helpers:
    """The builder's processes, in which Django is set up for the server; they end with the block, however it ends."""

    def __init__(self, server: postgres.Server) -> None:
        self._environment = environment(server) | {"DATABASE_PROFILE": "command"}

    def __enter__(self) -> "Helpers":
        os.environ.update(self._environment)
        self._executor = futures.ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn"), _quiet)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._executor.shutdown(wait=kind is None, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()

    def call(self, name: str, *arguments: Any) -> Any:
        """The result of a function of data_filling."""
        return self._executor.submit(_call, name, *arguments).result()

    def calls(self, name: str, many: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """The results of many calls, each when it is there; the first error ends all."""
        for done in futures.as_completed([self._executor.submit(_call, name, *arguments) for arguments in many]):
            yield done.result()


def _quiet() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the builder ends its processes


def _call(name: str, *arguments: Any) -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    import django

    django.setup()
    return getattr(importlib.import_module("tests.benchmarks.data_filling"), name)(*arguments)


def main() -> None:
    """Build the size that the command line names."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        build(int(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
