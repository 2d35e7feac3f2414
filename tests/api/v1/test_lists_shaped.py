"""What lists and single objects are asked to show besides: totals, facets, chosen fields and expanded ids."""

import pytest

from api.v1 import resource, urls
from directory.models import Entry
from tests import factories
from tests.api import worlds


@pytest.fixture
def namesakes(db):
    """Seven schools, five of which share a name."""
    return worlds.many("school", ["SD Sama"] * 5 + ["SD Akhir", "SD Zaitun"])


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


@pytest.mark.parametrize("name", [name for name, view in urls.PUBLIC.items() if view.facets])
def test_every_facet_that_a_list_offers_is_counted(api, world, name):
    offered = urls.PUBLIC[name].facets

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


@pytest.mark.parametrize("name", [name for name, view in urls.PUBLIC.items() if not view.parameters])
def test_every_member_can_be_chosen_alone(api, world, name):
    for field in urls.PUBLIC[name]().field_names():
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


@pytest.mark.parametrize("name", [name for name, view in urls.PUBLIC.items() if view.expandable])
def test_every_expansion_that_a_list_offers_is_answered(api, world, name):
    for path in urls.PUBLIC[name].expandable:
        assert api.get(f"/v1/{name}?expand={path}").status_code == 200
