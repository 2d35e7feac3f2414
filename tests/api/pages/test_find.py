"""Finding an entry and reading its page, without an account: the search of /v1, the facts, the badge, a flag."""

import re

import pytest

from directory import clock, ids
from partners.models import Flag
from tests import factories, people
from tests.api.pages import signing_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def regency():
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def school(regency):
    return factories.entry(
        name="SD Negeri 3 Sukamaju",
        region_id="32.71",
        address="Jl. Melati <3>",
        identifiers={"npsn": "20106343"},
        library={"exists": "yes", "titles": 1200, "has_internet": True},
        contacts=[
            {"kind": "email", "value": "tu@sekolah.example", "visibility": "public"},
            {"kind": "phone", "value": "+62811000000", "visibility": "members_only"},
        ],
    )


def path_of(entry, what=""):
    return f"/entries/{ids.encode(entry.kind, entry.pk)}/{what}"


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


@pytest.mark.parametrize("q", ["sdn 3 sukamaju", "sukamaju bogor", "20106343", "npsn:20106343", "sdn 3 suka"])
def test_a_school_is_found_as_people_type_it(school, q):
    text = text_of(signing_in.browser().get("/", {"q": q}))
    assert f'<a href="{path_of(school)}">SD Negeri 3 Sukamaju</a>' in text
    assert "Kota Bogor" in text
    assert "NPSN 20106343" in text


def test_the_first_page_asks_and_a_search_without_an_answer_says_so(school):
    assert "Cari sekolah" in text_of(signing_in.browser().get("/"))
    assert "Nothing was found" in text_of(signing_in.browser(**{"Accept-Language": "en"}).get("/", {"q": "zzxxyy"}))
    assert "Tidak ada yang ditemukan" in text_of(signing_in.browser().get("/", {"q": "sukamaju", "kind": "publisher"}))
    for q in ("sdn\x00", "x" * 2000):
        assert "Ini tidak dapat dilakukan" in text_of(signing_in.browser().get("/", {"q": q}), 400)


def test_many_answers_come_page_by_page(regency):
    made = {factories.entry(name=f"SD Mawar {number}", region_id="32.71").pk for number in range(45)}
    address, found = "/?q=mawar", []
    while address:
        text = text_of(signing_in.browser().get(address))
        found += re.findall(r'<a href="/entries/(\w+)/">SD Mawar', text)
        more = re.search(r'href="(\?q=[^"]+)">Berikutnya', text)
        address = more and "/" + more[1].replace("&amp;", "&")
    assert len(found) == 45
    assert {ids.decode(one)[1] for one in found} == made
    assert text_of(signing_in.browser().get("/", {"q": "lain", "cursor": "eA"}), 400)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_an_entry_tells_what_is_public_and_nothing_else(school, language):
    response = signing_in.browser(**{"Accept-Language": language}).get(path_of(school))
    text = text_of(response)
    for shown in ("Jl. Melati &lt;3&gt;", "20106343", "1200", "tu@sekolah.example", path_of(school, "claim/")):
        assert shown in text
    assert "+62811000000" not in text
    assert ("Tercatat dari sumber" if language == "id" else "Listed by a source") in text
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert text_of(signing_in.browser().get("/entries/npsn:20106343/"))


def test_the_badge_says_what_was_checked_and_when(regency):
    entry = factories.entry(
        trust_level="verified", checked_what=["institutional_mail"], verified_at=clock.now(), region_id="32.71"
    )
    text = text_of(signing_in.browser().get(path_of(entry)))
    assert "Terverifikasi" in text
    assert "Kode ke surel lembaga yang tercatat" in text
    assert str(clock.now().year) in text


def test_what_is_not_there_or_hidden_is_not_found(school):
    with factories.recorded():
        type(school).objects.filter(pk=school.pk).update(status="hidden")
    for path in (
        path_of(school),
        path_of(school, "suggest/"),
        "/entries/npsn:99999999/",
        "/entries/x/",
        "/entries/clm_1/",
    ):
        assert "Tidak ditemukan" in text_of(signing_in.browser().get(path), 404)


@pytest.mark.parametrize("kind", ["publisher", "author", "vendor", "organisation"])
def test_every_kind_has_its_page(kind, regency):
    entry = factories.entry(kind, name="Mitra Uji", region_id="32.71")
    for what in ("", "suggest/"):
        assert "Mitra Uji" in text_of(signing_in.browser().get(path_of(entry, what)))


def flag(client, entry, **given):
    return client.post(path_of(entry), {"action": "flag", "reason": "not_real", "note": "Tidak ada", **given})


def test_anybody_flags_an_entry_with_a_reason_of_the_list(school):
    client = signing_in.browser()
    assert "bukan salah satu pilihan" in text_of(flag(client, school, reason="x"), 400)
    assert flag(client, school).status_code == 302
    row = Flag.objects.get()
    assert (row.subject_id, row.reason_code, row.note, row.author) == (school.pk, "not_real", "Tidak ada", None)
    assert "Terima kasih" in text_of(client.get(path_of(school)))


def test_a_flag_weighs_as_that_of_the_entry_chosen_and_comes_once(school):
    neighbours = [factories.entry(), factories.entry(trust_level="verified", verified_at=clock.now())]
    person = signing_in.person("Ada")
    for one in neighbours:
        people.member(one, of=person)
    client = signing_in.browser(person)
    assert flag(client, school, acting_for=ids.encode("school", neighbours[1].pk)).status_code == 302
    assert Flag.objects.get().is_of_verified
    assert "sudah ada" in text_of(flag(client, school), 409)
    stranger = factories.entry()
    assert flag(client, school, acting_for=ids.encode("school", stranger.pk)).status_code == 404


def test_a_form_of_no_page_of_ours_is_refused(school):
    from django.test import Client

    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "id"})
    assert flag(client, school).status_code == 403
    assert not Flag.objects.exists()


def test_forms_meet_the_limits_of_the_api(school, settings, client):
    from api import throttling

    most = throttling.HOURLY["flags"][0]
    for _ in range(most - 1):
        assert flag(signing_in.browser(), school).status_code == 302
    assert people.client().post(
        "/v1/flags", {"object": ids.encode("school", school.pk), "reason_code": "wrong"}
    ).status_code == 201  # fmt: skip
    response = flag(signing_in.browser(), school)
    assert "Terlalu banyak permintaan" in text_of(response, 429)
    assert int(response["Retry-After"]) > 0
    assert Flag.objects.count() == most


def test_reading_meets_the_limit_of_a_minute(school, settings, monkeypatch):
    person = signing_in.person()
    client = signing_in.browser(person)
    monkeypatch.setitem(settings.RATE_LIMITS, "user", 2)
    statuses = [client.get(path_of(school)).status_code for _ in range(3)]
    assert statuses[-1] == 429
