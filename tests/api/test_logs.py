"""One JSON line for a request, with its id and nothing secret."""

import json
import logging

import pytest

from api import logs
from directory import clock


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


@pytest.mark.django_db
def test_the_log_names_the_credential_by_its_id_and_holds_no_secret(lines, monkeypatch, capsys):
    from api.v1 import me
    from directory import ids
    from partners.accounts import invitations
    from partners.models import ApiKey
    from tests import factories, people

    school = factories.entry()
    admin = people.member(school)
    token, key = people.token(admin), people.entry_key(school, by=admin)
    _, invitation = invitations.invite(
        entry=school.pk,
        email="kanari@contoh.example",
        roles=["viewer"],
        by=people.actor(admin, school),
        now=clock.now(),
    )
    canaries = [token, key, invitation, people.developer_key(), *(f"canary-{number}" for number in range(8))]
    client = people.client(token)
    client.raise_request_exception = False

    made = client.post("/v1/api-keys", {"kind": "developer", "name": canaries[4]}).json()
    canaries.append(made["key"])
    people.client(key).get("/v1/me", headers={"Idempotency-Key": canaries[5]})
    people.client(key[:-1] + ("0" if key[-1] != "0" else "1")).get("/v1/me")
    people.client(token).post("/v1/publishers", {"name": canaries[6], "password": canaries[7]})
    people.client(token).patch(f"/v1/schools/{ids.encode('school', school.pk)}", {"address": canaries[8]})
    people.client().get(f"/v1/schools?key={canaries[9]}&q={canaries[10]}")
    people.client().generic("POST", "/v1/publishers", f'{{"x": "{canaries[11]}"'.encode(), "application/json")
    monkeypatch.setattr(me, "_entries", lambda by: 1 / 0)
    response = client.get("/v1/me")

    assert response.status_code == 500
    text = json.dumps(lines) + "".join(capsys.readouterr()) + response.content.decode()
    assert "ZeroDivisionError" in text
    assert [canary for canary in canaries if canary in text] == []
    callers = {line.get("caller") for line in lines if line["logger"] == "api.access"}
    assert callers == {None, ids.encode("user", admin.pk), ids.encode("api_key", ApiKey.objects.get(kind="entry").pk)}
