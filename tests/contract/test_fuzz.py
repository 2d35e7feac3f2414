"""Every read operation under data that its description allows, and data that it does not (schemathesis).

Of what is written the refusals are tried by hand, with bodies that no generator would think of (tests/api), and the
rights by the matrix: a generated request of nobody is refused before it is read. FUZZ_METHODS=POST,PATCH tries them.
"""

import os

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import TransactionTestCase
from schemathesis.specs.openapi import checks

from tests.api import worlds
from tests.contract import validating

# How many requests of each operation are tried; more by hand: FUZZ_EXAMPLES=1000.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
METHODS = os.environ.get("FUZZ_METHODS", "GET").split(",")
# What no schema can say: whether a region exists, a cursor is ours, a box is the right way round, two parameters fit.
BEYOND_SCHEMAS = {
    "unknown_region",
    "ambiguous_region_code",
    "invalid_cursor",
    "invalid_coordinates",
    "invalid_identifier",
    "radius_without_near",
    "sort_needs",
    "sort_alone",
    "parameter_not_for_format",
}

app = get_wsgi_application()


def described(mode):
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
    schema.config.generation.update(modes=[mode])
    return schema.include(method=METHODS)


allowed, refused = described("positive"), described("negative")


@allowed.hook
def map_query(context, query):
    """Leave out what would make nearly every request a refusal: parameters that do not go together."""
    query = dict(query or {})
    is_json, is_download = query.get("format", "json") == "json", query.get("format") in ("csv", "ndjson")
    out = {"cursor"} | ({"profile"} if query.get("format") != "csv" else set())
    out |= {"limit", "include", "facets", "expand", "sort"} if is_download else set()
    out |= set() if is_json or is_download else {"fields", "expand", "facets", "include"}
    out |= set() if "near" in query else {"radius_km"}
    known = {name: "32" if name in ("parent", "within") else ["32.71"] for name in ("region", "parent", "within")}
    return {name: known.get(name, value) for name, value in query.items() if name not in out}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One directory for all operations, committed: an open transaction would hold back the feeds of other workers."""
    with django_db_blocker.unblock():
        yield worlds.build()
        TransactionTestCase._fixture_teardown(None)  # a new copy of the database, see tests/conftest.py


def documented(ctx, response, case):
    """The answer is what the document says, closed objects and chosen fields included."""
    request = response.request
    path, _, query = request.path_url.partition("?")
    validating.check(
        validating.Answer(
            method=request.method,
            path=path,
            query=query,
            status=response.status_code,
            headers={name: ", ".join(values) for name, values in response.headers.items()},
            body=response.content,
        )
    )


def accepted(ctx, response, case):
    """What the schemas allow is refused only for what schemas cannot say."""
    if response.status_code == 400 and case.meta.generation.mode.is_positive:
        codes = {one["code"] for one in response.json()["errors"]}
        assert codes <= BEYOND_SCHEMAS, response.text


def not_told(case):
    """The checks that cannot know what `fields` leaves out; `documented` does."""
    return [checks.response_schema_conformance] if "fields" in (case.query or {}) else []


bounded = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@allowed.parametrize()
@bounded
def test_what_the_document_allows_is_answered_as_it_says(case, world):
    excluded = [checks.positive_data_acceptance, *not_told(case)]
    case.call_and_validate(additional_checks=[accepted, documented], excluded_checks=excluded)


@refused.parametrize()
@bounded
def test_what_the_document_does_not_allow_is_refused(case, world):
    case.call_and_validate(additional_checks=[documented], excluded_checks=not_told(case))
