"""The building of the benchmark's directory: rows first, by two processes, then bodies, then what is set aside."""

import importlib
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
from typing import Any

import psycopg
from tqdm import tqdm

from api.stack import commands, postgres
from tests.benchmarks import data_sql

PROCESSES = 2
REAL_BODIES = 600_000
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


def environment(server: postgres.Server) -> dict[str, str]:
    """The environment in which the project's own commands and servers use this server."""
    values = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        values.pop(name, None)
    commands.keep_secrets(server.folder)
    secrets = {name: os.environ[name] for name in ("SECRET_KEY", "KEY_PEPPER")}
    return values | secrets | {"DATA_DIR": str(server.folder), "EMBEDDED_POSTGRES": str(server.socket)}


class Steps:
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
                self.run("bodies", lambda: keep_bodies(helpers, self.size))
                self.run("indexes", lambda: _restore(server, aside))
                self.run("words and sums", lambda: helpers.call("settle"))
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
    command = [sys.executable, str(commands.ROOT / "manage.py"), "migrate", "--verbosity=0"]
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


def keep_bodies(helpers: "Helpers", size: int) -> None:
    """Keep the bodies that are missing or of other serializers; fillers beyond those that are real."""
    waiting = helpers.call("behind")
    real = waiting if size <= REAL_BODIES else waiting[:REAL_BODIES]
    for function, ids, length in (("keep", real, 1_000), ("keep_fillers", waiting[len(real) :], 20_000)):
        chunks = [(ids[start : start + length],) for start in range(0, len(ids), length)]
        with tqdm(total=len(ids), unit=" bodies", unit_scale=True, disable=None) as bar:
            for done in helpers.calls(function, chunks):
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
