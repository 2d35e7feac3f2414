"""The load: wrk asks the servers over HTTP, pgbench the database itself, and both say what came back how fast."""

import json
import math
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from api.stack import postgres
from api.stack.accounts import Problem
from tests.benchmarks import capture, workload

LUA = Path(__file__).with_name("requests.lua")
PATIENCE = 60  # seconds that one answer may take
SURPLUS = 90  # seconds beyond its own duration after which a generator must have ended


class Measure(NamedTuple):
    """What one run of a load generator found; milliseconds."""

    rate: float  # good answers a second
    p50: float
    p95: float
    p99: float
    max: float
    errors: int
    answers: int


def need_wrk() -> None:
    """Raise Problem when the load generator is missing, with the command that installs it."""
    if not shutil.which("wrk"):
        raise Problem("wrk is missing, which makes the load. Install it: sudo apt-get install wrk")


def wrk_version() -> str:
    """The version of the load generator."""
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"[0-9]+\.[0-9]+\.[0-9]+", said)
    return found[0] if found else "unknown"


def write_requests(requests: Sequence[workload.Request], file: Path) -> None:
    """Write the requests as the script of wrk reads them."""
    lines = (f"{'POST' if one.body else 'GET'}\t{one.path}\t{one.body}\n" for one in requests)
    file.write_text("".join(lines))


def wrk(file: Path, *, port: int, connections: int, seconds: int, first: int, mark: str) -> Measure:
    """Ask for the requests of a file, from number `first` on, for some seconds over so many connections."""
    how = ["-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={PATIENCE}s", "-s", str(LUA)]
    command = ["wrk", *how, f"http://127.0.0.1:{port}", "--", str(file), str(first), mark]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SURPLUS, check=False)
    if done.returncode:
        raise Problem(f"wrk failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return read_wrk(done.stdout)


def read_wrk(said: str) -> Measure:
    """The result in what wrk printed."""
    found = re.search(r"^RESULT (\{.*\})$", said, re.MULTILINE)
    if not found:
        raise Problem(f"wrk said nothing that can be read: {said.strip()[-300:]}")
    told = json.loads(found[1])
    good = told["requests"] - told["statuses"]
    return Measure(
        rate=good / (told["microseconds"] / 1e6),
        **{name: told[name] / 1000 for name in ("p50", "p95", "p99", "max")},
        errors=told["statuses"] + told["refused"],
        answers=told["requests"],
    )


class Scripts(NamedTuple):
    """The statements of our server as pgbench runs them: one file for each request."""

    files: Sequence[Path]
    options: str  # of the connection, as libpq reads them from PGOPTIONS


MOST_SCRIPTS = 128  # pgbench takes no more


def write_scripts(captured: capture.Captured, folder: Path) -> Scripts:
    """Write a script for each request."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.sql"):
        old.unlink()
    head = _preparing(captured)
    files = []
    for number, lines in enumerate(captured.requests[:MOST_SCRIPTS]):
        file = folder / f"{number}.sql"
        file.write_text(head + "".join(f"{line}\n" for line in lines))
        files.append(file)
    return Scripts(files, captured.options)


def _preparing(captured: capture.Captured) -> str:
    """Prepare once for each connection what our server keeps prepared; `tail` makes what is written new."""
    head = f"\\set tail random({10**11}, {10**12 - 1})\n"
    if captured.prepared:
        head += "\\if :ready = 0\n" + "".join(f"{one};\n" for one in captured.prepared) + "\\set ready 1\n\\endif\n"
    return head


def pgbench(scripts: Scripts, *, dsn: str, clients: int, seconds: int, folder: Path) -> Measure:
    """Run the scripts, picked at random, for some seconds over so many connections."""
    log = folder / "log"
    for old in folder.glob("log.*"):
        old.unlink()
    files = [part for file in scripts.files for part in ("-f", str(file))]
    how = ["-n", "-T", str(seconds), "-c", str(clients), "-j", "1", "-D", "ready=0", "-l", f"--log-prefix={log}"]
    command = [str(postgres.BIN / "pgbench"), *how, *files, dsn]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds + SURPLUS,
        check=False,
        env={"PGOPTIONS": scripts.options, "PGUSER": "app", "LC_ALL": "C"},
    )
    times = [float(line.split()[2]) / 1000 for file in folder.glob("log.*") for line in file.read_text().splitlines()]
    return read_pgbench(done.stdout, times, errors=_errors(done))


def _errors(done: "subprocess.CompletedProcess[str]") -> int:
    return len(re.findall(r"ERROR|error:|aborted", done.stderr))


def read_pgbench(said: str, times: Sequence[float], *, errors: int) -> Measure:
    """The result in what pgbench printed, with the milliseconds of its log."""
    rate = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: ([0-9]+)", said, re.MULTILINE)
    if not rate or not times:
        return Measure(0, 0, 0, 0, 0, errors=max(1, errors), answers=0)
    ordered = sorted(times)
    return Measure(
        rate=float(rate[1]),
        p50=percentile(ordered, 50),
        p95=percentile(ordered, 95),
        p99=percentile(ordered, 99),
        max=ordered[-1],
        errors=errors + int(failed[1] if failed else 0),
        answers=len(ordered),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` percent of the ordered ones do not exceed."""
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]
