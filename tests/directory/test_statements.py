"""Statements by psycopg's own cursors fail as Django's do, and find a new connection after a lost one."""

import pytest
from django.db import OperationalError, connection

from directory import statements

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = pytest.mark.parametrize("send", [statements.prepared, statements.literal])


@BOTH
def test_values_come_back_as_they_are(send):
    assert send("SELECT %s::integer + 1, %s::bytea", [1, b"\x00\xff"]) == [(2, b"\x00\xff")]


@BOTH
def test_a_timeout_is_an_error_of_django(send):
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")

    with pytest.raises(OperationalError):
        send("SELECT pg_sleep(%s)", [5])

    connection.close()


@BOTH
def test_a_lost_connection_is_an_error_of_django_and_replaced_by_the_next_request(send):
    connection.ensure_connection()
    connection.connection.close()

    with pytest.raises(OperationalError):
        send("SELECT %s", ["x"])
    connection.close_if_unusable_or_obsolete()  # as Django does between requests

    assert send("SELECT %s::text", ["x"]) == [("x",)]
