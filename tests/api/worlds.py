"""A small directory with one of everything, for tests that read it over HTTP."""

import datetime
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import uuid_utils.compat

from directory import clock, ids
from directory.models import (
    Entry,
    Installation,
    Product,
    Publisher,
    RegionAlias,
    RegionCode,
    RegionFlag,
    Relation,
    School,
)
from tests import factories

VISIBILITIES = ("signed_in", "counterparties", "members_only")
MARKER = "rahasia-quoxilu"  # stands in whatever must not be seen; no id is spelt with these letters


def id_of(row: Entry) -> str:
    """The public id of an entry."""
    return ids.encode(row.kind, row.pk)


def contacts(name: str) -> list[dict[str, str]]:
    """A public contact, and one of every visibility that must not be seen."""
    hidden = [
        {"kind": "email", "value": f"{MARKER}-{one}@{name}.example", "visibility": one, "label": f"{MARKER} {one}"}
        for one in VISIBILITIES
    ]
    return [{"kind": "email", "value": f"info@{name}.example", "visibility": "public", "label": "Kantor"}, *hidden]


def many(kind: str, names: Sequence[str], **fields: Any) -> list[str]:
    """Entries made in one transaction, so their times are equal too; their public ids."""
    tables = {"school": (School, {"form": "sd"}), "publisher": (Publisher, {})}
    table, own = tables[kind]
    with factories.recorded():
        made = [Entry(id=uuid_utils.compat.uuid7(), kind=kind, name=name, **fields) for name in names]
        Entry.objects.bulk_create(made)
        table.objects.bulk_create(table(entry_id=entry.pk, **own) for entry in made)
    return [id_of(entry) for entry in made]


def build() -> SimpleNamespace:
    """Regions, a source, entries of every kind and status, a product and its installations."""
    world = SimpleNamespace()
    world.village = factories.region("32.71.03.1001", "Paledang")
    world.city = world.village.parent.parent
    world.province = world.city.parent
    world.other = factories.region("33.74", "Kota Semarang", latitude=-6.99, longitude=110.42)
    with factories.recorded():
        RegionCode.objects.create(region=world.city, scheme="dapodik", code="026100")
        RegionCode.objects.create(region=world.city, scheme="bps", code="3271")
        RegionAlias.objects.create(region=world.city, name="Buitenzorg")
        RegionFlag.objects.create(
            region=world.other,
            flag="remote_area",
            legal_basis="Perpres 63/2020",
            valid_from=datetime.date(2020, 1, 1),
            valid_until=datetime.date(2024, 12, 31),
        )
    world.source = factories.source("dapodik", publisher="Kementerian", licence="CC-BY-4.0")
    _entries(world)
    _software(world)
    return world


def _entries(world: SimpleNamespace) -> None:
    world.school = factories.entry(
        name="SD Negeri Sukamaju 3",
        region_id="32.71.03.1001",
        latitude=-6.5946,
        longitude=106.7968,
        location_accuracy="point",
        address="Jl. Pustaka 3",
        postal_code="16121",
        identifiers={"npsn": "20106343"},
        names=[{"value": "SDN Kebun Raya", "type": "former", "language": "id"}],
        contacts=contacts("sekolah"),
        kind_row={"form": "sd", "ownership": "state", "ministry": "kemendikdasmen", "accreditation": "a", "pupils": 9},
        library={"exists": "yes", "type": "library", "titles": 10, "copies": 20, "accreditation": "b"},
    )
    world.far = factories.entry(
        name="SMP Nusantara",
        region_id="33.74",
        latitude=-6.99,
        longitude=110.42,
        location_accuracy="region",
        kind_row={"form": "smp", "ownership": "private", "ministry": "kemenag", "accreditation": ""},
    )
    world.publisher = factories.entry(
        "publisher",
        name="Lentera Aksara",
        identifiers={"ikapi": "280/JTI/2021"},
        contacts=contacts("penerbit"),
        kind_row={"founded_year": 1998, "book_levels": ["a", "b1"], "subjects": [300]},
    )
    world.author = factories.entry(
        "author",
        name="Sari Puspita",
        region_id="32.71",
        contacts=contacts("penulis"),
        kind_row={"roles": ["writer"], "book_levels": ["c"]},
    )
    world.vendor = factories.entry("vendor", name="Rak Digital", kind_row={"services": ["training"]})
    world.organisation = factories.entry(
        "organisation", name="Taman Baca Pelangi", kind_row={"type": "community_library"}, library={"exists": "yes"}
    )
    world.closed = factories.entry(name="SD Tutup", status="closed", contacts=contacts("tutup"))
    world.hidden = factories.entry(
        "author",
        name=f"{MARKER} Nama",
        status="hidden",
        contacts=contacts("hilang"),
        website=f"https://{MARKER}.example",
    )
    world.merged = factories.entry(name="SD Sukamaju III", status="merged", merged_into=world.school)
    world.twice = factories.entry(name="SD Sukamaju Tiga", status="merged", merged_into=world.merged)
    with factories.recorded():
        Relation.objects.create(entry=world.author, target=world.publisher, type="published_by")
        Relation.objects.create(entry=world.publisher, target=world.hidden, type="imprint_of")


def _software(world: SimpleNamespace) -> None:
    with factories.recorded():
        world.product = Product.objects.create(
            name="Rak Sekolah", vendor=world.vendor, licence="GPL-3.0-or-later", hosting=["cloud"], standards=["marc21"]
        )
        world.lost = Product.objects.create(name=f"{MARKER} Produk", vendor=world.hidden)
        statement = {"product": world.product, "library": world.school, "stated_by": "school"}
        world.installation = Installation.objects.create(
            **statement, from_date=datetime.date(2022, 1, 1), from_precision="year"
        )
        Installation.objects.create(
            **statement,
            evidence=f"{MARKER} bukti",
            status="removed",
            removed_at=clock.now(),
            product_version=MARKER,
        )
        Installation.objects.create(
            **{**statement, "stated_by": "vendor"},
            evidence=f"{MARKER} menunggu",
            status="awaiting_consent",
            product_version=f"{MARKER} w",
        )
