"""Second factors are offered and never demanded; who has one needs it, and its secret is no secret of the database."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user

from partners.models import User
from tests import people
from tests.api.pages import signing_in

pytestmark = pytest.mark.django_db


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def proved_again(client):
    client.post("/account/reauthenticate/", {"password": people.PASSWORD})
    return client


@pytest.fixture
def person():
    return signing_in.person("Ada")


@pytest.fixture
def secret(person):
    """The secret that the person's authenticator app has."""
    client = proved_again(signing_in.browser(person))
    page = client.get("/account/second-factors/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    client.post("/account/second-factors/totp/activate/", {"code": code_of(found)})
    return found


def test_nobody_needs_a_second_factor(person):
    client = signing_in.browser(person)
    assert get_user(client).is_authenticated
    page = client.get("/account/").content.decode()
    assert "/account/second-factors/" in page
    assert "Tidak wajib" in page


def test_setting_one_up_asks_for_the_password(person):
    response = signing_in.browser(person).get("/account/second-factors/totp/activate/")
    assert response["Location"].startswith("/account/reauthenticate/")


def test_whoever_has_an_app_needs_its_code_once(person, secret, time_machine):
    time_machine.move_to(time.time() + 60)
    client = signing_in.browser(person)
    assert not get_user(client).is_authenticated
    client.post("/account/second-factors/authenticate/", {"code": "000000"})
    assert not get_user(client).is_authenticated
    code = code_of(secret)
    client.post("/account/second-factors/authenticate/", {"code": code})
    assert get_user(client) == person

    again = signing_in.browser(person)
    again.post("/account/second-factors/authenticate/", {"code": code})
    assert not get_user(again).is_authenticated


def test_a_code_is_not_guessed(person, secret, time_machine):
    time_machine.move_to(time.time() + 60)
    client = signing_in.browser(person)
    for _ in range(5):
        client.post("/account/second-factors/authenticate/", {"code": "000000"})
    client.post("/account/second-factors/authenticate/", {"code": code_of(secret)})
    assert not get_user(client).is_authenticated


def test_the_database_holds_no_secret_in_clear(person, secret):
    row = Authenticator.objects.get(user=person, type="totp")
    assert secret not in str(row.data)
    assert row.wrap().validate_code("000000") is False


def test_it_is_told_by_mail(person, request, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        request.getfixturevalue("secret")
    assert "autentikator" in signing_in.letters(person.email)[-1].text.lower()


def test_a_passkey_is_offered_and_the_page_says_that_it_needs_a_script(person):
    client = proved_again(signing_in.browser(person))
    page = client.get("/account/second-factors/webauthn/add/")
    assert page.status_code == 200
    assert b"<noscript>" in page.content
    assert ">Nama</label>" in page.content.decode()
    sign_in = signing_in.browser().get("/account/login/").content.decode()
    assert "passkey_login" in sign_in
    assert (
        signing_in.browser()
        .get("/account/second-factors/webauthn/login/", headers={"Accept": "application/json"})
        .json()
    )


# --- another address ---


def changed(client, email):
    proved_again(client).post("/account/email/", {"action_add": "", "email": email})
    return client


def test_another_address_counts_once_its_code_was_typed(person):
    client = changed(signing_in.browser(person), "baru@contoh.example")
    assert User.objects.get().email == person.email
    code = signing_in.code_in(signing_in.letters("baru@contoh.example")[-1])
    client.post("/account/confirm-email/", {"code": code})
    assert User.objects.get().email == "baru@contoh.example"
    assert "baru@contoh.example" in signing_in.letters(person.email)[-1].text  # the old address is told


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_the_address_of_another_account_is_not_taken(person, is_confirmed):
    other = signing_in.person("Budi", is_confirmed=is_confirmed)
    client = changed(signing_in.browser(person), other.email)
    for letter in signing_in.letters(other.email):
        if re.search(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", letter.text, re.MULTILINE):
            client.post("/account/confirm-email/", {"code": signing_in.code_in(letter)})
    assert {one.email for one in User.objects.all()} == {person.email, other.email}
    assert User.objects.get(pk=person.pk).email == person.email
