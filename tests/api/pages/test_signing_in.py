"""Accounts by e-mail: signing up, in and out, a new password, and what a stranger learns of who has an account."""

import datetime
import threading

import pytest
from django.contrib.auth import get_user, hashers
from django.contrib.sessions.models import Session
from django.db import connection, connections

from api.pages import attempts
from directory import clock
from directory.models import Event
from partners.accounts import consents
from partners.models import Letter, User
from tests import people
from tests.api.pages import signing_in

pytestmark = pytest.mark.django_db
NEW = {"email": "baru@sekolah.example", "password1": people.PASSWORD}


@pytest.fixture
def stranger():
    return signing_in.browser()


def signed_up(client, **fields):
    return client.post("/account/signup/", {**NEW, **fields}, follow=True)


def test_whoever_types_the_code_of_the_mail_has_a_confirmed_account(stranger):
    page = signed_up(stranger)
    user = User.objects.get(email=NEW["email"])
    assert page.request["PATH_INFO"] == "/account/confirm-email/"
    assert user.confirmed_at is None
    assert not get_user(stranger).is_authenticated

    code = signing_in.code_in(signing_in.letters(NEW["email"])[-1])
    home = stranger.post("/account/confirm-email/", {"code": code}, follow=True)

    user.refresh_from_db()
    assert home.request["PATH_INFO"] == "/account/"
    assert user.confirmed_at is not None
    assert get_user(stranger) == user
    assert Event.objects.filter(type="user.confirmed", subject_id=str(user.pk)).count() == 1


def test_a_password_is_kept_as_argon2id(stranger):
    signed_up(stranger)
    assert User.objects.get(email=NEW["email"]).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("password", ["pendek", "password123", "baru@sekolah.example"])
def test_a_weak_password_is_refused(stranger, password):
    page = signed_up(stranger, password1=password)
    assert page.status_code == 200
    assert not User.objects.exists()
    assert b'role="alert"' in page.content


def test_three_wrong_codes_end_the_attempt(stranger):
    signed_up(stranger)
    for _ in range(3):
        stranger.post("/account/confirm-email/", {"code": "ABCD12"})
    code = signing_in.code_in(signing_in.letters(NEW["email"])[-1])
    stranger.post("/account/confirm-email/", {"code": code})
    assert User.objects.get().confirmed_at is None


def test_signing_out_needs_a_form():
    client = signing_in.browser(signing_in.person())
    client.get("/account/logout/")
    assert get_user(client).is_authenticated
    client.post("/account/logout/")
    assert not get_user(client).is_authenticated


def test_a_suspended_person_is_signed_out_at_once():
    person = signing_in.person()
    client = signing_in.browser(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_a_new_password_by_the_code_of_a_mail_confirms_the_address_too(stranger):
    person = people.user(is_confirmed=False)  # as `create_moderator` makes one: without any password
    stranger.post("/account/password/reset/", {"email": person.email})
    code = signing_in.code_in(signing_in.letters(person.email)[-1])
    stranger.post("/account/password/reset/confirm/", {"code": code})
    stranger.post(
        "/account/password/reset/complete/", {"password1": "musim-hujan-sekali", "password2": "musim-hujan-sekali"}
    )

    assert signing_in.sign_in(signing_in.browser(), person.email, "musim-hujan-sekali").status_code == 302
    person.refresh_from_db()
    assert person.confirmed_at is not None


# --- what a stranger learns ---


@pytest.fixture
def known():
    return signing_in.person().email


def same(ask, known, unknown="siapa@nanti.example"):
    """Both answers, each from a browser of its own, with the address that was typed taken out."""
    pages = []
    for email in (known, unknown):
        response = ask(signing_in.browser(), email)
        pages.append((response.status_code, signing_in.bytes_of(response).replace(email.encode(), b"")))
    return pages[0] == pages[1]


def test_a_wrong_password_and_an_unknown_account_look_the_same(known):
    assert same(lambda client, email: signing_in.sign_in(client, email, "salah-sekali"), known)


def test_a_new_password_for_a_known_and_an_unknown_account_look_the_same(known):
    assert same(lambda client, email: client.post("/account/password/reset/", {"email": email}, follow=True), known)
    assert same(
        lambda client, email: [
            client.post("/account/password/reset/", {"email": email}),
            client.post("/account/password/reset/confirm/", {"code": "ABCD12"}, follow=True),
        ][1],
        known,
        "lain@nanti.example",
    )


def test_signing_up_with_a_known_and_an_unknown_address_look_the_same(known):
    assert same(lambda client, email: signed_up(client, email=email), known)
    assert "sudah" in signing_in.letters(known)[-1].text
    assert User.objects.filter(email__iexact=known).count() == 1


@pytest.mark.parametrize("what", ["login", "signup", "password/reset"])
def test_known_and_unknown_cost_the_same_work(known, what, monkeypatch):
    """What takes time is a password hashed and a letter written: both do as much, so no clock tells them apart."""
    monkeypatch.setattr(attempts, "spend", lambda *a, **k: True)
    hashed = []
    encode = hashers.Argon2PasswordHasher.encode
    counted = lambda self, *given: hashed.append(1) or encode(self, *given)  # noqa: E731
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "encode", counted)

    def work(email):
        hashed.clear()
        letters = Letter.objects.count()
        body = {"login": email, "email": email, "password": "salah-sekali", "password1": people.PASSWORD}
        signing_in.browser().post(f"/account/{what}/", body)
        return len(hashed), Letter.objects.count() - letters

    of_known, of_unknown = work(known), work("siapa@nanti.example")

    assert of_known[1] == of_unknown[1]
    # A known password is verified, which argon2 does by itself; an unknown one is hashed in its place.
    assert of_unknown[0] == of_known[0] + (1 if what == "login" else 0)


# --- throttling ---


def failed(email, *, number, address="203.0.113.7"):
    client = signing_in.browser()
    return [signing_in.sign_in(client, email, "salah-sekali", REMOTE_ADDR=address) for _ in range(number)]


@pytest.mark.parametrize("email", ["ada@contoh.example", "tidak-ada@contoh.example"])
def test_after_five_failures_also_the_right_password_is_refused_for_a_quarter_of_an_hour(time_machine, email):
    signing_in.person(email="ada@contoh.example")
    time_machine.move_to(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), tick=False)
    pages = failed(email, number=6)
    assert len({signing_in.bytes_of(page) for page in pages[:5]}) == 1
    assert signing_in.bytes_of(pages[5]) != signing_in.bytes_of(pages[4])
    here = {"REMOTE_ADDR": "203.0.113.7"}
    assert signing_in.sign_in(signing_in.browser(), email, **here).status_code == 200

    time_machine.shift(datetime.timedelta(minutes=15, seconds=1))
    expected = 302 if email.startswith("ada") else 200
    assert signing_in.sign_in(signing_in.browser(), email, **here).status_code == expected


def test_failures_lock_nobody_out_elsewhere():
    email = signing_in.person().email
    failed(email, number=6)
    assert signing_in.sign_in(signing_in.browser(), email, REMOTE_ADDR="198.51.100.9").status_code == 302


def test_one_account_cannot_be_tried_from_many_addresses(monkeypatch):
    monkeypatch.setattr(
        attempts, "_LIMITS", (attempts.ACCOUNT_AND_ADDRESS, attempts.ACCOUNT._replace(most=7), attempts.ADDRESS)
    )
    email = signing_in.person().email
    for number in range(7):
        failed(email, number=1, address=f"203.0.113.{number}")
    assert signing_in.sign_in(signing_in.browser(), email, REMOTE_ADDR="198.51.100.9").status_code == 200


def test_a_right_password_is_no_failure_and_hides_none():
    person = signing_in.person()
    failed(person.email, number=4)
    here = {"REMOTE_ADDR": "203.0.113.7"}
    assert [signing_in.sign_in(signing_in.browser(), person.email, **here).status_code for _ in range(3)] == [302] * 3
    failed(person.email, number=1)
    assert signing_in.sign_in(signing_in.browser(), person.email, **here).status_code == 200


def test_a_new_password_lets_in_at_once():
    person, client = signing_in.person(), signing_in.browser()
    failed(person.email, number=6, address="127.0.0.1")
    client.post("/account/password/reset/", {"email": person.email})
    code = signing_in.code_in(signing_in.letters(person.email)[-1])
    client.post("/account/password/reset/confirm/", {"code": code})
    client.post(
        "/account/password/reset/complete/", {"password1": "musim-hujan-sekali", "password2": "musim-hujan-sekali"}
    )
    assert signing_in.sign_in(signing_in.browser(), person.email, "musim-hujan-sekali").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_let_through_five_times():
    let_through, lock, now = [], threading.Lock(), clock.now()

    def attempt():
        is_allowed = attempts.spend("satu@contoh.example", "203.0.113.7", now=now)
        with lock:
            let_through.append(is_allowed)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert let_through.count(True) == 5


def test_what_no_limit_and_no_session_needs_is_forgotten(stranger):
    signed_up(stranger)  # counted, and a session
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM api_cache")
        keys = [key for (key,) in cursor.fetchall()]
        assert keys
        assert not any("127.0.0.1" in key or "@" in key for key in keys)
        assert attempts.forget(now=clock.now() + datetime.timedelta(days=15)) == len(keys)
    assert not Session.objects.exists()


def test_whoever_signs_up_agrees_to_the_text_that_stands_there(stranger):
    terms = consents.PURPOSES["account_terms"]
    assert terms.id in stranger.get("/account/signup/").content.decode()
    signed_up(stranger)

    row = consents.Consent.objects.get()
    told = (row.user.email, row.purpose, row.text_version, row.how)
    assert told == (NEW["email"], "account_terms", terms.version, "page")
    signed_up(signing_in.browser())
    assert consents.Consent.objects.count() == 1
