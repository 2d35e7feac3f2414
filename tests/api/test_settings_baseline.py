"""The settings baseline: one assertion for each line that the security rules say of settings and headers.

In production with https; the settings are read at a process's start, so they are asked of one.
"""

import json
import subprocess
import sys

import pytest
from django.conf import settings as running

from api import refusals
from tests.api import test_settings

NAMES = [
    "DEBUG",
    "ALLOWED_HOSTS",
    "PASSWORD_HASHERS",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SAMESITE",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_DOMAIN",
    "CSRF_COOKIE_PATH",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_SSL_REDIRECT",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "X_FRAME_OPTIONS",
    "SECURE_PROXY_SSL_HEADER",
    "SILENCED_SYSTEM_CHECKS",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_REAUTHENTICATION_REQUIRED",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "SESSION_ENGINE",
    "CSRF_TRUSTED_ORIGINS",
    "ACCOUNT_LOGOUT_ON_GET",
]
SAY = (
    "import django, json; django.setup(); from django.conf import settings;"
    f" print(json.dumps({{name: getattr(settings, name, None) for name in {NAMES!r}}}))"
)


@pytest.fixture(scope="module")
def production():
    own = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "api.settings", **test_settings.GOOD}
    done = subprocess.run(
        [sys.executable, "-c", SAY], env=own, cwd=test_settings.ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_debug_is_off(production):
    assert production["DEBUG"] is False


def test_hosts_are_named(production):
    assert production["ALLOWED_HOSTS"] == ["pustaka.example.org"]


def test_passwords_are_argon2id_and_nothing_else(production):
    assert production["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.parametrize("name", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_cookies_are_of_this_host_alone(production, name):
    assert production[f"{name}_NAME"].startswith("__Host-")
    assert production[f"{name}_SECURE"] is True
    assert production[f"{name}_DOMAIN"] is None
    assert production[f"{name}_PATH"] == "/"


@pytest.mark.parametrize("name", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_no_script_reads_a_cookie(production, name):
    assert production[f"{name}_HTTPONLY"] is True


@pytest.mark.parametrize("name", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_forms_of_other_sites_come_without_cookies(production, name):
    assert production[f"{name}_SAMESITE"] == "Lax"


def test_no_other_site_is_trusted(production):
    assert not production["CSRF_TRUSTED_ORIGINS"]


def test_hsts_is_a_year_with_subdomains(production):
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert production["SECURE_HSTS_PRELOAD"] is True


def test_plain_http_is_redirected(production):
    assert production["SECURE_SSL_REDIRECT"] is True


def test_the_proxy_alone_says_that_it_was_https(production):
    assert production["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_types_are_not_guessed(production):
    assert production["SECURE_CONTENT_TYPE_NOSNIFF"] is True


def test_other_sites_learn_no_address(production):
    assert production["SECURE_REFERRER_POLICY"] == "same-origin"


def test_no_frame_holds_a_page(production):
    assert production["X_FRAME_OPTIONS"] == "DENY"


def test_addresses_are_proved_before_anything_else(production):
    assert production["ACCOUNT_EMAIL_VERIFICATION"] == "mandatory"


def test_what_is_sensitive_asks_for_the_password_again(production):
    assert production["ACCOUNT_REAUTHENTICATION_REQUIRED"] is True


def test_passkeys_are_for_https_alone(production):
    assert production["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_signing_out_is_no_link(production):
    assert not production["ACCOUNT_LOGOUT_ON_GET"]


def test_sessions_are_rows_that_can_be_ended(production):
    assert production["SESSION_ENGINE"] == "django.contrib.sessions.backends.db"


def test_the_one_silenced_check_is_met_in_fact(production):
    assert production["SILENCED_SYSTEM_CHECKS"] == ["security.W003"]  # it looks for a name; ours is a subclass
    from django.middleware.csrf import CsrfViewMiddleware
    from django.utils.module_loading import import_string

    found = [import_string(path) for path in running.MIDDLEWARE]
    assert any(isinstance(one, type) and issubclass(one, CsrfViewMiddleware) for one in found)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEBUG": True, "ALLOWED_HOSTS": ["pustaka.example.org"]}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS contains *"),
        ({"PRODUCTION": True, "ALLOWED_HOSTS": ["a.example"], "SECRET_KEY": "short"}, "SECRET_KEY is missing or weak"),
        ({"PRODUCTION": True, "ALLOWED_HOSTS": ["a.example"], "KEY_PEPPER": ""}, "KEY_PEPPER is missing"),
    ],
)
def test_it_does_not_start_otherwise(settings, change, sentence):
    for name, value in change.items():
        setattr(settings, name, value)
    assert any(reason.startswith(sentence) for reason in refusals.of_settings())


# --- headers of a page ---


@pytest.fixture
def page(client, db):
    return client.get("/account/login/")


def test_a_page_loads_from_this_site_only(page):
    policy = page["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_page_sends_its_forms_here_only(page):
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_a_page_stands_in_no_frame(page):
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_the_type_of_a_page_is_not_guessed(page):
    assert page["X-Content-Type-Options"] == "nosniff"


def test_a_page_of_a_person_is_in_no_cache(page):
    assert page["Cache-Control"] == "private, no-store"


def test_the_api_allows_nothing_to_be_loaded(client, db):
    assert client.get("/v1")["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_hsts_is_sent(client, settings, db):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert "max-age=31536000" in client.get("/docs", secure=True)["Strict-Transport-Security"]


def test_cookies_carry_what_the_settings_say(page):
    cookie = page.cookies["csrf"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
