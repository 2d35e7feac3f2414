"""The statements that our server really sends for each request, in a process of its own, for pgbench to repeat.

Every cursor of psycopg is listened to, and what directory/statements.py sends: `python -m tests.benchmarks.capture`
reads requests from its standard input and writes what `Captured` holds.
"""

import contextlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from api.stack.accounts import Problem
from tests.benchmarks import workload

NEW = "{new}"  # in what is written: pgbench puts another number there each time
_IN_PLACE = re.compile(r"%(?:[sbt%])")
_UUID = re.compile(r"'([0-9a-f-]{20,24})[0-9a-f]{12}'")
_VALUE = re.compile(r"situs-1[0-9]{11}")
# What the connection was opened with that changes no plan and no answer.
_NO_OPTION = ("application_name", "client_encoding", "DateStyle", "TimeZone")


class Captured(NamedTuple):
    """The lines of each request's script, the PREPARE statements they need, and the options of the connection."""

    requests: list[list[str]]
    prepared: list[str]
    options: str


def captured(
    requests: Mapping[str, Sequence[workload.Request]], *, environment: dict[str, str], cwd: Any
) -> dict[str, Captured]:
    """Ask our server in a child process for the requests of each endpoint, and return their statements."""
    own = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.ours", "DATABASE_PROFILE": "web", "LOG_LEVEL": "WARNING"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.capture"],
        input=json.dumps(requests),
        env=environment | own,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise Problem(f"The statements of our server could not be listened to: {done.stderr.strip()[-600:]}")
    return {name: Captured(*one) for name, one in json.loads(done.stdout).items()}


class Sent(NamedTuple):
    """One statement as it went to psycopg; `open` when a transaction that Django opened was around it."""

    text: str
    params: Sequence[Any] | None
    open: bool


class Listener:
    """Keeps what the cursors of this process send."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """During the block."""
        import psycopg
        from django.db import connection

        from directory import statements

        execute, sends, listener = psycopg.Cursor.execute, (statements.prepared, statements.literal), self

        def heard(self: Any, query: Any, params: Any = None, **how: Any) -> Any:
            text = query if isinstance(query, str) else _text(query, self.connection)
            listener.hear(text, params, self.connection)
            return execute(self, query, params, **how)

        def heard_by_libpq(send: Any) -> Any:
            def sent(sql: str, values: Sequence[Any]) -> Any:
                connection.ensure_connection()
                listener.hear(sql, values, connection.connection)
                return send(sql, values)

            return sent

        psycopg.Cursor.execute = heard  # type: ignore[method-assign]
        statements.prepared, statements.literal = map(heard_by_libpq, sends)
        try:
            yield
        finally:
            psycopg.Cursor.execute = execute  # type: ignore[method-assign]
            statements.prepared, statements.literal = sends

    def hear(self, text: str, params: Sequence[Any] | None, connection: Any) -> None:
        """Keep one statement."""
        if text and "api_ratecount" not in text:  # comes with one request of each block, so it is no request's own
            self.sent.append(Sent(text, params, not connection.autocommit))


def _text(query: Any, connection: Any) -> str:
    return query.decode() if isinstance(query, bytes) else str(query.as_string(connection))


def main() -> None:
    """Answer the requests of the standard input twice; the second time, warm, is what counts."""
    from api import wsgi  # sets Django up

    listener = Listener()
    with listener.listening():
        captured = {
            name: _heard(listener, wsgi.application, [workload.Request(*one) for one in requests])
            for name, requests in json.load(sys.stdin).items()
        }
    json.dump(captured, sys.stdout)


def _heard(listener: Listener, application: Any, requests: Sequence[workload.Request]) -> Captured:
    for number, one in enumerate(requests):
        _ask(application, one, number=number)
    kept = []
    for number, one in enumerate(requests):
        listener.sent.clear()
        _ask(application, one, number=len(requests) + number)
        kept.append(list(listener.sent))
    return written(kept)


def _ask(application: Any, one: workload.Request, *, number: int) -> None:
    """One request through the whole application, its signals included."""
    path, _, query = one.path.partition("?")
    body = one.body.replace(NEW, f"{10**11 + number}").encode()
    statuses: list[str] = []
    answer = application(
        {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        },
        lambda status, headers, *_: statuses.append(status),
    )
    b"".join(answer)
    answer.close()
    if not statuses[0].startswith("200"):
        sys.exit(f"{one.path} answered {statuses[0]}")


def written(kept: list[list[Sent]], *, is_repeated: bool = True) -> Captured:
    """What was sent for each request as pgbench reads it; `is_repeated` makes the ids of what is written new."""
    import psycopg
    from django.db import connection

    raw: Any = connection.connection
    with psycopg.ClientCursor(raw) as cursor:
        cursor.execute("SELECT statement, parameter_types::text[] FROM pg_prepared_statements")
        known = dict(cursor.fetchall())
        cursor.execute("SELECT name, setting FROM pg_settings WHERE source IN ('client', 'session')")
        options = " ".join(f"-c {name}={_escaped(value)}" for name, value in cursor if name not in _NO_OPTION)
        names: dict[str, str] = {}
        requests = [_script(sent, cursor, known=known, names=names, is_repeated=is_repeated) for sent in kept]
    prepared = [
        f"PREPARE {name}{'(' + ', '.join(known[text]) + ')' if known[text] else ''} AS {text}"
        for text, name in names.items()
    ]
    return Captured(requests, prepared, options)


def _escaped(value: str) -> str:
    return re.sub(r"([\\\s])", r"\\\1", value)


def _script(
    sent: list[Sent], cursor: Any, *, known: dict[str, Any], names: dict[str, str], is_repeated: bool
) -> list[str]:
    """The statements of one request, with BEGIN and COMMIT where psycopg adds them."""
    lines, is_open = [], False
    own = [_line(one, cursor, known=known, names=names) for one in sent]
    for one, line in zip(sent, own, strict=True):
        if one.open != is_open:
            lines.append("BEGIN" if one.open else "COMMIT")
            is_open = one.open
        lines.append(line)
    openings = (line for line, one in zip(own, sent, strict=True) if is_repeated and "journal_open(" in one.text)
    return _renewed([*lines, "COMMIT"] if is_open else lines, opening=next(openings, ""))


def _line(one: Sent, cursor: Any, *, known: dict[str, Any], names: dict[str, str]) -> str:
    numbered = _numbered(one.text) if one.params is not None else one.text
    if numbered not in known:
        return str(cursor.mogrify(one.text, one.params)).strip().rstrip(";")
    name = names.setdefault(numbered, f"kept_{len(names)}")
    values = ", ".join(cursor.mogrify("%s", [value]) for value in one.params or ())
    return f"EXECUTE {name}({values})" if values else f"EXECUTE {name}"


def _numbered(text: str) -> str:
    """The statement as psycopg sends it: %s becomes $1, $2, ..."""
    numbers = iter(range(1, 10**6))
    return _IN_PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", text)


def _renewed(lines: list[str], *, opening: str) -> list[str]:
    """Of a write, the id of its event and what it writes become new each time it is repeated."""
    event = _UUID.search(opening)
    if not event:
        return [f"{line};" for line in lines]
    told = (line.replace(event[0], f"'{event[1]}:tail'") for line in lines)
    return [f"{_VALUE.sub('situs-:tail', line)};" for line in told]


if __name__ == "__main__":
    main()
