"""A kept answer never lies: while somebody writes, every answer is a state between its request and its arrival."""

import itertools
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client

from api import bodies
from directory.models import Contact, Entry, School
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 2.5  # long enough for some hundred answers and some hundred writes to meet
FORMS = ("sd", "smp")


@pytest.fixture
def every_answer_is_checked():
    """Not here: the check is of one thread."""


class Truth:
    """The number of the last change that had begun, and of the last that was committed."""

    begun = committed = 0


def _write(entry: Entry, truth: Truth, stop: threading.Event) -> None:
    for number in itertools.count(1):
        if stop.is_set():
            return
        truth.begun = number
        with transaction.atomic():
            factories.record()
            Entry.objects.filter(pk=entry.pk).update(name=f"Sekolah {number}", name_key=f"sekolah {number}")
            School.objects.filter(pk=entry.pk).update(form=FORMS[number % 2])
            Contact.objects.filter(entry=entry).update(value=f"{number}@sekolah.example")
        truth.committed = number
        with transaction.atomic():  # what is rolled back was never true
            factories.record()
            Entry.objects.filter(pk=entry.pk).update(name="Sekolah 999999", name_key="sekolah 999999")
            transaction.set_rollback(True)


def _keep(stop: threading.Event) -> None:
    while not stop.is_set():
        bodies.catch_up(batches=1)


def _read(path: str, truth: Truth, stop: threading.Event, seen: list[tuple[int, int, int]]) -> None:
    client = Client()
    while not stop.is_set():
        before = truth.committed
        answer = client.get(path)
        after = truth.begun
        assert answer.status_code == 200
        found = answer.json()
        for document in found.get("data", [found]):
            number = int(document["name"].split()[1])
            assert document["form"] == FORMS[number % 2], "a body of two states"
            seen.append((before, number, after))


def test_every_answer_is_a_state_between_its_request_and_its_arrival():
    # SECONDS: threads must meet by chance, so it takes time.
    entry = factories.entry(name="Sekolah 0", identifiers={"npsn": "20106343"}, kind_row={"form": "sd"})
    with factories.recorded():
        Contact.objects.create(entry=entry, kind="email", value="0@sekolah.example", visibility="public")
    truth, stop, failures = Truth(), threading.Event(), []
    seen: dict[str, list[tuple[int, int, int]]] = {
        path: []
        for path in ("/v1/schools/npsn:20106343", "/v1/schools", "/v1/schools?q=sekolah%20", "/v1/entries?sort=name")
    }

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)
            stop.set()
        finally:
            connection.close()

    works: list[Callable[[], None]] = [lambda: _write(entry, truth, stop), lambda: _keep(stop)]
    works += [lambda path=path: _read(path, truth, stop, seen[path]) for path in seen]  # type: ignore[misc]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    stop.wait(SECONDS)
    stop.set()
    for thread in threads:
        thread.join(30)

    assert not failures
    for path, answers in seen.items():
        assert len({number for _, number, _ in answers}) > 3, f"{path}: nothing was seen to change"
        assert [one for one in answers if not one[0] <= one[1] <= one[2]] == [], path
