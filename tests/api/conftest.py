"""What tests over HTTP stand on: a client whose every answer from /v1 is compared with the OpenAPI document."""

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
