"""Bytes that nobody well-meaning sends: always a problem or a plain answer, never a fault and never HTML."""

import itertools

import pytest
from django.test import Client

LISTS = [
    "/v1/entries",
    "/v1/schools",
    "/v1/authors",
    "/v1/products",
    "/v1/regions",
    "/v1/sources",
    "/v1/changes",
    "/v1/suggest",
    "/v1/vocabularies",
    "/v1/schools/npsn:20106343/installations",
]
SINGLE = ["/v1", "/v1/schools/npsn:20106343", "/v1/regions/32.71", "/v1/vocabularies/form"]
# Values that break what is careless with bytes, numbers, patterns or names.
VALUES = [
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",  # half of a surrogate pair in UTF-8
    "%c0%af",  # a slash, overlong
    "%f4%90%80%80",  # beyond Unicode
    "%",
    "%zz",
    "%u0000",
    "\\u0000",
    "%0d%0aSet-Cookie:%20a=1",
    "%e2%80%ae%e2%80%8b",  # only invisible characters
    "%25%27%5c_%25",  # LIKE and quote characters
    "';DROP%20TABLE%20directory_entry;--",
    "{{7*7}}",
    "$(id)",
    "*" * 300,
    "a" * 5000,
    "a%20" * 500,
    "-1",
    "0",
    "1e309",
    "9" * 400,
    "NaN",
    "Infinity",
    "0x10",
    "%D9%A1%D9%A2",  # Arabic digits
    "%EF%BC%91",  # a full-width digit
    "None",
    "null",
    "true",
    "[]",
    "{}",
    "a,,b",
    ",",
    ":",
    "npsn:",
    ":::",
    "sch_",
    "sch_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "sch_8zzzzzzzzzzzzzzzzzzzzzzzzz",
    "..%2f..%2fetc%2fpasswd",
    "__class__",
    "%F0%9F%92%A9",
    "%D9%91%D9%91%D9%91",  # marks without a letter
    "\u00df\u0130\ufb01".encode().hex("%").join(["%", ""]),
]
PARAMETERS = {
    "/v1/entries": ["q", "region", "near", "radius_km", "bbox", "updated_since", "kind", "status", "sort", "cursor"],
    "/v1/schools": ["limit", "fields", "expand", "facets", "include", "format", "profile", "library_exists", "form"],
    "/v1/authors": ["role", "book_level", "trust_level"],
    "/v1/products": ["vendor", "licence", "hosting", "is_retired", "cursor", "sort"],
    "/v1/regions": ["name", "parent", "within", "level", "flag", "cursor"],
    "/v1/changes": ["cursor", "region", "kind", "form"],
    "/v1/suggest": ["q", "region", "kind", "limit"],
    "/v1/schools/npsn:20106343/installations": ["as_of", "product", "stated_by"],
}
# Names that reach into what is careless with names (CVE-2025-64459 and its like).
NAMES = [
    "_connector=OR",
    "_negated=True",
    "status__in=hidden",
    "name__startswith=a",
    "contacts__value__contains=a",
    "pk=1",
    "id=1",
    "__proto__=1",
    "constructor[prototype]=1",
    "a[b][c][d]=1",
    "region[]=32",
    "%00=1",
    "%ff=1",
    "=1",
    "=",
    "&&&",
    ";",
    "?",
    "q=a&q=b",
    "region=32&region=33",
    "limit=1;limit=2",
    "LIMIT=1",
    "%6cimit=0",
    " limit=1",
    "format=html",
    "callback=alert",
    "api_key=mp_live_x",
    "_method=DELETE",
]
PATHS = [
    "/v1/%00",
    "/v1/schools/%00",
    "/v1/schools/npsn:%00",
    "/v1/schools/npsn:",
    "/v1/schools/:",
    "/v1/schools/npsn:%D9%A2%D9%A0%D9%A1%D9%A0%D9%A6%D9%A3%D9%A4%D9%A3",  # an NPSN in Arabic digits
    "/v1/schools/npsn:2010634",
    "/v1/schools/NPSN:20106343",
    "/v1/schools/nik:3271030101010001",
    "/v1/schools/%ff%fe",
    "/v1/schools/%ed%a0%80",
    "/v1/schools/..%2f..%2fetc%2fpasswd",
    "/v1/schools/%2e%2e",
    "/v1/schools/a%2Fb",
    "/v1/schools/../../healthz",
    "/v1/schools//",
    "/v1//schools",
    "//v1/schools",
    "/v1/schools/" + "a" * 10_000,
    "/v1/schools/sch_8zzzzzzzzzzzzzzzzzzzzzzzzz",
    "/v1/schools/sch_" + "%D9%A1" * 26,
    "/v1/schools/prd_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "/v1/schools/isni:%F0%9F%92%A9",
    "/v1/schools/isil:%00",
    "/v1/schools/orcid:0000-0000-0000-000x",
    "/v1/schools/ikapi:----",
    "/v1/entries/wikidata:Q" + "9" * 500,
    "/v1/regions/%D9%A3%D9%A2",
    "/v1/regions/bps:%00",
    "/v1/regions/3271",
    "/v1/regions/:",
    "/v1/regions/x:y:z",
    "/v1/regions/" + "32." * 500,
    "/v1/vocabularies/__class__",
    "/v1/vocabularies/%00",
    "/v1/products/x/libraries",
    "/v1/products/%00/libraries",
    "/v1/products/src_01kf3cb0s3f8q8r2d1kq8m8n8p/libraries",
    "/v1/schools/%00/installations",
    "/v1/nothing",
    "/v1/schools/npsn:20106343/nothing",
    "/v1/.git/config",
    "/v1/openapi.xml",
    "/v1x",
    "/V1/schools",
    "/nothing",
    "/%00",
]
HEADERS = {
    "Accept": [
        "",
        "*/*;q=0",
        "text/html",
        "application/json;q=abc",
        "application/json;q=0",
        ",,,",
        "/",
        "a" * 20_000,
        "application/json; indent=9999999999",
        "application/json; version=2",
        "\xff\xfe",
        "application/json" + ";a=b" * 5000,
        "text/csv;header=absent",
    ],
    "Accept-Language": [
        "",
        "*",
        "xx",
        "id;q=2",
        "en;q=x",
        "en-" * 500,
        "\xff",
        "en," * 5000,
        "a" * 9000,
        "i-klingon",
        "-",
    ],
    "If-None-Match": ["", "*", '"', "W/", 'W/"', "," * 5000, "\xff", '"' + "a" * 20_000 + '"'],
    "If-Modified-Since": ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "If-Match": ['"1"', "*"],
    "Range": ["bytes=0-1", "bytes=-1", "bytes=9-1", "rows=1-2", "bytes=" + "0-1," * 1000],
    "X-Request-Id": ["", "a b", "a\tb", "x" * 65, "\xff", "../../etc", "<script>"],
    "X-Forwarded-Host": ["evil.example"],
    "X-Forwarded-For": ["127.0.0.1", "a" * 5000],
    "X-Http-Method-Override": ["DELETE"],
    "Cookie": ["sessionid=1; csrftoken=2", "a" * 8000, "="],
    "Origin": ["null", "https://evil.example"],
    "Content-Type": ["multipart/form-data; boundary=", "a" * 2000],
    "Content-Length": ["0", "99999999999", "-1", "x"],
    "Expect": ["100-continue"],
}


def ask(api: Client, target: str, **extra):
    """The answer; the client has compared it with the document, and raises what the service did not expect."""
    response = api.get(target, **extra)
    assert response.status_code in (200, 304, 400, 401, 404, 406), (target, response.status_code)
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == "application/problem+json", target
    assert "text/html" not in response.headers.get("Content-Type", "")
    return response


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_hostile_values_are_refused_or_mean_nothing(api, world, path):
    for name, value in itertools.product(PARAMETERS[path], VALUES):
        needed = "q=suka&" if path == "/v1/suggest" and name != "q" else ""
        ask(api, f"{path}?{needed}{name}={value}")


@pytest.mark.parametrize("path", LISTS + SINGLE)
def test_hostile_names_are_refused(api, world, path):
    for query in NAMES:
        response = ask(api, f"{path}?{query}")
        is_empty = query in ("&&&", "?")
        assert is_empty or response.status_code in (400, 404, 406), query


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_hostile_paths_are_refused(api, world, path):
    assert ask(api, path).status_code in (400, 404)


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_hostile_headers_are_refused_or_ignored(api, world, name):
    for path, value in itertools.product(("/v1/schools", "/v1/schools/npsn:20106343", "/v1/nothing"), HEADERS[name]):
        response = ask(api, path, headers={name: value})
        assert "evil" not in str(response.headers)
        assert "script" not in response.headers["X-Request-Id"]


def test_two_thousand_parameters_are_refused(api, world):
    for query in ("&".join(f"a{number}=1" for number in range(2000)), "&".join(["limit=1"] * 2000), "&" * 5000):
        assert ask(api, f"/v1/schools?{query}").status_code in (200, 400)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X" * 200])
@pytest.mark.parametrize("path", [*LISTS, *SINGLE, "/v1/openapi.json", "/v1/openapi.yaml"])
def test_a_method_that_there_is_not_is_refused_with_those_there_are(api, world, method, path):
    for body, kind in (
        (b"", "application/json"),
        (b"[" * 20_000, "application/json"),
        (b"\xff\x00", "application/x-www-form-urlencoded"),
    ):
        allowed = api.options(path).headers["Allow"].split(", ")
        response = api.generic(method, f"{path}?nonsense=1", data=body, content_type=kind)

        if method in allowed:  # nobody is let in whose request is not understood
            assert response.status_code in (400, 401, 415)
        else:
            assert response.status_code == 405
            assert response.headers["Allow"].split(", ") == allowed
            assert response.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::", "127.0.0.1:80:80", "localhost@evil.example"])
def test_another_host_name_is_refused(api, host):
    response = ask(api, "/v1/sources", headers={"Host": host})

    assert response.status_code == 400
    assert response.json()["code"] == "unknown_host"
    assert "evil" not in response.content.decode()


def test_no_refusal_repeats_more_than_a_little_of_what_was_sent(api):
    response = ask(api, f"/v1/schools?region={'a' * 5000}")

    assert response.status_code == 400
    assert len(response.content) < 1000


def test_a_fault_of_ours_is_a_problem_too(api, monkeypatch):
    from api.v1 import sources

    def broken(self):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(sources.SourceViewSet, "visible", broken)
    api.raise_request_exception = False

    response = api.get("/v1/sources")

    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert b"secret" not in response.content
