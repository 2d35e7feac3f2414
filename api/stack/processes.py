"""Own processes, told by a mark in their environment: no recycled pid and no namesake can carry it.

A pid file with start times would miss the workers of a killed server (their parent is gone) and a child started
just before its parent was killed; the mark is inherited by all of them and read back from the system.
"""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from api.stack.accounts import Problem

MARK = "MITRA_RUN"
KILL_SECONDS = 10.0


@contextlib.contextmanager
def only_run(folder: Path) -> Iterator[str]:
    """Be the one supervisor of `folder`, end what a killed one left, and yield the mark for the children."""
    with (folder / "run").open("a+") as file:
        file.seek(0)
        earlier, pid = [*file.read().split(), "", ""][:2]
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"Mitra Pustaka already runs on {folder} (process {pid}): stop it, or choose another DATA_DIR=."
            ) from None
        if earlier:
            end(earlier, patience=3)
        mark = secrets.token_hex(16)
        file.truncate(0)
        file.write(f"{mark} {os.getpid()}\n")
        file.flush()
        yield mark


def marked(mark: str) -> list[psutil.Process]:
    """Return the live processes that carry `mark`, or a mark below it (`mark:name`)."""
    return [process for process in psutil.process_iter() if _carries(process, mark)]


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        own = process.environ().get(MARK, "")
        return (own == mark or own.startswith(f"{mark}:")) and is_alive(process)
    except (psutil.Error, OSError):
        return False  # gone, or of another account


def is_alive(process: psutil.Process) -> bool:
    """Tell whether the process runs; one that only waits for its parent to read its end does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end(mark: str, *, patience: float) -> None:
    """Ask all that carry `mark` to stop, and kill what still runs after `patience` seconds."""
    _signal(marked(mark), signal.SIGTERM)
    wait_until(lambda: not marked(mark), seconds=patience)
    # Looked up each time: what is being killed may just be starting a process of its own.
    wait_until(lambda: not _signal(marked(mark), signal.SIGKILL), seconds=KILL_SECONDS)


def _signal(processes: list[psutil.Process], number: int) -> int:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)  # psutil checks the start time first
    return len(processes)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `Problem` when the web server could not listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        why = str(getattr(error, "strerror", None) or error).rstrip(".")
        raise Problem(f"Port {port} of {host} cannot be used: {why}. Choose another with PORT=.") from error


def answers(url: str) -> bool:
    """Tell whether a GET of `url` (this machine) is answered with a success."""
    from urllib.request import ProxyHandler, build_opener  # loaded at start-up only

    try:
        with build_opener(ProxyHandler({})).open(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def wait_until(condition: Callable[[], object], *, seconds: float) -> bool:
    """Ask `condition` ten times a second until it holds; returns whether it did in time."""
    deadline = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(held)
