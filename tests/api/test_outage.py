"""A database that went away is 503 and comes back by itself, on every way to it."""

import pytest
from django.db import connection

from tests.api import worlds

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/v1/schools/npsn:20106343", "/v1/schools", "/v1/suggest?q=suka", "/v1/changes", "/v1/regions/32.71"]


@pytest.mark.parametrize("path", PATHS)
def test_a_lost_connection_is_503_once_and_then_forgotten(api, path):
    worlds.build()
    connection.connection.close()  # as a restart of the database does

    lost = api.get(path)
    connection.close_if_unusable_or_obsolete()  # as Django does between requests
    found = api.get(path)

    assert lost.status_code == 503
    assert lost.json()["code"] == "unavailable"
    assert lost.headers["Retry-After"] == "5"
    assert found.status_code == 200
