"""What partners do together on a telephone: a parcel counted at the gate, an invitation, a request that is answered."""

import pytest

from directory import clock, ids
from partners.collaborations import writing
from partners.models import Collaboration, Count, Shipment
from tests import factories, people
from tests.api.pages import signing_in
from tests.browser.conftest import looked_at
from tests.browser.test_walk import sign_in, tab_to
from tests.partners import agreed
from tests.partners.collaborations import around as collaborating
from tests.partners.fulfilment import test_shipments as sending
from tests.partners.trust import around

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parcel():
    return sending.sent(agreed.donation(30, 20), 30, 20)


def test_a_parcel_is_counted_at_the_gate(visitor, parcel):
    visitor.goto(f"/kiriman/{ids.encode('shipment', parcel.pk)}")
    looked_at(visitor, "parcel")
    visitor.get_by_label("Kode di daftar isi").fill(f"{parcel.code[:4]}-{parcel.code[4:].lower()}")
    visitor.get_by_role("button", name="Buka").click()
    visitor.get_by_role("heading", name="Belum dihitung: 50").wait_for()
    visitor.get_by_text("Semua 30 eksemplar ada dan baik").click()
    visitor.locator("summary").nth(1).click()
    visitor.get_by_label("Rusak").nth(1).fill("4")
    looked_at(visitor, "parcel-counting")
    visitor.get_by_role("button", name="Simpan hitungan").click()
    visitor.get_by_role("heading", name="Belum dihitung: 16").wait_for()
    looked_at(visitor, "parcel-counted-in-part")
    visitor.get_by_text("Semua 16 eksemplar ada dan baik").click()
    visitor.get_by_role("button", name="Simpan hitungan").click()
    visitor.get_by_role("button", name="Konfirmasi penerimaan").click()
    visitor.get_by_text("Terima kasih").wait_for()
    looked_at(visitor, "parcel-received")
    assert Shipment.objects.get().status == "received"
    assert sum(Count.objects.values_list("damaged", flat=True)) == 4


def test_keys_alone_count_a_parcel(visitor, parcel):
    visitor.goto(f"/kiriman/{ids.encode('shipment', parcel.pk)}")
    tab_to(visitor, "textbox Kode")
    visitor.keyboard.type(parcel.code)
    visitor.keyboard.press("Enter")
    visitor.get_by_role("heading", name="Belum dihitung: 50").wait_for()
    tab_to(visitor, "checkbox Semua 30")
    visitor.keyboard.press("Space")
    tab_to(visitor, "Sebagian, rusak")
    tab_to(visitor, "checkbox Semua 20")
    visitor.keyboard.press("Space")
    tab_to(visitor, "button Simpan")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "button Konfirmasi")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Terima kasih").wait_for()
    assert Shipment.objects.get().status == "received"


def test_a_letter_leads_to_a_claim_and_then_to_the_request(visitor):
    factories.region("32.71", "Kota Bogor")
    publisher = agreed.verified("publisher", name="Pustaka Nusantara", region_id="32.71")
    school = around.school(name="SD Negeri 3 Sukamaju Kecamatan Kertasari", address="Jl. Melati No. 3")
    said = {"kind": "book_donation", "initiator_gives": True, "subject": "40 buku bacaan kelas 1-3"}
    said["lines"] = [{"title": "Kancil dan Buaya", "quantity": 40, "min_quantity": 10}]
    by = people.actor(people.member(publisher), publisher)
    row = writing.create(said, target=("entry", school.pk), submit=True, by=by, now=clock.now())
    link = f"/undangan?kode={row.letter_code}"
    visitor.goto(link)
    visitor.get_by_role("heading", name="Undangan untuk SD Negeri 3").wait_for()
    looked_at(visitor, "letter")
    tab_to(visitor, "link Ini lembaga saya")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/login/**")

    teacher = people.member(school, of=signing_in.person("Sari"))  # her claim was accepted
    sign_in(visitor, teacher)
    visitor.goto(link)
    visitor.get_by_role("link", name="Buka permintaan ini").click()
    looked_at(visitor, "request")
    visitor.get_by_label("Kancil dan Buaya").first.fill("25")
    visitor.get_by_role("button", name="Terima", exact=True).click()
    visitor.get_by_role("status").get_by_text("Permintaan diterima.").wait_for()
    looked_at(visitor, "request-active")
    visitor.get_by_role("link", name="Permintaan SD Negeri 3").click()
    looked_at(visitor, "requests")
    assert Collaboration.objects.get().status == "active"


def test_keys_alone_propose_other_terms(visitor):
    given = collaborating.world()
    row = collaborating.asked(given, 4, 2, least=1)
    sign_in(visitor, people.member(given.publisher, of=signing_in.person("Sari")))
    tab_to(visitor, "link Permintaan$")
    visitor.keyboard.press("Enter")
    tab_to(visitor, f"link {row.subject}")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "Usulkan ketentuan lain")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "textbox Judul 1")
    visitor.keyboard.press("Control+a")
    visitor.keyboard.type("1")
    looked_at(visitor, "request-counter")
    tab_to(visitor, "button Kirim usulan")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Usulan Anda dikirim.").wait_for()
    row.refresh_from_db()
    assert (row.revision, row.awaiting) == (2, "initiator")
