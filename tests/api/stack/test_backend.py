"""Whether a connection still stands is seen at its socket, before a request needs it."""

import psycopg
import pytest
from django.db import connection

from tests.api import worlds

pytestmark = pytest.mark.django_db(transaction=True)


def _end_from_elsewhere() -> None:
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def test_an_open_connection_is_usable():
    connection.ensure_connection()

    assert connection.is_usable()


def test_a_connection_that_the_server_ended_is_not_usable():
    _end_from_elsewhere()

    assert not connection.is_usable()
    connection.close()


def test_what_the_server_says_unasked_leaves_a_connection_usable():
    with connection.cursor() as cursor:
        cursor.execute("LISTEN news")
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("NOTIFY news")

    assert connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN news")


@pytest.mark.parametrize("path", ["/v1/schools/npsn:20106343", "/v1/schools", "/v1/schools?region=32.71"])
def test_a_request_after_a_restart_of_the_server_finds_a_new_connection(api, path, monkeypatch):
    worlds.build()
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    _end_from_elsewhere()
    connection.health_check_enabled = True
    connection.close_if_unusable_or_obsolete()  # as Django does between requests

    assert api.get(path).status_code == 200
