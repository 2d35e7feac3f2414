"""A person erased: nothing tells who it was, facts of organisations stay, and so does the record of what was done."""

from io import StringIO

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from api import bodies
from directory import clock, errors
from directory.models import Contact, Entry, Event, History, Identifier
from partners import erasing
from partners.accounts import holdings, privacy
from partners.models import ApiKey, Consent, Invitation, Letter, Membership, Moderator, Professional, User
from tests import factories, people
from tests.partners.accounts import erased

pytestmark = pytest.mark.django_db
MARKERS = (erased.EMAIL, erased.NAME, "ratna", "penanda")


@pytest.fixture
def ratna():
    return erased.person()


def erase(person, **about):
    by = people.actor(person)
    dry = erasing.erase(person.pk, dry_run=True, by=by, now=clock.now(), **about)
    return erasing.erase(person.pk, confirmation=dry.confirmation, by=by, now=clock.now(), **about)


def test_the_search_finds_the_person_before(ratna):
    bodies.catch_up(batches=1)
    assert erased.found(*MARKERS) >= {
        "partners_user.email",
        "partners_user.name",
        "partners_letter.text",
        "partners_invitation.email",
        "partners_professional.name_key",
        "partners_attainment.title",
        "directory_contact.value",
        "directory_contact.label",
        "directory_history.data",
        "directory_entry.name",
        "directory_searchdocument.words",
        "api_keptbody.body",
    }


def test_after_erasing_no_table_tells_who_it_was(ratna):
    erase(ratna, entry="hide")
    bodies.drop_unseen()

    assert erased.found(*MARKERS, "0000-0002-1825-0097") == set()


def test_an_author_stays_by_name_unless_the_person_wants_to_be_hidden(ratna):
    bodies.catch_up(batches=1)
    erase(ratna)

    author = Entry.objects.get(kind="author")
    assert (author.name, author.status) == (erased.NAME, "active")
    assert not Contact.objects.filter(entry=author).exists()
    assert erased.found(erased.EMAIL) == set()
    of_the_author = {f"directory_{table}" for table in ("entry", "entryname", "history")}
    assert {place.partition(".")[0] for place in erased.found(erased.NAME)} == {*of_the_author, "api_keptbody"}
    kept = History.objects.filter(data__icontains=erased.NAME)
    assert set(kept.values_list("table_name", "entry_id")) == {("directory_entry", author.pk)}


def test_what_goes_and_what_stays(ratna):
    report = erase(ratna, entry="hide")

    row = User.objects.get(pk=ratna.pk)
    assert (row.name, row.is_active, row.is_staff, row.confirmed_at) == ("", False, False, None)
    assert row.email.endswith("@erased.invalid")
    assert not row.has_usable_password()
    assert not Membership.objects.current().filter(user=ratna).exists()
    assert Membership.objects.filter(user=ratna).count() == 3
    assert not ApiKey.objects.filter(user=ratna, revoked_at=None).exists()
    assert set(ApiKey.objects.filter(user=ratna).values_list("name", flat=True)) == {""}
    assert not Moderator.objects.filter(user=ratna).exists()
    assert all(one.withdrawn_at for one in Consent.objects.last_of(ratna.pk).values())
    assert Professional.objects.get().status == "erased"
    assert not Letter.objects.filter(to__iexact=erased.EMAIL).exists()
    assert Letter.objects.get(to="lain@contoh.example", subject="Undangan").text == "… (…) mengundang Anda."
    assert not Invitation.objects.open(clock.now()).exclude(email="lain@contoh.example").exists()
    assert Contact.objects.get().label == ""
    assert {one.name: one.fate for one in report.parts} == {
        "sign_in_addresses": "erased",
        "second_factors": "erased",
        "letters": "erased",
        "invitations_received": "blanked",
        "invitations_sent": "kept",
        "memberships": "kept",
        "moderator_rights": "erased",
        "keys": "blanked",
        "consents": "kept",
        "professional": "blanked",
        "attainments": "erased",
        "claims": "blanked",
        "evidence": "blanked",
        "evidence_files": "erased",
        "suggestions": "blanked",
        "flags": "blanked",
        "reasons": "erased",
        "events": "kept",
        "contacts": "erased",
        "author_entries": "erased",
        "account": "blanked",
    }


def test_no_session_stays_also_none_from_before_a_new_password(ratna):
    browsers = [Client() for _ in range(3)]
    for browser in browsers[:2]:
        browser.force_login(ratna, "django.contrib.auth.backends.ModelBackend")
    ratna.set_password("musim-hujan-sekali")
    ratna.save()
    browsers[2].force_login(people.user(), "django.contrib.auth.backends.ModelBackend")
    assert Session.objects.count() == 3

    erase(ratna)

    assert [one.session_key for one in Session.objects.all()] == [browsers[2].session.session_key]


def test_the_events_stay_as_they_were(ratna):
    columns = {field.name for field in Event._meta.concrete_fields} - {"reason", "salt", "digest"}
    before = list(Event.objects.order_by("pk").values(*columns))
    reasons = dict(Event.objects.exclude(reason="").values_list("pk", "reason"))
    erase(ratna)
    assert list(Event.objects.filter(pk__in=[one["id"] for one in before]).order_by("pk").values(*columns)) == before
    left = dict(Event.objects.exclude(reason="").values_list("pk", "reason"))
    assert [text for key, text in reasons.items() if key not in left] == [f"Kata {erased.NAME}, {erased.EMAIL}"]
    assert left.items() <= reasons.items()
    assert Event.objects.filter(type="person.erased", actor_reference__startswith="usr_").count() == 1


def test_an_entry_that_nobody_is_left_for_is_listed_again(ratna):
    alone = factories.entry(trust_level="verified", verified_at=clock.now(), checked_what=["letter"])
    people.member(alone, of=ratna)
    key = people.entry_key(alone, by=ratna)
    report = erase(ratna)

    row = Entry.objects.get(pk=alone.pk)
    assert (row.trust_level, row.checked_what, row.verified_at, row.status) == ("listed", [], None, "active")
    assert len(report.listed_again) == 2  # the author's too
    assert people.client(key).get("/v1/me").status_code == 401


def test_the_last_admin_hands_over_first(ratna):
    shared = factories.entry()
    people.member(shared, of=ratna)
    people.member(shared, "editor")
    by = people.actor(ratna)

    for dry_run in (True, False):
        with pytest.raises(errors.Conflict, match="hand_over_first"):
            erasing.erase(ratna.pk, dry_run=dry_run, by=by, now=clock.now())
    assert User.objects.get(pk=ratna.pk).is_active


def test_a_dry_run_keeps_nothing_and_comes_first(ratna):
    by, before = people.actor(ratna), erased.found(*MARKERS)
    counts = {model: model._default_manager.count() for model in apps.get_models()}

    dry = erasing.erase(ratna.pk, dry_run=True, by=by, now=clock.now())

    assert {model: model._default_manager.count() for model in apps.get_models()} == counts
    assert erased.found(*MARKERS) == before
    for wrong in ("", "x", dry.confirmation[:-1] + "x"):
        with pytest.raises(errors.Conflict, match="confirmation_needed"):
            erasing.erase(ratna.pk, confirmation=wrong, by=by, now=clock.now())
    with pytest.raises(errors.Conflict, match="confirmation_needed"):
        erasing.erase(ratna.pk, entry="hide", confirmation=dry.confirmation, by=by, now=clock.now())
    assert User.objects.get(pk=ratna.pk).is_active


def test_nobody_erases_or_exports_another(ratna):
    by = people.actor(people.moderator())
    with pytest.raises(errors.Missing):
        erasing.erase(ratna.pk, dry_run=True, by=by, now=clock.now())
    with pytest.raises(errors.Missing):
        privacy.export(ratna.pk, by=by, now=clock.now())


def test_the_history_keeps_its_rows_without_the_values(ratna):
    before = History.objects.count()
    erase(ratna, entry="hide")
    assert History.objects.count() > before
    for row in History.objects.filter(table_name="directory_contact", data__kind="email"):
        assert row.data["value"] in ("", "tu@sd.example")
    assert not Identifier.objects.exists()


def test_a_name_is_taken_out_as_a_word_only():
    short = people.user("", email="ani@contoh.example")
    User.objects.filter(pk=short.pk).update(name="Ani")
    factories.entry(contacts=[{"kind": "phone", "value": "+62217654321", "label": "Tani Makmur"}])
    factories.entry(contacts=[{"kind": "phone", "value": "+62217654322", "label": "Bu ANI, TU"}])

    erase(User.objects.get(pk=short.pk))

    assert sorted(Contact.objects.values_list("label", flat=True)) == ["", "Tani Makmur"]


def test_every_table_that_points_at_a_person_is_told_of():
    """A new table has its line in holdings.HELD, or it is another app's that erasing empties."""
    named = {line.model for line in holdings.HELD}
    # An account's rights are its own columns and these two.
    for relation in User._meta.related_objects:
        label = relation.related_model._meta.label
        assert label in named or not label.startswith(("partners.", "directory.", "api.")), label


def test_the_operator_erases_by_address(ratna):
    said = StringIO()
    call_command("erase_person", erased.EMAIL.upper(), "--dry-run", "--entry", "hide", stdout=said)
    assert "Nothing was changed." in said.getvalue()
    assert User.objects.filter(email=erased.EMAIL).exists()

    call_command("erase_person", erased.EMAIL, "--entry", "hide", stdout=said)

    bodies.drop_unseen()
    assert said.getvalue().endswith("Erased.\n")
    assert erased.found(*MARKERS) == set()
    assert Event.objects.get(type="person.erased").actor_kind == "command"
    with pytest.raises(CommandError, match="no active account"):
        call_command("erase_person", erased.EMAIL)


def test_the_operator_is_told_who_must_hand_over(ratna):
    shared = factories.entry()
    people.member(shared, of=ratna)
    people.member(shared, "editor")
    with pytest.raises(CommandError, match="sch_"):
        call_command("erase_person", erased.EMAIL)
