"""A teacher alone on a telephone: she finds her school, claims it, and others suggest; no script, and keys alone."""

import re

import pytest

from directory import clock, ids
from directory.models import Entry
from partners.models import Claim, Evidence, Flag, Letter, Suggestion
from tests import factories, people
from tests.api.pages import signing_in
from tests.browser.conftest import looked_at
from tests.browser.test_walk import sign_in, tab_to
from tests.partners.trust import around, pictures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school():
    factories.region("32.71", "Kota Bogor")
    return around.school(
        name="SD Negeri 3 Sukamaju Kecamatan Kertasari",
        address="Jl. Melati No. 3",
        identifiers={"npsn": "20106343"},
        library={"exists": "yes", "titles": 1200},
    )


def path_of(entry, what=""):
    return f"/entries/{ids.encode(entry.kind, entry.pk)}/{what}"


def code_in_mail():
    return Letter.objects.filter(to=around.ADDRESS).latest("pk").text.partition("kepadanya: ")[2].split()[0]


def test_keys_alone_find_a_school_and_claim_it_with_a_code(visitor, school):
    person = signing_in.person("Sari")
    visitor.goto("/")
    looked_at(visitor, "find")
    tab_to(visitor, "link Langsung ke isi")
    tab_to(visitor, "searchbox")
    visitor.keyboard.type("sdn 3 suka")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/?q=*")
    looked_at(visitor, "found")
    tab_to(visitor, "link SD Negeri 3")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/entries/*/")
    looked_at(visitor, "entry")
    tab_to(visitor, "link Ini sekolah saya")
    visitor.keyboard.press("Enter")

    visitor.wait_for_url("**/account/login/**")
    tab_to(visitor, "textbox Email")
    visitor.keyboard.type(person.email)
    tab_to(visitor, "textbox (Kata )?[Ss]andi")
    visitor.keyboard.type(people.PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/claim/")
    looked_at(visitor, "claim-new")
    tab_to(visitor, "textbox Siapa Anda")
    visitor.keyboard.type("Guru pustakawan")
    tab_to(visitor, "button Ajukan klaim")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/claims/*/")
    looked_at(visitor, "claim")

    tab_to(visitor, "textbox Alamat surel")
    visitor.keyboard.type(around.ADDRESS)
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Kode dikirim").wait_for()
    looked_at(visitor, "claim-code")
    tab_to(visitor, "textbox Kode ke surel lembaga")
    visitor.keyboard.type(code_in_mail())
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Klaim diterima").wait_for()
    looked_at(visitor, "claim-accepted")
    assert Entry.objects.get(pk=school.pk).trust_level == "verified"
    visitor.goto("/account/entries/")
    looked_at(visitor, "my-entries")
    visitor.goto(path_of(school))
    looked_at(visitor, "entry-verified")


def test_a_photo_is_handed_in_and_the_claim_withdrawn(visitor, school):
    sign_in(visitor, signing_in.person("Sari"))
    visitor.goto(path_of(school, "claim/"))
    visitor.get_by_role("button", name="Ajukan klaim").click()
    visitor.locator("#file").set_input_files({"name": "surat.heic", "mimeType": "image/heic", "buffer": b"ftyp"})
    visitor.get_by_role("button", name="Serahkan").click()
    visitor.get_by_text("Berkas harus PDF").wait_for()
    looked_at(visitor, "claim-refused")
    photo = {"name": "surat.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    visitor.locator("#file").set_input_files(photo)
    visitor.get_by_role("button", name="Serahkan").click()
    visitor.get_by_text("Bukti dicatat").wait_for()
    looked_at(visitor, "claim-waits")
    assert Evidence.objects.get().state == "given"
    visitor.get_by_text("Tarik kembali klaim").click()
    visitor.get_by_role("button", name="Tarik kembali", exact=True).click()
    visitor.get_by_text("Klaim ditarik kembali").wait_for()
    assert Claim.objects.get().status == "withdrawn"


def test_keys_alone_vouch_for_a_neighbour(visitor, school):
    around.claim(school, people.user("Sari"))
    neighbour = factories.entry(name="SD Tetangga", region_id="32.71", trust_level="verified", verified_at=clock.now())
    sign_in(visitor, people.member(neighbour, of=signing_in.person("Ani")))
    tab_to(visitor, "link Menjamin rekan")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/claims/")
    looked_at(visitor, "claims-near")
    tab_to(visitor, "link SD Negeri 3")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/claims/*/")
    looked_at(visitor, "vouch")
    tab_to(visitor, "button Ya, saya tahu")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Anda menjamin").wait_for()
    assert Evidence.objects.get().kind == "vouch"


def test_keys_alone_suggest_a_change_without_an_account_and_an_editor_takes_it_over(visitor, school):
    visitor.goto(path_of(school))
    tab_to(visitor, "link Sarankan perubahan")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/suggest/")
    looked_at(visitor, "suggest")
    tab_to(visitor, "textbox Kode pos")
    visitor.keyboard.type("16111")
    tab_to(visitor, "textbox Bagaimana")
    visitor.keyboard.type("Ada di kop surat")
    tab_to(visitor, "button Kirim saran")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/links/suggestions/*")
    looked_at(visitor, "suggestion-status")
    assert Suggestion.objects.get().changes == {"postal_code": "16111"}

    sign_in(visitor, people.member(school, of=signing_in.person("Edi")))
    visitor.get_by_role("link", name="Saran perubahan").click()
    looked_at(visitor, "suggestions")
    tab_to(visitor, "checkbox Kode pos")
    tab_to(visitor, "button Terima yang dipilih")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Diterima: kode pos").wait_for()
    assert Entry.objects.get(pk=school.pk).postal_code == "16111"


def test_keys_alone_flag_an_entry(visitor, school):
    visitor.goto(path_of(school))
    tab_to(visitor, "Laporkan entri ini")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "radio Keterangan salah")
    visitor.keyboard.press("ArrowDown")
    tab_to(visitor, "textbox Keterangan")
    visitor.keyboard.type("Sudah tutup")
    looked_at(visitor, "flag")
    tab_to(visitor, "button Kirim laporan")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Terima kasih").wait_for()
    assert Flag.objects.get().reason_code == "not_real"


def test_the_link_of_a_letter_confirms_with_keys_alone(visitor, school):
    from partners.trust import links

    editor = people.member(school)
    link = links.address(links.Link("confirmation", school.pk, editor.pk, school.pk), now=clock.now())
    visitor.goto(re.search(r"/links/\S+", link)[0])
    looked_at(visitor, "confirm")
    tab_to(visitor, "button Ya, masih benar")
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Tercatat").wait_for()
    assert Entry.objects.get(pk=school.pk).last_confirmed_at is not None
