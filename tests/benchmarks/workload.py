"""The endpoints, and the requests of each: chosen from the built data, the same each time for the same data."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.benchmarks import choosing


class Request(NamedTuple):
    """One request. `meant` is the id that its answer should hold; in a `body` {new} stands for a value never used."""

    path: str
    meant: str = ""
    body: str = ""


class Endpoint(NamedTuple):
    """What is measured under one name, and what has to agree between the stacks."""

    name: str
    title: str
    compared: str  # "list", "set", "meant", "facets", "write", or "one"
    only_ours: bool = False
    under_writes: bool = False
    in_pgbench: bool = True


ENDPOINTS = (
    Endpoint("detail", "one school by its id", "one"),
    Endpoint("list", "50 schools of a regency and a form", "list"),
    Endpoint("search-selective", "three words, few answers", "set"),
    Endpoint("search-broad", "two words, very many answers", "list"),
    Endpoint("search-never", "two frequent words that hardly ever meet", "set"),
    Endpoint("search-typo", "three words, one wrong letter", "meant"),
    Endpoint("suggest", "3 to 12 letters typed", "meant"),
    # What our server asks depends on whether something changed since: its statements cannot be repeated.
    Endpoint("facets", "three facets of all schools", "facets", under_writes=True, in_pgbench=False),
    Endpoint("facets-q", "three facets of 1,000 to 10,000 answers", "facets", under_writes=True),
    Endpoint("nearest", "the 20 nearest schools", "list"),
    Endpoint("feed", "page 1 of the changes", "list", only_ours=True),
    Endpoint("feed-deep", "page 10,000 of the changes", "list", only_ours=True),
    Endpoint("write", "a website's address, in one transaction", "write"),
)
BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}


def requests(connection: "psycopg.Connection[Any]", *, kept: Path) -> dict[str, list[Request]]:
    """The requests of every endpoint; choosing takes a while, so they are kept in a file beside the data."""
    mark = _mark(connection)
    if kept.exists() and (known := json.loads(kept.read_text()))["mark"] == mark:
        return {name: [Request(*one) for one in rows] for name, rows in known["requests"].items()}
    chosen = {name: [Request(*one) for one in rows] for name, rows in choosing.chosen(connection).items()}
    kept.write_text(json.dumps({"mark": mark, "requests": chosen}))
    return chosen


def _mark(connection: "psycopg.Connection[Any]") -> str:
    """Other data have other ids; another choice is other code."""
    row = connection.execute("SELECT count(*), min(id::text), max(id::text) FROM directory_entry").fetchone()
    code = b"".join(Path(str(file)).read_bytes() for file in (__file__, choosing.__file__))
    return hashlib.sha256(repr(row).encode() + code).hexdigest()
