"""One JSON line for a request, with its id and nothing secret."""

import json
import logging

import pytest

from api import logs


@pytest.fixture
def lines():
    """What the project logs, as the objects that a reader of the log gets."""
    found: list[dict] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(logs.JsonFormatter().format(record)))

    handler = Keep()
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


def test_a_request_logs_one_line_without_its_query(client, lines):
    client.get("/healthz?token=canary-1", headers={"X-Request-Id": "from-caller_1.2"})
    (line,) = [line for line in lines if line["logger"] == "api.access"]
    assert line["method"] == "GET"
    assert line["path"] == "/healthz"
    assert line["status"] == 200
    assert line["duration_ms"] >= 0
    assert line["request_id"] == "from-caller_1.2"
    assert "canary-1" not in json.dumps(lines)


def test_a_sane_request_id_is_sent_back(client):
    response = client.get("/healthz", headers={"X-Request-Id": "a" * 64})
    assert response["X-Request-Id"] == "a" * 64


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", 'a"b', "a\nb", "é"])
def test_any_other_request_id_is_replaced(client, given):
    response = client.get("/healthz", headers={"X-Request-Id": given})
    assert response["X-Request-Id"] != given
    assert len(response["X-Request-Id"]) == 36


def test_an_exception_stays_on_one_line():
    try:
        raise ValueError("broken")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "it %s", ("failed",), (ValueError, error, None))
    text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert line["message"] == "it failed"
    assert "ValueError: broken" in line["exception"]


def test_an_answer_forbids_to_load_anything(client):
    response = client.get("/healthz")
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(len(response.content))
