"""Everything as NDJSON through the real server beside COPY of the same tables as CSV: entries a second, and memory."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg

from api.stack import accounts, commands, processes
from tests.benchmarks import data

ADDRESS = "/v1/entries?format=ndjson"
# What an entry's document is made of; the regions' names in it are few and read once.
TABLES = (
    *("entry", "school", "library", "publisher", "author", "vendor", "organisation"),
    *("entryname", "identifier", "contact", "relation", "event"),
)
START_SECONDS = 60.0
PIECE = 256 * 1024


class Run(NamedTuple):
    """One export of everything."""

    seconds: float
    entries: int
    bytes: int


class Server:
    """The project's own web server with one worker, on a free port."""

    def __init__(self, built: data.Built) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._environment = built.environment | {"PORT": str(self.port), "WEB_WORKERS": "1", "LOG_LEVEL": "ERROR"}
        self._log = built.folder / "export.log"

    def __enter__(self) -> "Server":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.stack.web"],
                cwd=commands.ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            url = f"http://127.0.0.1:{self.port}/healthz"
            if not processes.wait_until(lambda: processes.answers(url), seconds=START_SECONDS):
                raise accounts.Problem(f"The web server does not answer; {self._log} says why.")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        workers = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for worker in psutil.wait_procs(workers, timeout=10)[1]:
            worker.kill()

    def peak_megabytes(self) -> float:
        """The most memory that the worker has had at a time."""
        worker = max(psutil.Process(self._process.pid).children(recursive=True), key=lambda one: one.memory_info().rss)
        status = Path(f"/proc/{worker.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def export(self) -> Run:
        """Read everything once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        start = time.monotonic()
        connection.request("GET", ADDRESS)
        response = connection.getresponse()
        if response.status != 200:
            raise accounts.Problem(f"{ADDRESS} answers {response.status}.")
        entries = size = 0
        while piece := response.read(PIECE):
            entries += piece.count(b"\n")
            size += len(piece)
        connection.close()
        return Run(time.monotonic() - start, entries, size)


def copy(dsn: str) -> Run:
    """COPY every table of the documents as CSV, one after the other."""
    start, size = time.monotonic(), 0
    with psycopg.connect(dsn) as connection:
        for table in TABLES:
            with connection.cursor().copy(f"COPY directory_{table} TO STDOUT CSV") as copied:
                size += sum(map(len, copied))
        seconds = time.monotonic() - start
        entries = connection.execute("SELECT count(*) FROM directory_entry").fetchone()
    assert entries
    return Run(seconds, entries[0], size)


def measure(size: int, rounds: int) -> tuple[list[Run], list[Run], float]:
    """The runs of NDJSON and of COPY, in turns, and the web worker's peak memory in megabytes."""
    ours: list[Run] = []
    plain: list[Run] = []
    with data.served(size) as built, Server(built) as server:
        for number in range(rounds):
            for arm in (0, 1) if number % 2 else (1, 0):
                if arm:
                    ours.append(server.export())
                else:
                    plain.append(copy(built.dsn))
            said = f"NDJSON {ours[-1].seconds:.1f} s, COPY {plain[-1].seconds:.1f} s"
            print(f"round {number + 1}: {said}", file=sys.stderr)
        return ours, plain, server.peak_megabytes()
