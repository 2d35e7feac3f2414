"""The two probes: the process alone, and everything it needs."""

import pytest
from django.db import OperationalError, connection

from api import health


def beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")  # a test without the database mark fails when it asks one
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"process": "ok"}}


@pytest.mark.django_db
def test_readyz_is_well_with_a_fresh_heartbeat(client):
    beat(seconds_ago=20)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_fails_when_no_worker_beats(client):
    beat(seconds_ago=300)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "no_heartbeat"


@pytest.mark.django_db
def test_readyz_fails_while_a_migration_is_pending(client, monkeypatch):
    beat(seconds_ago=1)
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "pending"


def test_readyz_says_so_when_the_database_is_gone(client, monkeypatch):
    def gone() -> str:
        raise OperationalError("password and address of the server")

    monkeypatch.setattr(health, "_database", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unreachable"
    assert b"password" not in response.content
