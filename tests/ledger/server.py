"""The real web server of a round: granian with two workers on the test's database, whole or broken on purpose."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS, THREADS = 2, 4
_LIMITS = {f"RATE_LIMIT_{whose}": "1000000000" for whose in ("ANONYMOUS", "USER", "ENTRY", "DEVELOPER")}


@contextlib.contextmanager
def running(variant: str = "", *, log: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port of a server that answers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        **os.environ,
        **_LIMITS,
        "DATABASE_PROFILE": "web",
        "LEDGER_DATABASE": str(connection.settings_dict["NAME"]),
        "LEDGER_VARIANT": variant,
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    command = ["-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    command += ["--host", "127.0.0.1", "--port", str(port), "tests.ledger.app:application"]
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, *command], env=own, stdout=out, stderr=out, cwd=ROOT)
        try:
            _await(port, process, log)
            yield port, process
        finally:
            process.terminate()
            process.wait(30)


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(log.read_text())
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text())
