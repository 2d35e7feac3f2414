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

# One line of the baseline each: what it says, the setting, and what that is in production.
BASELINE = [
    ("debug is off", "DEBUG", False),
    ("hosts are named", "ALLOWED_HOSTS", ["pustaka.example.org"]),
    (
        "passwords are argon2id and nothing else",
        "PASSWORD_HASHERS",
        ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    ),
    ("the session's cookie is of this host", "SESSION_COOKIE_NAME", "__Host-session"),
    ("the session's cookie is for https", "SESSION_COOKIE_SECURE", True),
    ("the session's cookie is of no other host", "SESSION_COOKIE_DOMAIN", None),
    ("the session's cookie is of the whole site", "SESSION_COOKIE_PATH", "/"),
    ("no script reads the session's cookie", "SESSION_COOKIE_HTTPONLY", True),
    ("forms of other sites come without a session", "SESSION_COOKIE_SAMESITE", "Lax"),
    ("a session ends", "SESSION_COOKIE_AGE", 14 * 24 * 3600),
    ("sessions are rows that can be ended", "SESSION_ENGINE", "django.contrib.sessions.backends.db"),
    ("the forms' cookie is of this host", "CSRF_COOKIE_NAME", "__Host-csrf"),
    ("the forms' cookie is for https", "CSRF_COOKIE_SECURE", True),
    ("the forms' cookie is of no other host", "CSRF_COOKIE_DOMAIN", None),
    ("the forms' cookie is of the whole site", "CSRF_COOKIE_PATH", "/"),
    ("no script reads the forms' cookie", "CSRF_COOKIE_HTTPONLY", True),
    ("forms of other sites come without the forms' cookie", "CSRF_COOKIE_SAMESITE", "Lax"),
    ("no other site is trusted", "CSRF_TRUSTED_ORIGINS", []),
    ("browsers remember https for a year", "SECURE_HSTS_SECONDS", 31_536_000),
    ("and for hosts below", "SECURE_HSTS_INCLUDE_SUBDOMAINS", True),
    ("and before the first visit", "SECURE_HSTS_PRELOAD", True),
    ("plain http is redirected", "SECURE_SSL_REDIRECT", True),
    ("the proxy alone says that it was https", "SECURE_PROXY_SSL_HEADER", ["HTTP_X_FORWARDED_PROTO", "https"]),
    ("types are not guessed", "SECURE_CONTENT_TYPE_NOSNIFF", True),
    ("other sites learn no address", "SECURE_REFERRER_POLICY", "same-origin"),
    ("no frame holds a page", "X_FRAME_OPTIONS", "DENY"),
    ("addresses are proved before anything else", "ACCOUNT_EMAIL_VERIFICATION", "mandatory"),
    ("what is sensitive asks for the password again", "ACCOUNT_REAUTHENTICATION_REQUIRED", True),
    ("passkeys are for https alone", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False),
    ("signing out is no link", "ACCOUNT_LOGOUT_ON_GET", None),
    ("one check is silenced, see below", "SILENCED_SYSTEM_CHECKS", ["security.W003"]),
]
SAY = (
    "import django, json; django.setup(); from django.conf import settings;"
    f" print(json.dumps({{name: getattr(settings, name, None) for name in {[name for _, name, _ in BASELINE]!r}}}))"
)


@pytest.fixture(scope="module")
def production():
    own = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "api.settings", **test_settings.GOOD}
    done = subprocess.run(
        [sys.executable, "-c", SAY], env=own, cwd=test_settings.ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(("line", "name", "value"), BASELINE, ids=[line for line, _, _ in BASELINE])
def test_the_baseline_says(production, line, name, value):
    assert production[name] == value


def test_the_one_silenced_check_is_met_in_fact():  # it looks for a name; ours is a subclass
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
