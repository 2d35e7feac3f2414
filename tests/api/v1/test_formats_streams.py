"""Downloads: everything that matches, once, in batches, at flat memory; what breaks off does not look whole."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from api import bodies
from api.exports import connections, streams
from directory import clock
from partners.accounts import consents
from tests import factories, people
from tests.api import statements, worlds

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def small(monkeypatch):
    """Batches so small that a few rows take several."""
    monkeypatch.setattr(streams, "BATCH", 3)
    monkeypatch.setattr(streams, "PIECE", 700)


def lines(response):
    text = response.getvalue()
    assert text.endswith(b"\n") or not text
    return text.splitlines()


def test_everything_comes_once_in_the_order_of_ids(api, db, small):
    rows = [factories.entry() for _ in range(10)]
    found = [json.loads(line)["id"] for line in lines(api.get("/v1/schools?format=ndjson"))]
    assert found == sorted(worlds.id_of(row) for row in rows)
    assert api.get("/v1/schools?format=csv").getvalue().count(b"\r\n") == 11


CANARY = "kenari.rahasia@contoh.example"


@pytest.mark.parametrize("path", ["authors", "entries"])
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_how_to_reach_a_person_is_downloaded_only_with_their_consent(api, db, path, form):
    contact = {"kind": "email", "value": CANARY, "visibility": "public"}
    person = people.member(factories.entry("author", contacts=[contact]))
    other = factories.entry("author", contacts=[{**contact, "value": f"lain.{CANARY}"}])
    publisher = factories.entry("publisher", contacts=[{**contact, "value": "kantor@contoh.example"}])
    bodies.keep([other.pk])  # one of those that are kept, and one made now
    by = people.actor(person)

    def downloaded():
        return api.get(f"/v1/{path}?format={form}").getvalue().decode()

    assert CANARY in api.get("/v1/authors").content.decode()  # for whoever reads it
    assert CANARY not in downloaded()
    consents.give("in_dumps", text_version=consents.PURPOSES["in_dumps"].version, how="api", by=by, now=clock.now())
    assert downloaded().count(CANARY) == 1
    assert f"lain.{CANARY}" not in downloaded()
    assert path == "authors" or "kantor@contoh.example" in downloaded(), publisher.pk
    consents.withdraw("in_dumps", how="api", by=by, now=clock.now())
    assert CANARY not in downloaded()


def test_professionals_are_in_no_download(api, db):
    assert api.get("/v1/professionals?format=ndjson").status_code in (400, 406)
    assert api.get("/v1/professionals?format=csv").status_code in (400, 406)


def test_a_line_is_the_same_bytes_as_the_detail_kept_or_made_now(api, db, small):
    rows = [factories.entry() for _ in range(5)]
    bodies.keep([row.pk for row in rows[:2]])
    details = [api.get(f"/v1/entries/{worlds.id_of(row)}").content for row in sorted(rows, key=lambda row: row.pk)]
    assert lines(api.get("/v1/entries?format=ndjson")) == details


def test_a_page_of_json_and_a_download_hold_the_same(api, db, small):
    worlds.build()
    for name in ("entries", "products", "regions", "sources"):
        data = api.get(f"/v1/{name}").json()["data"]
        found = [json.loads(line) for line in lines(api.get(f"/v1/{name}?format=ndjson"))]
        for one in (one for one in data if one["object"] == "author"):
            one["contacts"] = []  # of people: in downloads only with their consent
        assert sorted(found, key=lambda one: one["id"]) == sorted(data, key=lambda one: one["id"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=-name", ["SD Z", "SD C", "SD B", "SD A"]),
        ("sort=-created_at,name&status=active,closed", ["SD Tutup", "SD C", "SD Z", "SD A", "SD B"]),
        ("q=sd+c", ["SD C"]),
        ("status=closed", ["SD Tutup"]),
        ("near=-6.5,106.5&radius_km=1&sort=name", ["SD A", "SD B"]),
        ("bbox=106,-7,107,-6&sort=name", ["SD A", "SD B"]),
        ("region=32.71&sort=name", ["SD C"]),
        ("q=tidakadasamasekali", []),
    ],
)
def test_a_download_knows_filters_search_and_order(api, db, small, query, expected):
    city = factories.region("32.71", "Kota Bogor")
    here = {"latitude": -6.5, "longitude": 106.5, "location_accuracy": "point"}
    for name, about in {"SD B": here, "SD A": here, "SD Z": {}, "SD C": {"region": city}}.items():
        factories.entry(name=name, **about)
    factories.entry(name="SD Tutup", status="closed")
    found = [json.loads(line)["name"] for line in lines(api.get(f"/v1/schools?format=ndjson&{query}"))]
    assert found == expected


def test_an_order_goes_on_behind_any_name(api, db, small):
    names = ["SD 100%", "SD 'Kutip'", "SD \\ Miring", "SD %s", "SD Ünïcode 学校", "SD Z"]
    for name in names:
        factories.entry(name=name)
    found = [json.loads(line)["name"] for line in lines(api.get("/v1/schools?format=ndjson&sort=name"))]
    assert sorted(found) == sorted(names)


def test_fields_choose_the_members_of_a_line(api, db, small):
    factories.entry(name="SD A")
    (line,) = lines(api.get("/v1/schools?format=ndjson&fields=name"))
    assert json.loads(line).keys() == {"id", "object", "name"}


def test_what_changes_while_it_is_read_comes_in_its_newer_state_and_once(api, db, small):
    rows = sorted((factories.entry(name=f"SD {number}") for number in range(6)), key=lambda row: row.pk)
    pieces = iter(api.get("/v1/schools?format=ndjson").streaming_content)
    text = next(pieces)
    with factories.recorded():
        rows[0].name = "SD Awal"
        rows[0].save()
        rows[5].name = "SD Akhir"
        rows[5].save()
        rows[4].status = "hidden"
        rows[4].save()
    text += b"".join(pieces)
    assert [json.loads(line)["name"] for line in text.splitlines()] == ["SD 0", "SD 1", "SD 2", "SD 3", "SD Akhir"]


def test_head_tells_the_headers_and_reads_nothing(api, db):
    factories.entry()
    with statements.sent() as sent:
        response = api.head("/v1/schools?format=csv")
    assert sent == []
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    assert "Content-Length" not in response
    assert response.getvalue() == b""
    assert api.head("/v1/schools?format=csv&limit=1").status_code == 400


def test_memory_does_not_grow_with_the_set(api, db, monkeypatch):
    """Slow: two sets, one ten times the other, are read under tracemalloc."""
    monkeypatch.setattr(streams, "BATCH", 5)
    for _ in range(5):
        factories.entry(description_id="x" * 100_000)

    def peak():
        bodies.catch_up(batches=1)
        tracemalloc.start()
        try:
            size = sum(map(len, api.get("/v1/schools?format=ndjson").streaming_content))
            return size, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak()  # what is imported and cached once
    small_size, small_peak = peak()
    for _ in range(45):
        factories.entry(description_id="x" * 100_000)
    large_size, large_peak = peak()
    assert large_size == pytest.approx(10 * small_size, rel=0.01)
    assert large_peak - small_peak < (large_size - small_size) / 2


def test_a_fault_before_the_first_row_is_a_problem_not_a_file(api, db, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    factories.entry()
    monkeypatch.setattr(bodies, "load", broken)
    api.raise_request_exception = False
    assert api.get("/v1/schools?format=ndjson").status_code == 500


def test_a_fault_later_is_logged_with_the_request_and_raised(api, db, small, monkeypatch, caplog):
    for _ in range(8):
        factories.entry()
    load, calls = bodies.load, []

    def broken(keys):
        calls.append(keys)
        if len(calls) == 2:
            raise RuntimeError("broken")
        return load(keys)

    monkeypatch.setattr(bodies, "load", broken)
    response = api.get("/v1/schools?format=ndjson")
    with pytest.raises(RuntimeError):
        response.getvalue()
    (record,) = [one for one in caplog.records if one.name == streams.__name__]
    assert record.request.id == response["X-Request-Id"]


def test_as_many_run_at_once_as_leave_a_thread_to_others(api, db):
    first = api.get("/v1/schools?format=csv")
    refused = api.get("/v1/schools?format=csv")
    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert api.get("/v1/schools").status_code == 200
    first.getvalue()
    second = api.get("/v1/schools?format=csv")
    assert second.status_code == 200
    second.close()  # the reader went away
    assert api.get("/v1/schools?format=csv").getvalue()


def test_only_the_connection_that_carried_the_answer_is_cut(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PORT = server.getsockname()[1]
        readers = [socket.create_connection(server.getsockname(), timeout=10) for _ in range(2)]
        ends = [server.accept()[0] for _ in readers]
        ends[1].sendall(b"before")  # an answer of an earlier request
        before = connections.carried()
        ends[0].sendall(b"x" * 5000)

        connections.cut(since=before, sent=5000)

        assert len(b"".join(iter(lambda: readers[0].recv(9000), b""))) == 5000  # and then the end
        ends[1].sendall(b"after")
        assert readers[1].recv(len(b"beforeafter"), socket.MSG_WAITALL) == b"beforeafter"
        for one in (*readers, *ends):
            one.close()


BREAKS_OFF = """
from api.exports import streams

def application(environ, start_response):
    def pieces():
        yield b"id\\r\\n" * 1000
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
    start_response("200 OK", [("Content-Type", "text/csv")])
    return streams.Stream(pieces(), None)
"""
SERVES = """
import os, sys, django
from granian import Granian
from granian.constants import Interfaces
Granian("app:application", address="127.0.0.1", port=int(os.environ["PORT"]), interface=Interfaces.WSGI,
        workers=1, blocking_threads=2).serve()
"""


def test_a_file_that_broke_off_does_not_look_complete_to_its_reader(tmp_path):
    """Slow: it starts the real server, as only that shows how an answer ends."""
    (tmp_path / "app.py").write_text(BREAKS_OFF)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"PORT": str(port), "PYTHONPATH": f"{tmp_path}:{ROOT}", "DJANGO_SETTINGS_MODULE": "api.settings"}
    own |= {"EMBEDDED_POSTGRES": "unused", "PATH": os.environ["PATH"]}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-c", SERVES], env=own, stdout=log, stderr=log, cwd=tmp_path)
    try:
        assert len(read(port, "/whole", log=tmp_path / "log")) == 4000
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            read(port, "/broken", log=tmp_path / "log")
        assert len(read(port, "/whole", log=tmp_path / "log")) == 4000
    finally:
        server.terminate()
        server.wait(30)


def read(port, path, *, log):
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    else:
        pytest.fail(log.read_text())
    try:
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_a_download_of_a_search_for_nothing_is_empty(api, format):
    answer = api.get(f"/v1/entries?q=_&format={format}")

    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content).splitlines()) == (format == "csv")


def test_a_page_by_name_of_a_search_for_nothing_is_empty(api):
    assert api.get("/v1/entries?q=_&sort=name").json()["data"] == []
