"""Pages that a reader follows at the keyboard are followed here, command by command, on the demo data."""

import re
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import conftest, databases
from tests.docs import pages, terminal

FOLLOWED = [page for page in pages.all_pages() if any(block.language == "console" for block in pages.blocks(page))]


@pytest.fixture(scope="module")
def demo(request, django_db_setup, django_db_blocker):
    """The demo data, committed, as a reader has them; slow (some seconds), so once for all pages."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        yield
        databases.copy_for(worker, folder=conftest.FOLDER)


@pytest.mark.parametrize("page", FOLLOWED, ids=pages.name)
def test_a_page_can_be_followed_and_shows_what_happens(page, demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(urllib.request, "urlopen", terminal.urlopen)

    for block in pages.blocks(page):
        if script := re.match(r"# (\w+\.py)\n", block.text):
            Path(script[1]).write_text(block.text)
        if block.language != "console":
            continue
        for step in terminal.steps(block.text):
            output = terminal.run(step.command)
            assert not step.shown or terminal.matches(step.shown, output), f"$ {step.command}\n{output}"


def test_the_tutorial_is_among_the_followed_pages():
    assert any(page.parent.name == "tutorials" for page in FOLLOWED)
    assert pages.ROOT / "README.md" in FOLLOWED


def test_shown_output_may_leave_out_what_differs():
    assert terminal.matches('{"id": "...", "n": 1}', '{"id": "sch_1", "n": 1}')
    assert not terminal.matches('{"id": "...", "n": 1}', '{"id": "sch_1", "n": 2}')
