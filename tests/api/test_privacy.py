"""Markers are planted in everything that must not be seen, and all of /v1 is read in search of them."""

import itertools
from urllib.parse import quote

import pytest

from api import bodies
from api.openapi import document
from api.v1 import urls
from directory import ids
from directory.models import Contact, Entry, EntryName, Event, Identifier, Relation
from tests import factories
from tests.api import worlds

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/v1", "/v1/vocabularies", "/v1/openapi.json"]


@pytest.fixture
def planted(db):
    """The small directory, with a marker in every text of what is hidden or not public."""
    world = worlds.build()
    with factories.recorded():
        EntryName.objects.create(entry=world.hidden, type="pen_name", value=f"{worlds.MARKER} Pena")
        Identifier.objects.create(entry=world.hidden, scheme="orcid", value="0000-0002-1825-0097")
        Entry.objects.filter(pk=world.hidden.pk).update(
            region="32.71", description_id=f"{worlds.MARKER} tentang", description_en=f"{worlds.MARKER} about"
        )
        for row in (world.author, world.school):
            Relation.objects.create(entry=row, target=world.hidden, type="member_of")
        # A contact that was public, and one that a merged entry had.
        Contact.objects.filter(entry=world.closed, visibility="public").update(
            visibility="signed_in", value=f"{worlds.MARKER}@dulu.example"
        )
        Contact.objects.create(entry=world.merged, kind="email", value=f"{worlds.MARKER}@gabung.example")
    # Contacts that were public with these very values, and no longer are.
    for number, then in enumerate(({"visibility": "members_only"}, {"value": "baru@penulis.example"}, None)):
        with factories.recorded():
            once = Contact.objects.create(
                entry=world.author, kind="email", value=f"{worlds.MARKER}{number}@penulis.example", visibility="public"
            )
        with factories.recorded():
            Contact.objects.filter(pk=once.pk).update(**then) if then else once.delete()
    return world


def lists():
    names = [f"/v1/{name}" for name, view in urls.PUBLIC.items() if name not in ("suggest", "vocabularies")]
    return [(f"/v1/{name}", urls.PUBLIC[name]) for name in urls.PUBLIC if f"/v1/{name}" in names]


def asked_of(path, view):
    """Every way to ask a list: formats, expansions, orders, facets, statuses, a search for the marker."""
    yield path
    yield f"{path}?limit=200"
    for format in (one.format for one in view.renderer_classes):
        yield f"{path}?format={format}"
        yield f"{path}?format={format}&profile=excel-id"
    for one in view.expandable:
        yield f"{path}?expand={one}"
    for one in view.facets:
        yield f"{path}?facets={one}"
    for one in view.sorts if not view.parameters else ():
        yield f"{path}?sort=-{one}"
    if view.searches:
        for text in (worlds.MARKER, "rahasia", "info@", "sukamaju", "0000-0002-1825-0097", f"orcid:{worlds.MARKER}"):
            yield f"{path}?q={quote(text)}"
    if view.filterset_class and "status" in view.filterset_class.base_filters:
        yield f"{path}?status=active,closed&include=total"


def everything(world):
    for path, view in lists():
        yield from asked_of(path, view)
    entries = [row for row in vars(world).values() if isinstance(row, Entry)]
    for row, format in itertools.product(entries, ("json", "geojson", "jsonld")):
        for collection in (f"{row.kind}s", "entries"):
            yield f"/v1/{collection}/{worlds.id_of(row)}?format={format}"
            yield f"/v1/{collection}/{worlds.id_of(row)}?expand=relations.entry"
            yield f"/v1/{collection}/{worlds.id_of(row)}/contacts"
    for row in entries:
        yield f"/v1/{row.kind}s/{worlds.id_of(row)}/history"
    for row, moment in itertools.product((world.author, world.closed), Event.objects.values_list("at", flat=True)):
        yield f"/v1/{row.kind}s/{worlds.id_of(row)}?as_of={moment:%Y-%m-%dT%H:%M:%S.%fZ}"
    for row in (world.product, world.lost):
        yield f"/v1/products/{ids.encode('product', row.pk)}?expand=vendor"
        yield from asked_of(f"/v1/products/{ids.encode('product', row.pk)}/libraries", urls.PUBLIC["entries"])
    for row in (world.school, world.closed, world.merged):
        yield f"/v1/schools/{worlds.id_of(row)}/installations?expand=library,product.vendor"
        yield f"/v1/schools/{worlds.id_of(row)}/installations?format=csv"
    for text in (worlds.MARKER, "rahasia", "rahasia-quo", "sukam", "sari", "info", "surat"):
        yield f"/v1/suggest?q={quote(text)}"
    yield from PATHS


@pytest.mark.parametrize("are_kept", [False, True], ids=["bodies made now", "bodies kept"])
def test_nothing_that_is_not_public_stands_anywhere(api, planted, are_kept):
    if are_kept:
        bodies.catch_up(batches=10)
    marker = worlds.MARKER.partition("-")[2].encode()
    asked = list(everything(planted))
    assert len(asked) > 250
    read = 0
    for path in asked:
        response = api.get(path)
        assert response.status_code in (200, 301, 400, 404), path
        body = response.getvalue()
        read += response.status_code == 200
        in_question = marker in path.encode()
        # A refusal may repeat what was asked; nothing else holds the marker.
        assert marker not in body or (response.status_code == 400 and in_question), (path, body[:500])
        assert marker not in str(response.headers).encode() or in_question, path
    assert read > 150


def test_the_public_contact_is_there_so_the_search_would_find_the_others(api, planted):
    assert b"info@sekolah.example" in api.get("/v1/schools").content
    assert b"info@sekolah.example" in api.get("/v1/changes").content
    assert b"info@sekolah.example" in api.get("/v1/schools?format=csv").getvalue()


def test_a_hidden_entry_is_a_tombstone_of_id_and_kind_alone(api, planted):
    with factories.recorded():
        Entry.objects.filter(pk=planted.hidden.pk).update(status="active")
    begun = api.get("/v1/changes?limit=1").json()["next_cursor"]
    with factories.recorded():
        Entry.objects.filter(pk=planted.hidden.pk).update(status="hidden")
    changes = api.get(f"/v1/changes?limit=200&cursor={begun}").json()["data"]
    (tombstone,) = [one for one in changes if one["id"] == worlds.id_of(planted.hidden)]

    assert tombstone == {
        "id": worlds.id_of(planted.hidden),
        "object": "change",
        "kind": "author",
        "change": "removed",
        "changed_at": None,
        "merged_into": None,
        "entry": None,
    }


def test_a_contact_that_is_no_longer_public_leaves_the_kept_body(api, planted):
    bodies.catch_up(batches=10)
    with factories.recorded():
        Contact.objects.filter(value="info@sekolah.example").update(visibility="members_only")

    assert b"info@sekolah.example" not in api.get("/v1/schools/npsn:20106343").content
    assert b"info@sekolah.example" not in api.get("/v1/schools").content
    assert b"info@sekolah.example" not in api.get("/v1/schools?format=ndjson").getvalue()
    bodies.catch_up(batches=10)
    assert b"info@sekolah.example" not in api.get("/v1/schools").content


def test_no_shape_has_a_member_for_what_a_person_keeps_private():
    schemas = document.whole()["components"]["schemas"]
    members = {name for schema in schemas.values() for name in schema.get("properties", {}) if name != "visibility"}
    with_visibility = {name for name, schema in schemas.items() if "visibility" in schema.get("properties", {})}

    # Who may see a contact is said beside the contact, where each reader is told what is for them.
    assert {name for name in with_visibility if not name.endswith("ContactInput")} == {"EntryContact"}
    assert not members & {"nik", "npwp", "birth_date", "religion", "bank_account", "health", "gender"}
