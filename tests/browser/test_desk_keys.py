"""A moderator's hour with keys alone: a merge seen before it is done, undone again, a split and its undo, a claim."""

import pytest
from django.urls import reverse

from directory import ids
from directory.models import Entry
from partners.models import Claim
from tests.browser.conftest import looked_at
from tests.browser.test_desk import page, shown  # noqa: F401 - fixtures
from tests.browser.test_walk import focused, tab_to

pytestmark = pytest.mark.django_db(transaction=True)


def press(page, wanted, *, key="Enter"):  # noqa: F811
    """Go to something on the page with Tab, past the menu by the page's first link, and press a key on it."""
    tab_to(page, wanted, most=60)
    page.keyboard.press(key)


def to_content(page):  # noqa: F811
    """The first Tab of each page offers to go past the menus; a form that was sent from there comes back there."""
    page.keyboard.press("Tab")
    if focused(page) == "link Langsung ke isi":
        page.keyboard.press("Enter")
    else:
        assert page.url.endswith("#content")


def typed(page, wanted, text):  # noqa: F811
    tab_to(page, wanted)
    page.keyboard.type(text)


def found(page, name):  # noqa: F811
    """The page of an entry, by the list of entries and its search."""
    to_content(page)
    typed(page, "(textbox|searchbox)", name)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    to_content(page)
    press(page, f"link {name}$")
    page.wait_for_url("**/desk/entries/*")


def test_a_pair_is_merged_after_a_look_and_taken_apart_again(page, shown):  # noqa: F811
    page.goto("/desk/")
    to_content(page)
    press(page, f"link {shown.one.name} / {shown.other.name}")
    page.wait_for_url("**/desk/duplicates/*")
    to_content(page)
    typed(page, "textbox Alasan", "Sama")
    press(page, "button Pratinjau: Gabungkan kedua ke pertama")
    page.get_by_text("Pratinjau: belum ada yang berubah").wait_for()
    looked_at(page, "keys-merge-preview")
    assert Entry.objects.get(pk=shown.other.pk).status == "active"
    to_content(page)
    assert page.get_by_label("Alasan").first.input_value() == "Sama"  # nobody types twice
    press(page, "button Gabungkan kedua ke pertama")
    page.get_by_text("Digabung.").wait_for()
    assert Entry.objects.get(pk=shown.other.pk).merged_into_id == shown.one.pk

    page.goto(reverse("desk:directory_entry_changelist"))
    found(page, shown.other.name)
    looked_at(page, "keys-merged")
    to_content(page)
    press(page, "button Pratinjau: Batalkan penggabungan")
    page.get_by_text("Pratinjau: belum ada yang berubah").wait_for()
    looked_at(page, "keys-undo-preview")
    to_content(page)
    press(page, "button Batalkan penggabungan")
    page.get_by_text("Penggabungan dibatalkan.").wait_for()
    assert Entry.objects.get(pk=shown.other.pk).status == "active"


def test_an_entry_is_split_and_put_together_again(page, shown):  # noqa: F811
    page.goto(reverse("desk:entry", args=[ids.encode("school", shown.other.pk)]))
    to_content(page)
    typed(page, "textbox Nama entri baru", "SD Pasirmulya Dua")
    press(page, "checkbox npsn:20000002", key="Space")
    press(page, "checkbox SLiMS", key="Space")
    press(page, "button Pratinjau: Pisahkan")
    page.get_by_text("Pratinjau: belum ada yang berubah").wait_for()
    looked_at(page, "keys-split-preview")
    assert not Entry.objects.filter(name="SD Pasirmulya Dua").exists()
    to_content(page)
    press(page, "button Pisahkan")
    page.get_by_text("Dipisahkan.").wait_for()
    made = Entry.objects.get(name="SD Pasirmulya Dua")
    assert made.installations.get() == shown.running

    page.goto(reverse("desk:directory_entry_changelist"))
    found(page, made.name)
    to_content(page)
    press(page, "button Batalkan pemisahan")
    page.get_by_text("Pemisahan dibatalkan.").wait_for()
    shown.running.refresh_from_db()
    assert shown.running.library_id == shown.other.pk


def test_a_claim_is_accepted_for_what_was_looked_at(page, shown):  # noqa: F811
    page.goto("/desk/?kind=claim")
    to_content(page)
    press(page, f"link {shown.one.name}")
    page.wait_for_url("**/desk/claims/*")
    looked_at(page, "keys-claim")
    to_content(page)
    press(page, "checkbox Foto surat tugas", key="Space")
    press(page, "button Terima")
    page.get_by_text("Klaim diterima.").wait_for()
    assert Claim.objects.get().status == "accepted"
    assert Entry.objects.get(pk=shown.one.pk).checked_what == ["assignment_letter"]
