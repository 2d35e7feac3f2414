"""How often a caller may ask: the headers, the refusal, whose bucket it is, and exactness under threads."""

import datetime
import threading

import pytest
from django.db import connections
from django.test import RequestFactory

from api import throttling
from directory import clock
from tests import factories, people


@pytest.fixture(autouse=True)
def no_blocks_left(monkeypatch):
    monkeypatch.setattr(throttling, "_blocks", {})


def limited(settings, **limits):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, **limits}


@pytest.mark.django_db
def test_every_answer_says_how_the_caller_stands(api, settings):
    limited(settings, anonymous=50)
    response = api.get("/v1/schools")
    assert response["RateLimit-Policy"] == '"default";q=50;w=60'
    assert response["RateLimit"].startswith('"default";r=49;t=')
    assert api.get("/v1/schools/npsn:1")["RateLimit"].startswith('"default";r=48;t=')


@pytest.mark.django_db
def test_too_many_are_refused_until_the_window_ends(api, settings, time_machine):
    limited(settings, anonymous=3)
    time_machine.move_to(datetime.datetime(2026, 1, 1, 0, 0, 30, tzinfo=datetime.UTC), tick=False)
    assert [api.get("/v1/regions").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = api.get("/v1/regions")
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "30")
    time_machine.shift(datetime.timedelta(seconds=30))
    assert api.get("/v1/regions").status_code == 200


@pytest.mark.django_db
def test_signed_in_callers_never_count_against_the_address(api, settings):
    limited(settings, anonymous=1, user=3, entry=2)
    school = factories.entry()
    person = people.member(school)
    token, key = people.client(people.token(person)), people.client(people.entry_key(school, by=person))
    assert [token.get("/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [key.get("/v1/me").status_code for _ in range(3)] == [200, 200, 429]
    assert [api.get("/v1/regions").status_code for _ in range(2)] == [200, 429]


@pytest.mark.django_db
def test_keys_cannot_be_tried_for_ever(settings):
    limited(settings, anonymous=2)
    wrong = people.client("mp_live_abcdefgh_" + "0" * 36)
    assert [wrong.get("/v1/regions").status_code for _ in range(4)] == [401, 401, 429, 429]


@pytest.mark.parametrize(
    ("address", "forwarded", "is_behind", "bucket"),
    [
        ("203.0.113.7", "", False, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("172.18.0.2", "6.6.6.6, 198.51.100.1", True, "198.51.100.1"),
        ("2001:db8:1:2:aaaa::1", "", False, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "", False, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", False, "203.0.113.7"),
        ("", "", False, "unknown"),
    ],
)
def test_whose_request_it_is(settings, address, forwarded, is_behind, bucket):
    settings.BEHIND_PROXY = is_behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory(headers=headers).get("/v1", REMOTE_ADDR=address)
    assert throttling.address_of(request) == bucket


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_at_the_limit_of_one_key_get_exactly_the_limit(settings):
    limited(settings, entry=30)
    text = people.entry_key(factories.entry())
    answers, lock = [], threading.Lock()
    now = clock.now()

    def ask():
        status = people.client(text).get("/v1/me").status_code
        with lock:
            answers.append(status)
        connections.close_all()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: now)  # all in one window
        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert (answers.count(200), answers.count(429)) == (30, 20)


@pytest.mark.django_db
def test_what_no_window_needs_is_forgotten():
    now = clock.now()
    throttling.spend("a", limit=5, now=now)
    throttling.spend("b", limit=5, now=now + datetime.timedelta(minutes=5))
    assert throttling.forget(now=now + datetime.timedelta(minutes=5)) == 1
    assert throttling.RateCount.objects.count() == 1
