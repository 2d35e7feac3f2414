"""`manage.py serve` as a person meets it. Each test starts the real processes, so there are few."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from api.stack import processes
from api.stack.accounts import Problem
from api.stack.supervisor import Child

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0  # two busy cores


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the service on a data folder of its own; whatever still runs at the end of the test is killed."""
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own |= {"DATA_DIR": str(tmp_path), "PORT": str(port), "WEB_WORKERS": "1", "DEMO_DATA": "false"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "serve"]
        with (tmp_path / "log").open("a") as log:
            started.append(subprocess.Popen(command, env=own, stdout=log, stderr=log, stdin=subprocess.DEVNULL))
        return started[-1]

    yield start
    for one in started:
        one.terminate()
        one.wait(PATIENCE)
    assert all(one.poll() is not None for one in started)


def of_run(folder: Path, name: str = "") -> list[psutil.Process]:
    return processes.marked((folder / "run").read_text().split()[0] + name)


def said(folder: Path) -> str:
    return (folder / "log").read_text()[-8000:]


def test_the_service_survives_the_kill_of_any_of_its_processes(serve, port, tmp_path):
    """Slow: it waits for the real restarts, one after the other, and last for a second start."""

    def is_ready(supervisor: subprocess.Popen[bytes]) -> bool:
        url = f"http://127.0.0.1:{port}/readyz"
        processes.wait_until(lambda: supervisor.poll() is not None or processes.answers(url), seconds=PATIENCE)
        return supervisor.poll() is None and processes.answers(url)

    def dies(process: psutil.Process) -> bool:
        process.kill()
        return processes.wait_until(lambda: not processes.is_alive(process), seconds=PATIENCE)

    def postmaster() -> psutil.Process:
        return psutil.Process(int((tmp_path / "postgres/postmaster.pid").read_text().split()[0]))

    first = serve()
    assert is_ready(first), said(tmp_path)
    for name in ("web", "worker"):
        (leader,) = [one for one in of_run(tmp_path, f":{name}") if one.ppid() == first.pid]
        assert dies(leader)
        assert is_ready(first), said(tmp_path)
    assert dies(postmaster())
    assert is_ready(first), said(tmp_path)

    left = of_run(tmp_path)
    assert left
    assert dies(psutil.Process(first.pid))
    second = serve()
    assert processes.wait_until(lambda: not any(map(processes.is_alive, left)), seconds=PATIENCE)
    assert is_ready(second), said(tmp_path)

    running = [*of_run(tmp_path), postmaster()]
    second.send_signal(signal.SIGINT)  # what Ctrl-C sends
    assert second.wait(PATIENCE) == 0, said(tmp_path)
    assert [one for one in running if processes.is_alive(one)] == []


def test_a_second_supervisor_on_the_same_folder_is_refused(tmp_path):
    with (
        processes.only_run(tmp_path),
        pytest.raises(Problem, match=f"already runs on .* \\(process {os.getpid()}\\)"),
        processes.only_run(tmp_path),
    ):
        pass


def test_a_taken_port_is_refused_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {number} of 127.0.0.1 cannot be used: Address already in use"):
            processes.refuse_taken_port("127.0.0.1", number)
    processes.refuse_taken_port("127.0.0.1", number)


def test_an_impossible_port_is_refused_in_one_sentence():
    with pytest.raises(Problem, match="Port 99999"):
        processes.refuse_taken_port("127.0.0.1", 99999)


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path, started):
    with processes.only_run(tmp_path) as mark:
        pass
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    left = started(sleep, env=os.environ | {processes.MARK: f"{mark}:web"})
    stranger = started(sleep, env=os.environ | {processes.MARK: "another"})
    assert processes.wait_until(lambda: processes.marked(mark), seconds=30)
    with processes.only_run(tmp_path) as second:
        assert left.wait(30) != 0
        assert stranger.poll() is None
        assert second != mark


def test_a_child_that_keeps_ending_is_restarted_ever_more_slowly():
    child = Child("one", [sys.executable, "-c", "raise SystemExit(3)"], mark="test-backoff")
    pauses = []
    for _ in range(6):
        child.start()
        assert child.process is not None
        child.process.wait(30)
        child.tend()
        pauses.append(child.pause)
    assert pauses == [1, 2, 4, 8, 15, 15]
