"""The moderation desk: who comes in, what each sees, buttons that do what the API does, and rows that are only read."""

import datetime

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from api.desk import pages, queue, regional, site
from directory import actors, clock, ids, journal, vocabularies
from directory.entries import duplicates, merging
from directory.entries.duplicates import Duplicate
from directory.models import Entry, Event, Installation, Product
from partners import mail
from partners.models import Claim, Evidence, EvidenceFile, Flag, Membership, Suggestion
from partners.trust import flags, suggestions, waiting
from tests import factories, people
from tests.api.desk import world

pytestmark = pytest.mark.django_db


def at_desk(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def regency():
    factories.region("33", "Jawa Tengah")
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def one(regency):
    return factories.entry(name="SD Satu", region_id="32.71", identifiers={"npsn": "20000001"})


@pytest.fixture
def other(one):
    return factories.entry(
        name="SD Dua",
        region_id="32.71",
        identifiers={"npsn": "20000002"},
        names=[{"type": "alias", "value": "SD Kedua"}],
    )


@pytest.fixture
def person(regency):
    return people.moderator("32")


@pytest.fixture
def everything():
    return world.made()


@pytest.fixture
def desk(person):
    return at_desk(person)


@pytest.fixture
def pair(one, other):
    duplicates.remember(one.pk, other.pk, now=clock.now())
    return Duplicate.objects.get()


@pytest.fixture
def claim(one):
    now = clock.now()
    row = Claim.objects.create(
        entry=one,
        user=people.user("sari"),
        status="open",
        roles=["admin"],
        statement="Saya guru pustakawan",
        created_at=now,
        updated_at=now,
        due_at=now,
    )
    letter = Evidence.objects.create(claim=row, kind="assignment_letter", state="given", what="pdf", created_at=now)
    EvidenceFile.objects.create(evidence=letter, type="pdf", sha256="", content=b"%PDF-1.4 surat")
    return row


def address(name, row, kind=""):
    return reverse(f"desk:{name}", args=[ids.encode(kind or row.kind, row.pk)])


def text(response):
    return response.content.decode()


# --- who comes in ---


def test_who_is_not_signed_in_signs_in_first_and_comes_back(regency):
    response = Client().get("/desk/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/desk/"
    assert response.status_code == 200


def test_who_moderates_nothing_stays_outside(regency):
    for person in (people.user(), people.user(is_staff=True), people.user(is_superuser=True)):
        response = at_desk(person).get("/desk/", follow=True)
        assert response.status_code == 403
        assert "moderator" in text(response)
    taken = people.moderator("32")
    client = at_desk(taken)
    assert client.get("/desk/").status_code == 200
    taken.is_staff = False
    taken.save()
    assert client.get("/desk/", follow=True).status_code == 403


def test_the_desk_loads_its_own_files_alone_and_nobody_keeps_it(desk):
    response = desk.get("/desk/")
    assert response["Content-Security-Policy"] == site.POLICY
    assert "http" not in site.POLICY
    assert response["Cache-Control"] == "private, no-store"
    for elsewhere in ('src="http', 'href="http'):
        assert elsewhere not in text(response)


def test_a_form_of_another_site_does_nothing(person, pair):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    response = client.post(address("pair", pair, "duplicate"), {"action": "dismiss"})
    assert response.status_code == 403
    assert Duplicate.objects.get().status == "open"


def test_no_cookie_is_read_under_v1(desk, one):
    response = desk.get(f"/v1/schools/{ids.encode('school', one.pk)}")
    assert not hasattr(response.wsgi_request, "session")
    assert not hasattr(response.wsgi_request, "user")
    assert response.cookies == {}
    assert "Cookie" not in response["Vary"]


# --- the queue ---


def test_the_queue_shows_what_waits_how_long_and_what_happens_by_itself(desk, pair, claim):
    shown = text(desk.get("/desk/"))
    for expected in ("SD Satu / SD Dua", "tetap dua entri", "berlaku sementara", "Kota Bogor"):
        assert expected in shown


def test_a_moderator_is_shown_their_regions_alone(pair, claim):
    elsewhere = at_desk(people.moderator("33"))
    assert "SD Satu" not in text(elsewhere.get("/desk/"))
    for url in (address("pair", pair, "duplicate"), address("claim", claim, "claim"), address("entry", pair.first)):
        assert elsewhere.get(url).status_code == 404
        assert elsewhere.post(url, {"action": "merge"}).status_code == 404
    assert elsewhere.get(address("claim_letter", claim, "claim")).status_code == 404


def test_nobody_decides_about_their_own_claim(claim):
    own = people.moderator("32")
    Claim.objects.update(user=own)
    desk = at_desk(own)
    assert "SD Satu" not in text(desk.get("/desk/"))
    desk.post(address("claim", claim, "claim"), {"action": "accept"})
    assert Claim.objects.get().status == "open"


def listed(desk, **sent):
    """What the queue shows: kind, title and what happens by itself."""
    shown = desk.get("/desk/", sent).context["queue"]["items"]
    return [(item.about, item.title, item.silence) for _, item, _ in shown]


def test_the_queue_is_one_list_in_the_order_in_which_silence_decides(desk, everything):
    day = datetime.timedelta(days=1)
    hidden = factories.entry(name="SD Tersembunyi", region_id="32.71", status="hidden")
    flags.flag(
        ids.encode("school", everything.other.pk), reason="spam", by=actors.ANONYMOUS, now=clock.now() - 80 * day
    )
    row = Flag.objects.create(
        subject_type="school", subject_id=hidden.pk, entry=hidden, reason_code="spam", has_hidden=True,
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    Suggestion.objects.update(is_for_moderators=True)
    Claim.objects.filter(pk=everything.claim.pk).update(due_at=clock.now() + 2 * day)
    shown = listed(desk)
    assert [(about, title) for about, title, _ in shown] == [
        ("flag", "SD Tersembunyi"),  # nobody else looks
        ("claim", everything.one.name),  # in two days
        ("flag", everything.other.name),  # in ten
        ("suggestion", everything.one.name),  # in ninety, and made first
        ("flag", everything.one.name),
        ("duplicate", f"{everything.one.name} / {everything.other.name}"),  # never
    ]
    assert all(by_itself for *_, by_itself in shown)
    assert shown[0][2] == "tetap tersembunyi"
    row.delete()
    Claim.objects.update(status="provisional", due_at=clock.now() + 85 * day)
    assert [about for about, *_ in listed(desk)][1:3] == ["claim", "suggestion"]


def test_the_queue_is_narrowed_by_kind_and_region(everything):
    desk = at_desk(people.moderator())
    factories.region("33.74", "Kota Semarang")
    away = factories.entry(name="SD Semarang", region_id="33.74")
    flags.flag(ids.encode("school", away.pk), reason="wrong", by=actors.ANONYMOUS, now=clock.now())
    assert {about for about, *_ in listed(desk, kind="flag")} == {"flag"}
    assert [title for _, title, _ in listed(desk, region="33")] == ["SD Semarang"]
    assert listed(desk, region="33", kind="claim") == []
    shown = desk.get("/desk/", {"region": "33"}).context["queue"]
    assert [(one.code, one.count) for one in shown["kinds"] if one.count] == [("", 1), ("flag", 1)]
    assert {"33", "33.74"} <= {one.code for one in shown["regions"]}
    assert len(listed(desk, kind="?", region="\x00", start="-1")) == len(listed(desk))


def test_the_queue_offers_no_region_but_the_moderators_own(desk, everything):
    codes = [one.code for one in desk.get("/desk/").context["queue"]["regions"]]
    assert codes == ["32", "32.71"]


def test_the_queue_comes_a_page_at_a_time(desk, one, monkeypatch):
    monkeypatch.setattr(queue, "SHOWN", 2)
    for _ in range(3):
        duplicates.remember(factories.entry(region_id="32.71").pk, one.pk, now=clock.now())
    first = desk.get("/desk/")
    assert "Berikutnya" in text(first)
    second = listed(desk, start=2)
    assert len(second) == 1
    assert not set(second) & set(listed(desk))
    assert "Sebelumnya" in text(desk.get("/desk/", {"start": 2}))
    monkeypatch.setattr(waiting, "MOST", 2)
    assert listed(desk, start=2) == []  # nobody turns over more
    assert desk.get("/desk/").context["queue"]["kinds"][0].count == 2


def test_the_queue_asks_as_much_for_many_as_for_few(desk, everything):
    with CaptureQueriesContext(connection) as few:
        desk.get("/desk/")
    for _ in range(5):
        duplicates.remember(factories.entry(region_id="32.71").pk, everything.one.pk, now=clock.now())
    with CaptureQueriesContext(connection) as many:
        assert len(listed(desk)) >= 7
    assert len(many) <= len(few)


# --- deciding ---


def test_a_pair_is_previewed_merged_and_undone(desk, person, pair):
    url = address("pair", pair, "duplicate")
    assert "20000002" in text(desk.get(url))
    wanted = {"action": "merge", "stays": "first", "reason": "Sama"}

    preview = desk.post(url, {**wanted, "step": "preview"})
    assert "belum ada yang berubah" in text(preview)
    assert text(preview).count('value="Sama"') == 1  # in the form that was previewed
    assert Entry.objects.filter(status="merged").count() == 0

    assert desk.post(url, {**wanted, "step": "do"}).status_code == 302
    gone = Entry.objects.get(status="merged")
    assert (gone, gone.merged_into) == (pair.second, pair.first)
    event = Event.objects.get(type="entry.merged")
    assert (event.actor_kind, event.actor_reference) == ("user", ids.encode("user", person.pk))
    assert (event.reason, event.acting_entry_id) == ("Sama", None)
    assert Duplicate.objects.get().status == "merged"
    assert "Batalkan penggabungan" in text(desk.get(address("entry", gone)))
    desk.post(address("entry", gone), {"action": "unmerge", "step": "do"})
    assert not Entry.objects.filter(status="merged").exists()


def test_a_pair_is_dismissed(desk, pair):
    desk.post(address("pair", pair, "duplicate"), {"action": "dismiss", "reason": "Dua gedung"})
    assert Duplicate.objects.get().status == "dismissed"
    assert "Bukan duplikat</button>" not in text(desk.get(address("pair", pair, "duplicate")))


def test_an_entry_is_merged_by_number_split_and_put_together_again(desk, one, other):
    with factories.recorded():
        row = Installation.objects.create(
            library=other, product=Product.objects.create(name="SLiMS"), stated_by="school"
        )
    desk.post(
        address("entry", other),
        {
            "action": "split",
            "name": "SD Tiga",
            "numbers": "npsn:20000002",
            "names": "alias:SD Kedua",
            "installations": str(row.pk),
        },
    )
    made = Entry.objects.get(name="SD Tiga")
    assert (made.identifiers.get().value, made.names.get().value) == ("20000002", "SD Kedua")
    assert made.installations.get() == row
    desk.post(address("entry", made), {"action": "unsplit"})
    assert other.identifiers.get().value == "20000002"
    desk.post(address("entry", other), {"action": "merge", "into": "npsn:20000001"})
    assert Entry.objects.get(pk=other.pk).merged_into == one


def test_entries_are_closed_opened_hidden_and_shown(desk, one):
    for action, status in (("close", "closed"), ("reopen", "active"), ("hide", "hidden"), ("show_again", "active")):
        desk.post(address("entry", one), {"action": action, "reason": "uji"})
        assert Entry.objects.get(pk=one.pk).status == status


def test_a_refusal_is_told_and_nothing_is_done(desk, one, other):
    url = address("entry", one)
    for sent, sentence in (
        ({"action": "merge", "into": "npsn:99999999"}, "Entri itu tidak dikenal."),
        ({"action": "split", "name": "!", "numbers": "npsn:20000001"}, "tidak boleh kosong"),
        ({"action": "split", "name": "SD Baru"}, "Sebutkan apa yang menjadi milik entri baru."),
        ({"action": "reopen"}, "Tidak dapat dilakukan"),
        ({"action": "hide", "reason": "\x00"}, "Teks memuat karakter"),
    ):
        assert sentence in text(desk.post(url, sent))
    merging.merge(other.pk, into=one.pk, by=factories.TESTER, now=clock.now())
    with factories.recorded():
        Entry.objects.get(pk=one.pk).identifiers.filter(value="20000002").update(retired_at=clock.now())
    refused = desk.post(address("entry", other), {"action": "unmerge", "step": "do"})
    assert refused.status_code == 409
    assert "identifier npsn 20000002 sudah berubah sesudah itu." in text(refused)
    assert desk.post(url, {"action": "delete"}).status_code == 404
    assert desk.get("/desk/entries/sch_x").status_code == 404
    assert desk.get(reverse("desk:entry", args=[ids.encode("claim", one.pk)])).status_code == 404


def test_a_claim_is_read_with_its_letter_and_decided(desk, claim):
    url = address("claim", claim, "claim")
    shown = text(desk.get(url))
    assert "Saya guru pustakawan" in shown
    letter = desk.get(address("claim_letter", claim, "claim"))
    assert letter.content == b"%PDF-1.4 surat"
    assert letter["Content-Disposition"].startswith("attachment;")
    assert letter["X-Content-Type-Options"] == "nosniff"

    assert "tidak boleh kosong" in text(desk.post(url, {"action": "decline"}))
    desk.post(url, {"action": "accept", "checked": "assignment_letter"})

    assert Claim.objects.get().status == "accepted"
    assert Membership.objects.acting().get().user == claim.user
    assert "Tolak</button>" not in text(desk.get(url))


def test_a_claim_is_declined_with_a_reason_and_a_code_for_a_letter_is_shown_once(desk, claim):
    url = address("claim", claim, "claim")
    assert "Kode untuk surat" in text(desk.post(url, {"action": "issue_letter_code"}))
    assert "Kode untuk surat" not in text(desk.get(url))
    desk.post(url, {"action": "decline", "reason": "Tidak terbaca"})
    assert (Claim.objects.get().status, Claim.objects.get().reason) == ("declined", "Tidak terbaca")


@pytest.fixture
def suggestion(one):
    proposed = {"address": "Jl. Baru 1", "website": "https://baru.example"}
    row, _ = suggestions.suggest(one.pk, proposed, reason="Pindah", by=actors.ANONYMOUS, now=clock.now())
    return row


def test_a_suggestion_is_taken_over_in_part(desk, one, suggestion):
    assert "gugur, entri tetap," in text(desk.get("/desk/"))
    url = address("suggestion", suggestion, "suggestion")
    shown = text(desk.get(url))
    assert "Jl. Baru 1" in shown
    assert "Pindah" in shown
    desk.post(url, {"action": "accept", "fields": "address"})
    row = Entry.objects.get(pk=one.pk)
    assert (row.address, row.website) == ("Jl. Baru 1", "")
    assert Suggestion.objects.get().status == "accepted_in_part"
    assert "Terima (" not in text(desk.get(url))


def test_a_suggestion_is_declined_with_a_reason(desk, suggestion):
    url = address("suggestion", suggestion, "suggestion")
    assert "bukan salah satu pilihan" in text(desk.post(url, {"action": "decline"}))
    reason = vocabularies.codes("decline_reason")[0]
    desk.post(url, {"action": "decline", "reason": reason, "note": "Tidak terbukti"})
    row = Suggestion.objects.get()
    assert (row.status, row.decline_reason, row.note) == ("declined", reason, "Tidak terbukti")


@pytest.fixture
def flag(one):
    return flags.flag(
        ids.encode("school", one.pk), reason="wrong", note="Sudah tutup", by=actors.ANONYMOUS, now=clock.now()
    )


@pytest.mark.parametrize(
    ("sent", "status", "of_entry"),
    [
        ({"action": "dismiss"}, "dismissed", "active"),
        ({"action": "uphold"}, "upheld", "active"),
        ({"action": "uphold", "hide": "yes"}, "upheld", "hidden"),
    ],
)
def test_a_flag_is_answered(desk, one, flag, sent, status, of_entry):
    assert "SD Satu" in text(desk.get("/desk/"))
    url = address("flag", flag, "flag")
    assert "Sudah tutup" in text(desk.get(url))
    desk.post(url, {**sent, "note": "uji"})
    assert (Flag.objects.get().status, Flag.objects.get().answer) == (status, "uji")
    assert Entry.objects.get(pk=one.pk).status == of_entry
    assert "Benar</button>" not in text(desk.get(url))


def test_what_people_say_of_other_regions_is_not_there(suggestion, flag):
    elsewhere = at_desk(people.moderator("33"))
    for url in (address("suggestion", suggestion, "suggestion"), address("flag", flag, "flag")):
        assert elsewhere.get(url).status_code == 404
    assert "SD Satu" not in text(elsewhere.get("/desk/"))


# --- rows ---


LISTS = ("directory_entry", "directory_event", "partners_membership", "partners_apikey", "partners_letter")


def addresses_of(model):
    """Where a model's rows are listed, and where Django's admin would add, change or delete one."""
    listed = reverse(f"desk:{model._meta.app_label}_{model._meta.model_name}_changelist")
    key = model._default_manager.first().pk
    return listed, [
        f"{listed}{way}" for way in ("add/", f"{key}/", f"{key}/change/", f"{key}/delete/", f"{key}/history/")
    ]


def rows_of(model):
    return list(model._default_manager.order_by("pk").values())


def test_every_model_of_the_desk_is_listed_without_what_opens_or_is_private(everything):
    desk = at_desk(people.moderator())
    assert {f"{model._meta.app_label}_{model._meta.model_name}" for model in site.desk._registry} == set(LISTS)
    for model in site.desk._registry:
        listed = desk.get(addresses_of(model)[0])
        assert listed.status_code == 200
        assert len(listed.context["cl"].result_list) > 0
        assert "rahasia" not in text(listed)


def test_no_row_can_be_added_changed_or_deleted_by_any_address_of_any_model(everything):
    desk = at_desk(people.moderator())
    actions = {"action": "delete_selected", "index": "0", "select_across": "1", "post": "yes"}
    for model, rows in site.desk._registry.items():
        before = rows_of(model)
        listed, others = addresses_of(model)
        keys = [str(row["id"]) for row in before]
        sent = {**actions, "_selected_action": keys, "_save": "1", "form-TOTAL_FORMS": "1", "form-0-name": "diubah"}
        assert desk.post(listed, sent).status_code == 405
        for address in others:
            for ask in (desk.get, desk.post, desk.put, desk.delete):
                assert ask(address, sent if ask == desk.post else None).status_code == 404
        assert rows_of(model) == before
        request = desk.get(listed).wsgi_request
        assert rows.get_actions(request) == {}
        assert not any(
            right(request)
            for right in (rows.has_add_permission, rows.has_change_permission, rows.has_delete_permission)
        )


def test_only_the_pages_of_decisions_take_a_post(everything):
    """Every address under /desk/ that is no page of decisions, by its route."""
    taken = [str(one.pattern) for one in site.desk.get_urls() if getattr(one, "name", "") not in pages.PAGES]
    assert taken
    desk = at_desk(people.moderator())
    before = {model: rows_of(model) for model in site.desk._registry}
    for route in taken:
        if "<" not in route and not route.startswith("^") and route != "logout/":
            desk.post(f"/desk/{route}", {"action": "delete_selected", "post": "yes"})
    assert {model: rows_of(model) for model in site.desk._registry} == before


def test_lists_are_narrowed_to_regions_and_what_lies_in_none_is_the_countrys(desk, one):
    away = factories.entry(name="SD Jauh", region_id="33")
    people.member(away)
    shown = text(desk.get(reverse("desk:directory_entry_changelist")))
    assert "SD Satu" in shown
    assert "SD Jauh" not in shown
    assert "SD Jauh" not in text(desk.get(reverse("desk:partners_membership_changelist")))


def test_the_journal_and_letters_of_a_region_are_read_there_and_nowhere_else(everything):
    """What lies in no region, like a sign-in or what two partners do together, is the country's."""
    now = clock.now()
    mail.put(to="a@contoh.example", subject="Kode masuk", text="x", now=now)
    mail.put(to="b@contoh.example", subject="Undangan", text="x", entry=everything.one.pk, now=now)
    with transaction.atomic():
        journal.record("collaboration.created", by=actors.SYSTEM, now=now, subject=("collaboration", everything.one.pk))
    here, away, country = (at_desk(people.moderator(*region)) for region in (("32.71",), ("33",), ()))

    told = {event.subject_type for event in rows_in(here, "directory_event")}
    assert {"school", "claim", "suggestion", "flag"} <= told
    assert "collaboration" not in told
    assert rows_in(away, "directory_event") == []
    assert len(rows_in(country, "directory_event")) == Event.objects.count()
    for elsewhere in ({"q": ids.encode("claim", everything.claim.pk)}, {"q": ids.encode("event", everything.event.pk)}):
        assert rows_in(away, "directory_event", **elsewhere) == []

    assert "Undangan" in {letter.subject for letter in rows_in(here, "partners_letter")}
    assert "Kode masuk" not in {letter.subject for letter in rows_in(here, "partners_letter")}
    assert rows_in(away, "partners_letter") == rows_in(away, "partners_letter", q="b@contoh.example") == []
    assert {"Undangan", "Kode masuk"} <= {letter.subject for letter in rows_in(country, "partners_letter")}
    for client in (here, away):
        for name in LISTS:
            assert client.post(reverse(f"desk:{name}_changelist"), {"action": "delete_selected"}).status_code == 405


def rows_in(client, name, **sent):
    return list(client.get(reverse(f"desk:{name}_changelist"), sent).context["cl"].result_list)


def test_the_regions_journal_knows_every_kind_of_thing_that_is_about_an_entry(everything):
    """Each stands for an event that happened to it."""
    by = people.actor(people.moderator("32.71"))
    about = [
        ("school", everything.one), ("installation", everything.running), ("duplicate", everything.pair),
        ("membership", everything.membership), ("api_key", everything.key), ("claim", everything.claim),
        ("suggestion", everything.suggestion), ("flag", everything.flag),
    ]  # fmt: skip
    with transaction.atomic():
        for name, row in about:
            journal.record("test.happened", by=actors.SYSTEM, now=clock.now(), subject=(name, row.pk))
    told = Event.objects.filter(regional.events(by), type="test.happened")
    assert sorted(told.values_list("subject_type", flat=True)) == sorted(name for name, _ in about)


@pytest.mark.parametrize(
    ("name", "term", "is_found"),
    [
        ("directory_entry", "npsn:20000001", True),
        ("directory_entry", "satu", True),
        ("directory_entry", "tiada", False),
        ("partners_membership", "anggota-x@contoh.example", True),
        ("partners_membership", "npsn:20000001", True),
        ("partners_membership", "sch_x", False),
        ("partners_apikey", "npsn:20000001", True),
        ("partners_apikey", "xxxxxxxx", False),
        ("partners_letter", "a@contoh.example", True),
        ("partners_letter", "b@contoh.example", False),
        ("directory_event", "bukan id", False),
    ],
)
def test_rows_are_found(one, name, term, is_found):
    desk = at_desk(people.moderator())
    member = people.member(one, of=people.user(email="anggota-x@contoh.example"))
    people.entry_key(one, by=member)
    mail.put(to="a@contoh.example", subject="Halo", text="x", now=clock.now())
    shown = desk.get(reverse(f"desk:{name}_changelist"), {"q": term}).context["cl"].result_list
    assert bool(len(shown)) == is_found


def test_the_journal_is_found_by_what_it_is_about(desk, pair):
    duplicates.dismiss(pair.pk, by=people.actor(people.moderator()), now=clock.now())
    event = Event.objects.get(type="duplicate.dismissed")
    country = at_desk(people.moderator())
    for name, key in (("duplicate", pair.pk), ("event", event.pk)):
        found = country.get(reverse("desk:directory_event_changelist"), {"q": ids.encode(name, key)})
        assert list(found.context["cl"].result_list) == [event]


def test_djangos_own_admin_is_not_served():
    assert admin.site._registry == {}
