"""The words that search reads of an entry: always those of its names and regions, whoever wrote them and how."""

import pytest
from django.db import connection

from directory.models import Entry, EntryName, Region, RegionAlias, SearchDocument
from tests import factories


def words_of(entry):
    """All words, and those of the names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(words), tsvector_to_array(name_words) FROM directory_searchdocument"
            " WHERE entry_id = %s",
            [entry.pk],
        )
        return tuple(set(words) for words in cursor.fetchone())


@pytest.mark.django_db
def test_a_new_entry_is_found_by_its_name_and_by_all_its_regions(bogor):
    entry = factories.entry(name="SDN 03 Suka-Maju", region_id="32.01.01")
    name = {"sd", "negeri", "3", "suka", "maju"}
    assert words_of(entry) == (name | {"cibinong", "kabupaten", "bogor", "jawa", "barat"}, name)


@pytest.mark.django_db
def test_an_entry_without_a_region_has_the_words_of_its_name():
    entry = factories.entry("publisher", name="Pustaka Rasa")
    assert words_of(entry) == ({"pustaka", "rasa"}, {"pustaka", "rasa"})


@pytest.mark.django_db
def test_other_names_are_words_of_the_name_as_long_as_they_stand():
    entry = factories.entry(name="SD NEGERI 1", names=[{"value": "SD Inpres Melati", "type": "former"}])
    assert words_of(entry)[1] == {"sd", "negeri", "1", "inpres", "melati"}
    with factories.recorded():
        EntryName.objects.update(value="SD Inpres Mawar", name_key="sd inpres mawar")
    assert words_of(entry)[1] == {"sd", "negeri", "1", "inpres", "mawar"}
    with factories.recorded():
        EntryName.objects.all().delete()
    assert words_of(entry)[1] == {"sd", "negeri", "1"}


@pytest.mark.django_db
def test_a_renamed_or_moved_entry_has_its_new_words(bogor):
    entry = factories.entry(name="SD NEGERI 1", region_id="32.01.01")
    with factories.recorded():
        Entry.objects.update(name="SD NEGERI 2", name_key="sd negeri 2", region_id="32.71")
    assert words_of(entry) == ({"sd", "negeri", "2", "kota", "bogor", "jawa", "barat"}, {"sd", "negeri", "2"})


@pytest.mark.django_db
def test_a_renamed_region_changes_the_words_of_all_entries_below_it(bogor):
    entry = factories.entry(name="SD NEGERI 1", region_id="32.01.01")
    with factories.recorded():
        Region.objects.filter(code="32").update(name="Pasundan", name_key="pasundan")
    assert words_of(entry)[0] == {"sd", "negeri", "1", "cibinong", "kabupaten", "bogor", "pasundan"}


@pytest.mark.django_db
def test_other_names_of_regions_are_words_as_long_as_they_stand(bogor):
    entry = factories.entry(name="SMK 1", region_id="34")
    with factories.recorded():
        RegionAlias.objects.create(region_id="34", name="Jogja")
    assert "jogja" in words_of(entry)[0]
    with factories.recorded():
        RegionAlias.objects.update(name="Yogya", name_key="yogya")
    assert {"jogja", "yogya"} & words_of(entry)[0] == {"yogya"}
    with factories.recorded():
        RegionAlias.objects.all().delete()
    assert "yogya" not in words_of(entry)[0]


@pytest.mark.django_db
def test_a_deleted_entry_leaves_no_words():
    entry = factories.entry("organisation", name="Yayasan Rasa")
    with factories.recorded(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_organisation")
        cursor.execute("DELETE FROM directory_entry WHERE id = %s", [entry.pk])
    assert not SearchDocument.objects.exists()


@pytest.mark.django_db
def test_bulk_sql_is_covered_and_short_names_come_first():
    with factories.recorded(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_entry (kind, name, name_key)"
            " SELECT 'school', 'SD ' || n, rtrim('sd ' || repeat(n || ' ', n)) FROM generate_series(1, 20) AS n"
        )
    scores = list(SearchDocument.objects.order_by("entry__name_key").values_list("entry__name_key", "score"))
    assert len(scores) == 20
    assert all(score // 16 == 15 - min(15, len(name.split())) for name, score in scores)


@pytest.mark.django_db
def test_what_leaves_the_words_alone_writes_no_document(bogor):
    factories.entry(name="SD NEGERI 1", region_id="32.01.01")
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin, ctid FROM directory_searchdocument")
        before = cursor.fetchall()
        with factories.recorded():
            Entry.objects.update(address="Jl. Melati")
            Region.objects.update(postal_code="12345")
        cursor.execute("SELECT xmin, ctid FROM directory_searchdocument")
        assert cursor.fetchall() == before


@pytest.mark.django_db
def test_a_document_names_its_entry():
    entry = factories.entry(name="SD 1")
    assert str(SearchDocument.objects.get()) == f"words of {entry.pk}"
