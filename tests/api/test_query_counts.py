"""A list asks the database the same few questions for one row and for fifty."""

import datetime
import uuid

import pytest
import uuid_utils.compat

from api import bodies
from directory import ids
from directory.models import (
    Contact,
    Entry,
    EntryName,
    Identifier,
    Installation,
    Library,
    Product,
    Region,
    RegionAlias,
    RegionCode,
    RegionFlag,
    Relation,
    School,
    Source,
)
from tests import factories
from tests.api import statements

# Path -> the most statements it may need: with kept bodies, and with none kept.
LISTS = {
    "/v1/entries?x": (2, 10),
    "/v1/schools?x": (2, 10),
    "/v1/schools?region=32": (3, 11),
    "/v1/schools?form=sd&library_exists=yes&sort=name": (2, 10),
    "/v1/schools?near=-6.6,106.8": (2, 10),
    "/v1/schools?bbox=106,-7,107,-6": (2, 10),
    "/v1/schools?include=total": (3, 11),
    "/v1/schools?q=banyak": (4, 12),
    "/v1/schools?fields=name": (2, 10),
    "/v1/schools?expand=relations.entry": (3, 18),
    "/v1/schools?facets=form,province&form=sd": (3, 11),
    "/v1/products?x": (2, 2),
    "/v1/products?expand=vendor": (3, 11),
    "/v1/regions?x": (5, 5),
    "/v1/regions?name=wilayah": (5, 5),
    "/v1/sources?x": (2, 2),
    "/v1/suggest?q=banyak": (4, 4),
    "/v1/schools/{school}/installations?x": (3, 11),
    "/v1/schools/{school}/installations?expand=library,product.vendor": (6, 24),
    "/v1/products/{product}/libraries?x": (3, 11),
}


@pytest.fixture
def full(db):
    """Fifty of everything, each with rows of every kind below it; the first school has fifty installations."""
    factories.region("32.71", "Kota Bogor")
    with factories.recorded():
        source = Source.objects.create(name="uji", title="Uji")
    with factories.recorded(source=source.pk):
        regions = [Region(code=f"32.71.{n:02}", name=f"Wilayah {n}", level=3, parent_id="32.71") for n in range(1, 51)]
        Region.objects.bulk_create(regions)
        RegionCode.objects.bulk_create(RegionCode(region=r, scheme="bps", code=f"9{r.code[-2:]}") for r in regions)
        RegionAlias.objects.bulk_create(RegionAlias(region=r, name=f"Lain {r.code[-2:]}") for r in regions)
        RegionFlag.objects.bulk_create(
            RegionFlag(region=r, flag="remote_area", legal_basis="x", valid_from=datetime.date(2020, 1, 1))
            for r in regions
        )
        schools = [_school(n, regions[n - 1]) for n in range(1, 51)]
        Entry.objects.bulk_create(schools)
        School.objects.bulk_create(School(entry=one, form="sd") for one in schools)
        Library.objects.bulk_create(Library(entry=one, exists="yes") for one in schools)
        EntryName.objects.bulk_create(EntryName(entry=one, type="alias", value="Lain") for one in schools)
        Identifier.objects.bulk_create(
            Identifier(entry=one, scheme="npsn", value=f"{20000000 + n}") for n, one in enumerate(schools)
        )
        Contact.objects.bulk_create(
            Contact(entry=one, kind="email", value="a@b.example", visibility="public") for one in schools
        )
        Relation.objects.bulk_create(
            Relation(entry=one, target=other, type="branch_of")
            for one, other in zip(schools, [*schools[1:], schools[0]], strict=True)
        )
        vendors = [Entry(id=uuid_utils.compat.uuid7(), kind="vendor", name=f"Vendor {n}") for n in range(50)]
        Entry.objects.bulk_create(vendors)
        factories.Vendor.objects.bulk_create(factories.Vendor(entry=one) for one in vendors)
        products = [Product(id=uuid_utils.compat.uuid7(), name=f"Produk {n}", vendor=vendors[n]) for n in range(50)]
        Product.objects.bulk_create(products)
        Installation.objects.bulk_create(
            Installation(library=schools[0], product=one, stated_by="vendor") for one in products
        )
        Installation.objects.bulk_create(
            Installation(library=one, product=products[0], stated_by="vendor") for one in schools[1:]
        )
        Source.objects.bulk_create(Source(name=f"sumber {n}", title="x") for n in range(50))
    return {"school": ids.encode("school", schools[0].pk), "product": ids.encode("product", products[0].pk)}


def _school(number: int, region: Region) -> Entry:
    return Entry(
        id=uuid.UUID(int=uuid_utils.compat.uuid7().int),
        kind="school",
        name=f"SD Banyak {number}",
        region=region,
        latitude=-6.6 - number / 1000,
        longitude=106.8,
        location_accuracy="point",
    )


@pytest.mark.parametrize("are_kept", [True, False], ids=["kept", "none kept"])
@pytest.mark.parametrize("path", LISTS)
def test_fifty_rows_need_no_more_statements_than_one(api, full, path, are_kept):
    compare(api, path, full, are_kept=are_kept, most=LISTS[path][not are_kept])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("are_kept", [True, False], ids=["kept", "none kept"])
def test_fifty_changes_need_no_more_statements_than_one(api, full, are_kept):
    compare(api, "/v1/changes?kind=school", full, are_kept=are_kept, most=3 if are_kept else 11)


def compare(api, path, full, *, are_kept, most):
    """Ask for a page of one and of fifty, and count."""
    address = path.replace("?x", "?").format(**full)
    if are_kept:
        bodies.catch_up(batches=10)
    api.get(f"{address}&limit=1")  # what is asked once in the life of a process has been asked

    counts, rows = [], []
    for limit in (1, 20 if "suggest" in path else 50):
        with statements.sent() as found:
            rows.append(len(api.get(f"{address}&limit={limit}").json()["data"]))
        counts.append(len(found))

    assert rows[0] == 1
    assert rows[1] >= 20
    assert counts[0] == counts[1], [text[:300] for text, _ in found]
    assert counts[1] <= most, [text[:300] for text, _ in found]
