"""Which library ran which software when: its history, and the libraries of a product."""

import datetime

import pytest

from directory.models import Installation, Product
from tests import factories


def names(api, path):
    return [one["name"] for one in api.get(path).json()["data"]]


@pytest.fixture
def histories(world):
    """Two libraries: one changed its software on 1 July 2023, the other began on 1 January 2024."""
    statement = {"product": world.product, "stated_by": "vendor", "from_precision": "day"}
    with factories.recorded():
        other = Product.objects.create(name="Otomasi Lama")
        Installation.objects.standing().delete()
        Installation.objects.create(
            library=world.school,
            from_date=datetime.date(2020, 1, 1),
            until_date=datetime.date(2023, 7, 1),
            until_precision="day",
            **{**statement, "product": other, "stated_by": "school"},
        )
        Installation.objects.create(library=world.school, from_date=datetime.date(2023, 7, 1), **statement)
        Installation.objects.create(library=world.organisation, from_date=datetime.date(2024, 1, 1), **statement)
    return world


def products_of(api, query=""):
    page = api.get(f"/v1/schools/npsn:20106343/installations?expand=product{query}").json()
    return [one["product"]["name"] for one in page["data"]]


def test_a_history_is_all_that_was_ever_stated(api, histories):
    assert products_of(api) == ["Otomasi Lama", "Rak Sekolah"]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2019-12-31", []),
        ("2020-01-01", ["Otomasi Lama"]),
        ("2023-06-30", ["Otomasi Lama"]),
        ("2023-07-01", ["Rak Sekolah"]),
    ],
)
def test_a_history_as_of_a_day(api, histories, day, found):
    assert products_of(api, f"&as_of={day}") == found


def test_a_history_is_filtered_by_product_and_by_who_says_so(api, histories):
    product = api.get("/v1/products?fields=name&sort=-name").json()["data"][0]

    assert product["name"] == "Rak Sekolah"
    assert products_of(api, f"&product={product['id']}") == ["Rak Sekolah"]
    assert products_of(api, "&stated_by=school") == ["Otomasi Lama"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["SD Negeri Sukamaju 3", "Taman Baca Pelangi"]),
        ("?as_of=2023-12-31", ["SD Negeri Sukamaju 3"]),
        ("?as_of=2023-06-30", []),
        ("?kind=organisation", ["Taman Baca Pelangi"]),
        ("?region=32", ["SD Negeri Sukamaju 3"]),
        ("?q=pelangi", ["Taman Baca Pelangi"]),
    ],
)
def test_the_libraries_that_run_a_product(api, histories, query, found):
    (product,) = [one for one in api.get("/v1/products").json()["data"] if one["name"] == "Rak Sekolah"]

    assert names(api, f"/v1/products/{product['id']}/libraries{query}") == found


def test_a_statement_that_the_library_removed_is_gone_everywhere(api, world):
    with factories.recorded():
        Installation.objects.standing().delete()
    (product,) = api.get("/v1/products").json()["data"]

    assert api.get("/v1/schools/npsn:20106343/installations").json()["data"] == []
    assert names(api, f"/v1/products/{product['id']}/libraries") == []
