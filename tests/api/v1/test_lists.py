"""Lists: pages that miss nothing, orders, totals, facets, chosen fields and expanded ids."""

import itertools

import pytest

from api.v1 import resource, urls
from directory.models import Entry, Product
from tests import factories
from tests.api import worlds


def also(path, parameter):
    """The path with one parameter more."""
    return f"{path}{'&' if '?' in path else '?'}{parameter}"


def walk(api, path, limit=1):
    """The ids of all pages, each page asked for as a client would."""
    found, cursor = [], None
    while True:
        after = f"&cursor={cursor}" if cursor else ""
        page = api.get(also(path, f"limit={limit}{after}")).json()
        assert page["has_more"] == (page["next_cursor"] is not None)
        assert len(page["data"]) <= limit
        found += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            return found
        cursor = page["next_cursor"]


@pytest.fixture
def namesakes(db):
    """Seven schools, five of which share a name; made in one transaction, so their times are equal too."""
    factories.region("32.71", "Kota Bogor")
    return worlds.many("school", ["SD Sama"] * 5 + ["SD Akhir", "SD Zaitun"], region_id="32.71")


@pytest.mark.parametrize("limit", ["1", "200"])
def test_the_limit_has_bounds(api, world, limit):
    assert api.get(f"/v1/schools?limit={limit}").status_code == 200


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.0", "", "٥", "+5", "1e1", "5 "])
def test_a_limit_out_of_bounds_is_refused(api, db, limit):
    assert api.get("/v1/schools", {"limit": limit}).status_code == 400


def test_a_page_has_fifty_objects_unless_asked_otherwise(api, db):
    worlds.many("publisher", [f"Penerbit {number}" for number in range(51)])

    page = api.get("/v1/publishers").json()

    assert len(page["data"]) == 50
    assert page["has_more"]


SORTS = ["", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
MIXED = ["name,-updated_at", "-name,created_at", "-updated_at,name", "created_at,-name,updated_at"]


@pytest.mark.parametrize("sort", SORTS + MIXED)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_walking_meets_everything_once_also_where_values_are_equal(api, namesakes, sort, limit):
    found = walk(api, f"/v1/schools?sort={sort}" if sort else "/v1/schools", limit=limit)

    assert sorted(found) == sorted(namesakes)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("sort", ["name", "-name", *MIXED[:2]])
def test_an_order_is_the_same_in_pages_as_at_once(api, namesakes, sort):
    at_once = [one["id"] for one in api.get(f"/v1/schools?sort={sort}").json()["data"]]

    assert walk(api, f"/v1/schools?sort={sort}", limit=2) == at_once


def test_descending_is_ascending_turned_round(api, namesakes):
    for name in ("name", "created_at", "updated_at"):
        assert walk(api, f"/v1/schools?sort=-{name}", limit=2) == walk(api, f"/v1/schools?sort={name}", limit=3)[::-1]


def test_names_are_in_the_order_of_their_normal_form(api, db):
    for name in ("b kedua", "A Pertama", "Ä ketiga"):
        factories.entry("publisher", name=name)

    names = [one["name"] for one in api.get("/v1/publishers?sort=name").json()["data"]]

    assert names == ["Ä ketiga", "A Pertama", "b kedua"]


def test_what_is_added_meanwhile_moves_no_page(api, namesakes):
    first = api.get("/v1/schools?sort=name&limit=3").json()
    before = factories.entry(name="SD Aaa")
    among = factories.entry(name="SD Sama")
    second = api.get(f"/v1/schools?sort=name&limit=200&cursor={first['next_cursor']}").json()
    met = [one["id"] for one in first["data"] + second["data"]]

    assert len(met) == len(set(met))
    assert set(namesakes) <= set(met)
    assert worlds.id_of(before) not in met
    assert worlds.id_of(among) in met


@pytest.mark.parametrize(
    "path",
    [
        "/v1/entries",
        "/v1/schools?q=sama",
        "/v1/schools?near=-6.6,106.8",
        "/v1/regions",
        "/v1/sources",
        "/v1/products",
        "/v1/regions?sort=-name",
        "/v1/products?sort=-name",
        "/v1/sources?sort=name,-updated_at",
    ],
)
def test_every_list_can_be_walked(api, world, path):
    for name in ("SD Sama Satu", "SD Sama Dua", "SD Sama Tiga"):
        factories.entry(name=name, latitude=-6.6, longitude=106.8, location_accuracy="point")
    factories.source("lain")
    with factories.recorded():
        Product.objects.create(name="Rak Lain")
    at_once = [one["id"] for one in api.get(also(path, "limit=200")).json()["data"]]

    assert len(at_once) > 1
    assert walk(api, path) == at_once


def test_the_link_header_leads_on(api, namesakes, settings):
    response = api.get("/v1/schools?limit=4&form=sd")
    address = response.headers["Link"].partition(">")[0].removeprefix("<")

    assert address.startswith(f"{settings.PUBLIC_URL}/v1/schools?")
    following = api.get(address.removeprefix(settings.PUBLIC_URL))
    assert 'rel="next"' in response.headers["Link"]
    assert 'rel="next"' not in following.headers["Link"]
    assert len(following.json()["data"]) == 3


CURSOR_PATHS = [
    "/v1/schools",
    "/v1/schools?sort=name",
    "/v1/schools?sort=-name",
    "/v1/schools?form=sd",
    "/v1/entries",
    "/v1/schools?q=sama",
    "/v1/schools?q=sd",
    "/v1/schools?near=-6.6,106.8",
    "/v1/schools?near=0,0",
    "/v1/changes",
    "/v1/regions",
]


def test_a_cursor_belongs_to_its_list_its_filters_and_its_order(api, namesakes):
    with factories.recorded():
        Entry.objects.update(latitude=-6.6, longitude=106.8, location_accuracy="point")
    cursors = {}
    for path in CURSOR_PATHS:
        page = api.get(also(path, "limit=1")).json()
        cursors[path] = page["next_cursor"]
    del cursors["/v1/changes"]  # an open transaction holds the feed back

    for (owner, cursor), path in itertools.product(cursors.items(), CURSOR_PATHS):
        response = api.get(also(path, f"limit=1&cursor={cursor}"))
        assert (response.status_code == 200) == (owner == path), (owner, path)
        if owner != path:
            assert response.json()["errors"][0]["code"] == "invalid_cursor"


def test_how_a_page_looks_may_change_between_pages(api, namesakes):
    cursor = api.get("/v1/schools?limit=3").json()["next_cursor"]

    page = api.get(f"/v1/schools/?limit=4&fields=name&include=total&cursor={cursor}").json()

    assert len(page["data"]) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text[:-4],
        lambda text: text + "A",
        lambda text: text + "AAAA",
        lambda text: text[::-1],
        lambda text: "A" + text,
        lambda text: "=" * 4,
        lambda text: "W10",  # []
        lambda text: "W251bGxd",  # [null]
        lambda text: "e30",  # {}
        lambda text: "WzFd",  # [1]
        lambda text: "Ww" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["/v1/schools?sort=name", "/v1/schools?q=sama", "/v1/schools?near=0,0", "/v1/changes"])
def test_a_forged_cursor_is_refused(api, namesakes, change, path):
    made = api.get(also(path, "limit=1")).json()["next_cursor"] or "WyJjaGFuZ2VzIiwxXQ"

    response = api.get(also(path, f"cursor={change(made)}"))

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "invalid_cursor"


# --- totals ---


def test_the_total_is_that_of_the_whole_list(api, namesakes):
    page = api.get("/v1/schools?include=total&limit=2").json()
    searched = api.get("/v1/schools?include=total&q=akhir").json()

    assert page["total"] == {"value": 7, "relation": "eq"}
    assert searched["total"] == {"value": 1, "relation": "eq"}
    assert "total" not in api.get("/v1/schools").json()


def test_counting_stops_somewhere_and_says_so(api, namesakes, monkeypatch):
    asked = "/v1/schools?include=total&updated_since=2000-01-01"
    monkeypatch.setattr(resource, "TOTAL_COUNTED_TO", 7)
    assert api.get(asked).json()["total"] == {"value": 7, "relation": "eq"}

    monkeypatch.setattr(resource, "TOTAL_COUNTED_TO", 6)
    assert api.get(asked).json()["total"] == {"value": 6, "relation": "gte"}


@pytest.mark.parametrize(
    "asked",
    ["schools?", "entries?kind=school,author&", "schools?form=sd,mi&", "schools?region=32,33&", "schools?q=sd&"],
)
def test_a_total_that_a_kept_facet_covers_is_exact_however_large(api, world, monkeypatch, asked):
    counted = api.get(f"/v1/{asked}include=total").json()["total"]["value"]
    assert counted == len(api.get(f"/v1/{asked}limit=200").json()["data"])

    monkeypatch.setattr(resource, "TOTAL_COUNTED_TO", 0)
    is_searched = "q=" in asked
    total = api.get(f"/v1/{asked}include=total").json()["total"]
    assert total == ({"value": 0, "relation": "gte"} if is_searched else {"value": counted, "relation": "eq"})


def test_counts_of_a_products_libraries_are_never_kept_as_those_of_all_entries(api, world):
    product = api.get("/v1/products?limit=1").json()["data"][0]["id"]
    api.get(f"/v1/products/{product}/libraries?facets=kind&include=total")
    kinds = api.get("/v1/entries?facets=kind").json()["facets"]["kind"]["buckets"]
    assert sum(bucket["count"] for bucket in kinds) == len(api.get("/v1/entries?limit=200").json()["data"])


# --- facets ---


def test_facets_count_the_filtered_list_with_a_bucket_for_the_unknown(api, world):
    facets = api.get("/v1/schools?facets=form,province,library_exists,ownership,trust_level,status").json()["facets"]

    assert facets["form"]["buckets"] == [{"value": "sd", "count": 1}, {"value": "smp", "count": 1}]
    assert facets["province"]["buckets"] == [{"value": "32", "count": 1}, {"value": "33", "count": 1}]
    assert facets["library_exists"]["buckets"] == [{"value": "yes", "count": 1}, {"value": "unknown", "count": 1}]
    assert facets["status"]["buckets"] == [{"value": "active", "count": 2}]
    assert not facets["form"]["approximate"]


def test_facets_follow_filters_and_the_search(api, world):
    filtered = api.get("/v1/schools?facets=form&region=33").json()["facets"]
    searched = api.get("/v1/entries?facets=kind&q=sukamaju").json()["facets"]

    assert filtered["form"]["buckets"] == [{"value": "smp", "count": 1}]
    assert searched["kind"]["buckets"] == [{"value": "school", "count": 1}]


def test_facets_are_of_the_whole_list_not_of_the_page(api, world):
    page = api.get("/v1/entries?facets=kind&limit=1").json()

    assert sum(one["count"] for one in page["facets"]["kind"]["buckets"]) == 6


@pytest.mark.parametrize("name", [name for name, view in urls.RESOURCES.items() if view.facets])
def test_every_facet_that_a_list_offers_is_counted(api, world, name):
    offered = urls.RESOURCES[name].facets

    assert list(api.get(f"/v1/{name}?facets={','.join(offered)}").json()["facets"]) == list(offered)


# --- fields ---


def test_fields_choose_members_and_leave_id_and_object(api, world):
    page = api.get("/v1/schools?fields=name,library").json()
    one = api.get("/v1/schools/npsn:20106343?fields=form").json()

    assert all(set(school) == {"id", "object", "name", "library"} for school in page["data"])
    assert set(one) == {"id", "object", "form"}


def test_fields_of_any_kind_may_be_chosen_where_kinds_are_mixed(api, world):
    found = {one["object"]: one for one in api.get("/v1/entries?fields=form,roles").json()["data"]}

    assert set(found["school"]) == {"id", "object", "form"}
    assert set(found["author"]) == {"id", "object", "roles"}
    assert set(found["vendor"]) == {"id", "object"}


@pytest.mark.parametrize("name", [name for name, view in urls.RESOURCES.items() if not view.parameters])
def test_every_member_can_be_chosen_alone(api, world, name):
    for field in urls.RESOURCES[name]().field_names():
        assert api.get(f"/v1/{name}?fields={field}").status_code == 200


# --- expand ---


def test_an_expanded_id_is_the_whole_object(api, world):
    author = api.get(f"/v1/authors/{worlds.id_of(world.author)}?expand=relations.entry").json()

    assert author["relations"][0]["entry"] == api.get(f"/v1/publishers/{worlds.id_of(world.publisher)}").json()


def test_expanding_goes_two_levels_deep(api, world):
    (row,) = api.get("/v1/schools/npsn:20106343/installations?expand=product.vendor,library").json()["data"]

    assert row["product"]["vendor"]["name"] == "Rak Digital"
    assert row["library"]["name"] == "SD Negeri Sukamaju 3"


def test_what_cannot_be_seen_stays_an_id(api, world):
    publisher = api.get(f"/v1/publishers/{worlds.id_of(world.publisher)}?expand=relations.entry").json()

    assert publisher["relations"][0]["entry"] == worlds.id_of(world.hidden)


def test_a_source_can_be_expanded(api, world):
    with factories.recorded(source=world.source.pk):
        made = Entry.objects.create(kind="vendor", name="Dari Sumber")
        factories.Vendor.objects.create(entry=made)

    (row,) = api.get("/v1/vendors?q=dari+sumber&expand=provenance.source").json()["data"]

    assert row["provenance"]["source"]["title"] == "Dapodik"


def test_what_is_expanded_is_shown_even_when_other_fields_are_chosen(api, world):
    author = api.get(f"/v1/authors/{worlds.id_of(world.author)}?fields=name&expand=relations.entry").json()

    assert set(author) == {"id", "object", "name", "relations"}
    assert author["relations"][0]["entry"]["object"] == "publisher"


@pytest.mark.parametrize("name", [name for name, view in urls.RESOURCES.items() if view.expandable])
def test_every_expansion_that_a_list_offers_is_answered(api, world, name):
    for path in urls.RESOURCES[name].expandable:
        assert api.get(f"/v1/{name}?expand={path}").status_code == 200
