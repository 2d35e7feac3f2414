"""Suggesting a change without an account, and answering as an editor: what was typed is what is proposed."""

import datetime
import html
import re

import pytest

from directory import actors, clock, ids
from directory.models import Entry
from partners.models import Letter, Suggestion
from partners.trust import suggestions
from tests import factories, people
from tests.api.pages import signing_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    factories.region("32.71", "Kota Bogor")
    return factories.entry(
        name="SD Uji",
        region_id="32.71",
        address="Jl. Lama",
        languages=["id"],
        identifiers={"npsn": "20106343"},
        names=[{"value": "SDN Uji", "type": "alias"}],
        library={"exists": "yes", "titles": 100, "copies": 200, "accreditation_valid_until": datetime.date(2030, 1, 2)},
        kind_row={"form": "sd", "ownership": "state", "pupils": 240},
    )


def path_of(entry):
    return f"/entries/{ids.encode(entry.kind, entry.pk)}/suggest/"


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()
    return html.unescape(response.content.decode())


def form_of(text):
    """Name -> what a browser would send of the form, as it stands in the page."""
    form = re.search(r'<form method="post">(?:(?!</form>).)*name="version".*?</form>', text, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {what}="([^"]*)"', tag) for what in ("name", "value"))
        if 'type="checkbox"' not in tag or " checked" in tag:
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found.setdefault(name, []).append(chosen[1])
    return found


def send(entry, client=None, **typed):
    """Open the form, type, and send what a browser would."""
    client = client or signing_in.browser()
    sent = form_of(text_of(client.get(path_of(entry))))
    typed = {name.replace("__", "."): value for name, value in {"reason": "Saya guru di sana", **typed}.items()}
    return client.post(path_of(entry), {**sent, **typed, "action": "suggest"})


def changes():
    return Suggestion.objects.get().changes


@pytest.mark.parametrize("kind", ["school", "publisher", "author", "vendor", "organisation"])
def test_what_is_not_typed_is_not_proposed(kind, school):
    entry = school if kind == "school" else factories.entry(kind, region_id="32.71")
    assert "tidak mengubah apa pun" in text_of(send(entry), 400)
    assert send(entry, name="Nama Baru").status_code == 302
    assert changes() == {"name": "Nama Baru"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"address": "  Jl. Baru  "}, {"address": "Jl. Baru"}),
        ({"address": ""}, {"address": ""}),
        ({"pupils": "250"}, {"pupils": 250}),
        ({"pupils": ""}, {"pupils": None}),
        ({"latitude": "-6,5", "longitude": "106.7"}, {"latitude": -6.5, "longitude": 106.7}),
        ({"form": "smp", "ownership": ""}, {"form": "smp", "ownership": ""}),
        ({"languages": "id, su"}, {"languages": ["id", "su"]}),
        (
            {"library__has_internet": "true", "library__titles": "120"},
            {"library": {"titles": 120, "has_internet": True}},
        ),
        (
            {"library__accreditation_valid_until": "2031-05-06"},
            {"library": {"accreditation_valid_until": "2031-05-06"}},
        ),
        (
            {"names__value": ["SDN Uji", "Sekolah Uji", ""], "names__type": ["alias", "former", "alias"]},
            {
                "names": [
                    {"value": "SDN Uji", "type": "alias", "language": ""},
                    {"value": "Sekolah Uji", "type": "former", "language": ""},
                ]
            },
        ),
        ({"identifiers__value": ["20106344", "", ""]}, {"identifiers": [{"scheme": "npsn", "value": "20106344"}]}),
    ],
)  # fmt: skip
def test_every_kind_of_field_is_proposed_as_it_was_typed(school, typed, expected):
    response = send(school, **typed)
    assert response.status_code == 302, html.unescape(response.content.decode())
    assert changes() == expected


def test_codes_are_chosen_and_taken_away():
    publisher = factories.entry("publisher", kind_row={"book_levels": ["a"], "subjects": [300]})
    assert send(publisher, book_levels=["", "a", "c"], subjects=[""]).status_code == 302
    assert changes() == {"book_levels": ["a", "c"], "subjects": []}


def test_a_place_is_typed_by_its_name_and_chosen_of_several(school):
    factories.region("33.74", "Kota Semarang")
    factories.region("33.22", "Kabupaten Semarang")
    assert "Wilayah: Wilayah Kota Nirwana tidak dikenal" in text_of(send(school, region="Kota Nirwana"), 400)
    text = text_of(send(school, region="semarang"), 400)
    assert "pilih satu" in text
    assert "Kabupaten Semarang, Wilayah 33" in text
    assert send(school, region="semarang", place="33.22").status_code == 302
    assert changes() == {"region": "33.22"}


def test_a_refusal_names_the_field_and_keeps_what_was_typed(school):
    text = text_of(send(school, postal_code="abc", website="bukan situs", address="Jl. Baru"), 400)
    assert "Kode pos: " in text
    assert "Situs web: " in text
    assert 'value="Jl. Baru"' in text
    assert "Saya guru di sana" in text
    assert "alasan tidak boleh kosong" in text_of(send(school, address="Jl. B", reason=" "), 400)
    assert "x tidak sah" in text_of(send(school, address="Jl. B", contact="x"), 400)
    assert not Suggestion.objects.exists()


def test_a_form_that_stood_open_while_the_entry_changed_is_shown_anew(school):
    text = text_of(send(school, address="Jl. Baru", version="0"), 412)
    assert "sudah berubah" in text
    assert form_of(text)["address"] == ["Jl. Lama"]  # or what others wrote would be taken for what was typed
    assert "Saya guru di sana" in text


def test_the_author_is_led_to_the_page_that_tells_how_it_stands(school):
    client = signing_in.browser()
    response = send(school, client, address="Jl. Baru", contact="warga@contoh.example")
    path = response["Location"]
    assert path.startswith("/links/suggestions/")
    text = text_of(client.get(path))
    assert "Keadaan: terbuka." in text
    assert "Jl. Baru" in text
    assert Suggestion.objects.get().author is None
    english = text_of(signing_in.browser(**{"Accept-Language": "en"}).get(path))
    assert "It stands so: open." in english
    assert "Take it back" in english


def test_somebody_signed_in_suggests_as_themselves_within_the_limit_of_accounts(school):
    person = signing_in.person("Ada")
    send(school, signing_in.browser(person), address="Jl. Baru")
    assert Suggestion.objects.get().author == person


def test_suggestions_meet_the_limit_of_the_api(school, monkeypatch):
    from api import throttling

    monkeypatch.setitem(throttling.HOURLY, "suggestions", (1, 1))
    assert send(school, address="Jl. Satu").status_code == 302
    assert "Terlalu banyak" in text_of(send(school, address="Jl. Dua"), 429)


# --- the answer ---


@pytest.fixture
def editor(school):
    return people.member(school, of=signing_in.person("Edi"))


def suggested(entry, **values):
    row, _ = suggestions.suggest(
        entry.pk, values, reason="Pindah <b>", contact="w@contoh.example", by=actors.ANONYMOUS, now=clock.now()
    )
    return row


def answers(entry):
    return f"/account/entries/{ids.encode(entry.kind, entry.pk)}/suggestions/"


def answer(client, entry, row, action, **given):
    return client.post(answers(entry), {"action": action, "id": ids.encode("suggestion", row.pk), **given})


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_editor_sees_what_is_proposed_in_words(school, editor, language):
    suggested(school, ownership="private", address="Jl. Baru")
    text = signing_in.browser(editor, **{"Accept-Language": language}).get(answers(school)).content.decode()
    for words in ("Pindah &lt;b&gt;", "Jl. Baru", "Swasta" if language == "id" else "Private"):
        assert words in text
    assert "w@contoh.example" not in text


def test_an_editor_takes_over_a_part(school, editor):
    row, client = suggested(school, address="Jl. Baru", postal_code="16111"), signing_in.browser(editor)
    assert "tidak mengubah" in text_of(answer(client, school, row, "accept"), 400)
    assert answer(client, school, row, "accept", fields=["address"]).status_code == 302
    row.refresh_from_db()
    entry = Entry.objects.get(pk=school.pk)
    assert (row.status, row.accepted, entry.address, entry.postal_code) == (
        "accepted_in_part", ["address"], "Jl. Baru", ""
    )  # fmt: skip
    assert "Tidak ada saran yang menunggu" in text_of(client.get(answers(school)))
    assert answer(client, school, row, "accept", fields=["address"]).status_code == 409


def test_an_editor_declines_with_a_reason_of_the_list(school, editor):
    row, client = suggested(school, address="Jl. Baru"), signing_in.browser(editor)
    assert answer(client, school, row, "decline", reason="x").status_code == 400
    assert answer(client, school, row, "decline", reason="outdated", note="Sudah pindah lagi").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.decline_reason, row.note) == ("declined", "outdated", "Sudah pindah lagi")
    assert "Sudah pindah lagi" in Letter.objects.get(to="w@contoh.example").text


def test_a_rule_of_the_tables_is_a_sentence_on_the_page(school, editor):
    row, client = suggested(school, library={"titles": 999}), signing_in.browser(editor)
    assert "melanggar aturan" in text_of(answer(client, school, row, "accept", fields=["library"]), 400)
    row.refresh_from_db()
    assert row.status == "open"


def test_what_only_a_moderator_takes_over_is_said_so(school, editor):
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(trust_level="provisional")
    row = suggested(school, name="SD Lain")
    text = text_of(answer(signing_in.browser(editor), school, row, "accept", fields=["name"]), 403)
    assert "diperiksa moderator dahulu" in text


def test_a_viewer_a_stranger_and_another_entrys_editor_answer_nothing(school, editor):
    row = suggested(school, address="Jl. Baru")
    other = factories.entry()
    viewer = signing_in.browser(people.member(school, "viewer", of=signing_in.person("Vina")))
    stranger = signing_in.browser(people.member(other, of=signing_in.person("Asing")))
    assert "Jl. Baru" not in text_of(viewer.get(answers(school)))
    assert stranger.get(answers(school)).status_code == 404
    for client, entry in ((viewer, school), (stranger, school), (stranger, other)):
        assert answer(client, entry, row, "accept", fields=["address"]).status_code == 404
        assert answer(client, entry, row, "decline", reason="abuse").status_code == 404
    row.refresh_from_db()
    assert row.status == "open"
