"""The authorisation matrix: every route of the resolver, every caller, every object; what is denied changes nothing.

`pytest tests/contract/test_matrix.py` compares with matrix.txt; MATRIX=write (with -n0) writes it anew, to be read;
with `-k contacts` only the lines of those routes.
"""

import functools
import itertools
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.urls import URLPattern, URLResolver, get_resolver

from api import throttling
from directory import ids
from tests.api import alike
from tests.contract import cast as casting
from tests.contract import validating
from tests.partners.trust import pictures

FILE = Path(__file__).with_name("matrix.txt")
IS_WRITING = os.environ.get("MATRIX") == "write"
# Documents that are the same for everybody, and no resource of anybody.
DOCUMENTS = ("/v1/openapi.json", "/v1/openapi.yaml")
VALUES = {"me": "in_dumps", "regions": "32.71", "vocabularies": "form", "sources": "src_01kf3cb0s3f8q8r2d1kq8m8n8p"}
NOT_OF_THE_STATE = ("api_ratecount", "django_session", "api_keptbody", "procrastinate_")


class Route(NamedTuple):
    """One method of one address; `{}` stands for each variable."""

    method: str
    path: str
    view: Any
    action: str

    @property
    def resource(self) -> str:
        """The first step of the address."""
        return self.path.split("/")[2] if self.path.count("/") > 1 else ""

    @property
    def kind(self) -> str:
        """The kind of entry that callers act for here."""
        singular = self.resource.removesuffix("s")
        if self.resource == "products":
            return "vendor"
        return singular if singular in ids.ENTRIES else "school"


def routes() -> list[Route]:
    return sorted(set(_routes(get_resolver(), "/")), key=lambda one: (one.path, one.method))


def _routes(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"\(\?P<\w+>[^)]*\)", "{}", str(pattern.pattern)).strip("^$")
        path = path.replace(r"\Z", "").removesuffix("/?").removesuffix("/?$")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/v1") and path not in DOCUMENTS:
            for method, action in pattern.callback.actions.items():
                if method != "head":
                    yield Route(method.upper(), path.removesuffix("/?"), pattern.callback.cls, action)


ROUTES = routes()
_written: dict[int, list[str]] = {}


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """One world for all cells, committed: an open transaction would hold back the feeds of other workers."""
    with django_db_blocker.unblock():
        yield casting.build()
        if _written:
            _write()
        TransactionTestCase._fixture_teardown(None)  # a new copy of the database, see tests/conftest.py


def _write() -> None:
    """Write the file anew; of routes that were not asked in this run (-k chooses) their old lines stay."""
    before = known()
    told = (_written.get(number) or before[f"{one.method} {one.path}"] for number, one in enumerate(ROUTES))
    FILE.write_text("".join(f"{line}\n" for of_route in told for line in of_route))


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    """Count nobody: what is left to see is whether anything else was written."""
    monkeypatch.setattr(throttling, "spend", lambda bucket, *, limit, **_: limit - 1)


@functools.cache
def tables() -> list[str]:
    names = connection.introspection.table_names()
    return [name for name in sorted(names) if not name.startswith(NOT_OF_THE_STATE)]


def touched() -> list[str]:
    """The tables that the transaction that runs wrote to, also in a savepoint it took back, and some before it maybe.

    Their digests are asked only then: a lock is no change, and most refusals write nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_xact_user_tables"
            " WHERE pg_current_xact_id_if_assigned() IS NOT NULL AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return [name for (name,) in cursor.fetchall() if name in tables()]


def state(names: Collection[str] | None = None) -> dict[str, str]:
    """A digest of every row of the tables, else of every table, but for what asking itself leaves behind."""
    asked = [name for name in tables() if (name not in _STILL if names is None else name in names)]
    if not asked:
        return {}
    row = "md5((to_jsonb(row) - ARRAY['last_used_at', 'code_tries'])::text)"
    one = f"SELECT '{{0}}', md5(coalesce(string_agg({row}, '' ORDER BY {row}), '')) FROM \"{{0}}\" AS row"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in asked))
        return dict(cursor.fetchall())


_STILL = {"directory_region", "directory_regioncode", "directory_word", "django_migrations", "auth_permission"}


def objects(route: Route, cast: Any) -> dict[str, str]:
    """Which object -> the address; of an address without an object only one."""
    if "{}" not in route.path:
        return {"-": route.path}
    if route.resource in VALUES:
        return {"-": route.path.replace("{}", VALUES[route.resource], 1)}
    assert route.resource in cast.objects, f"{route.path}: tests/contract/cast.py has no objects for it"
    found = cast.objects.get(route.path) or cast.objects[route.resource]
    named = {
        which: route.path.replace("{}", found[which], 1) for which in (*casting.WHICH, *casting.ALSO) if which in found
    }
    below = cast.below.get(route.path.rpartition("/{}")[0].rpartition("/")[2], {}).get(route.resource, {})
    return {which: path.replace("{}", below.get(which, "")) for which, path in named.items()}


def ask(client: Any, route: Route, path: str, cast: Any) -> Any:
    operation = getattr(getattr(route.view, route.action), "operation", None)
    shape = operation.body_of(route.view) if operation else None
    body = casting.filled(shape.example, cast, route) if shape else {}
    client.raise_request_exception = False
    if route.method == "GET":
        return client.get(path, query_params=casting.QUERIES.get(route.path, {}))
    if shape and shape.media_type == "multipart/form-data":
        return client.generic(route.method, path, pictures.form(pictures.png()), content_type=pictures.FORM)
    headers = {"If-Match": "*"} if route.method == "PATCH" else {}
    return getattr(client, route.method.lower())(path, body, headers=headers)


def refusal(response: Any) -> Any:
    body = {name: value for name, value in response.json().items() if name not in ("instance", "request_id")}
    return response.status_code, alike.headers(response.headers), body


def cells(route: Route, cast: Any) -> dict[tuple[str, str], int]:
    """(object, caller) -> status; raises AssertionError for a denied request that changed a row."""
    found = {}
    before = state()
    paths, makers = objects(route, cast), casting.callers(cast, kind=route.kind)
    refusals: dict[tuple[str, str], Any] = {}
    for (which, path), (caller, make) in itertools.product(paths.items(), makers.items()):
        with transaction.atomic():
            response = ask(make(), route, path, cast)
            where = f"{route.method} {path} as {caller} of {which}: {response.status_code} {response.getvalue()[:300]}"
            validating.check(validating.of_client(response))
            assert response.status_code < 500, where
            if response.status_code >= 400:
                assert state(touched()).items() <= before.items(), where
                refusals[which, caller] = refusal(response)
            transaction.set_rollback(True)
        found[which, caller] = response.status_code
    for (which, caller), refused in refusals.items():
        if refused[0] == 404 and ("random", caller) in refusals:
            assert refused == refusals["random", caller], f"{route.method} {route.path}: {which} as {caller}"
    return found


def lines(route: Route, found: dict[tuple[str, str], int]) -> list[str]:
    """One line for each object: the statuses, and who gets each."""
    written = []
    for which in dict.fromkeys(which for which, _ in found):
        by_status = defaultdict(list)
        for (of, caller), status in found.items():
            if of == which:
                by_status[status].append(caller)
        told = " | ".join(f"{status}: {', '.join(by_status[status])}" for status in sorted(by_status))
        written.append(f"{route.method} {route.path} [{which}] {told}")
    return written


def known() -> dict[str, list[str]]:
    """Method and address -> its lines in the file."""
    found = defaultdict(list)
    for line in FILE.read_text().splitlines() if FILE.exists() else []:
        found[line.partition(" [")[0]].append(line)
    return found


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_cell_of_the_matrix_is_as_written(route, cast):  # slow: some hundred requests for each route
    told = lines(route, cells(route, cast))
    if IS_WRITING:
        _written[ROUTES.index(route)] = told
    else:
        assert told == known()[f"{route.method} {route.path}"]


def test_the_matrix_has_no_route_that_there_is_not():
    assert known().keys() == {f"{route.method} {route.path}" for route in ROUTES}


def test_whoever_is_nobody_writes_nothing():
    """What stands in the file, read once more by rule: the anonymous, the suspended and dead keys."""
    open_to_all = casting.OPEN_TO_ANYONE
    for name, told in known().items():
        method, _, path = name.partition(" ")
        for line in told if method != "GET" and path not in open_to_all else []:
            done = re.findall(r"\b2\d\d: ([^|]*)", line)
            names = {one.strip() for group in done for one in group.split(",")}
            assert not names & {"anonymous", "suspended", "expired key", "revoked key", "developer key"}, line
