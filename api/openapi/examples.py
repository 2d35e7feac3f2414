"""One example of every object, true to its schema (tests compare); the entries are made up."""

from typing import Any

from api.openapi import (
    examples_collaboration,
    examples_fulfilment,
    examples_offers,
    examples_partners,
    examples_threads,
)

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_REGENCY = [
    {"code": "32", "name": "Jawa Barat", "level": "province"},
    {"code": "32.71", "name": "Kota Bogor", "level": "regency"},
]
_ENTRY: JSON = {
    "version": 3,
    "status": "active",
    "names": [],
    "identifiers": [],
    "region": {"code": "32.71", "name": "Kota Bogor", "level": "regency", "path": _REGENCY},
    "address": "",
    "postal_code": "",
    "latitude": None,
    "longitude": None,
    "location_accuracy": "",
    "website": "",
    "description_id": "",
    "description_en": "",
    "languages": ["id"],
    "contacts": [],
    "relations": [],
    "trust": {
        "claimed": False,
        "level": "listed",
        "checked_what": [],
        "verified_at": None,
        "last_confirmed_at": None,
        "stale": False,
    },
    "provenance": {"source": "src_01kf3cb0s3f8q8r2d1kq8m8n8p", "recorded_at": _AT},
    "created_at": _AT,
    "updated_at": _AT,
}


def _entry(kind: str, id: str, name: str, **own: Any) -> JSON:
    official = {"value": name, "type": "official", "language": ""}
    return {"id": id, "object": kind, **_ENTRY, "name": name, "names": [official, *own.pop("names", [])], **own}


_LIBRARY: JSON = {
    "exists": "yes",
    "type": "library",
    "name": "Perpustakaan Cendekia",
    "npp": "",
    "titles": 1200,
    "copies": 4300,
    "room_area_m2": 56,
    "opening_hours_per_week": 30,
    "librarians": 1,
    "teacher_librarians": 1,
    "library_staff": 0,
    "has_internet": True,
    "opac_url": "",
    "accreditation": "b",
    "accreditation_year": 2024,
    "accreditation_valid_until": "2029-06-30",
}
_DISTRICT = {"code": "32.71.03", "name": "Bogor Tengah", "level": "district"}
_SCHOOL = _entry(
    "school",
    "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
    "SD Negeri Cendekia 3",
    names=[{"value": "SDN Kebun Raya", "type": "former", "language": "id"}],
    identifiers=[
        {
            "scheme": "npsn",
            "value": "20106343",
            "url": "https://referensi.data.kemdikbud.go.id/pendidikan/npsn/20106343",
        }
    ],
    region={**_DISTRICT, "path": [*_REGENCY, _DISTRICT]},
    address="Jl. Pustaka No. 3",
    postal_code="16121",
    latitude=-6.5946,
    longitude=106.7968,
    location_accuracy="point",
    contacts=[{"kind": "email", "value": "perpustakaan@cendekia3.example", "label": "Perpustakaan"}],
    form="sd",
    ownership="state",
    ministry="kemendikdasmen",
    accreditation="a",
    pupils=412,
    class_groups=15,
    library=_LIBRARY,
)
_LABELS = {"id": "Negeri", "en": "State"}
OBJECTS: dict[str, JSON] = {
    "school": _SCHOOL,
    "publisher": _entry(
        "publisher",
        "pub_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "Penerbit Lentera Aksara",
        identifiers=[{"scheme": "ikapi", "value": "280/JTI/2021", "url": None}],
        founded_year=1998,
        book_levels=["a", "b1"],
        subjects=[300, 800],
    ),
    "author": _entry(
        "author",
        "aut_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "Sari Puspita, M.Pd.",
        relations=[{"type": "published_by", "entry": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p"}],
        roles=["writer", "storyteller"],
        book_levels=["b1"],
    ),
    "vendor": _entry(
        "vendor",
        "ven_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "PT Rak Digital",
        website="https://rakdigital.example",
        founded_year=2011,
        services=["installation", "training"],
    ),
    "organisation": _entry(
        "organisation", "org_01kf3cb0s3f8q8r2d1kq8m8n8p", "Taman Baca Pelangi", type="community_library"
    ),
    "product": {
        "id": "prd_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "product",
        "version": 1,
        "name": "Rak Digital Sekolah",
        "vendor": "ven_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "website": "https://rakdigital.example/sekolah",
        "repository_url": "",
        "licence": "GPL-3.0-or-later",
        "latest_version": "4.2",
        "hosting": ["self_hosted", "cloud"],
        "standards": ["marc21", "oai_pmh"],
        "services": ["training"],
        "price_model": "free",
        "description_id": "",
        "description_en": "",
        "is_retired": False,
        "created_at": _AT,
        "updated_at": _AT,
    },
    "installation": {
        "id": "ins_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "installation",
        "version": 1,
        "library": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "product": "prd_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "status": "shown",
        "product_version": "4.1",
        "hosting": "self_hosted",
        "from_date": "2022-01-01",
        "from_precision": "year",
        "until_date": None,
        "until_precision": "",
        "evidence": "",
        "stated_by": "school",
        "consented_at": None,
        "verified_at": None,
        "created_at": _AT,
        "updated_at": _AT,
    },
    "region": {
        "id": "32.71",
        "object": "region",
        "version": 2,
        "name": "Kota Bogor",
        "level": "regency",
        "parent": "32",
        "aliases": [],
        "codes": [{"scheme": "bps", "code": "3271"}, {"scheme": "dapodik", "code": "026100"}],
        "flags": [],
        "latitude": -6.6,
        "longitude": 106.8,
        "postal_code": "",
        "area_km2": 111.4,
        "population": None,
        "time_zone": "Asia/Jakarta",
        "created_at": _AT,
        "updated_at": _AT,
    },
    "source": {
        "id": "src_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "source",
        "version": 1,
        "name": "dapodik-2026",
        "title": "Data Pokok Pendidikan",
        "publisher": "Kemendikdasmen",
        "url": "https://data.example.go.id/dapodik",
        "date": "2026-01-15",
        "licence": "CC-BY-4.0",
        "rank": 50,
        "rows": 215332,
        "coverage": "SD, SMP, SMA, SMK",
        "not_covered": "Madrasah",
        "is_demo": False,
        "created_at": _AT,
        "updated_at": _AT,
    },
    "vocabulary": {
        "id": "ownership",
        "object": "vocabulary",
        "terms": [{"code": "state", "label": "Negeri", "labels": _LABELS}],
    },
    "completion": {
        "id": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "completion",
        "kind": "school",
        "name": "SD Negeri Cendekia 3",
        "label": "SD Negeri Cendekia 3, Bogor Tengah, Kota Bogor",
        "npsn": "20106343",
        "region": "32.71.03",
    },
    "change": {
        "id": "sch_01kf3cb0s3f8q8r2d1kq8m8n8q",
        "object": "change",
        "kind": "school",
        "change": "merged",
        "changed_at": _AT,
        "merged_into": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "entry": None,
    },
    "history_item": {
        "id": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "history_item",
        "type": "entry.changed",
        "change": "changed",
        "at": _AT,
        "version": 3,
        "actor": {"kind": "member", "entry": "sch_01kf3cb0s3f8q8r2d1kq8m8n8p", "source": None},
        "reason": "",
        "changes": [{"field": "library.titles", "before": 1100, "after": 1200}],
    },
    "api": {
        "object": "api",
        "name": "Mitra Pustaka",
        "api_version": "1",
        "documentation": "https://mitra.example/docs",
        "openapi": "https://mitra.example/v1/openapi.json",
        "licence": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "resources": {"schools": "https://mitra.example/v1/schools"},
    },
}
OBJECTS |= {
    "entry": _SCHOOL,
    **examples_partners.OBJECTS,
    **examples_collaboration.OBJECTS,
    **examples_fulfilment.OBJECTS,
    **examples_offers.OBJECTS,
    **examples_threads.OBJECTS,
}
_ON_ONE_PAGE = ("need_template", "completion", "vocabulary")


def of(name: str, *, is_list: bool) -> JSON:
    """The example of an object type, or of a page of it."""
    if not is_list:
        return OBJECTS[name]
    cursor = None if name in _ON_ONE_PAGE else "WyJpZCIsIjAxOWM3ODk2Il0"
    return {"data": [OBJECTS[name]], "has_more": cursor is not None, "next_cursor": cursor}
