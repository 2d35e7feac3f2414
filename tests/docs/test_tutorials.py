"""Pages that a reader follows at the keyboard are followed here, command by command, on the demo data."""

import re
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command

from partners.demo import neighbourhood
from partners.demo import people as demo_people
from partners.models import Collaboration, Session, Shipment, User
from partners.offers import stock
from tests import conftest, databases, people
from tests.docs import pages, terminal

FOLLOWED = [page for page in pages.all_pages() if any(block.language == "console" for block in pages.blocks(page))]


@pytest.fixture(scope="module")
def demo(request, django_db_setup, django_db_blocker):
    """The demo data, committed, as a reader has them; slow (some seconds), so once for all pages."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        with pytest.MonkeyPatch.context() as patch:  # every story once; the reader has more of each
            for name, number in (("OFFERS", 30), ("NEEDS", 6), ("REQUESTS", len(neighbourhood.STORIES))):
                patch.setattr(neighbourhood, name, number)
            call_command("load_neighbourhood", verbosity=0)
        yield
        databases.copy_for(worker, folder=conftest.FOLDER)


@pytest.mark.parametrize("page", FOLLOWED, ids=pages.name)
def test_a_page_can_be_followed_and_shows_what_happens(page, demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(urllib.request, "urlopen", terminal.urlopen)
    monkeypatch.setattr(terminal, "VARIABLES", tokens())

    for block in pages.blocks(page):
        if script := re.match(r"# (\w+\.py)\n", block.text):
            Path(script[1]).write_text(block.text)
        if block.language != "console":
            continue
        for step in terminal.steps(block.text):
            output = terminal.run(step.command)
            assert not step.shown or terminal.matches(step.shown, output), f"$ {step.command}\n{output}"


def tokens():
    """What the reader has made on the page of tokens, of the people whom the demo tells of."""
    named = {"PENERBIT": demo_people.PUBLISHER, "SEKOLAH": demo_people.TEACHER, "TETANGGA": demo_people.NEIGHBOUR}
    return {name: people.token(User.objects.get(email=email)) for name, email in named.items()}


def test_the_demo_has_every_story(demo):
    told = set(Collaboration.objects.values_list("status", flat=True))
    assert told == {"draft", "pending", "accepted", "active", "closed", "declined", "withdrawn", "expired", "cancelled"}
    assert set(Shipment.objects.values_list("status", flat=True)) >= {"dispatched", "received"}
    assert Session.objects.filter(is_final=True).exists()
    assert list(stock.drifts()) == []


def test_the_tutorial_is_among_the_followed_pages():
    assert any(page.parent.name == "tutorials" for page in FOLLOWED)
    assert pages.ROOT / "README.md" in FOLLOWED


def test_shown_output_may_leave_out_what_differs():
    assert terminal.matches('{"id": "...", "n": 1}', '{"id": "sch_1", "n": 1}')
    assert not terminal.matches('{"id": "...", "n": 1}', '{"id": "sch_1", "n": 2}')
