"""A moderator at the desk in a real browser: every page at both sizes under its policy, and its buttons."""

import datetime
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from api.desk import pages, site
from directory import clock, ids
from directory.models import Entry
from partners.fulfilment import disputing, planning, shipping
from partners.offers import moves, writing
from tests import factories, people
from tests.api.desk import world
from tests.browser.conftest import SIZES, looked_at
from tests.partners import agreed

pytestmark = pytest.mark.django_db(transaction=True)
# Words of Unfold and of Django that would stand there, were one not translated.
ENGLISH = re.compile(
    r"\b(Filters?|Search|Type|Light|Dark|System|Log out|Change|Home|Close|Recent|Results?|Created|Updated|Actor|Kind"
    r"|Select|Next|Previous|Yes|No|All|Any|By|Show|results?|entrys|events|letters|memberships|keys)\b"
)


@pytest.fixture
def shown():
    made = world.made()
    publisher = factories.entry("publisher", name="Rumah Cerita", region_id="32.71")
    by, now = people.actor(people.member(publisher), publisher), clock.now()
    lines = [{"title": "Kancil dan Buaya", "quantity": 300}]
    values = {"kind": "software_licence", "title": f"Lisensi gratis: {world.LONG}", "lines": lines}
    offer = writing.create("offer", values, entry=publisher.pk, by=by, now=now)
    made.offer = moves.publish("offer", offer.pk, by=by, now=now)
    return made


def disputed():
    """A parcel that never came, and that a moderator is to decide."""
    given, now = agreed.donation(10), clock.now()
    lines = [planning.Wanted(row.pk, row.quantity) for row in given.agreed]
    parcel = planning.plan(lines, {}, by=given.sends, now=now)
    parcel = shipping.dispatch(parcel.pk, by=given.sends, now=now)
    later = now + datetime.timedelta(days=60)
    about = {"kind": "not_arrived", "text": "Paketnya tidak datang.", "resolution": "lost"}
    row = disputing.open(parcel.pk, lines=[one.pk for one in parcel.lines.all()], by=given.counts, now=later, **about)
    return disputing.escalate(row.pk, by=given.counts, now=later)


@pytest.fixture
def page(chromium, live_server, size, shown):
    """A page of a browser in which a moderator of the country is signed in; what its console says fails the test."""
    client = Client()
    client.force_login(people.moderator())
    context = chromium.new_context(viewport=SIZES[size], locale="en-GB", base_url=live_server.url)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    context.set_default_timeout(30_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(f"{opened.url}: {said.text}") if said.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(f"{opened.url}: {error}"))
    yield opened
    context.close()
    assert faults == []


def addresses(shown):
    """Every page of the desk: those of decisions, and the lists of rows."""
    of = {
        "claim": [("claim", shown.claim)],
        "suggestion": [("suggestion", shown.suggestion)],
        "flag": [("flag", shown.flag)],
        "pair": [("duplicate", shown.pair)],
        "proposal": [("offer", shown.offer)],
        "dispute": [("dispute", disputed())],
        "entry": [("school", shown.one), ("school", shown.other), ("school", shown.gone)],
    }
    assert {*of, "claim_letter"} == set(pages.PAGES)
    decisions = [reverse(f"desk:{name}", args=[ids.encode(kind, row.pk)]) for name in of for kind, row in of[name]]
    lists = [
        reverse(f"desk:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in site.desk._registry
    ]
    return [reverse("desk:index"), *decisions, *lists, *(f"{one}?q=xyz" for one in lists)]


def test_no_page_is_wider_than_the_screen_speaks_english_or_breaks_the_policy(page, shown):
    for number, address in enumerate(addresses(shown)):
        page.goto(address)
        looked_at(page, f"desk-{number:02}")
        html = page.locator("html")
        assert html.get_attribute("lang") == "id"
        said = page.locator("body").inner_text()
        said += " ".join(
            one.get_attribute(name) or ""
            for name in ("placeholder", "title", "aria-label")
            for one in page.locator(f"body [{name}]").all()
        )
        assert not ENGLISH.findall(said), address


def test_the_menus_of_a_telephone_and_of_a_list_open(page, shown, size):
    page.goto(reverse("desk:directory_entry_changelist"))
    if size == "telephone":
        page.locator("span:visible", has_text="dock_to_right").last.click()
        page.get_by_role("link", name="Keanggotaan").click()
        page.get_by_text("3 keanggotaan").wait_for()
        looked_at(page, "desk-menu")
        return
    page.get_by_text("Saringan").click()
    page.get_by_role("link", name="Digabung").click()
    page.get_by_role("link", name="SD Pasirmulya Lama").wait_for()
    assert page.get_by_role("link", name="SD Negeri Pasirmulya Satu").count() == 0


def test_a_moderator_merges_a_pair_from_the_queue(page, shown):
    page.goto("/desk/")
    page.get_by_role("link", name=f"{shown.one.name} / {shown.other.name}").click()
    page.get_by_role("button", name="Pratinjau").first.click()
    page.get_by_text("Pratinjau: belum ada yang berubah").wait_for()
    looked_at(page, "desk-preview")
    page.get_by_role("button", name="Gabungkan kedua ke pertama", exact=True).click()
    page.get_by_text("Digabung.").wait_for()

    assert Entry.objects.get(pk=shown.other.pk).merged_into_id == shown.one.pk
