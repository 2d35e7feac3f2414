"""Single objects: every address they have, what became of merged, closed and hidden ones, and 304."""

import re

import pytest

from directory import ids
from directory.models import Entry, Installation, Product
from tests import factories
from tests.api import alike, worlds

KINDS = ("school", "publisher", "author", "vendor", "organisation")


def refusal_of(response):
    """A refusal without what tells requests apart."""
    kept = alike.headers(response.headers)
    body = {name: value for name, value in response.json().items() if name not in ("instance", "request_id")}
    # Their lengths: a path and an id of the same length make no difference.
    return response.status_code, kept, body


# --- addresses ---


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_has_its_address_by_kind_and_among_all(api, world, kind):
    reference = worlds.id_of(getattr(world, kind))

    by_kind, among_all = api.get(f"/v1/{kind}s/{reference}"), api.get(f"/v1/entries/{reference}")

    assert by_kind.json()["object"] == kind
    assert by_kind.content == among_all.content


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_not_found_under_another_kind(api, world, kind):
    for other in set(KINDS) - {kind}:
        assert api.get(f"/v1/{other}s/{worlds.id_of(getattr(world, kind))}").status_code == 404


def test_an_id_with_the_prefix_of_another_kind_is_not_found(api, world):
    wrong = ids.encode("publisher", world.school.pk)

    assert api.get(f"/v1/publishers/{wrong}").status_code == 404
    assert api.get(f"/v1/entries/{wrong}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "identifier", "stored", "address"),
    [
        ("school", "npsn", "K9999999", "npsn:K9999999"),
        ("publisher", "ikapi", "7/JTI/2020", "ikapi:7-JTI-2020"),
        ("publisher", "isbn_prefix", "978-602-123", "isbn_prefix:978-602-123"),
        ("author", "orcid", "0000-0002-1825-0097", "orcid:0000-0002-1825-0097"),
        ("author", "orcid", "0000-0002-1825-0097", "orcid:0000000218250097"),
        ("author", "viaf", "102333412", "viaf:102333412"),
        ("vendor", "nib", "1234567890123", "nib:1234567890123"),
        ("organisation", "ror", "03yrm5c26", "ror:03yrm5c26"),
        ("organisation", "wikidata", "Q42", "wikidata:Q42"),
    ],
)
def test_an_entry_is_addressed_by_its_identifiers(api, db, kind, identifier, stored, address):
    made = factories.entry(kind, identifiers={identifier: stored})

    assert api.get(f"/v1/{kind}s/{address}").json()["id"] == worlds.id_of(made)
    assert api.get(f"/v1/entries/{address}").json()["id"] == worlds.id_of(made)


def test_a_retired_identifier_leads_nowhere_or_to_its_new_owner(api, world):
    with factories.recorded():
        world.school.identifiers.update(retired_at="2026-01-01T00:00:00Z")
    assert api.get("/v1/schools/npsn:20106343").status_code == 404

    other = factories.entry(name="SD Baru", identifiers={"npsn": "20106343"})

    assert api.get("/v1/schools/npsn:20106343").json()["id"] == worlds.id_of(other)


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/schools",
        "/v1/schools/npsn:20106343",
        "/v1/schools/npsn:20106343/installations",
        "/v1/regions/32.71",
        "/v1/suggest?q=suka",
        "/v1/vocabularies/form",
    ],
)
def test_a_slash_at_the_end_changes_nothing(api, world, path):
    bare, _, query = path.partition("?")
    plain, slashed = api.get(path), api.get(f"{bare}/?{query}")

    assert slashed.status_code == plain.status_code == 200
    assert slashed.content == plain.content
    assert slashed.headers["ETag"] == plain.headers["ETag"]


def test_a_region_has_the_codes_of_every_scheme(api, world):
    for code in ("32.71", "kemendagri:32.71", "kemendagri:3271", "bps:3271", "dapodik:026100"):
        assert api.get(f"/v1/regions/{code}").json()["id"] == "32.71"
    assert api.get("/v1/regions/3271031001").json()["id"] == "32.71.03.1001"
    assert api.get("/v1/regions/3271").status_code == 400
    assert api.get("/v1/regions/32.99").status_code == 404


def test_an_identifier_with_white_space_behind_it_breaks_no_header(api, world):
    with factories.recorded():
        for version in ("1", "2"):
            Installation.objects.create(
                product=world.product, library=world.school, stated_by="vendor", product_version=version
            )

    response = api.get("/v1/schools/npsn:20106343%0A/installations?limit=1")

    assert response.status_code == 200
    assert "npsn:20106343%0A/installations?" in response.headers["Link"]


# --- closed, merged, hidden ---


def test_a_closed_entry_stays_readable(api, world):
    assert api.get(f"/v1/schools/{worlds.id_of(world.closed)}").json()["status"] == "closed"


@pytest.mark.parametrize("name", ["merged", "twice"])
@pytest.mark.parametrize("collection", ["schools", "entries"])
def test_a_merged_entry_leads_to_the_one_that_stays(api, world, name, collection):
    response = api.get(f"/v1/{collection}/{worlds.id_of(getattr(world, name))}")

    assert response.status_code == 301
    assert response.headers["Location"] == f"/v1/{collection}/{worlds.id_of(world.school)}"
    assert response.content == b""


def test_what_was_asked_stays_asked_on_the_way(api, world):
    reference = worlds.id_of(world.twice)
    response = api.get(f"/v1/schools/{reference}/?fields=name,form&expand=provenance.source")

    assert response.headers["Location"].endswith(
        f"{worlds.id_of(world.school)}?fields=name,form&expand=provenance.source"
    )
    assert set(api.get(response.headers["Location"]).json()) == {"id", "object", "name", "form", "provenance"}


def test_the_identifier_of_a_merged_entry_leads_on_too(api, db):
    survivor = factories.entry(name="SD Tetap")
    factories.entry(name="SD Lama", status="merged", merged_into=survivor, identifiers={"npsn": "20000001"})

    response = api.get("/v1/schools/npsn:20000001")

    assert response.status_code == 301
    assert response.headers["Location"] == f"/v1/schools/{worlds.id_of(survivor)}"


@pytest.fixture
def unseen(world):
    """Addresses of what is there and may not be seen."""
    with factories.recorded():
        vendor = Entry.objects.create(kind="vendor", name="Vendor Hilang", status="hidden")
        factories.Vendor.objects.create(entry=vendor)
        product = Product.objects.create(name="Produk Hilang", vendor=vendor)
    chained = factories.entry("author", name="Gabung", status="merged", merged_into=world.hidden)
    school = factories.entry(name="SD Hilang", status="hidden", identifiers={"npsn": "20000009"})
    return [
        f"/v1/authors/{worlds.id_of(world.hidden)}",
        f"/v1/entries/{worlds.id_of(world.hidden)}",
        f"/v1/authors/{worlds.id_of(chained)}",
        f"/v1/schools/{worlds.id_of(school)}",
        f"/v1/schools/{worlds.id_of(school)}/installations",
        f"/v1/products/{ids.encode('product', product.pk)}",
        f"/v1/products/{ids.encode('product', product.pk)}/libraries",
    ]


def test_what_may_not_be_seen_looks_like_what_never_was(api, unseen):
    for path in unseen:
        never = re.sub(r"_[0-9a-z]{26}", "_01kf3cb0s3f8q8r2d1kq8m8n8p", path)
        for query in ("", "?fields=name", "?nonsense=1", "?format=xml"):
            assert refusal_of(api.get(path + query)) == refusal_of(api.get(never + query)), path
        assert api.get(path).status_code == 404


def test_the_identifier_of_a_hidden_entry_looks_like_one_that_nobody_has(api, unseen):
    assert refusal_of(api.get("/v1/schools/npsn:20000009")) == refusal_of(api.get("/v1/schools/npsn:20000008"))


def test_what_may_not_be_seen_is_no_more_to_be_seen_by_a_tag(api, world):
    path = f"/v1/schools/{worlds.id_of(world.school)}"
    tag = api.get(path).headers["ETag"]
    with factories.recorded():
        Entry.objects.filter(pk=world.school.pk).update(status="hidden")

    assert api.get(path, headers={"If-None-Match": tag}).status_code == 404
    assert api.get(path, headers={"If-None-Match": "*"}).status_code == 404


# --- 304 ---

TAGGED = [
    "/v1",
    "/v1/schools",
    "/v1/schools?fields=name",
    "/v1/schools/npsn:20106343",
    "/v1/schools/npsn:20106343?fields=name",
    "/v1/regions/32.71",
    "/v1/products",
    "/v1/vocabularies/form",
    "/v1/changes",
    "/v1/suggest?q=suka",
    "/v1/openapi.json",
    "/v1/openapi.yaml",
]


@pytest.mark.parametrize("path", TAGGED)
def test_what_is_unchanged_is_not_sent_again(api, world, path):
    first = api.get(path)
    tag = first.headers["ETag"]
    opaque = tag.removeprefix("W/")
    same = [tag, opaque, f'"x", {tag}', f"{opaque},{opaque}", "*", opaque[:-1] + '-gzip"', f'W/{opaque[:-1]};br"']
    for header in same:
        response = api.get(path, headers={"If-None-Match": header})
        assert response.status_code == 304, header
        assert response.content == b""
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == first.headers["Cache-Control"]
    for header in ('"x"', opaque[1:-1], f'W/"{opaque}"', opaque[:-1] + '-deflate"', opaque.upper() + "x", ""):
        assert api.get(path, headers={"If-None-Match": header}).status_code == 200, header


def test_a_tag_tells_the_version_and_changes_with_it(api, world):
    path = f"/v1/schools/{worlds.id_of(world.school)}"
    first = api.get(path)
    with factories.recorded():
        Entry.objects.filter(pk=world.school.pk).update(address="Jl. Lain 4")
    second = api.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"].startswith(f'W/"{first.json()["version"]}-')
    assert second.status_code == 200
    assert second.headers["ETag"].startswith(f'W/"{first.json()["version"] + 1}-')


def test_a_detail_changes_when_its_region_is_renamed(api, world):
    path = f"/v1/schools/{worlds.id_of(world.school)}"
    first = api.get(path)
    with factories.recorded():
        type(world.city).objects.filter(pk="32.71").update(name="Kota Hujan")

    second = api.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 200
    assert second.json()["region"]["path"][1]["name"] == "Kota Hujan"


def test_a_list_changes_when_what_stands_on_it_changes(api, world):
    tag = api.get("/v1/schools").headers["ETag"]
    with factories.recorded():
        Entry.objects.filter(pk=world.far.pk).update(address="Jl. Lain 4")

    assert api.get("/v1/schools", headers={"If-None-Match": tag}).status_code == 200


def test_a_list_of_kept_bodies_is_that_of_bodies_made_now(api, world):
    from api import bodies

    now = api.get("/v1/entries")
    bodies.catch_up(batches=10)

    kept = api.get("/v1/entries")

    assert kept.content == now.content
    assert kept.headers["ETag"] == now.headers["ETag"]
