"""What each filter of a list leaves."""

import datetime
import itertools

import pytest

from api.v1 import urls
from directory import ids
from directory.models import Product
from tests import factories
from tests.api import worlds


def names(api, path):
    return [one["name"] for one in api.get(path).json()["data"]]


def kinds(api, path):
    return [one["object"] for one in api.get(path).json()["data"]]


# --- status ---


def test_lists_show_active_entries_only_unless_asked(api, world):
    assert names(api, "/v1/schools") == ["SD Negeri Sukamaju 3", "SMP Nusantara"]
    assert names(api, "/v1/schools?status=closed") == ["SD Tutup"]
    assert names(api, "/v1/schools?status=active,closed") == ["SD Negeri Sukamaju 3", "SMP Nusantara", "SD Tutup"]
    assert "SD Tutup" not in names(api, "/v1/entries")
    assert names(api, "/v1/schools?q=tutup") == []
    assert names(api, "/v1/schools?q=tutup&status=closed") == ["SD Tutup"]


@pytest.mark.parametrize("status", ["hidden", "merged", "active,hidden"])
def test_nobody_can_ask_for_hidden_or_merged_entries(api, world, status):
    assert api.get(f"/v1/entries?status={status}").status_code == 400


# --- places ---


@pytest.mark.parametrize(
    "region",
    [
        "32",
        "32.71",
        "32.71.03",
        "32.71.03.1001",
        "327103",
        "3271031001",
        "kemendagri:32.71",
        "kemendagri:3271",
        "dapodik:026100",
        "bps:3271",
        "32,33.74&form=sd",
        "32.71, 32.71.03",
    ],
)
def test_a_region_is_known_by_any_level_and_any_scheme(api, world, region):
    assert names(api, f"/v1/schools?region={region}") == ["SD Negeri Sukamaju 3"]


def test_a_region_holds_what_lies_in_it_alone(api, world):
    assert names(api, "/v1/schools?region=33") == ["SMP Nusantara"]
    assert names(api, "/v1/schools?region=32,33.74") == ["SD Negeri Sukamaju 3", "SMP Nusantara"]
    assert names(api, "/v1/entries?region=32&kind=author") == ["Sari Puspita"]


def test_a_region_whose_code_begins_alike_is_another(api, world):
    factories.region("32.72", "Kota Sukabumi")
    factories.entry(name="SD Sukabumi", region_id="32.72")

    assert names(api, "/v1/schools?region=32.71") == ["SD Negeri Sukamaju 3"]


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("3271", "ambiguous_region_code"),
        ("99", "unknown_region"),
        ("32.99", "unknown_region"),
        ("", "unknown_region"),
        ("32,", "unknown_region"),
        ("mars:32", "unknown_region"),
        ("32.71.", "unknown_region"),
        ("３２", "unknown_region"),
    ],
)
def test_a_region_that_is_not_known_is_refused(api, world, region, code):
    assert api.get("/v1/schools", {"region": region}).json()["errors"][0]["code"] == code


def test_the_nearest_come_first(api, world):
    assert names(api, "/v1/schools?near=-6.9,110.4") == ["SMP Nusantara", "SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?near=-6.6,106.8") == ["SD Negeri Sukamaju 3", "SMP Nusantara"]


def test_near_leaves_out_what_has_no_place_in_any_order(api, world):
    factories.entry(name="SD Tanpa Titik")

    assert names(api, "/v1/schools?near=-6.6,106.8&sort=-name") == ["SMP Nusantara", "SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?near=-6.6,106.8&radius_km=50") == ["SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?near=-6.6,106.8&radius_km=50&q=smp") == []


@pytest.mark.parametrize(("east_km", "is_inside"), [(4.9, True), (5.1, False)])
def test_a_radius_is_measured_on_the_earth(api, db, east_km, is_inside):
    latitude, longitude = -6.6, 106.8
    degree_km = 111.195 * 0.99337  # of longitude, at this latitude
    place = {"latitude": latitude, "longitude": longitude + east_km / degree_km, "location_accuracy": "point"}
    factories.entry(name="SD Tepi", **place)

    assert bool(names(api, f"/v1/schools?near={latitude},{longitude}&radius_km=5")) == is_inside


def test_a_box_holds_its_edges(api, world):
    assert names(api, "/v1/schools?bbox=106.7968,-6.5946,106.7968,-6.5946") == ["SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?bbox=106,-7,107,-6") == ["SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?bbox=-180,-90,180,90") == ["SD Negeri Sukamaju 3", "SMP Nusantara"]
    assert names(api, "/v1/schools?bbox=107,-7,108,-6") == []


# --- time ---


def test_updated_since_includes_its_moment(api, world):
    moment = api.get("/v1/schools/npsn:20106343").json()["updated_at"]
    later = (datetime.datetime.fromisoformat(moment) + datetime.timedelta(microseconds=1)).isoformat()

    assert "SD Negeri Sukamaju 3" in names(api, f"/v1/schools?updated_since={moment}")
    assert "SD Negeri Sukamaju 3" not in names(api, f"/v1/schools?updated_since={later.replace('+', '%2B')}")
    assert names(api, "/v1/schools?updated_since=2000-01-01") == ["SD Negeri Sukamaju 3", "SMP Nusantara"]
    assert names(api, "/v1/schools?updated_since=2999-01-01") == []


# --- kinds and codes ---


def test_kinds_are_a_comma_list(api, world):
    assert kinds(api, "/v1/entries?kind=publisher,vendor") == ["publisher", "vendor"]
    assert set(kinds(api, "/v1/entries")) == {"school", "publisher", "author", "vendor", "organisation"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("form=sd", ["SD Negeri Sukamaju 3"]),
        ("form=sd,smp", ["SD Negeri Sukamaju 3", "SMP Nusantara"]),
        ("form=sma", []),
        ("ownership=private", ["SMP Nusantara"]),
        ("ministry=kemenag", ["SMP Nusantara"]),
        ("accreditation=a", ["SD Negeri Sukamaju 3"]),
        ("library_exists=yes", ["SD Negeri Sukamaju 3"]),
        ("library_exists=unknown", ["SMP Nusantara"]),
        ("library_exists=yes,unknown", ["SD Negeri Sukamaju 3", "SMP Nusantara"]),
        ("library_exists=no", []),
        ("library_type=library", ["SD Negeri Sukamaju 3"]),
        ("library_accreditation=b", ["SD Negeri Sukamaju 3"]),
        ("library_accreditation=a", []),
        ("trust_level=listed", ["SD Negeri Sukamaju 3", "SMP Nusantara"]),
        ("trust_level=verified", []),
        ("form=sd&ownership=private", []),
        ("form=sd&ownership=state&region=32&library_exists=yes", ["SD Negeri Sukamaju 3"]),
    ],
)
def test_schools_are_filtered_by_their_codes(api, world, query, found):
    assert names(api, f"/v1/schools?{query}") == found


def test_a_library_that_says_unknown_itself_is_unknown_too(api, db):
    factories.entry(name="SD Entah", library={"exists": "unknown"})

    assert names(api, "/v1/schools?library_exists=unknown") == ["SD Entah"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("publishers?book_level=a", ["Lentera Aksara"]),
        ("publishers?book_level=c,b1", ["Lentera Aksara"]),
        ("publishers?book_level=e", []),
        ("authors?role=writer,editor", ["Sari Puspita"]),
        ("authors?role=editor", []),
        ("authors?book_level=c", ["Sari Puspita"]),
        ("vendors?service=training", ["Rak Digital"]),
        ("vendors?service=support", []),
        ("organisations?type=community_library", ["Taman Baca Pelangi"]),
        ("organisations?type=bookshop", []),
        ("products?hosting=cloud,desktop", ["Rak Sekolah"]),
        ("products?hosting=desktop", []),
        ("products?standard=marc21", ["Rak Sekolah"]),
        ("products?service=training", []),
        ("products?licence=GPL-3.0-or-later,MIT", ["Rak Sekolah"]),
        ("products?licence=MIT", []),
        ("products?price_model=free", []),
        ("products?is_retired=false", ["Rak Sekolah"]),
        ("products?is_retired=true", []),
        ("regions?level=province", ["Wilayah 32", "Wilayah 33"]),
        ("regions?level=village", ["Paledang"]),
        ("regions?parent=32.71", ["Wilayah 32.71.03"]),
        ("regions?within=bps:3271", ["Wilayah 32.71", "Wilayah 32.71.03", "Paledang"]),
        ("regions?name=semarang", ["Kota Semarang"]),
        ("regions?name=buiten", ["Wilayah 32.71"]),
        ("regions?flag=remote_area", ["Kota Semarang"]),
        ("regions?level=regency,district&within=32", ["Wilayah 32.71", "Wilayah 32.71.03"]),
    ],
)
def test_other_lists_have_filters_of_their_own(api, world, path, found):
    assert names(api, f"/v1/{path}") == found


def test_products_of_a_vendor(api, world):
    with factories.recorded():
        Product.objects.create(name="Komunitas")

    assert names(api, f"/v1/products?vendor={worlds.id_of(world.vendor)}") == ["Rak Sekolah"]
    assert names(api, f"/v1/products?vendor={worlds.id_of(world.organisation)}") == []
    assert api.get(f"/v1/products?vendor={worlds.id_of(world.school)}").status_code == 400


@pytest.mark.parametrize("kind", ["regions", "products", "entries"])
def test_updated_since_is_a_filter_of_what_mirrors_read(api, world, kind):
    assert names(api, f"/v1/{kind}?updated_since=2999-01-01T00:00:00Z") == []
    assert names(api, f"/v1/{kind}?updated_since=2000-01-01T00:00:00Z") != []


# --- every filter, alone and in pairs ---


@pytest.mark.parametrize("name", [name for name, view in urls.PUBLIC.items() if view.filterset_class])
def test_every_pair_of_filters_goes_together(api, world, name):
    values = {
        "status": "active",
        "region": "32.71",
        "trust_level": "listed",
        "updated_since": "2000-01-01",
        "near": "-6.6,106.8",
        "radius_km": "5",
        "bbox": "106,-7,107,-6",
        "vendor": worlds.id_of(world.vendor),
        "licence": "MIT",
        "is_retired": "false",
        "parent": "32",
        "within": "32",
        "name": "kota",
        "as_of": "2026-01-31",
        "product": ids.encode("product", world.product.pk),
        "language": "id",
        "reaches": "32",
        "deadline_from": "2026-01-31",
        "deadline_until": "2026-12-31",
        "entry": worlds.id_of(world.vendor),
        "since": "2026-11-01",
    }
    values["status"] = {"installations": "shown", "offers": "open", "needs": "open"}.get(name, "active")
    declared = urls.PUBLIC[name].filterset_class.base_filters
    given = {one: values.get(one) or getattr(declared[one], "codes", ["true"])[0] for one in declared}
    needed = "q=suka&" if name == "suggest" else ""
    for one, other in itertools.combinations_with_replacement(given, 2):
        near = "&near=-6.6,106.8" if "radius_km" in (one, other) and "near" not in (one, other) else ""
        query = "&".join(f"{each}={given[each]}" for each in dict.fromkeys((one, other)))
        assert api.get(f"/v1/{name}?{needed}{query}{near}").status_code == 200, query


def test_a_filter_means_the_same_with_a_search(api, world):
    assert names(api, "/v1/schools?q=sukamaju&form=smp") == []
    assert names(api, "/v1/schools?q=sukamaju&form=sd") == ["SD Negeri Sukamaju 3"]
    assert names(api, "/v1/schools?q=sukamaju&region=33") == []
