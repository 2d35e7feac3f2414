"""Merging and splitting: what moves, what stays, what undoing gives back, and when it can no longer be undone."""

import datetime

import pytest
from django.db import connection

from directory import clock, errors, journal
from directory.entries import editing, feed, merging, restoring, splitting
from directory.models import (
    Contact,
    Entry,
    EntryName,
    Event,
    History,
    Identifier,
    Installation,
    Library,
    Product,
    Relation,
)
from directory.search import query
from tests import factories

pytestmark = pytest.mark.django_db
BY = factories.TESTER
LATER = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)


@pytest.fixture
def regency():
    return factories.region("32.71", "Kota Bogor")


@pytest.fixture
def survivor(regency):
    return factories.entry(
        name="SD Negeri 3 Sukamaju",
        region_id="32.71",
        identifiers={"npsn": "20000001"},
        names=[{"type": "alias", "value": "SDN Tiga"}],
        contacts=[{"kind": "email", "value": "sd@contoh.example", "visibility": "public"}],
        library={"exists": "unknown", "titles": 5},
    )


@pytest.fixture
def loser(survivor):
    made = factories.entry(
        name="SD Melati",
        region_id="32.71",
        website="https://melati.example",
        latitude=-6.6,
        longitude=106.8,
        location_accuracy="point",
        identifiers={"npsn": "20000002"},
        names=[{"type": "alias", "value": "SDN Tiga"}, {"type": "former", "value": "SD Mawar"}],
        contacts=[
            {"kind": "email", "value": "sd@contoh.example", "visibility": "members_only"},
            {"kind": "phone", "value": "+62811111111", "visibility": "members_only"},
        ],
        library={"exists": "yes", "titles": 50, "copies": 60, "npp": "3201011D0000001"},
    )
    foundation = factories.entry("organisation", name="Yayasan")
    with factories.recorded():
        Installation.objects.create(library=made, product=Product.objects.create(name="SLiMS"), stated_by="school")
        Relation.objects.create(entry=made, target=survivor, type="successor_of")
        Relation.objects.create(entry=foundation, target=made, type="foundation_of")
    return made


def state():
    """Every row that a merge may touch, without what the journal says of it."""
    told = {}
    for model in (Entry, EntryName, Identifier, Contact, Relation, Installation, Library):
        own = [field.attname for field in model._meta.concrete_fields]
        shown = [name for name in own if name.removesuffix("_id") not in BOOKKEEPING]
        told[model.__name__] = sorted(map(repr, model.objects.values_list(*shown)))
    return told


BOOKKEEPING = {"version", "changed_position", "created_at", "updated_at", "first_event", "event", "sources"}


def merge(loser, survivor, **more):
    return merging.merge(loser.pk, into=survivor.pk, by=BY, now=clock.now(), **more)


def unmerge(loser):
    return merging.unmerge(loser.pk, by=BY, now=clock.now())


def test_what_the_one_has_moves_to_the_other(loser, survivor):
    result = merge(loser, survivor, reason="Sekolah yang sama")

    gone, row = Entry.objects.get(pk=loser.pk), Entry.objects.get(pk=survivor.pk)
    assert (gone.status, gone.merged_into_id) == ("merged", survivor.pk)
    assert {one.value for one in row.identifiers.all()} == {"20000001", "20000002"}
    assert set(row.names.values_list("type", "value")) == {
        ("alias", "SDN Tiga"),
        ("former", "SD Mawar"),
        ("alias", "SD Melati"),
    }
    assert set(row.contacts.values_list("value", "visibility")) == {
        ("sd@contoh.example", "public"),
        ("+62811111111", "members_only"),
    }
    assert row.installations.count() == 1
    assert Relation.objects.get(type="foundation_of").target == row
    assert (row.website, row.latitude, row.location_accuracy) == ("https://melati.example", -6.6, "point")
    assert (row.library.titles, row.library.exists, row.library.copies) == (5, "yes", 60)
    assert (row.library.npp, Library.objects.get(pk=loser.pk).npp) == ("3201011D0000001", "")
    event = Event.objects.get(type="entry.merged")
    assert (event.subject_id, event.status_before, event.status_after) == (str(loser.pk), "active", "merged")
    assert (event.reason, event.pk) == ("Sekolah yang sama", result.event)


def test_every_line_is_told_and_no_private_contact(loser, survivor):
    told = merge(loser, survivor).lines

    assert ("identifier", "moved", "npsn:20000002") in told
    assert ("name", "left", "alias SDN Tiga") in told
    assert ("name", "added", "alias SD Melati") in told
    assert ("contact", "moved", "phone (members_only)") in told
    assert ("installation", "moved", "SLiMS") in told
    assert ("relation", "left", "successor_of SD Negeri 3 Sukamaju") in told
    assert ("website", "filled", "https://melati.example") in told
    assert ("library.copies", "filled", "60") in told
    assert not [line for line in told if "+62811111111" in line.value]


def test_a_preview_tells_the_same_and_changes_nothing(loser, survivor):
    before, events = state(), Event.objects.count()

    told = merging.preview(lambda: merge(loser, survivor)).lines

    assert (state(), Event.objects.count()) == (before, events)
    assert told == merge(loser, survivor).lines


def test_undoing_gives_back_exactly_what_was_moved(loser, survivor):
    before = state()
    merge(loser, survivor)

    result = unmerge(loser)

    assert state() == before
    assert ("identifier", "restored", "identifier npsn 20000002") in result.lines
    assert Event.objects.get(type="entry.unmerged").status_after == "active"
    merge(loser, survivor)
    unmerge(loser)
    assert state() == before


def test_edits_that_contradict_nothing_are_kept_when_a_merge_is_undone(loser, survivor):
    merge(loser, survivor)
    editing.change(survivor.pk, {"address": "Jl. Baru 1", "pupils": 9}, version=None, by=BY, now=clock.now())

    unmerge(loser)

    row = Entry.objects.get(pk=survivor.pk)
    assert (row.address, row.school.pupils, row.website) == ("Jl. Baru 1", 9, "")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"website": "https://lain.example"}, "entry SD Negeri 3 Sukamaju"),
        ({"identifiers": [{"scheme": "npsn", "value": "20000001"}]}, "identifier npsn 20000002"),
        ({"names": []}, "entryname former SD Mawar"),
        ({"library": {"copies": 70}}, "library"),
        (
            {
                "names": [
                    {"type": "alias", "value": "SDN Tiga"},
                    {"type": "former", "value": "SD Mawar"},
                    {"type": "alias", "value": "SD Melati", "language": "id"},
                ]
            },
            "entryname SD Melati",
        ),
    ],
)
def test_a_merge_is_not_undone_against_what_happened_since(loser, survivor, values, named):
    merge(loser, survivor)
    editing.change(survivor.pk, values, version=None, by=BY, now=clock.now())
    before = state()

    with pytest.raises(errors.Conflict, match="undo_contradicted") as refusal:
        unmerge(loser)

    assert [one for one in refusal.value.because if one.params["value"].startswith(named)]
    assert state() == before


def test_a_merge_is_not_undone_when_a_person_had_its_old_rows_emptied(loser, survivor):
    event = merge(loser, survivor).event
    kept = History.objects.get(event=event, table_name="directory_contact")
    factories.record()
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_erase(%s, %s)", [[kept.pk], '{"value": ""}'])

    with pytest.raises(errors.Conflict, match="undo_contradicted"):
        unmerge(loser)


def test_chains_of_merges_lead_to_their_end_and_are_undone_from_there(loser, survivor):
    last = factories.entry(name="SD Terakhir", region_id="32.71")
    before = state()
    merge(loser, survivor)
    merge(survivor, last)

    assert Entry.objects.survivor(loser.pk) == last
    with pytest.raises(errors.Conflict, match="wrong_state"):
        merge(last, loser)
    with pytest.raises(errors.Conflict, match="wrong_state"):
        unmerge(loser)
    unmerge(survivor)
    unmerge(loser)
    assert state() == before


def test_what_cannot_be_merged(loser, survivor):
    publisher = factories.entry("publisher")
    hidden = factories.entry(status="hidden")
    for one, other, code in (
        (survivor, survivor, "same_entry"),
        (survivor, publisher, "wrong_kind"),
        (survivor, hidden, "wrong_state"),
    ):
        with pytest.raises(errors.DomainError, match=code):
            merge(one, other)
    with pytest.raises(errors.Invalid, match="unknown_entry"):
        merging.merge(survivor.pk, into=factories.uuid_of_nobody(), by=BY, now=LATER)
    with pytest.raises(errors.Missing):
        merging.merge(factories.uuid_of_nobody(), into=survivor.pk, by=BY, now=LATER)
    with pytest.raises(errors.Conflict, match="wrong_state"):
        unmerge(survivor)


def test_every_table_that_belongs_to_entries_is_known_to_merging():
    moved = {"identifiers", "names", "contacts", "relations", "inverse_relations", "installations", "products"}
    filled = {"school", "library", "publisher", "author", "vendor", "organisation"}
    derived = {"search_document", "facet_row", "kept_body", "merged_entries", None}
    by_partners = {"memberships", "api_keys", "invitations"}
    for relation in Entry._meta.related_objects:
        if relation.related_model._meta.app_label == "directory":
            assert relation.get_accessor_name() in moved | filled | derived, relation
    assert by_partners <= {relation.get_accessor_name() for relation in Entry._meta.related_objects}


def test_search_finds_the_survivor_by_the_name_of_the_other(loser, survivor):
    def found(text):
        rows = query.narrow(Entry.objects.filter(status="active"), query.parse(text))
        return {row.pk for row in rows}

    assert found("melati") == {loser.pk}
    merge(loser, survivor)
    assert found("melati") == {survivor.pk}
    unmerge(loser)
    assert found("melati") == {loser.pk}


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_the_merge_and_its_undoing(loser, survivor):
    def heard(after):
        factories.settle_feed(factories.last_position())
        rows = feed.changes({}, after=after, limit=100)
        told = {row.id: row.status for row in rows if row.id in (loser.pk, survivor.pk)}
        return told, feed.Position(rows[-1].changed_position, rows[-1].id)

    _, place = heard(feed.START)
    merge(loser, survivor)
    told, place = heard(place)
    assert told == {loser.pk: "merged", survivor.pk: "active"}
    unmerge(loser)
    assert heard(place)[0] == {loser.pk: "active", survivor.pk: "active"}


# --- splitting ---


def split(row, **chosen):
    return splitting.split(row.pk, name="SD Melati Baru", by=BY, now=clock.now(), **chosen)


def test_what_is_chosen_becomes_an_entry_of_its_own(loser):
    installation = loser.installations.get()

    result = split(
        loser, numbers=[("npsn", "20000002")], other_names=[("former", "SD Mawar")], installations=[installation.pk]
    )

    made = result.other
    assert (made.name, made.kind, made.region_id, made.status) == ("SD Melati Baru", "school", "32.71", "active")
    assert made.school.form == "sd"
    assert [str(one) for one in made.identifiers.all()] == ["npsn:20000002"]
    assert [one.value for one in made.names.all()] == ["SD Mawar"]
    assert made.installations.get() == installation
    assert not loser.identifiers.exists()
    assert loser.contacts.count() == 2
    assert ("identifier", "moved", "npsn:20000002") in result.lines


def test_a_split_is_undone_and_its_id_leads_back(loser):
    made = split(loser, numbers=[("npsn", "20000002")], other_names=[("alias", "SDN Tiga")]).other
    before = EntryName.objects.get(entry=made)

    splitting.unsplit(made.pk, by=BY, now=clock.now())

    assert Entry.objects.survivor(made.pk) == loser
    assert [str(one) for one in loser.identifiers.all()] == ["npsn:20000002"]
    assert EntryName.objects.get(pk=before.pk).entry == loser
    with pytest.raises(errors.Conflict, match="wrong_state"):
        splitting.unsplit(made.pk, by=BY, now=clock.now())


def test_the_name_that_becomes_official_comes_back_when_the_split_is_undone(loser):
    made = splitting.split(loser.pk, name="SD Mawar", other_names=[("former", "SD Mawar")], by=BY, now=LATER).other
    assert not made.names.exists()

    splitting.unsplit(made.pk, by=BY, now=clock.now())

    assert loser.names.filter(type="former", value="SD Mawar").exists()


def test_a_split_is_not_undone_when_the_new_entry_was_given_something(loser):
    made = split(loser, numbers=[("npsn", "20000002")]).other
    number = {"scheme": "npsn", "value": "20000003"}
    editing.change(
        made.pk,
        {"identifiers": [{"scheme": "npsn", "value": "20000002"}, number]},
        version=None,
        by=BY,
        now=clock.now(),
    )
    with pytest.raises(errors.Conflict, match="undo_contradicted"):
        splitting.unsplit(made.pk, by=BY, now=clock.now())


def test_what_cannot_be_split(loser, survivor):
    for chosen, code in (
        ({}, "nothing_to_split"),
        ({"numbers": [("npsn", "20000001")]}, "not_of_entry"),
        ({"other_names": [("alias", "Bukan")]}, "not_of_entry"),
        ({"installations": [factories.uuid_of_nobody()]}, "not_of_entry"),
    ):
        with pytest.raises(errors.Invalid, match=code):
            split(loser, **chosen)
    with pytest.raises(errors.Conflict, match="wrong_state"):
        splitting.unsplit(loser.pk, by=BY, now=LATER)
    with pytest.raises(errors.Missing):
        splitting.unsplit(factories.uuid_of_nobody(), by=BY, now=LATER)


def test_old_rows_of_a_merge_name_the_entries_it_changed(loser, survivor):
    event = merge(loser, survivor).event
    assert {loser.pk, survivor.pk} <= restoring.entries_of(event)
    assert History.objects.filter(event=event).exists()
    assert journal.Event.objects.get(pk=event).type == "entry.merged"
