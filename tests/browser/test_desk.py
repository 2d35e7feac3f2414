"""A moderator at the desk in a real browser: its scripts run under its policy, and a pair is merged by its buttons."""

import pytest
from django.conf import settings
from django.test import Client

from directory import clock
from directory.entries import duplicates
from directory.models import Entry
from tests import factories, people
from tests.browser.conftest import PICTURES, SIZES

pytestmark = pytest.mark.django_db(transaction=True)


def is_icon(said):
    """Browsers ask for one by themselves, and there is none."""
    return said.location["url"].endswith("/favicon.ico")


def test_a_moderator_merges_a_pair_from_the_queue(chromium, live_server, size):
    factories.region("32.71", "Kota Bogor")
    one, other = (factories.entry(name=name, region_id="32.71") for name in ("SD Satu", "SD Dua"))
    duplicates.remember(one.pk, other.pk, now=clock.now())
    client = Client()
    client.force_login(people.moderator("32"))
    context = chromium.new_context(viewport=SIZES[size], locale="id-ID", base_url=live_server.url)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    context.set_default_timeout(30_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" and not is_icon(said) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))

    page.goto("/desk/")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/desk-queue-{size}.png", full_page=True)
    page.get_by_role("link", name="SD Satu / SD Dua").click()
    page.get_by_role("button", name="Pratinjau").first.click()
    page.get_by_text("Pratinjau: belum ada yang berubah").wait_for()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/desk-pair-{size}.png", full_page=True)
    page.get_by_role("button", name="Gabungkan kedua ke pertama").click()
    page.get_by_text("Digabung.").wait_for()

    assert Entry.objects.get(pk=other.pk).merged_into_id == one.pk
    assert faults == []
    context.close()
