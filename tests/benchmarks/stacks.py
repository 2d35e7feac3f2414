"""The stacks side by side: how each is started, equal in workers and connections, and what memory a worker takes."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from api.stack import processes
from api.stack.accounts import Problem

WORKERS = 2
CONNECTIONS = 2  # of a worker to the database: threads of a Django stack, the pool of an asynchronous one
START_SECONDS = 60.0
PGBENCH = "pgbench"  # not a server: its part is in load.py
PEERS = "tests.benchmarks.peers"
ROOT = Path(__file__).resolve().parent.parent.parent


class Spec(NamedTuple):
    """What a stack stands for, and the command that serves it (without its port)."""

    title: str
    command: Sequence[str]
    environment: dict[str, str] = {}


class Served(NamedTuple):
    """A stack that answers."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path


def _granian(module: str) -> list[str]:
    threads = ["--blocking-threads", str(CONNECTIONS)]
    return ["-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS), *threads, f"{PEERS}.{module}"]


def _uvicorn(module: str) -> list[str]:
    how = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    return ["-m", "uvicorn", "--workers", str(WORKERS), *how, f"{PEERS}.{module}"]


# The order is that of the tables. No stack writes a line for each request.
SPECS = {
    "ours": Spec(
        "Mitra Pustaka as `make run` serves it",
        ["-m", "api.stack.web"],
        {
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.ours",
            "WEB_WORKERS": str(WORKERS),
            "WEB_THREADS": str(CONNECTIONS),
            "LOG_LEVEL": "WARNING",
        },
    ),
    "drf": Spec("Django REST framework as its tutorial teaches it", _granian("drf:application")),
    "ninja": Spec("django-ninja with response schemas", _granian("ninja:application")),
    "fastapi-orm": Spec("FastAPI, SQLAlchemy 2 and pydantic", _uvicorn("fastapi_orm:app")),
    "fastapi-sql": Spec("FastAPI and asyncpg, JSON built in SQL", _uvicorn("fastapi_sql:app")),
    "fastapi-bodies": Spec("FastAPI and asyncpg on our kept bodies", _uvicorn("fastapi_bodies:app")),
}
NAMES = (*SPECS, PGBENCH)
# A developer's own settings must not decide what is measured.
_UNSET = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DEBUG",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "HOST",
    "DATABASE_PROFILE",
    "DJANGO_SETTINGS_MODULE",
)


def environment(base: dict[str, str], *, dsn: str) -> dict[str, str]:
    """What the stacks need to reach the database: the environment of our own children, and a connection string."""
    own = {name: value for name, value in base.items() if name not in _UNSET}
    # All the load comes from one address: it is counted as in production, and never refused.
    return own | {"BENCH_DSN": dsn, "PYTHONPATH": str(ROOT), "RATE_LIMIT_ANONYMOUS": "1000000000"}


@contextlib.contextmanager
def started(names: Sequence[str], *, base: dict[str, str], mark: str, logs: Path) -> Iterator[dict[str, Served]]:
    """All stacks at once, each on a free port; they end with the block, whatever happens in it.

    Raises Problem with the end of its log when one does not answer in time.
    """
    (Path(base["DATA_DIR"]) / "static").mkdir(exist_ok=True)  # our server mounts it
    logs.mkdir(parents=True, exist_ok=True)
    try:
        served = {name: _start(name, base=base, mark=mark, logs=logs) for name in names}
        for stack in served.values():
            _wait_for(stack)
        yield served
    finally:
        processes.end(mark, patience=10)


def _start(name: str, *, base: dict[str, str], mark: str, logs: Path) -> Served:
    spec, port, log = SPECS[name], _free_port(), logs / f"{name}.log"
    own = {"PORT": str(port), processes.MARK: f"{mark}:{name}"}
    where = [] if name == "ours" else ["--port", str(port), "--host", "127.0.0.1"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *spec.command, *where],
            env=base | spec.environment | own,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,  # a Ctrl-C at the terminal reaches only us
        )
    return Served(name, port, process, log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(stack: Served) -> None:
    url = f"http://127.0.0.1:{stack.port}/v1/schools?limit=1"
    ended = stack.process.poll
    processes.wait_until(lambda: ended() is not None or processes.answers(url), seconds=START_SECONDS)
    if ended() is not None or not processes.answers(url):
        said = stack.log.read_text(errors="replace")[-1500:]
        raise Problem(f"The stack {stack.name} does not answer {url}. It said:\n{said}")


def memory(mark: str, name: str) -> float:
    """Megabytes of a worker of the stack, its share of shared pages counted once (PSS); the mean of its workers."""
    found = [_shares(process) for process in processes.marked(f"{mark}:{name}")]
    # The largest are the workers: beside them run a supervisor and a helper of Python's.
    return sum(sorted(found, reverse=True)[:WORKERS]) / WORKERS


def _shares(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        info: Any = process.memory_full_info()
        return float(info.pss) / 1e6
    return 0.0
