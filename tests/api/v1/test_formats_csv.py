"""CSV: columns from the serializer, cells that no spreadsheet calculates, the profile for Indonesian Excel."""

import csv
import io
import sys
import unicodedata

import pytest

from api.exports import columns, tables
from api.v1 import kinds, products, regions, sources
from api.v1.installations import InstallationSerializer
from api.v1.schools import SchoolSerializer
from tests import factories
from tests.api import worlds

SHAPES = [*kinds.SERIALIZERS.values(), kinds.ANY_KIND, regions.RegionSerializer, sources.SourceSerializer]
SHAPES += [products.ProductSerializer, InstallationSerializer]


@pytest.fixture
def world(db):
    return worlds.build()


def table(response, *, delimiter=","):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_columns_of_distinct_names(shape):
    names = [column.name for column in columns.of(shape)]
    assert len(names) == len(set(names)) > 5


def test_every_member_of_a_shape_has_a_column():
    members = {column.path[0] for column in columns.of(SchoolSerializer)}
    assert members == set(SchoolSerializer().fields)


def test_a_school_is_one_readable_row(api, world):
    (row,) = [row for row in table(api.get("/v1/schools?format=csv")) if row["npsn"]]
    expected = {
        "id": worlds.id_of(world.school),
        "object": "school",
        "name": "SD Negeri Sukamaju 3",
        "names": "former:SDN Kebun Raya",
        "npsn": "20106343",
        "identifiers": "",
        "region_code": "32.71.03.1001",
        "region_name": "Paledang",
        "region_level": "village",
        "regency": world.city.name,
        "province": world.province.name,
        "village": "Paledang",
        "latitude": "-6.5946",
        "longitude": "106.7968",
        "contacts": "email:info@sekolah.example",
        "trust_claimed": "false",
        "trust_verified_at": "",
        "form": "sd",
        "pupils": "9",
        "library_exists": "yes",
        "library_titles": "10",
        "library_npp": "",
    }
    assert {name: row[name] for name in expected} == expected


def test_lists_and_other_identifiers_are_joined(api, world):
    (row,) = table(api.get("/v1/publishers?format=csv"))
    assert row["identifiers"] == "ikapi:280/JTI/2021"
    assert row["book_levels"] == "a|b1"
    assert row["subjects"] == "300"
    (author,) = table(api.get("/v1/authors?format=csv"))
    assert author["relations"] == f"published_by:{worlds.id_of(world.publisher)}"
    rows = {row["id"]: row for row in table(api.get("/v1/regions?format=csv"))}
    assert rows["32.71"]["codes"] == "dapodik:026100|bps:3271"
    assert rows["32.71"]["aliases"] == "Buitenzorg"
    assert rows["33.74"]["flags"] == "remote_area:2020-01-01/2024-12-31"


def test_the_columns_are_the_same_whatever_the_rows(api, world):
    def header(query):
        return api.get(f"/v1/entries?format=csv{query}").getvalue().decode().split("\r\n")[0]

    assert header("") == header("&kind=vendor") == header("&q=tidakadasamasekali")
    assert header("") == ",".join(column.name for column in columns.of(kinds.ANY_KIND))
    rows = {row["object"]: row for row in table(api.get("/v1/entries?format=csv"))}
    assert rows["vendor"]["services"] == "training"
    assert rows["vendor"]["form"] == ""
    assert rows["organisation"]["type"] == "community_library"


def test_fields_choose_columns(api, world):
    response = api.get("/v1/schools?format=csv&fields=name,region")
    expected = "id,object,name,region_code,region_name,region_level,province,regency,district,village"
    assert response.getvalue().decode().split("\r\n")[0] == expected


def test_lines_end_and_cells_are_quoted_as_rfc_4180_says(api, db):
    factories.entry(name="SD Harapan", address='Jl. "Mawar", 3\nRT 4')
    text = api.get("/v1/schools?format=csv&fields=name,address").getvalue().decode()
    assert text.count("\r\n") == 2
    assert text.endswith(',SD Harapan,"Jl. ""Mawar"", 3\nRT 4"\r\n')


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+62", "'+62"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A", "'＠A"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        ("", ""),
        (["=1", "b"], "'=1|b"),
        (["a|b", "c\\d"], "a\\|b|c\\\\d"),
        ([], ""),
        (None, ""),
        (-6.5946, "-6.5946"),
        (-3, "-3"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
    ],
)
def test_cells(value, expected):
    assert tables.cell(value) == expected


def test_no_letter_or_digit_counts_as_a_sign_that_begins_a_formula():
    """So they are let through without a closer look."""
    letters = filter(str.isalnum, map(chr, range(sys.maxunicode)))
    assert not {unicodedata.normalize("NFKC", letter) for letter in letters} & tables.STARTS_A_FORMULA


def test_a_name_that_looks_like_a_formula_is_disarmed_in_the_download(api, db):
    factories.entry(
        "publisher", name='=HYPERLINK("http://x.example")', latitude=-6.5, longitude=107, location_accuracy="point"
    )
    (row,) = table(api.get("/v1/publishers?format=csv"))
    assert row["name"] == """'=HYPERLINK("http://x.example")"""
    assert row["latitude"] == "-6.5"


def test_the_excel_profile_has_a_mark_semicolons_and_decimal_commas(api, world):
    response = api.get("/v1/schools?format=csv&profile=excel-id")
    assert response.getvalue().startswith(b"\xef\xbb\xbfid;object;")
    row = next(row for row in table(api.get("/v1/schools?format=csv&profile=excel-id"), delimiter=";") if row["npsn"])
    assert (row["latitude"], row["longitude"], row["pupils"]) == ("-6,5946", "106,7968", "9")


def test_a_download_has_a_file_name(api, world):
    response = api.get("/v1/schools?format=csv")
    response.close()
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="schools-2')
    assert disposition.endswith('.csv"')
