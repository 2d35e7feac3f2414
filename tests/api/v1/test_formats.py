"""Which format an answer has, what each refuses, and what stands in none of them."""

import json
import re

import pytest

from tests.api import worlds

LISTS = {
    "entries": "json csv ndjson geojson jsonld",
    "schools": "json csv ndjson geojson jsonld",
    "publishers": "json csv ndjson geojson jsonld",
    "authors": "json csv ndjson geojson jsonld",
    "vendors": "json csv ndjson geojson jsonld",
    "organisations": "json csv ndjson geojson jsonld",
    "products": "json csv ndjson jsonld",
    "regions": "json csv ndjson",
    "sources": "json csv ndjson",
    "vocabularies": "json",
    "changes": "json",
}
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "jsonld": "application/ld+json",
}


@pytest.fixture
def world(db):
    return worlds.build()


def body(response):
    return response.getvalue().decode()


def read(api, address, **also):
    """The answer and its text: a download is read before the next, as it holds its place until then."""
    response = api.get(address, **also)
    return response, body(response)


def refusals(response):
    assert response.status_code == 400, response.content
    return [(one.get("parameter"), one["code"]) for one in response.json()["errors"]]


@pytest.mark.parametrize(("name", "formats"), LISTS.items())
def test_a_list_comes_in_its_formats_by_parameter_and_by_accept(api, world, name, formats):
    for format, media_type in TYPES.items():
        accept = {"Accept": media_type.partition(";")[0]}
        by_name, text_by_name = read(api, f"/v1/{name}?format={format}")
        by_accept, text_by_accept = read(api, f"/v1/{name}", headers=accept)
        if format in formats.split():
            assert by_name.status_code == by_accept.status_code == 200
            assert by_name["Content-Type"] == by_accept["Content-Type"] == media_type
            assert text_by_name == text_by_accept
        else:
            assert by_name.status_code == by_accept.status_code == 406
            assert by_name.json()["code"] == "not_acceptable"


def test_lists_below_others_come_in_their_formats(api, world):
    software = f"/v1/schools/{worlds.id_of(world.school)}/installations"
    libraries = f"/v1/products/{api.get('/v1/products').json()['data'][0]['id']}/libraries"
    assert body(api.get(f"{software}?format=csv")).count("\r\n") == 2
    assert api.get(f"{software}?format=geojson").status_code == 406
    assert json.loads(body(api.get(f"{libraries}?format=ndjson")))["id"] == worlds.id_of(world.school)
    assert len(api.get(f"{libraries}?format=geojson").json()["features"]) == 1


@pytest.mark.parametrize(
    ("path", "formats"),
    [
        ("schools/npsn:20106343", "json geojson jsonld"),
        ("entries/npsn:20106343", "json geojson jsonld"),
        ("regions/32.71", "json"),
    ],
)
def test_a_single_object_comes_in_its_formats_and_is_no_download(api, world, path, formats):
    for format in TYPES:
        response = api.get(f"/v1/{path}?format={format}")
        assert response.status_code == (200 if format in formats.split() else 406)


def test_an_unknown_format_is_refused_with_those_there_are(api, world):
    response = api.get("/v1/regions?format=xml", headers={"Accept-Language": "en"})
    assert response.status_code == 406
    assert "json, csv, ndjson" in response.json()["title"]
    assert api.get("/v1/schools", headers={"Accept": "application/xml"}).status_code == 406


def test_a_browser_gets_json(api, world):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert api.get("/v1/schools", headers={"Accept": accept})["Content-Type"] == "application/json"


@pytest.mark.parametrize("format", ["csv", "ndjson"])
@pytest.mark.parametrize("given", ["limit=5", "cursor=x", "include=total", "facets=province", "expand=relations.entry"])
def test_a_download_refuses_what_belongs_to_pages(api, world, format, given):
    name = given.partition("=")[0]
    assert refusals(api.get(f"/v1/schools?format={format}&{given}")) == [(name, "parameter_not_for_format")]


def test_a_download_refuses_an_order_that_has_to_rank_everything_for_each_row(api, world):
    assert refusals(api.get("/v1/schools?format=csv&q=sd&sort=relevance")) == [("sort", "parameter_not_for_format")]
    near = "/v1/schools?format=ndjson&near=-6.6,106.8&sort=distance"
    assert refusals(api.get(near)) == [("sort", "parameter_not_for_format")]


def test_a_refusal_names_every_parameter_that_does_not_fit(api, world):
    response = api.get("/v1/schools?format=ndjson&limit=5&facets=province&profile=excel-id")
    assert {name for name, _ in refusals(response)} == {"limit", "facets", "profile"}


@pytest.mark.parametrize("format", ["json", "ndjson", "geojson", "jsonld"])
def test_a_profile_is_for_csv_only(api, world, format):
    assert refusals(api.get(f"/v1/schools?format={format}&profile=excel-id")) == [
        ("profile", "parameter_not_for_format")
    ]


def test_linked_data_has_members_of_its_own(api, world):
    for given in ("fields=name", "expand=relations.entry", "facets=province", "include=total"):
        response = api.get(f"/v1/schools?format=jsonld&{given}")
        assert refusals(response) == [(given.partition("=")[0], "parameter_not_for_format")]
    assert refusals(api.get("/v1/schools/npsn:20106343?format=jsonld&fields=name"))


def test_a_wrong_filter_is_refused_before_a_download_begins(api, world):
    assert refusals(api.get("/v1/schools?format=csv&provinsi=32")) == [("provinsi", "unknown_parameter")]
    assert api.get("/v1/products/prd_00000000000000000000000000/libraries?format=csv").status_code == 404


@pytest.mark.parametrize("format", TYPES)
def test_every_format_carries_the_headers_of_public_reads(api, world, format):
    response, _ = read(api, f"/v1/schools?format={format}")
    assert 'rel="license"' in response["Link"]
    assert "Accept" in response["Vary"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"].startswith("public")


@pytest.mark.parametrize("format", ["geojson", "jsonld"])
def test_pages_of_every_format_have_a_tag_a_next_address_and_304(api, world, format):
    page = api.get(f"/v1/schools?format={format}&limit=1")
    assert api.get(f"/v1/schools?format={format}&limit=1", headers={"If-None-Match": page["ETag"]}).status_code == 304
    address = re.search(r'<([^>]+)>; rel="next"', page["Link"])[1]
    assert f"format={format}" in address
    second = api.get(address[address.index("/v1/") :])
    assert second.status_code == 200
    assert body(second) != body(page)
    assert second.json()["has_more"] is False
    assert second.json()["next_cursor"] is None


@pytest.mark.parametrize("format", ["json", "geojson", "jsonld"])
def test_a_detail_of_every_format_has_a_tag_of_its_version(api, world, format):
    response = api.get(f"/v1/schools/npsn:20106343?format={format}")
    assert response["ETag"].startswith(f'W/"{world.school.version}-')
    assert len({api.get(f"/v1/schools/npsn:20106343?format={one}")["ETag"] for one in ("json", format)}) in (1, 2)


def every_address(api, world):
    for name, formats in LISTS.items():
        for format in formats.split():
            yield f"/v1/{name}?format={format}"
            if format == "csv":
                yield f"/v1/{name}?format=csv&profile=excel-id"
            if name not in ("products", "regions", "sources", "vocabularies", "changes"):
                yield f"/v1/{name}?format={format}&status=active,closed"
    for format in ("json", "geojson", "jsonld"):
        for row in (world.school, world.publisher, world.author, world.closed):
            yield f"/v1/entries/{worlds.id_of(row)}?format={format}"
    product = api.get("/v1/products").json()["data"][0]["id"]
    for format in ("json", "csv", "ndjson"):
        yield f"/v1/schools/{worlds.id_of(world.school)}/installations?format={format}"
        yield f"/v1/products/{product}/libraries?format={format}"


def test_what_is_hidden_merged_or_not_public_stands_in_no_format(api, world):
    """The marker is in every contact that is not public, in the hidden entry and in what was removed."""
    read = 0
    for address in every_address(api, world):
        text = body(api.get(address))
        read += "info@" in text
        assert worlds.MARKER not in text, address
        if "/v1/changes" not in address:  # it tells mirrors to drop the merged
            assert "Sukamaju III" not in text, address
            for gone in (world.merged, world.twice):
                assert worlds.id_of(gone) not in text, address
    assert read > 20  # the public contacts were there


@pytest.mark.parametrize("format", ["geojson", "jsonld"])
def test_hidden_and_merged_entries_are_answered_alike_in_every_format(api, world, format):
    assert api.get(f"/v1/entries/{worlds.id_of(world.hidden)}?format={format}").status_code == 404
    moved = api.get(f"/v1/entries/{worlds.id_of(world.merged)}?format={format}")
    assert moved.status_code == 301
    assert moved["Location"].endswith(f"?format={format}")
