"""GeoJSON for maps and JSON-LD for linked data."""

import pytest

from api.exports import jsonld
from directory import vocabularies
from tests import factories
from tests.api import worlds

NPSN = "https://referensi.data.kemdikbud.go.id/pendidikan/npsn/20106343"


@pytest.fixture
def world(db):
    return worlds.build()


def test_a_school_is_a_feature_with_its_point(api, world):
    feature = api.get("/v1/schools/npsn:20106343?format=geojson").json()
    plain = api.get("/v1/schools/npsn:20106343").json()
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [106.7968, -6.5946]}
    assert feature["id"] == plain["id"]
    assert feature["properties"] == {n: v for n, v in plain.items() if n not in ("latitude", "longitude")}


def test_an_entry_without_a_point_is_a_feature_without_geometry(api, world):
    assert api.get("/v1/publishers?format=geojson").json()["features"][0]["geometry"] is None


def test_a_page_of_features_keeps_the_members_of_the_envelope(api, world):
    page = api.get("/v1/schools?format=geojson&limit=1&include=total&facets=province&near=-6.6,106.8").json()
    assert page["type"] == "FeatureCollection"
    assert len(page["features"]) == 1
    assert page["has_more"] is True
    assert page["next_cursor"]
    assert page["total"]["value"] == 2
    assert page["facets"]["province"]["buckets"]


def test_fields_choose_properties_and_leave_the_geometry(api, world):
    (feature,) = api.get("/v1/schools?format=geojson&fields=name&q=20106343").json()["features"]
    assert feature["properties"].keys() == {"id", "object", "name"}
    assert feature["geometry"]["coordinates"] == [106.7968, -6.5946]
    single = api.get("/v1/schools/npsn:20106343?format=geojson&fields=latitude").json()
    assert single["properties"].keys() == {"id", "object"}


def test_a_school_in_the_words_of_schema_org(api, world, settings):
    node = api.get("/v1/schools/npsn:20106343?format=jsonld").json()
    assert node["@context"]["@vocab"] == "https://schema.org/"
    expected = {
        "@id": f"{settings.PUBLIC_URL}/v1/schools/{worlds.id_of(world.school)}",
        "@type": "ElementarySchool",
        "name": "SD Negeri Sukamaju 3",
        "alternateName": ["SDN Kebun Raya"],
        "identifier": [{"@type": "PropertyValue", "propertyID": "npsn", "value": "20106343", "url": NPSN}],
        "sameAs": [NPSN],
        "email": ["info@sekolah.example"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Jl. Pustaka 3",
            "postalCode": "16121",
            "addressLocality": world.city.name,
            "addressRegion": world.province.name,
            "addressCountry": "ID",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": -6.5946, "longitude": 106.7968},
        "department": {"@type": "Library"},
    }
    assert {name: value for name, value in node.items() if name != "@context"} == expected


def test_every_kind_has_its_type(api, world):
    nodes = {node["name"]: node for node in api.get("/v1/entries?format=jsonld").json()["@graph"]}
    assert nodes["SMP Nusantara"]["@type"] == "MiddleSchool"
    assert nodes["Lentera Aksara"]["@type"] == "Organization"
    assert nodes["Lentera Aksara"]["foundingDate"] == "1998"
    assert nodes["Rak Digital"]["@type"] == "Organization"
    assert nodes["Taman Baca Pelangi"]["@type"] == "Library"
    person = nodes["Sari Puspita"]
    assert person["@type"] == "Person"
    assert person["jobTitle"] == ["writer"]
    assert person["address"]["addressLocality"] == world.city.name


def test_types_stand_for_codes_that_there_are():
    assert set(vocabularies.codes("form")) - set(jsonld.SCHOOL_TYPES) == {"slb"}  # a School, of any age
    assert set(vocabularies.codes("organisation_type")) - set(jsonld.ORGANISATION_TYPES) == {"association"}


def test_a_person_has_no_point_and_an_organisation_has_it_at_its_place(api, db):
    here = {"latitude": -6.5, "longitude": 106.5}
    city = factories.region("32.71", "Kota Bogor")
    author = factories.entry("author", region=city, location_accuracy="region", **here)
    vendor = factories.entry("vendor", location_accuracy="point", **here)
    assert not {"geo", "location"} & api.get(f"/v1/authors/{worlds.id_of(author)}?format=jsonld").json().keys()
    node = api.get(f"/v1/vendors/{worlds.id_of(vendor)}?format=jsonld").json()
    assert node["location"]["geo"] == {"@type": "GeoCoordinates", **here}


def test_relations_link_the_nodes_of_the_graph(api, world, settings):
    with factories.recorded():
        from directory.models import Relation

        Relation.objects.create(entry=world.vendor, target=world.organisation, type="member_of")
    node = api.get(f"/v1/vendors/{worlds.id_of(world.vendor)}?format=jsonld").json()
    assert node["memberOf"] == [{"@id": f"{settings.PUBLIC_URL}/v1/organisations/{worlds.id_of(world.organisation)}"}]


def test_a_description_tells_its_language_and_a_library_its_number(api, db):
    row = factories.entry(
        description_id="Sekolah di tepi sungai.",
        library={"exists": "yes", "name": "Pelita", "npp": "3271031D1000001", "opac_url": "https://opac.example"},
    )
    node = api.get(f"/v1/schools/{worlds.id_of(row)}?format=jsonld").json()
    assert node["description"] == [{"@value": "Sekolah di tepi sungai.", "@language": "id"}]
    assert node["department"]["name"] == "Pelita"
    assert node["department"]["url"] == "https://opac.example"
    assert node["department"]["identifier"]["value"] == "3271031D1000001"


def test_a_product_is_a_software_application(api, world, settings):
    (node,) = api.get("/v1/products?format=jsonld").json()["@graph"]
    assert node["@type"] == "SoftwareApplication"
    assert node["license"] == "GPL-3.0-or-later"
    assert node["featureList"] == ["marc21"]
    assert node["provider"] == {"@id": f"{settings.PUBLIC_URL}/v1/vendors/{worlds.id_of(world.vendor)}"}
    single = api.get(f"/v1/products/{node['@id'].rpartition('/')[2]}?format=jsonld").json()
    assert {name: value for name, value in single.items() if name != "@context"} == node
