"""Second factors in a real browser: an app's code with keys alone and no script, a passkey by a virtual telephone."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests import people
from tests.api.pages import signing_in
from tests.browser.conftest import SIZES, looked_at
from tests.browser.test_walk import sign_in, tab_to

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def password_again(page, person):
    """The page that asks for the password before a lock is changed."""
    page.wait_for_url("**/reauthenticate/**")
    tab_to(page, "textbox (Kata )?[Ss]andi")
    page.keyboard.type(people.PASSWORD)
    page.keyboard.press("Enter")


def test_keys_alone_set_up_an_app_and_sign_in_with_its_code(visitor, time_machine):
    person = signing_in.person("Ada")
    sign_in(visitor, person)
    visitor.goto("/account/second-factors/totp/activate/")
    password_again(visitor, person)
    visitor.wait_for_url("**/totp/activate/")
    looked_at(visitor, "totp-activate")
    secret = visitor.locator("#authenticator_secret").input_value()
    tab_to(visitor, "textbox (?!.*[A-Z2-7]{32})")
    visitor.keyboard.type(code_of(secret))
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/recovery-codes/**")
    looked_at(visitor, "recovery-codes")
    assert Authenticator.objects.filter(user=person, type="totp").exists()

    visitor.context.clear_cookies()
    time_machine.move_to(time.time() + 60)  # a code is good once
    visitor.goto("/account/login/")
    visitor.get_by_label("Email").fill(person.email)
    visitor.get_by_label(re.compile("sandi", re.I)).first.fill(people.PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/second-factors/authenticate/**")
    looked_at(visitor, "totp-authenticate")
    tab_to(visitor, "textbox Kode")
    visitor.keyboard.type(code_of(secret))
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/account/")


@pytest.fixture
def holder(chromium, size, live_server, transactional_db):
    """A browser with scripts, and with a telephone that makes passkeys and unlocks them by a finger."""
    context = chromium.new_context(viewport=SIZES[size], locale="id-ID", base_url=live_server.url)
    context.set_default_timeout(30_000)
    page = context.new_page()
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    assert faults == []
    context.close()


def test_a_passkey_is_made_and_opens_the_account_without_a_password(holder):
    person = signing_in.person("Ada")
    sign_in(holder, person)
    holder.goto("/account/second-factors/webauthn/add/")
    password_again(holder, person)
    holder.wait_for_url("**/webauthn/add/")
    looked_at(holder, "passkey-add")
    holder.get_by_label("Nama").fill("Ponsel")
    holder.get_by_role("checkbox").check()
    tab_to(holder, "button Tambah")
    holder.keyboard.press("Enter")
    holder.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=person, type="webauthn").exists()
    holder.goto("/account/second-factors/webauthn/")
    holder.get_by_text("Ponsel").wait_for()
    looked_at(holder, "passkeys")

    holder.context.clear_cookies()
    holder.goto("/account/login/")
    looked_at(holder, "sign-in-with-passkey")
    holder.locator("#passkey_login").focus()
    holder.keyboard.press("Enter")
    holder.wait_for_url("**/account/")
    assert holder.get_by_text("Halo, Ada").count() == 1


def test_a_passkey_is_the_second_step_after_a_password(holder):
    person = signing_in.person("Ada")
    sign_in(holder, person)
    holder.goto("/account/second-factors/webauthn/add/")
    password_again(holder, person)
    holder.get_by_label("Nama").fill("Kunci")
    holder.locator("#mfa_webauthn_add").click()
    holder.wait_for_url("**/recovery-codes/**")

    holder.context.clear_cookies()
    holder.goto("/account/login/")
    holder.get_by_label("Email").fill(person.email)
    holder.get_by_label(re.compile("sandi", re.I)).first.fill(people.PASSWORD)
    holder.keyboard.press("Enter")
    holder.wait_for_url("**/second-factors/authenticate/**")
    looked_at(holder, "passkey-authenticate")
    holder.locator("#mfa_webauthn_authenticate").click()
    holder.wait_for_url("**/account/")
