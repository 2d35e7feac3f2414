"""What guards the comparison: a member added to our schools fails here until every peer serves it too."""

import datetime
import json
from typing import Any

import orjson
import pytest
from django.db import connection
from pydantic import BaseModel
from rest_framework.renderers import JSONRenderer

from api import bodies
from directory import ids
from directory.entries import identifiers, kinds
from directory.entries.entries import Entry
from directory.entries.relations import Relation
from tests import factories
from tests.benchmarks.peers import django_rows, documents, drf_shapes, ninja_shapes, orm_shapes, typeids

NOON = datetime.datetime(2026, 1, 31, 12, 0, 0, tzinfo=datetime.UTC)
HELD = {
    "npsn": "20106343",
    "npp": "3271012A0000001",
    "dapodik_id": "00000001-0000-0000-0000-00000000000A",
    "isni": "0000000121032683",
    "viaf": "1234",
    "isil": "ID-BOGOR",
    "ror": "0abcdef12",
    "wikidata": "Q42",
}


def _full() -> Entry:
    """A school with everything that a document can show."""
    village = factories.region("32.71.01.1001", "Kelurahan Sukamaju")
    publisher, vendor = factories.entry("publisher", name="Penerbit Awan"), factories.entry("vendor", name="Peranti")
    school = factories.entry(
        "school",
        name='SD "Negeri" 1 Sukamaju',
        kind_row={"ministry": "kemendikdasmen", "accreditation": "a", "pupils": 210, "class_groups": 7},
        library={
            "exists": "yes",
            "type": "library",
            "name": "Perpustakaan Melati",
            "npp": "3271012A0000001",
            "titles": 10,
            "copies": 20,
            "room_area_m2": 56,
            "opening_hours_per_week": 30,
            "librarians": 1,
            "teacher_librarians": 2,
            "library_staff": 3,
            "has_internet": True,
            "opac_url": "https://opac.example.org/",
            "accreditation": "b",
            "accreditation_year": 2024,
            "accreditation_valid_until": datetime.date(2029, 1, 31),
        },
        identifiers=HELD,
        names=[
            {"value": "Sekolah Awan", "type": "alias", "language": "id"},
            {"value": "SDN Lama", "type": "former"},
        ],
        contacts=[
            {"kind": "website", "value": "https://sd.example.org", "visibility": "public"},
            {"kind": "email", "value": "sd@example.org", "label": "Kepala", "visibility": "public"},
            {"kind": "phone", "value": "+622518311111"},
        ],
        region=village,
        address="Jl. Awan No. 1\n",
        postal_code="16111",
        latitude=-6.5944,
        longitude=106.7892,
        location_accuracy="point",
        website="https://sd.example.org/é",
        description_id="Sekolah.",
        description_en="A school.",
        languages=["id", "su"],
        trust_level="verified",
        checked_what=["name", "place"],
        verified_at=NOON,
        last_confirmed_at=NOON + datetime.timedelta(microseconds=120_000),
        is_stale=True,
    )
    with factories.recorded("entry.changed"):
        school.identifiers.filter(scheme="viaf").update(retired_at=NOON)
        for type_, target in (("branch_of", publisher), ("successor_of", vendor)):
            Relation.objects.create(entry=school, type=type_, target=target)
    return school


def _bare() -> Entry:
    """A school of which a source says next to nothing."""
    from_source = factories.source()
    with factories.recorded("entry.created", source=from_source.pk):
        made = Entry.objects.create(kind="school", name="TK Tanpa Nama")
        kinds.School.objects.create(entry=made, form="tk")
    return made


def _ours(school: Entry) -> Any:
    return json.loads(bodies.serialised([school.pk])[school.pk][1])


def _in_sql(school: Entry) -> Any:
    with connection.cursor() as cursor:
        sql = f"SELECT {documents.COLUMNS} FROM directory_entry entry {documents.JOINED} WHERE entry.id = %s"
        cursor.execute(sql, [school.pk])
        [row] = cursor.fetchall()
        names = [column.name for column in cursor.description]
    return json.loads(documents.written(dict(zip(names, row, strict=True))))


def _in_drf(school: Entry) -> Any:
    row = django_rows.shown(django_rows.seen()).get(pk=school.pk)
    return json.loads(JSONRenderer().render(drf_shapes.SchoolSerializer(row).data))


def _in_ninja(school: Entry) -> Any:
    row = django_rows.shown(django_rows.seen()).get(pk=school.pk)
    return json.loads(orjson.dumps(ninja_shapes.School.from_orm(row).model_dump(), option=orjson.OPT_UTC_Z))


@pytest.mark.django_db
@pytest.mark.parametrize("served", [_in_sql, _in_drf, _in_ninja])
@pytest.mark.parametrize("made", [_full, _bare])
def test_a_peer_serves_the_document_that_we_serve(made, served):
    school = made()

    assert served(school) == _ours(school)


@pytest.mark.django_db
@pytest.mark.parametrize("served", [_in_drf, _in_ninja])
def test_a_django_peer_reads_a_school_in_five_statements(served, django_assert_num_queries):
    school = _full()

    with django_assert_num_queries(5):
        served(school)


@pytest.mark.django_db
def test_the_models_of_the_sqlalchemy_peer_have_the_members_that_we_serve():
    document = _ours(_full())

    assert _members(orm_shapes.School) == _members(document)


def _members(shape: Any) -> Any:
    """The names in a document, or in a model, with those of the objects inside."""
    if isinstance(shape, dict):
        return {name: _members(value) for name, value in shape.items()}
    if isinstance(shape, list):
        return _members(shape[0]) if shape else None
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {name: _members(field.annotation) for name, field in shape.model_fields.items()}
    inner = [one for one in map(_members, getattr(shape, "__args__", ())) if one]
    return inner[0] if inner else None


def test_the_peers_know_every_scheme_of_identifiers():
    resolvers = {name: scheme.resolver.removesuffix("{value}") or None for name, scheme in identifiers.SCHEMES.items()}

    assert list(documents.SCHEMES.items()) == list(resolvers.items())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ids.ENTRIES)
def test_the_peers_write_and_read_our_ids(kind):
    key = factories.entry(kind).pk
    public = ids.encode(kind, key)

    assert typeids.encode(typeids.PREFIXES[kind], key) == public
    assert typeids.decode(public, typeids.PREFIXES[kind]) == key
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {typeids.sql('kind', 'id')} FROM directory_entry WHERE id = %s", [key])
        assert cursor.fetchone() == (public,)
