"""One write a second beside the load: a school changes hands and back, and our server must count it at once."""

import threading
from typing import Any

import psycopg

from directory import ids
from tests.benchmarks import agreement, workload

SECONDS = 1.0
EVENT = """
INSERT INTO directory_event (id, position, type, at, actor_kind, actor_reference, reason, request_id, subject_type,
    subject_id, status_before, status_after)
SELECT opened.id, journal_open(opened.id, now()), 'ownership.changed', now(), 'command', 'benchmarks', '', '',
    'school', %s, '', ''
FROM (SELECT uuidv7() AS id) AS opened
"""
_SCHOOL = """
SELECT entry_id, ownership FROM directory_school school JOIN directory_entry entry ON entry.id = entry_id
WHERE status = 'active' AND ownership IN ('state', 'private') ORDER BY entry_id DESC LIMIT 1
"""
_COUNT = """
SELECT count(*) FROM directory_school school JOIN directory_entry entry ON entry.id = entry_id
WHERE status = 'active' AND ownership = 'private'
"""
OTHER = {"state": "private", "private": "state"}


class Writer:
    """Writes in a thread of its own during the block; `wrong` of the `compared` answers of our server were not true."""

    def __init__(self, dsn: str, *, ours: int, asked: workload.Request) -> None:
        self._dsn, self._port, self._asked = dsn, ours, asked
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writer")
        self.compares = False  # only while our own server is measured: asking it would slow the others down
        self.compared = self.wrong = self.written = 0
        self.failure: Exception | None = None

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._thread.join()
        if self.failure:
            raise self.failure

    def _work(self) -> None:
        try:
            # Under a name of its own, so that nobody takes it for what a slow stack has left behind.
            own = {"options": "-c pgtrigger.ignore={}", "application_name": "benchmark writer"}
            with psycopg.connect(self._dsn, autocommit=True, **own) as connection:
                self._write_on(connection)
        except Exception as error:  # raised again where the block ends
            self.failure = error

    def _write_on(self, connection: "psycopg.Connection[Any]") -> None:
        key, first = connection.execute(_SCHOOL).fetchone() or (None, "state")
        (private,) = connection.execute(_COUNT).fetchone() or (0,)
        now = first
        while not self._leaving.wait(SECONDS):
            now = OTHER[now]
            write(connection, key, ownership=now)
            self.written += 1
            if self.compares:
                self._compare(private + (now == "private") - (first == "private"))
        if now != first:
            write(connection, key, ownership=first)

    def _compare(self, private: int) -> None:
        client = agreement.Client(self._port)
        status, answer = client.ask(self._asked)
        client.close()
        self.compared += 1
        if status != 200 or agreement.counts(answer)["ownership"].get("private") != private:
            self.wrong += 1


def write(connection: "psycopg.Connection[Any]", key: Any, *, ownership: str) -> None:
    """Change the ownership of a school in one transaction."""
    with connection.transaction():
        connection.execute(EVENT, [ids.encode("school", key)])
        connection.execute("UPDATE directory_school SET ownership = %s WHERE entry_id = %s", [ownership, key])
