"""Whether every stack answers the same: checked before anything is measured, else the comparison is void."""

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from directory import ids
from tests.benchmarks import capture
from tests.benchmarks.workload import Endpoint, Request

LEAST = 3  # requests that are compared of every endpoint, however slow the stack
MOST_DIFFERENT = 0.1  # share of the entries meant that a stack may miss where ours finds them
PATIENCE = 60.0


class Finding(NamedTuple):
    """What a stack answered for one endpoint: `problem` is empty when it may be measured."""

    problem: str
    compared: int
    seconds: float  # of one request, the mean
    meant: int = 0  # requests that mean an entry, and how many of these entries were in the answer
    met: int = 0


class Client:
    """One connection to a server of this machine."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, one: Request, *, new: str = "") -> tuple[int, Any]:
        """Status and JSON of the answer; the JSON is None when the body is none."""
        headers = {"Content-Type": "application/json"} if one.body else {}
        body = one.body.replace(capture.NEW, new).encode() or None
        try:
            self._connection.request("POST" if body else "GET", one.path, body=body, headers=headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return 0, {"error": repr(error)}
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, None

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def check(endpoint: Endpoint, requests: Sequence[Request], *, ours: int, port: int, seconds: float) -> Finding:
    """Compare what the server at `port` answers with what ours does, for so long or all requests."""
    known, asked = Client(ours), Client(port)
    took: list[float] = []
    met = meant = held = 0
    problem = ""
    try:
        for one in requests:
            right = known.ask(one)
            started = time.monotonic()
            answer = asked.ask(one)
            took.append(time.monotonic() - started)
            problem = refusal(answer) or difference(endpoint.compared, right[1], answer[1])
            if problem:
                problem = f"{one.path}: {problem}"
                break
            if one.meant and endpoint.compared == "meant":
                meant += 1
                met += one.meant in _ids(answer[1])
                held += one.meant in _ids(right[1])
            if sum(took) > seconds and len(took) >= LEAST:
                break
    finally:
        known.close()
        asked.close()
    if not problem and met < held * (1 - MOST_DIFFERENT):
        problem = f"finds {met} of the {meant} entries meant, ours {held}"
    return Finding(problem, len(took), statistics.mean(took or [0.0]), meant, met)


def refusal(answer: tuple[int, Any]) -> str:
    """What is wrong with an answer as such."""
    status, value = answer
    if status != 200 or not isinstance(value, dict):
        return f"answered {status} {json.dumps(value)[:200]}"
    return ""


def difference(compared: str, ours: Any, theirs: Any) -> str:
    """How an answer differs from ours in what has to agree; empty when it does not."""
    if compared == "one":
        return _unequal("the document", ours, theirs)
    if compared == "meant":
        return ""
    if ours.get("has_more") != theirs.get("has_more"):
        return f"has_more is {theirs.get('has_more')}"
    if compared == "facets":
        return _unequal("facets", counts(ours), counts(theirs)) or _unequal("data", ours["data"], theirs.get("data"))
    if compared == "set":
        return _unequal("data in any order", _by_id(ours), _by_id(theirs))
    return _unequal("the order", _ids(ours), _ids(theirs)) or _unequal("data", ours["data"], theirs.get("data"))


def _unequal(what: str, ours: Any, theirs: Any) -> str:
    if ours == theirs:
        return ""
    where = _first(ours, theirs, at="")
    return f"{what} differs from ours{where}"


def _first(ours: Any, theirs: Any, *, at: str) -> str:
    """The first place at which two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *(theirs.keys() - ours.keys())]:
            if name not in ours or name not in theirs:
                return f" at {at}.{name}: {'missing' if name in ours else 'not in ours'}"
            if ours[name] != theirs[name]:
                return _first(ours[name], theirs[name], at=f"{at}.{name}")
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            if one != other:
                return _first(one, other, at=f"{at}[{place}]")
    return f" at {at or '.'}: {json.dumps(theirs)[:80]} instead of {json.dumps(ours)[:80]}"


def _ids(answer: Any) -> list[str]:
    return [str(one.get("id")) for one in answer.get("data") or ()]


def _by_id(answer: Any) -> dict[str, Any]:
    return {str(one.get("id")): one for one in answer.get("data") or ()}


def counts(answer: Any) -> dict[str, dict[str, int]]:
    """The facets of an answer: name, value, how many."""
    return {
        name: {bucket["value"]: bucket["count"] for bucket in facet["buckets"]}
        for name, facet in (answer.get("facets") or {}).items()
    }


_EVENT = (
    "type, actor_kind, actor_reference, acting_entry_id, source_id, reason, request_id, subject_type,"
    " status_before, status_after"
)


def check_write(requests: Sequence[Request], *, port: int, connection: "psycopg.Connection[Any]", mark: str) -> Finding:
    """Write through a stack, and look at the rows: the website, the version, one event as ours records it."""
    client, took, problem = Client(port), [], ""
    for number, one in enumerate(requests[:5]):
        _, key = ids.decode(one.meant)
        (before,) = _one(connection, "SELECT version FROM directory_entry WHERE id = %s", key)
        started = time.monotonic()
        answer = client.ask(one, new=f"{mark}{number}")
        took.append(time.monotonic() - started)
        problem = refusal(answer) or _written(
            one, answer[1], connection=connection, before=before, new=f"{mark}{number}"
        )
        if problem:
            break
    client.close()
    return Finding(problem, len(took), statistics.mean(took))


def _written(one: Request, answer: Any, *, connection: "psycopg.Connection[Any]", before: int, new: str) -> str:
    _, key = ids.decode(one.meant)
    version, event_id = _one(connection, "SELECT version, event_id FROM directory_entry WHERE id = %s", key)
    if answer != {"version": version} or version != before + 1:
        return f"answered {answer}; the entry's version was {before} and is {version}"
    value = _one(connection, "SELECT value FROM directory_contact WHERE entry_id = %s AND kind = 'website'", key)[0]
    if value != json.loads(one.body)["website"].replace(capture.NEW, new):
        return f"the website is {value}"
    event = _one(connection, f"SELECT {_EVENT}, subject_id FROM directory_event WHERE id = %s", event_id)
    right = ("website.changed", "anonymous", "", None, None, "", "", "school", "", "", one.meant)
    return "" if event == right else f"the event is {event} instead of {right}"


def _one(connection: "psycopg.Connection[Any]", sql: str, value: Any) -> Any:
    return connection.execute(sql, [value]).fetchone() or (None, None)
