"""One key, one effect, one answer: replays, other bodies, refusals, keys in flight, crashes between work and answer."""

import datetime
import threading

import pytest
from django.db import connection, connections

from api import idempotency
from directory import clock
from directory.models import Entry, Event
from partners.models import ApiKey
from tests import factories, people

BODY = {"name": "Penerbit Uji"}


def make(client, key="satu", body=BODY, path="/v1/publishers"):
    return client.post(path, body, headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_the_same_request_again_is_answered_again_and_done_once():
    client = people.as_person(people.user())

    first, again = make(client), make(client)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused():
    client = people.as_person(people.user())
    make(client)
    other = make(client, body={"name": "Penerbit Lain"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_members_in_another_order_are_the_same_body():
    client = people.as_person(people.user())
    make(client, body={"name": "Penerbit", "website": "https://a.example"})
    assert make(client, body={"website": "https://a.example", "name": "Penerbit"}).status_code == 201


@pytest.mark.django_db
def test_a_key_belongs_to_who_sent_it_and_to_where():
    make(people.as_person(people.user()))
    client = people.as_person(people.user())
    make(client)
    make(client, path="/v1/vendors")
    assert Entry.objects.count() == 3


@pytest.mark.django_db
def test_a_refusal_by_the_state_is_kept_and_one_of_the_shape_is_not():
    school = factories.entry(identifiers={"npsn": "20106343"})
    client = people.as_person(people.member(school))
    body = {"name": "SD", "form": "sd", "identifiers": [{"scheme": "npsn", "value": "20106343"}]}
    first = make(client, body=body, path="/v1/schools")
    again = make(client, body=body, path="/v1/schools")
    assert (first.status_code, again.status_code) == (409, 409)
    assert again["Idempotent-Replayed"] == "true"

    assert make(client, key="dua", body={}).status_code == 400
    assert make(client, key="dua").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_an_odd_key_is_refused(key):
    response = make(people.as_person(people.user()), key=key)
    assert response.json()["errors"][0]["code"] == "invalid_idempotency_key"


@pytest.mark.django_db
def test_after_two_days_a_key_is_forgotten(time_machine):
    person = people.user()
    time_machine.move_to(clock.now())
    client = people.as_person(person)
    make(client)
    time_machine.shift(datetime.timedelta(hours=49))
    make(client)
    assert Entry.objects.count() == 2
    idempotency.forget(now=clock.now() + datetime.timedelta(hours=49))
    assert not idempotency.KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_a_kept_answer_holds_no_secret_that_can_be_read():
    client = people.as_person(people.user())
    response = make(client, path="/v1/api-keys", body={"kind": "developer", "name": "x"})
    text = response.json()["key"]
    row = idempotency.KeptAnswer.objects.get()
    assert text.encode() not in bytes(row.body)
    assert make(client, path="/v1/api-keys", body={"kind": "developer", "name": "x"}).json()["key"] == text
    assert ApiKey.objects.filter(kind="developer").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_in_flight_is_said_to_be():
    client = people.as_person(people.user())
    entered, leave = threading.Event(), threading.Event()
    answers = []
    found = idempotency._done

    def slow(request, act):
        entered.set()
        assert leave.wait(20)
        return found(request, act)

    def first():
        answers.append(make(client))
        connections.close_all()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(idempotency, "_done", slow)
        thread = threading.Thread(target=first)
        thread.start()
        assert entered.wait(20)
        second = make(client)
        leave.set()
        thread.join(20)
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_flight")
    assert [one.status_code for one in answers] == [201]
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_clients_with_one_key_and_a_crash_between_work_and_answer_have_one_effect():
    token = people.token(people.user())
    crashes = threading.Semaphore(3)
    found = idempotency._done
    answers, lock = [], threading.Lock()

    def crashing(request, act):
        response = found(request, act)
        if crashes.acquire(blocking=False):
            raise RuntimeError("the process died after its work, before it answered")
        return response

    def ask():
        client = people.client(token)
        client.raise_request_exception = False
        for _ in range(30):
            response = make(client)
            with lock:
                answers.append(response.status_code)
            if response.status_code == 201:
                break
        connections.close_all()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(idempotency, "_done", crashing)
        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert Entry.objects.count() == 1
    assert Event.objects.filter(type="entry.created").count() == 1
    assert answers.count(201) == 12
    assert set(answers) <= {201, 409, 500}
    assert connection.is_usable()


@pytest.mark.django_db
def test_a_number_beyond_every_machine_is_refused_like_any_other():
    response = make(people.as_person(people.user()), body={"name": "Penerbit", "founded_year": 10**30})
    assert response.status_code == 400
