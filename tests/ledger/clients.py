"""HTTP clients that act at once against the running server, and what each was told."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

TIMEOUT = 30
UNKNOWN = 0  # the status of an answer that never came


class Call(NamedTuple):
    """One request to be sent: what it is called in the round, and what it is about."""

    name: str
    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    about: Any = None


class Told(NamedTuple):
    """What a call came to; status 0: nobody knows."""

    call: Call
    status: int
    code: str
    document: dict[str, Any]
    seconds: float


def at_once(port: int, calls: Sequence[Call], *, before: Callable[[], None] | None = None) -> list[Told]:
    """The answers in the order of the calls; each has a thread and a connection, which stands before the start."""
    gate = threading.Barrier(len(calls) + 1)
    told: list[Told | None] = [None] * len(calls)

    def run(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        connection.connect()
        gate.wait(TIMEOUT)
        told[number] = _told(connection, calls[number])
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    gate.wait(TIMEOUT)
    if before is not None:
        before()
    for thread in threads:
        thread.join(2 * TIMEOUT)
    return [one for one in told if one is not None]


def _told(connection: http.client.HTTPConnection, call: Call) -> Told:
    started = time.monotonic()
    try:
        connection.request(call.method, call.path, json.dumps(call.body).encode(), call.headers)
        answer = connection.getresponse()
        document = json.loads(answer.read() or b"{}")
        return Told(call, answer.status, document.get("code", ""), document, time.monotonic() - started)
    except (OSError, http.client.HTTPException, ValueError):
        return Told(call, UNKNOWN, "", {}, time.monotonic() - started)
