"""Production refuses to start half-safe; the demo is left alone."""

import pytest

from api import refusals
from api.stack.accounts import Problem

SECRET = "q8Zt3Lw0xVbN5rKc7HyPd2GfJm9sTa4eUo6iRz1BnQvXkWlEpD"
PEPPER = SECRET[::-1]


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = SECRET
    settings.KEY_PEPPER = PEPPER
    settings.ALLOWED_HOSTS = ["pustaka.example.org"]
    return settings


def test_sound_settings_are_not_refused(production):
    assert list(refusals.of_settings()) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("ALLOWED_HOSTS", ["*"], "contains *"),
        ("ALLOWED_HOSTS", [], "is empty"),
        ("SECRET_KEY", "short", "SECRET_KEY is missing or weak"),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY is missing or weak"),
        ("KEY_PEPPER", "", "KEY_PEPPER is missing"),
        ("KEY_PEPPER", SECRET, "the same as SECRET_KEY"),
    ],
)
def test_an_unsafe_setting_is_refused_by_its_name(production, name, value, sentence):
    setattr(production, name, value)
    with pytest.raises(Problem, match=sentence.replace("*", r"\*")):
        refusals.enforce()


def test_debug_is_allowed_on_this_machine_only(settings):
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert list(refusals.of_settings()) == []


@pytest.mark.django_db
def test_a_database_that_may_lose_data_is_refused(production):
    reasons = list(refusals.of_database())  # the test server runs with fsync off, as an ordinary role
    assert len(reasons) == 1
    assert "fsync off" in reasons[0]


@pytest.mark.django_db(transaction=True)
def test_a_superuser_is_refused(production, monkeypatch):
    from django.db import connection

    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", "postgres")
    assert "superuser" in next(refusals.of_database())


@pytest.mark.django_db
def test_the_demo_is_not_asked_about_its_database(settings):
    assert list(refusals.of_database()) == []
