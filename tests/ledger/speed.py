"""`make ledger-speed`: requests accepted a second over HTTP, beside pgbench running the statements that it sends.

Two worlds: one hot offer that everybody asks for, and an offer for each request. Both ways accept the same requests,
each on a copy of the database of its own, in turns.
"""

import contextlib
import http.client
import json
import os
import queue
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from tqdm import tqdm

from api.stack import postgres
from tests.benchmarks import capture
from tests.ledger import rounds, server
from tests.ledger import world as worlds
from tests.ledger.clients import TIMEOUT, Call

CONNECTIONS = 16
ROUNDS = 3
ASKED = "LEDGER_SPEED_REQUESTS"


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", ["hot", "spread"])
def test_speed(name: str, tmp_path: Path) -> None:
    """How many are accepted a second in one world; nothing is judged but that all are."""
    number = int(os.environ.get(ASKED, "1000"))
    offers, quantity = (1, 3 * number) if name == "hot" else (number, 3)
    world = worlds.build(clients=number, quantities=(quantity,), offers=offers)
    calls = [rounds.accept(world, one) for one in world.asked]
    found: dict[str, list[float]] = {"ours": [], "pgbench": []}
    with copied("before"):
        script, options = scripts(calls, tmp_path / "script.sql")
        for turn in tqdm(range(ROUNDS), desc=name, unit="round"):
            arms = [("ours", lambda: over_http(calls)), ("pgbench", lambda: by_pgbench(script, options))]
            for arm, measured in arms if turn % 2 else arms[::-1]:
                with copied(f"of_{arm}", of="before", is_used=True):
                    found[arm].append(number / measured())
    ours, plain = (statistics.median(found[arm]) for arm in ("ours", "pgbench"))
    print(f"\n{name}: ours {ours:.0f}/s, pgbench {plain:.0f}/s, ratio {ours / plain:.3f} {found}")


@contextlib.contextmanager
def copied(name: str, *, of: str = "", is_used: bool = False) -> Iterator[None]:
    """A copy of the test's database, or `of` another copy; Django uses it during the block if `is_used`."""
    here = str(connection.settings_dict["NAME"])
    own = here.split("__")[0]
    copy, source = f"{own}__{name}", f"{own}__{of}" if of else here
    connections.close_all()
    with psycopg.connect(
        host=connection.settings_dict["HOST"], dbname="postgres", user="postgres", autocommit=True
    ) as admin:
        try:
            admin.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")  # type: ignore[call-overload]
            admin.execute(f"CREATE DATABASE {copy} TEMPLATE {source} OWNER owner STRATEGY file_copy")  # type: ignore[call-overload]
            if is_used:
                connection.settings_dict["NAME"] = copy
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = here
            admin.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")  # type: ignore[call-overload]


def over_http(calls: Sequence[Call]) -> float:
    """The seconds in which the server has accepted all of them."""
    waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
    for one in calls:
        waiting.put(one)
    refused: list[int] = []

    def work(port: int, gate: threading.Barrier) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        for _ in range(4):  # the workers import the last of their modules
            _asked(link, "GET", "/v1/me", b"", calls[0].headers)
        gate.wait(TIMEOUT)
        with contextlib.suppress(queue.Empty):
            while True:
                one = waiting.get_nowait()
                status = _asked(link, one.method, one.path, json.dumps(one.body).encode(), one.headers)
                if status != 200:
                    refused.append(status)
        link.close()

    with tempfile.TemporaryDirectory() as folder, server.running(log=Path(folder) / "log") as (port, _):
        gate = threading.Barrier(CONNECTIONS + 1)
        threads = [threading.Thread(target=work, args=(port, gate)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        gate.wait(TIMEOUT)
        start = time.monotonic()
        for thread in threads:
            thread.join()
        taken = time.monotonic() - start
    assert not refused, refused[:5]
    return taken


def _asked(link: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    link.request(method, path, body or None, headers)
    answer = link.getresponse()
    answer.read()
    return answer.status


def scripts(calls: Sequence[Call], file: Path) -> tuple[Path, str]:
    """Accept all in this process and write down what is sent, as one script in which each connection has its share."""
    listener = capture.Listener()
    with copied("heard", is_used=True), listener.listening():
        client, kept = Client(), []
        for one in calls:
            listener.sent.clear()
            answer = client.post(one.path, one.body, content_type="application/json", headers=_headers(one))
            assert answer.status_code == 200, answer.content
            kept.append(list(listener.sent))
        heard = capture.written(kept, is_repeated=False)
    with file.open("w") as out:
        out.writelines(f"{one};\n" for one in heard.prepared)
        for number in range(CONNECTIONS):
            out.write(f"\\{'elif' if number else 'if'} :client_id = {number}\n")
            for lines in heard.requests[number::CONNECTIONS]:
                out.writelines(f"{line}\n" for line in lines)
        out.write("\\endif\n")
    return file, heard.options


def _headers(one: Call) -> dict[str, str]:
    return {name: value for name, value in one.headers.items() if name != "Content-Type"}


def by_pgbench(script: Path, options: str) -> float:
    """The seconds in which pgbench has run all of them."""
    command = [str(postgres.BIN / "pgbench"), "-n", "-t", "1", "-c", str(CONNECTIONS), "-j", "1", "-f", str(script)]
    command += ["-h", str(connection.settings_dict["HOST"]), str(connection.settings_dict["NAME"])]
    own = {"PGOPTIONS": options, "PGUSER": "app", "LC_ALL": "C"}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=600, check=False)
    assert not re.search(r"ERROR|error:|aborted", done.stderr), done.stderr[-2000:]
    # Each connection runs its share as one transaction of the script, so this is the time of all of them.
    rate: Any = re.search(r"tps = ([0-9.]+) \(without initial connection time\)", done.stdout)
    return CONNECTIONS / float(rate[1])
