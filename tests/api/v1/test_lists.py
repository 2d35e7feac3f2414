"""Lists: pages that miss nothing, whatever their order, and cursors that belong to one list."""

import itertools

import pytest

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
