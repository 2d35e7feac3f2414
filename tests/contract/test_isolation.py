"""No byte of what members keep among themselves reaches anybody else, and nobody sets what only a verb may set."""

import itertools

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from api import throttling
from tests.contract import cast as casting
from tests.contract import test_matrix as matrix

# Members of what is read that no writer may send: each is a verb's, a check's or the journal's.
GUARDED = {
    "id": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "status": "active",
    "version": 1,
    "trust": {"level": "verified"},
    "trust_level": "verified",
    "verified_at": "2026-01-01T00:00:00Z",
    "checked_what": ["institutional_mail"],
    "last_confirmed_at": "2026-01-01T00:00:00Z",
    "merged_into": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "provenance": {},
    "entry_id": 1,
    "user": "usr_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "user_id": 1,
    "is_staff": True,
    "is_superuser": True,
    "is_active": True,
    "stated_by": "verified",
    "decided_by": "usr_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "vendor_id": 1,
    "digest": "x",
    "public": "x",
    "__class__": "x",
    "_state": {},
    "_connector": "OR",
}
OUTSIDERS = ("anonymous", "foreign admin", "foreign key", "developer key", "staff", "suspended member", "unconfirmed")


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """One world for all, committed: an open transaction would hold back the feeds of other workers."""
    with django_db_blocker.unblock():
        yield casting.build()
        TransactionTestCase._fixture_teardown(None)  # a new copy of the database, see tests/conftest.py


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    monkeypatch.setattr(throttling, "spend", lambda bucket, *, limit, **_: limit - 1)


def _takes_members(route):
    """Whether JSON is sent; of an upload the parser knows the one part."""
    operation = getattr(route.view, route.action).operation
    return bool(operation.body) and operation.body_of(route.view).media_type == "application/json"


def asked(route, cast):
    """Every address of a reading route, plain and in every format that it offers."""
    formats = [f"?format={one.format}" for one in route.view.renderer_classes]
    for path, query in itertools.product(matrix.objects(route, cast).values(), ("", *formats)):
        yield path + query


@pytest.mark.parametrize(
    "route", [one for one in matrix.ROUTES if one.method == "GET"], ids=lambda route: f"{route.method} {route.path}"
)
def test_outsiders_read_nothing_of_the_members(route, cast):
    makers = casting.callers(cast, kind=route.kind)
    for path, caller in itertools.product(asked(route, cast), OUTSIDERS):
        with transaction.atomic():
            response = makers[caller]().get(path, casting.QUERIES.get(route.path, {}))
            # A refusal names the address that was asked.
            text = response.getvalue().replace(path.partition("?")[0].encode(), b"") + str(response.headers).encode()
            assert casting.MARKER.encode() not in text, f"{path} as {caller}: {text[:600]}"
            transaction.set_rollback(True)


def test_members_do_read_it_so_the_search_would_find_it(cast):
    admin = casting.callers(cast, kind="school")["admin"]()
    assert casting.MARKER.encode() in admin.get("/v1/api-keys").content


@pytest.mark.parametrize(
    "route",
    [one for one in matrix.ROUTES if one.method != "GET" and _takes_members(one)],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_nobody_sets_what_is_not_theirs_to_set(route, cast):
    operation = getattr(route.view, route.action).operation
    shape = operation.body_of(route.view)
    example = casting.filled(shape.example, cast, route)
    own = set(shape().fields) | casting.ALSO_TAKEN.get(route.path, set())
    path = next(iter(matrix.objects(route, cast).values()))
    client = casting.callers(cast, kind=route.kind)["admin"]()
    headers = {"If-Match": "*"} if route.method == "PATCH" else {}
    before = matrix.state()
    for name, value in GUARDED.items():
        if name in own:
            continue
        body = {**example, name: value}
        with transaction.atomic():
            response = getattr(client, route.method.lower())(path, body, headers=headers)
            assert response.status_code in (400, 403, 404), f"{name}: {response.status_code} {response.content[:300]}"
            if response.status_code == 400:
                assert {one["code"] for one in response.json()["errors"]} & {"unknown_field"}, response.content
            transaction.set_rollback(True)
    assert matrix.state() == before
