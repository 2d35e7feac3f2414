"""The way of a claim through the pages: opened, every rung of the ladder, its end; and the page of who vouches."""

import datetime
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directory import clock, ids
from directory.models import Entry
from partners import files
from partners.models import Claim, Evidence, Letter, User
from partners.trust import claim_moves, claims, evidence, proofs
from tests import factories, people
from tests.api.pages import signing_in
from tests.partners.trust import around, pictures
from tests.partners.trust.around import ADDRESS

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    factories.region("32.71", "Kota Bogor")
    return around.school()


@pytest.fixture
def sari():
    return signing_in.person("Sari")


@pytest.fixture
def browser(sari):
    return signing_in.browser(sari)


@pytest.fixture
def path(browser, school):
    """The address of Sari's open claim."""
    response = browser.post(new(school), {"action": "open", "statement": "Guru pustakawan"})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def new(entry):
    return f"/entries/{ids.encode(entry.kind, entry.pk)}/claim/"


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()
    return html.unescape(response.content.decode())


def refusal(response):
    return re.search(r'class="refused" role="alert">([^<]+)<', text_of(response, response.status_code))[1]


def status():
    return Claim.objects.get().status


def code_in_mail(to=ADDRESS):
    return Letter.objects.filter(to=to).latest("pk").text.partition("kode ini kepadanya: ")[2].split()[0]


def send(browser, path, action, **given):
    return browser.post(path, {"action": action, **given})


def test_who_is_not_signed_in_comes_back_to_the_claim(school):
    response = signing_in.browser().get(new(school))
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next={new(school)}"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_ladder_says_what_is_open_here_and_why_the_rest_is_not(school, sari, language):
    text = text_of(signing_in.browser(sari, **{"Accept-Language": language}).get(new(school)))
    for kind in evidence.VERIFYING | {"school_domain", "education_account", "vouch"}:
        assert f'id="cara-{kind}"' in text
    closed = ("baru 0 anggota", "belum ada surat") if language == "id" else ("has 0 verified", "none has been sent")
    for why in closed:
        assert why in text
    assert ADDRESS not in text  # nobody sees it
    assert "...@sduji.sch.id" in text


def test_a_claim_is_opened_once_and_stands_among_my_entries(browser, path, school):
    row = Claim.objects.get()
    assert (row.status, row.statement) == ("open", "Guru pustakawan")
    for where in ("/account/entries/", "/account/", new(school), f"/entries/{ids.encode('school', school.pk)}/"):
        assert f'href="{path}"' in text_of(browser.get(where))
    assert "sudah ada" in refusal(browser.post(new(school), {"action": "open"}))


def test_an_unconfirmed_address_claims_nothing(school, sari, browser):
    User.objects.filter(pk=sari.pk).update(confirmed_at=None)
    assert "Konfirmasikan" in refusal(browser.post(new(school), {"action": "open"}))


def test_a_code_to_the_schools_mail_is_typed_and_the_school_is_hers(browser, path):
    assert "tidak sah" in refusal(send(browser, path, "send_code", address="bukan surel"))
    assert "bukan surel lembaga" in refusal(send(browser, path, "send_code", address="sari@gmail.com"))
    assert send(browser, path, "send_code", address=ADDRESS).status_code == 302
    assert "sisa percobaan: 10" in text_of(browser.get(path))

    wrong = send(browser, path, "confirm_code", kind="institutional_mail", code="AAAA-AAAA")
    assert (wrong.status_code, refusal(wrong)) == (409, "Kode itu salah.")
    assert "sisa percobaan: 9" in text_of(wrong, 409)
    assert "bukan salah satu pilihan" in refusal(send(browser, path, "confirm_code", kind="x", code="A"))
    code = code_in_mail().lower()
    done = browser.post(
        path, {"action": "confirm_code", "kind": "institutional_mail", "code": code}, follow=True
    )  # fmt: skip
    assert "Klaim diterima" in text_of(done)
    assert status() == "accepted"
    assert Entry.objects.get().trust_level == "verified"


def letter(name="surat.png", content=None):
    return SimpleUploadedFile(name, pictures.png() if content is None else content)


def test_a_photo_of_the_letter_waits_for_a_moderator_seven_days(browser, path):
    assert browser.post(path, {"action": "upload_letter", "file": letter()}).status_code == 302
    given = Evidence.objects.get()
    assert (given.kind, given.state, bytes(given.file.content)) == ("assignment_letter", "given", pictures.png())
    text = text_of(browser.get(path))
    assert "Diserahkan, belum diperiksa" in text
    assert "berlaku sementara mulai" in text
    claim_moves.settle_due(now=clock.now() + claims.UNANSWERED + datetime.timedelta(minutes=1))
    assert "Berlaku sementara" in text_of(browser.get(path))


@pytest.mark.parametrize(
    ("file", "said", "code"),
    [
        (None, "harus PDF, PNG, JPEG atau WebP", 400),
        (("surat.heic", b"ftypheic"), "harus PDF, PNG, JPEG atau WebP", 400),
        (("surat.png", b"\x89PNG" + b"0" * files.MOST_BYTES), "lebih dari 10 MiB", 413),
        (("surat.png", pictures.png(9000, 9000)), "lebih dari 40 megapiksel", 400),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(browser, path, file, said, code):
    given = {"file": letter(*file)} if file else {}
    response = browser.post(path, {"action": "upload_letter", **given})
    assert (response.status_code, said in refusal(response)) == (code, True)
    assert not Evidence.objects.exists()


def test_of_several_files_the_first_is_read_and_nothing_is_written_to_the_disk(browser, path, monkeypatch):
    from django.core.files import uploadedfile

    monkeypatch.setattr(uploadedfile, "TemporaryUploadedFile", None)
    given = {"action": "upload_letter", "file": letter(), "other": letter("lain.png", b"x" * 3_000_000)}
    assert browser.post(path, given).status_code == 302
    assert Evidence.objects.count() == 1


def test_an_education_account_counts_at_once_or_by_a_code(school):
    teacher = signing_in.person("Tuti", email="tuti@guru.sd.belajar.id")
    browser = signing_in.browser(teacher)
    path = browser.post(new(school), {"action": "open"})["Location"]
    assert "tuti@guru.sd.belajar.id" in text_of(browser.get(path))
    assert send(browser, path, "show_account").status_code == 302
    assert Evidence.objects.get().kind == "education_account"


def test_the_account_of_another_provider_does_not_count(browser, path):
    assert "bukan akun pendidikan" in refusal(send(browser, path, "show_account"))
    assert send(browser, path, "send_code", address="sari@guru.sd.belajar.id").status_code == 302
    code = code_in_mail("sari@guru.sd.belajar.id")
    assert send(browser, path, "confirm_code", kind="education_account", code=code).status_code == 302
    assert status() == "open"


def test_a_code_of_a_letter_is_typed_once_a_moderator_has_sent_one(browser, path):
    moderator = people.actor(people.moderator("32"))
    _, code = proofs.issue_letter_code(Claim.objects.get().pk, by=moderator, now=clock.now())
    assert 'id="code-letter_code"' in text_of(browser.get(path))
    assert send(browser, path, "confirm_code", kind="letter_code", code=code).status_code == 302
    assert status() == "accepted"


def neighbour(name, region="32.71"):
    entry = factories.entry(name=name, region_id=region, trust_level="verified", verified_at=clock.now())
    return signing_in.browser(people.member(entry, of=signing_in.person(name))), entry


def test_two_verified_members_of_the_regency_vouch(browser, path, sari):
    for name in ("Ani", "Budi"):
        who, entry = neighbour(name)
        assert f'href="{path}"' in text_of(who.get(f"/account/entries/{ids.encode('school', entry.pk)}/claims/"))
        text = text_of(who.get(path))
        assert "Sari menyatakan bekerja di SD Uji" in text
        assert sari.email not in text
        assert "Guru pustakawan" not in text
        assert send(who, path, "vouch").status_code == 302
    assert "sudah ada" in refusal(send(who, path, "vouch"))
    assert "sudah menjaminnya" in text_of(who.get(path))
    assert set(Evidence.objects.values_list("kind", "state")) == {("vouch", "proved")}
    assert "Dijamin dua anggota" in text_of(browser.get(path))


def test_who_acts_for_several_entries_vouches_by_the_one_that_lies_near(path):
    who, entry = neighbour("Ani")
    person = User.objects.get(name="Ani")
    people.member(factories.entry(name="Lain"), of=person)
    assert "Sari menyatakan" in text_of(who.get(path))
    send(who, path, "vouch")
    assert Evidence.objects.get().entry == entry


def test_the_vouch_rung_opens_when_there_are_two(browser, path):
    assert "baru 0 anggota terverifikasi" in text_of(browser.get(path))
    neighbour("Ani"), neighbour("Budi")
    assert "Minta 2 rekan" in text_of(browser.get(path))


def test_a_stranger_and_a_member_elsewhere_find_no_claim(path):
    factories.region("33.74", "Kota Semarang")
    far, _ = neighbour("Jauh", "33.74")
    for who in (far, signing_in.browser(signing_in.person("Asing"))):
        assert "Tidak ditemukan" in text_of(who.get(path), 404)
        for action in ("vouch", "withdraw", "send_code"):
            assert send(who, path, action, address=ADDRESS).status_code == 404
    for gone in ("/claims/clm_01kf3cb0s3f8q8r2d1kq8m8n8p/", "/claims/x/", "/claims/sch_01kf3cb0s3f8q8r2d1kq8m8n8p/"):
        assert far.get(gone).status_code == 404


def test_a_contested_claim_says_who_decides(browser, path, school):
    around.rival(school)
    assert "moderator yang memutuskan" in text_of(browser.get(path))


def test_a_declined_claim_tells_the_reason(browser, path):
    moderator = people.actor(people.moderator("32"))
    claim_moves.decline(Claim.objects.get().pk, reason="Tidak terbaca", by=moderator, now=clock.now())
    text = text_of(browser.get(path))
    assert "Alasan: Tidak terbaca" in text
    assert 'value="withdraw"' not in text


def test_a_claim_is_withdrawn(browser, path):
    assert send(browser, path, "withdraw").status_code == 302
    assert status() == "withdrawn"
    assert "Ditarik kembali" in text_of(browser.get(path))
    assert "selama berstatus ditarik kembali" in refusal(send(browser, path, "withdraw"))
