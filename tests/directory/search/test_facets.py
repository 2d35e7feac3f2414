"""Counts by facet: right, with what is not known, from sums where they are kept, from a fair sample of very many."""

import pytest
from django.db import connection

from directory import actors, errors
from directory.models import Entry, FacetChange, FacetRow, FacetTotal, Library, School
from directory.search import cells, facets, query
from tests import factories
from tests.directory.search import crowd


def visible():
    return Entry.objects.visible_to(actors.ANONYMOUS)


LISTED = {"status": ("active", "closed")}


@pytest.fixture
def partners(bogor):
    """Three schools and a publisher."""
    factories.entry(name="SD 1", region_id="32.01.01", library={"exists": "yes"})
    factories.entry(name="SMP 1", region_id="32.71", kind_row={"form": "smp", "ownership": ""}, status="closed")
    factories.entry(name="SD 2", region_id="34", library={"exists": "unknown"})
    factories.entry("publisher", name="Pustaka SD")
    return visible()


ALL = {
    "kind": [("school", 3), ("publisher", 1)],
    "status": [("active", 3), ("closed", 1)],
    "province": [("32", 2), ("34", 1), ("unknown", 1)],
    "form": [("sd", 2), ("smp", 1)],
    "ownership": [("state", 2), ("unknown", 1)],
    "trust_level": [("listed", 4)],
    "library_exists": [("yes", 1), ("unknown", 2)],
}


@pytest.mark.parametrize("where", [None, LISTED])
@pytest.mark.django_db
def test_each_facet_counts_its_values_with_what_is_unknown_last(partners, where, django_assert_num_queries):
    for _ in ("not folded", "folded"):
        with django_assert_num_queries(1):
            assert facets.count(partners, list(facets.NAMES), where=where) == (ALL, "exact")
        cells.fold()


@pytest.mark.parametrize(
    ("where", "province"),
    [
        ({"form": ["sd"]}, [("32", 1), ("34", 1)]),
        ({"form": ["sd", "smp"], "status": ["active"]}, [("32", 1), ("34", 1)]),
        ({"province": ["32", "unknown"]}, [("32", 2), ("unknown", 1)]),
        ({"kind": ["school"], "status": ["closed", "active"]}, [("32", 2), ("34", 1)]),
        ({"form": ["sd"], "province": ["34"]}, [("34", 1)]),
        ({"form": ["slb"]}, []),
        ({}, [("32", 2), ("34", 1), ("unknown", 1)]),
    ],
)
@pytest.mark.django_db
def test_entries_that_facets_describe_are_counted_by_them_alone(partners, where, province):
    for _ in range(2):
        assert facets.count(partners, ["province"], where=where) == ({"province": province}, "exact")
        cells.fold()


@pytest.mark.django_db
def test_any_other_entries_are_counted_one_by_one(partners):
    assert facets.count(partners.filter(name__startswith="SD"), ["form"]).counts == {"form": [("sd", 2)]}
    assert facets.count(partners.none(), ["form"]) == ({"form": []}, "exact")


@pytest.mark.parametrize("where", [None, LISTED])
@pytest.mark.django_db
def test_facets_of_a_query_count_what_it_finds(partners, where):
    counted = facets.count(partners, ["kind", "province"], query=query.parse("sd"), where=where)
    assert counted.counts["kind"] == [("school", 2), ("publisher", 1)]
    assert counted.counts["province"] == [("32", 1), ("34", 1), ("unknown", 1)]
    assert facets.count(partners, ["kind"], query=query.parse("..."), where=where) == ({"kind": []}, "exact")


@pytest.mark.django_db
def test_facets_of_a_number_count_its_school(partners):
    factories.entry(name="SD 3", identifiers={"npsn": "20100009"})
    asked = query.parse("20100009")
    assert facets.count(visible(), ["kind"], query=asked, where=LISTED).counts == {"kind": [("school", 1)]}


@pytest.mark.django_db
def test_facets_of_no_name_are_none(partners, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert facets.count(partners, []) == ({}, "exact")


@pytest.mark.django_db
def test_an_unknown_facet_is_refused(partners):
    with pytest.raises(errors.Invalid, match="invalid_choice"):
        facets.count(partners, ["kind", "colour"])


@pytest.mark.parametrize("where", [None, LISTED])
@pytest.mark.django_db
def test_of_too_many_hits_a_fair_sample_stands_for_all(bogor, monkeypatch, where):
    monkeypatch.setattr(facets, "MOST_COUNTED", 1000)
    crowd.gather(1200, region="32.71")
    crowd.gather(600, region="34")
    asked = query.parse("sd")
    counted = facets.count(visible(), ["kind", "province"], query=asked, where=where)
    assert counted.relation == "approximate"
    assert [value for value, _ in counted.counts["province"]] == ["32", "34"]  # what came in later counts as well
    sampled = visible().filter(search_document__score__in=range(0, 256, 16)).count()
    assert counted.counts["kind"] == [("school", 16 * sampled)]
    assert facets.count(visible(), ["kind"], query=query.parse("sd langka"), where=where).relation == "exact"


def counted_anew():
    """What the entries themselves say, in one statement with what is kept: the two must be equal."""
    columns = ", ".join(cells.NAMES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 'rows', {columns}, count(*) FROM facet_rows(ARRAY(SELECT id FROM directory_entry))"
            f" GROUP BY {columns}"
            f" UNION ALL SELECT 'kept', {columns}, count(*) FROM directory_facetrow GROUP BY {columns}"
        )
        found = cursor.fetchall()
    return {row[1:] for row in found if row[0] == "rows"}, {row[1:] for row in found if row[0] == "kept"}


@pytest.mark.django_db
def test_every_write_of_an_entry_or_a_part_of_it_moves_the_counts(bogor):
    def now(*names):
        live, kept = counted_anew()
        assert live == kept
        told = facets.count(visible(), names, where=LISTED).counts
        assert told == facets.count(visible(), names).counts
        return [told[name] for name in names]

    school = factories.entry(name="SD 1", region_id="32.01")
    assert now("province", "library_exists") == [[("32", 1)], [("unknown", 1)]]
    with factories.recorded():
        Library.objects.create(entry=school, exists="yes")
        Entry.objects.filter(pk=school.pk).update(region="34", trust_level="claimed")
    assert now("province", "library_exists", "trust_level") == [[("34", 1)], [("yes", 1)], [("claimed", 1)]]
    with factories.recorded():
        School.objects.update(form="smp", ownership="private")
        Library.objects.all().delete()
    assert now("form", "ownership", "library_exists") == [[("smp", 1)], [("private", 1)], [("unknown", 1)]]
    other = factories.entry("organisation", name="APISI")
    assert now("kind", "library_exists") == [[("organisation", 1), ("school", 1)], [("unknown", 1)]]
    with factories.recorded():
        Library.objects.create(entry=other, exists="no")
    assert now("library_exists") == [[("no", 1), ("unknown", 1)]]
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="merged", merged_into=other)
    assert now("kind") == [[("organisation", 1)]]
    with factories.recorded():
        Entry.objects.filter(pk=school.pk).update(status="hidden", merged_into=None)
    assert now("status") == [[("active", 1)]]
    with factories.recorded():
        other.delete()
    assert now("kind") == [[]]
    assert FacetRow.objects.get().status == "hidden"


@pytest.mark.django_db
def test_what_one_statement_writes_of_an_entry_and_its_parts_is_counted_once(bogor):
    with factories.recorded(), connection.cursor() as cursor:
        cursor.execute(
            "WITH made AS ("
            " INSERT INTO directory_entry (kind, name, name_key) VALUES ('school', 'SD', 'sd') RETURNING id"
            "), school AS (INSERT INTO directory_school (entry_id, form) SELECT id, 'sd' FROM made)"
            " INSERT INTO directory_library (entry_id, exists) SELECT id, 'no' FROM made"
        )
        cursor.execute(
            "WITH changed AS (UPDATE directory_entry SET status = 'closed' RETURNING id)"
            " UPDATE directory_school SET form = 'smp' FROM changed WHERE entry_id = changed.id"
        )
    assert facets.count(visible(), ["status", "form", "library_exists"], where={}).counts == {
        "status": [("closed", 1)],
        "form": [("smp", 1)],
        "library_exists": [("no", 1)],
    }
    assert facets.count(visible(), ["form"], where={"kind": ["school"]}).counts == {"form": [("smp", 1)]}


@pytest.mark.django_db
def test_folding_leaves_no_change_and_no_other_answer(partners):
    assert FacetChange.objects.exists()
    assert not FacetTotal.objects.exists()
    assert cells.fold() > 0
    assert not FacetChange.objects.exists()
    assert cells.fold() == 0
    crowd.change_forms("smk")
    assert facets.count(visible(), ["form"], where=LISTED).counts == {"form": [("smk", 3)]}
    cells.fold()
    assert facets.count(visible(), ["form"], where=LISTED).counts == {"form": [("smk", 3)]}


@pytest.mark.django_db
def test_rows_of_counts_say_what_they_are(partners):
    cells.fold()
    crowd.change_forms("smk")
    texts = {str(model.objects.first()).split()[0] for model in (FacetRow, FacetChange)}
    assert "facets" in texts
    assert str(FacetTotal.objects.get(kind="school", status="closed", by_facet="", facet="form")) == "1 school form=smp"
    assert str(FacetChange(entries=-2, kind="school")) == "-2 school"


@pytest.mark.django_db(transaction=True)
def test_two_folds_at_a_time_do_not_wait_for_each_other():
    crowd.school("SD 1")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('directory.search.cells'))")
            assert cells.fold() == 0
            cursor.execute("SELECT pg_advisory_unlock(hashtext('directory.search.cells'))")
    finally:
        other.close()
    assert cells.fold() > 0
