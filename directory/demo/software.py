"""Demo products and who ran them when: three known products as facts, made-up ones, and made-up histories."""

import dataclasses
import datetime
import random
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import uuid_utils.compat

from directory import vocabularies
from directory.demo import names
from directory.demo.drafts import Draft

LIBRARIES = 500
LAST_DAY = datetime.date(2025, 6, 30)  # no clock: the same histories in every run
REMOVED = datetime.datetime(2025, 7, 1, 3, tzinfo=datetime.UTC)
INVENTED = (
    "RakPintar, KatalogKu, AksaraLib, BacaGerak, KoleksiLink, BarkodBuku, PustakaTimur, LiterasiBuka, IndeksOne, "
    "LembarPerpus, SirkulaPro, GuruPustaka, MetaSekolah, SampulDigital, AwanBaca, BengkelPerpus, KlasifikaPlus, "
    "LontarCatalog, JejaringOPAC, KartuAnggota, RakPintar Mini, KatalogKu Awan, AksaraLib SD, BacaGerak Luring, "
    "KoleksiLink Server, BarkodBuku Lite, PustakaTimur Desa"
)
EVIDENCE = {
    "school": "Pernyataan pustakawan sekolah (demo)",
    "vendor": "Daftar pelanggan pengembang (demo)",
    "source": "Laman OPAC (demo)",
}


@dataclasses.dataclass
class Product:
    """A product to be, with the year from which each version could be had."""

    vendor: Draft | None
    versions: dict[str, int]
    row: dict[str, Any]
    weight: float = 1
    id: uuid.UUID = dataclasses.field(default_factory=uuid_utils.compat.uuid7)


class Period(NamedTuple):
    """A product in a library from one day to another, each with its precision; no end: still in use."""

    library: Draft
    product: Product
    row: dict[str, Any]


def products(vendors: list[Draft]) -> list[Product]:
    """30 products: SLiMS, INLISLite and Koha as their communities publish them, 27 of the demo vendors."""
    throws = names.dice("products")
    invented = [name.strip() for name in INVENTED.split(",")]
    return [
        *_known(),
        *(_invented(name, vendors[place % len(vendors)], throws=throws) for place, name in enumerate(invented)),
    ]


def _known() -> list[Product]:
    return [
        Product(
            None,
            {"7": 2014, "8": 2016, "9": 2020},
            {
                "name": "SLiMS",
                "website": "https://slims.web.id/",
                "licence": "GPL-3.0",
                "latest_version": "9",
                "hosting": ["self_hosted"],
                "standards": ["marc21", "z3950", "sru", "oai_pmh", "rest_api"],
                "price_model": "free",
            },
            weight=40,
        ),
        Product(
            None,
            {"3": 2016},
            {
                "name": "INLISLite",
                "licence": "",
                "latest_version": "3",
                "hosting": ["self_hosted"],
                "standards": ["indomarc"],
                "price_model": "free",
            },
            weight=18,
        ),
        Product(
            None,
            {"16.05": 2016, "19.05": 2019, "22.05": 2022},
            {
                "name": "Koha",
                "website": "https://koha-community.org/",
                "licence": "GPL-3.0-or-later",
                "hosting": ["self_hosted", "cloud"],
                "standards": ["marc21", "z3950", "sru", "oai_pmh", "sip2", "rest_api"],
                "price_model": "free",
            },
            weight=3,
        ),
    ]


def _invented(name: str, vendor: Draft, *, throws: random.Random) -> Product:
    first = throws.randint(2006, 2018)
    versions = {f"{number}.0": first + 3 * (number - 1) for number in range(1, 5)}
    return Product(
        vendor,
        versions,
        {
            "name": name,
            "website": f"https://{''.join(name.lower().split())}.example.org/",
            "licence": throws.choice(("proprietary", "proprietary", "MIT", "AGPL-3.0-only")),
            "latest_version": "4.0",
            "hosting": _some("hosting", throws),
            "standards": _some("standard", throws),
            "services": _some("service", throws),
            "price_model": throws.choice(vocabularies.codes("price_model")),
            "description_id": "Data demo: produk rekaan.",
            "description_en": "Demo data: a made-up product.",
            "is_retired": throws.random() < 0.1,
        },
    )


def _some(vocabulary: str, throws: random.Random) -> list[str]:
    codes = vocabularies.codes(vocabulary)
    drawn = set(throws.sample(codes, throws.randint(1, 3)))
    return [code for code in codes if code in drawn]


def histories(schools: list[Draft], known: list[Product]) -> list[Period]:
    """The software histories of 500 libraries, oldest first in each; no product overlaps itself in a library."""
    throws = names.dice("installations")
    able = [
        school
        for school in schools
        if school.library.get("exists") == "yes" and school.entry.get("status", "active") in ("active", "closed")
    ]
    chosen = throws.sample(range(len(able)), LIBRARIES)
    return [period for place in sorted(chosen) for period in _history(able[place], known, throws=throws)]


def _history(library: Draft, known: list[Product], *, throws: random.Random) -> Iterator[Period]:
    start = datetime.date(throws.randint(2010, 2021), 1, 1) + datetime.timedelta(throws.randint(0, 364))
    steps: list[tuple[datetime.date, Product, str]] = []
    for product in _succession(start.year, known, throws=throws):
        steps += _steps(product, start=start, throws=throws)
        start = steps[-1][0] + datetime.timedelta(throws.randint(400, 1800))
        if start > LAST_DAY:
            break
    marks = [(*_rounded(day, throws=throws), product, version) for day, product, version in steps]
    kept = [mark for place, mark in enumerate(marks) if place == 0 or mark[0] > max(m[0] for m in marks[:place])]
    stated_by = throws.choices(("school", "vendor", "source"), (50, 30, 20))[0]
    for place, (day, precision, product, version) in enumerate(kept):
        following = kept[place + 1][:2] if place + 1 < len(kept) else _end(day, throws=throws)
        row = {
            "product_version": version,
            "hosting": throws.choice(product.row["hosting"]),
            "from_date": day,
            "from_precision": precision,
            "until_date": following[0],
            "until_precision": following[1],
            "stated_by": stated_by if throws.random() < 0.8 else "school",
        }
        row["evidence"] = EVIDENCE[row["stated_by"]]
        if row["stated_by"] == "vendor" and throws.random() < 0.05:
            row |= {"status": "removed", "removed_at": REMOVED}  # the library did not want it to stand there
        yield Period(library, product, row)


def _succession(year: int, known: list[Product], *, throws: random.Random) -> list[Product]:
    """One to three different products that could be had in the year."""
    there = [product for product in known if min(product.versions.values()) <= year]
    drawn: list[Product] = []
    for _ in range(throws.choices((1, 2, 3), (50, 35, 15))[0]):
        left = [product for product in there if product not in drawn]
        drawn += throws.choices(left, [product.weight for product in left])
    return drawn


def _steps(
    product: Product, *, start: datetime.date, throws: random.Random
) -> list[tuple[datetime.date, Product, str]]:
    """The version of the first day, then some of the later ones as they came out, over at most six years."""
    versions = sorted(product.versions.items(), key=lambda version: version[1])
    first = [version for version, year in versions if year <= start.year][-1]
    steps = [(start, product, first)]
    for version, year in versions:
        day = datetime.date(year, 1, 1) + datetime.timedelta(throws.randint(30, 600))
        if (
            start < day <= min(LAST_DAY, start + datetime.timedelta(2200))
            and version != first
            and throws.random() < 0.7
        ):
            steps.append((day, product, version))
    return steps


def _rounded(day: datetime.date, *, throws: random.Random) -> tuple[datetime.date, str]:
    """The first day of what people remember: the day, the month or only the year."""
    precision = throws.choices(("day", "month", "year"), (20, 45, 35))[0]
    if precision == "day":
        return day, precision
    return day.replace(day=1) if precision == "month" else day.replace(day=1, month=1), precision


def _end(day: datetime.date, *, throws: random.Random) -> tuple[datetime.date | None, str]:
    """When the last product was given up; most are still in use."""
    if throws.random() < 0.85:
        return None, ""
    return datetime.date(min(day.year + throws.randint(1, 4), 2026), 1, 1), "year"
