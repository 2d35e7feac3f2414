"""What tests over HTTP stand on: a client whose every answer from /v1 is compared with the OpenAPI document."""

import threading
from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def every_answer_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare whatever any test client gets from /v1 with the document."""
    from tests.contract import validating  # needs the settings, which are not there yet when pytest reads this file

    ask = Client.request

    def asked(self: Client, **request: Any) -> Any:
        response = ask(self, **request)
        if response.request["PATH_INFO"].startswith("/v1"):
            validating.check(validating.of_client(response))
        return response

    monkeypatch.setattr(Client, "request", asked)


@pytest.fixture
def api(db: None) -> Client:
    """A client of the API."""
    return Client()


@pytest.fixture
def world(db: None) -> Any:
    """A small directory with one of everything (tests/api/worlds.py)."""
    from tests.api import worlds

    return worlds.build()


@pytest.fixture(autouse=True)
def no_download_holds_its_place_in_the_next_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test places of its own: a download that a test does not read to its end keeps one."""
    from api.exports import streams  # needs the settings, like the document above

    monkeypatch.setattr(streams, "_slots", threading.BoundedSemaphore(1))
