"""The headers of every answer: caches, sites of others, the licence, ids of requests; HEAD and OPTIONS."""

import re
import uuid

import pytest

from api import conditional, headers
from api.openapi import document
from tests import people
from tests.api import alike, worlds

READS = [
    "/v1",
    "/v1/entries",
    "/v1/schools",
    "/v1/schools/npsn:20106343",
    "/v1/schools/npsn:20106343/installations",
    "/v1/regions",
    "/v1/regions/32.71",
    "/v1/products",
    "/v1/sources",
    "/v1/vocabularies",
    "/v1/vocabularies/form",
    "/v1/suggest?q=suka",
    "/v1/changes",
]
REFUSED = ["/v1/nothing", "/v1/schools/npsn:99999999", "/v1/schools?limit=0", "/v1/schools?format=xml", "/v1x"]


@pytest.mark.parametrize("path", READS)
def test_every_read_carries_the_version_the_licence_and_a_request_id(api, world, settings, path):
    response = api.get(path)

    assert response.headers["API-Version"] == "1"
    assert f'<{settings.DATA_LICENCE_URL}>; rel="license"' in response.headers["Link"]
    assert uuid.UUID(response.headers["X-Request-Id"])
    assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", READS + REFUSED)
def test_every_site_may_read_without_credentials(api, world, path):
    response = api.get(path, headers={"Origin": "https://perpustakaan.example"})

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Link" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", [*READS, "/v1/openapi.json"])
def test_a_browser_may_ask_first(api, path):
    asked = {
        "Origin": "https://perpustakaan.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match, accept-language",
    }
    response = api.options(path, headers=asked)

    assert response.status_code == 204
    assert response.content == b""
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("path", [*READS, "/v1/openapi.json", "/v1/openapi.yaml"])
def test_options_tells_the_methods(api, path):
    response = api.options(path)

    assert response.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["Allow"].split(", "))
    assert "Content-Type" not in response.headers


def test_options_tells_the_methods_of_every_address_whatever_the_credential(db):
    """Which methods there are is no secret, and a preflight carries no credential: a dead one is not even read."""
    wrong = people.client("mp_live_abcdefgh_" + "0" * 36)
    for path in document.whole()["paths"]:
        response = wrong.options(re.sub(r"{[^}]+}", "x", path))
        assert (path, response.status_code) == (path, 204)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/schools", "GET, HEAD, OPTIONS, POST"),
        ("/v1/schools/npsn:20106343", "GET, HEAD, OPTIONS, PATCH"),
        ("/v1/entries/npsn:20106343", "GET, HEAD, OPTIONS, PUT"),
        ("/v1/schools/npsn:20106343/close", "OPTIONS, POST"),
        ("/v1/regions", "GET, HEAD, OPTIONS"),
    ],
)
def test_the_methods_are_those_of_the_address(api, path, methods):
    assert api.options(path).headers["Allow"] == methods
    assert api.delete(path).headers["Allow"] == methods


@pytest.mark.parametrize("path", [*READS, *REFUSED, "/v1/openapi.json"])
def test_head_is_get_without_the_body(api, world, path):
    given = {"X-Request-Id": "sama"}
    got, head = api.get(path, headers=given), api.head(path, headers=given)

    assert head.status_code == got.status_code
    assert head.content == b""
    assert alike.headers(head.headers) == alike.headers(got.headers)
    assert head.headers["Content-Length"] == str(len(got.content))


def test_a_request_id_is_taken_when_it_is_sane(api):
    assert api.get("/v1", headers={"X-Request-Id": "plugin-7.a_B"}).headers["X-Request-Id"] == "plugin-7.a_B"
    assert api.get("/v1/nothing", headers={"X-Request-Id": "plugin-7"}).json()["request_id"] == "plugin-7"
    for odd in ("", "a b", "x" * 65, "<script>", "é"):
        assert uuid.UUID(api.get("/v1", headers={"X-Request-Id": odd}).headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/v1/schools", conditional.PUBLIC),
        ("/v1/schools/npsn:20106343", conditional.PUBLIC),
        ("/v1/publishers", conditional.PUBLIC),
        ("/v1/regions", conditional.PUBLIC),
        ("/v1/vocabularies/form", conditional.PUBLIC),
        ("/v1/entries?kind=school,vendor", conditional.PUBLIC),
        ("/v1/suggest?q=suka&kind=school", conditional.PUBLIC),
        ("/v1/authors", conditional.PERSONAL),
        ("/v1/entries", conditional.PERSONAL),
        ("/v1/entries?kind=school,author", conditional.PERSONAL),
        ("/v1/suggest?q=suka", conditional.PERSONAL),
        ("/v1/publishers?expand=relations.entry", conditional.PERSONAL),
        ("/v1/schools/npsn:20106343?expand=relations.entry", conditional.PERSONAL),
        ("/v1/changes", conditional.FRESH),
    ],
)
def test_answers_may_be_kept_a_minute_but_not_those_of_people(api, world, path, cache):
    assert api.get(path).headers["Cache-Control"] == cache


def test_a_person_is_not_kept_by_caches(api, world):
    for collection in ("authors", "entries"):
        response = api.get(f"/v1/{collection}/{worlds.id_of(world.author)}")
        assert response.headers["Cache-Control"] == conditional.PERSONAL
        assert "max-age=0" in conditional.PERSONAL


def test_the_public_promise_of_caching_is_the_documented_one():
    assert conditional.PUBLIC == "public, max-age=60, stale-while-revalidate=600"


def test_pages_outside_the_api_are_not_open_to_other_sites(client):
    response = client.get("/docs")

    assert "Access-Control-Allow-Origin" not in response.headers
    assert headers.API_VERSION not in response.headers.get("API-Version", "")


def test_labels_tell_their_language(api):
    indonesian = api.get("/v1/vocabularies/ownership")
    english = api.get("/v1/vocabularies/ownership", headers={"Accept-Language": "en"})

    assert (indonesian.headers["Content-Language"], english.headers["Content-Language"]) == ("id", "en")
    assert [one["label"] for one in indonesian.json()["terms"]] == ["Negeri", "Swasta"]
    assert [one["label"] for one in english.json()["terms"]] == ["State", "Private"]
    assert indonesian.headers["ETag"] != english.headers["ETag"]


def test_bodies_of_entries_depend_on_no_language(api, world):
    one = api.get("/v1/schools", headers={"Accept-Language": "en"})

    assert one.content == api.get("/v1/schools").content
    assert "Content-Language" not in one.headers
