"""A real browser against the real views: Debian's Chromium, headless, on a telephone and on a desk, with no script."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
SIZES = {"telephone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}
PICTURES = os.environ.get("PAGE_PICTURES", "")  # a folder for a picture of each page, to be looked at


@pytest.fixture(scope="module")  # while it runs, this thread has a loop, which no other test may meet
def chromium() -> Iterator[Any]:
    """The browser; without it the tests are skipped, but never on the build server."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: .ci/run installs it")
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    # Beside a loop Django has other connections; those from before it were ended with the databases of these tests.
    connections.close_all()


@pytest.fixture(params=["telephone", "desk"])
def size(request: pytest.FixtureRequest) -> str:
    """Each test runs on both."""
    return request.param


@pytest.fixture
def visitor(chromium: Any, size: str, live_server: Any, transactional_db: None) -> Iterator[Any]:
    """A page of a new browser that runs no scripts and speaks Indonesian."""
    context = chromium.new_context(
        viewport=SIZES[size], java_script_enabled=False, locale="id-ID", base_url=live_server.url
    )
    context.set_default_timeout(30_000)  # two busy cores
    yield context.new_page()
    context.close()


def looked_at(page: Any, name: str) -> None:
    """Assert that nothing is wider than the screen, and take a picture if one is wanted."""
    width = page.viewport_size["width"]
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    # No script runs in the page, so it cannot be asked: the picture of the whole page is as wide as what is on it.
    measured = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")["cssContentSize"]["width"]
    assert measured <= width, f"{name} is {measured} wide"
