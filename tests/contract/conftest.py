"""The document as tests read it."""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def whole() -> dict[str, Any]:
    """The OpenAPI document."""
    from api.openapi import document  # needs the settings, which are not there yet when pytest reads this file

    return document.whole()
