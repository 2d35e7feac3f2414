"""The page of a parcel: whoever holds it counts with the code of its packing list, in several goes, and confirms."""

import html

import pytest

from directory import ids
from partners.models import Count, HandoverRecord, Line, Shipment, ShipmentLine
from tests import people
from tests.api.pages import signing_in
from tests.partners import agreed
from tests.partners.fulfilment import test_shipments as sending

pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return agreed.donation(300, 200)


@pytest.fixture
def parcel(given):
    return sending.sent(given, 300, 200)


@pytest.fixture
def browser():
    return signing_in.browser()


def path(parcel):
    return f"/kiriman/{ids.encode('shipment', parcel.pk)}"


def text(response, status=200):
    assert response.status_code == status, response.content.decode()
    return html.unescape(response.content.decode())


def lines(parcel):
    return list(ShipmentLine.objects.filter(shipment=parcel).order_by("pk"))


def opened(browser, parcel):
    assert browser.post(path(parcel), {"action": "open", "code": parcel.code.lower()}).status_code == 302
    return text(browser.get(path(parcel)))


def form(parcel, *counted, version=None):
    """What the form sends: for each line what was found of it."""
    sent = {"action": "count", "version": version or Shipment.objects.get(pk=parcel.pk).version, "line": []}
    for line, found in zip(lines(parcel), counted, strict=False):
        public = ids.encode("shipment_line", line.pk)
        sent["line"].append(public)
        sent |= {f"{name}-{public}": value for name, value in found.items()}
    return sent


def test_the_page_asks_for_the_code_and_tells_nothing_of_the_contents_before(browser, parcel):
    shown = text(browser.get(path(parcel)))
    assert parcel.sender.name in shown
    assert "Judul 1" not in shown
    assert parcel.code not in shown
    assert browser.get(path(parcel))["Cache-Control"] == "private, no-store"


def test_it_is_counted_in_several_goes_with_damaged_and_missing_and_confirmed(browser, parcel, given):
    shown = opened(browser, parcel)
    assert "Belum dihitung: 500" in shown
    first = browser.post(path(parcel), form(parcel, {"accepted": 100, "damaged": "20", "note": "Basah"}, {}))
    assert (first.status_code, first["Location"]) == (302, path(parcel))
    shown = text(browser.get(path(parcel)))
    assert "Belum dihitung: 380" in shown
    assert "Hitungan dicatat" in shown
    assert "Konfirmasi penerimaan" not in shown
    browser.post(path(parcel), form(parcel, {"accepted": 170, "missing": 10}, {"all": 200}))
    assert "Konfirmasi penerimaan" in text(browser.get(path(parcel)))
    assert browser.post(path(parcel), {"action": "close"}).status_code == 302

    shown = text(browser.get(path(parcel)))
    assert "Terima kasih" in shown
    assert "270 baik, 20 rusak, 10 tidak ada" in shown
    parcel.refresh_from_db()
    assert (parcel.status, parcel.code) == ("received", "")
    assert list(Count.objects.values_list("by_code", flat=True)) == [True] * 3
    assert Count.objects.filter(note="Basah").exists()
    found = Line.objects.filter(proposal=given.offer.pk).order_by("position")
    assert list(found.values_list("received", "written_off")) == [(270, 30), (200, 0)]
    assert HandoverRecord.objects.get().shipment_id == parcel.pk
    assert signing_in.browser().get(path(parcel)).status_code == 404  # to everybody else it is no parcel any more


def test_a_form_that_is_sent_twice_counts_once(browser, parcel):
    opened(browser, parcel)
    sent = form(parcel, {"accepted": 5})
    assert browser.post(path(parcel), sent).status_code == 302
    again = browser.post(path(parcel), sent)
    assert again.status_code == 412
    assert Count.objects.count() == 1


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ({}, 400, "Isilah dahulu jumlahnya."),
        ({"accepted": "banyak"}, 400, "banyak"),
        ({"accepted": "-1"}, 400, "-1"),
        ({"accepted": 301}, 409, "tinggal 300"),
        ({"accepted": 250, "missing": 51}, 409, "tinggal 300"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(browser, parcel, found, status, said):
    opened(browser, parcel)
    shown = text(browser.post(path(parcel), form(parcel, found)), status)
    assert said in shown
    assert all(f'value="{value}"' in shown for value in found.values())
    assert not Count.objects.exists()


def test_a_wrong_code_counts_and_locks_and_a_new_one_shuts_out_the_old(browser, parcel, given):
    for _ in range(10):
        assert "Kode itu salah" in text(browser.post(path(parcel), {"action": "open", "code": "22222222"}), 409)
    assert "10 kali" in text(browser.post(path(parcel), {"action": "open", "code": parcel.code}), 409)
    sender = people.as_person(people.member(given.giver), acting_for=given.giver)
    fresh = sender.post(f"/v1/shipments/{ids.encode('shipment', parcel.pk)}/issue-code")
    assert fresh.status_code == 200
    parcel.refresh_from_db()
    opened(browser, parcel)
    sender.post(f"/v1/shipments/{ids.encode('shipment', parcel.pk)}/issue-code")
    assert "Judul 1" not in text(browser.get(path(parcel)))
    text(browser.post(path(parcel), form(parcel, {"accepted": 1})), 403)
    assert Shipment.objects.get(pk=parcel.pk).code_tries == 1


def test_a_shared_telephone_forgets_the_code(browser, parcel):
    opened(browser, parcel)
    browser.post(path(parcel), {"action": "leave"})
    assert "Judul 1" not in text(browser.get(path(parcel)))
    text(browser.post(path(parcel), {"action": "close"}), 403)


def test_who_acts_for_the_receiver_needs_no_code_and_a_viewer_does(parcel, given):
    colleague = signing_in.person("Sari")
    people.member(given.receiver, "receiver", of=colleague)
    browser = signing_in.browser(colleague)
    assert "Judul 1" in text(browser.get(path(parcel)))
    browser.post(path(parcel), form(parcel, {"all": 300}, {"all": 200}))
    browser.post(path(parcel), {"action": "close"})
    assert "Kiriman: Diterima" in text(signing_in.browser(colleague).get(path(parcel)))
    assert not Count.objects.filter(by_code=True).exists()


def test_of_a_plan_it_says_that_it_has_not_left(browser, given):
    plan = sending.planned(given, 3, 2)
    assert "belum mencatat" in text(browser.get(path(plan)))
    assert browser.get("/kiriman/shp_01kf3cb0s3f8q8r2d1kq8m8n8p").status_code == 404
    assert browser.get("/kiriman/bukan").status_code == 404
