"""Pages in order of relevance: each entry once, to the last, whatever the way they are read."""

import pytest

from directory import actors, errors
from directory.models import Entry
from directory.search import query, ranking
from tests import factories
from tests.directory.search import crowd


def visible():
    return Entry.objects.visible_to(actors.ANONYMOUS)


def walk(entries, q, *, limit):
    """All pages in one list, and the ways they were read."""
    understood = query.parse(q)
    hits, after = [], None
    while True:
        page = query.page(entries, understood, limit=limit, after=after).hits
        hits += page
        if len(page) < limit:
            return [hit.id for hit in hits], {hit.key[0] for hit in hits}
        after = list(page[-1].key)  # as it comes back from JSON


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "way"), [(120, "ranked"), (900, "tiers")])
def test_the_pages_hold_every_entry_once(number, way):
    crowd.gather(number)
    found, ways = walk(visible(), "sd negeri mekar", limit=37)
    expected = query.narrow(visible(), query.parse("sd negeri mekar"))
    assert ways == {way}
    assert len(found) == len(set(found))
    assert set(found) == set(expected.values_list("id", flat=True))


@pytest.mark.django_db
def test_pages_go_on_from_names_to_regions():
    factories.region("31", "Mekar Jaya")
    crowd.gather(1200, region="31")
    found, ways = walk(visible(), "mekar", limit=200)
    names = Entry.objects.in_bulk(found)
    in_name = ["MEKAR" in names[id].name for id in found]
    assert ways == {"tiers"}
    assert len(set(found)) == 1200
    assert in_name == sorted(in_name, reverse=True)


@pytest.mark.django_db
def test_short_names_come_first_when_there_are_too_many_to_rank():
    crowd.gather(1000)
    found, _ = walk(visible(), "sd", limit=200)
    names = Entry.objects.in_bulk(found)
    lengths = [len(names[id].name_key.split()) for id in found]
    assert lengths == sorted(lengths)


@pytest.mark.django_db
def test_a_narrow_filter_on_a_broad_query_finds_all_it_allows():
    factories.region("31.01", "Kota Sempit")
    crowd.gather(1000)
    crowd.gather(30, region="31.01")
    found, ways = walk(visible().within("31.01"), "sd", limit=7)
    assert ways == {"few"}
    assert len(found) == len(set(found)) == 30


@pytest.mark.django_db
def test_a_second_page_is_ranked_like_the_first_though_many_more_came_between():
    crowd.gather(100)
    understood = query.parse("sd")
    first = query.page(visible(), understood, limit=60).hits
    crowd.gather(ranking.MOST_RANKED)
    second = query.page(visible(), understood, limit=1000, after=first[-1].key).hits
    assert not {hit.id for hit in first} & {hit.id for hit in second}
    assert {hit.key[0] for hit in second} == {"ranked"}


@pytest.mark.django_db
def test_the_entries_of_a_number_page_too():
    for number in range(5):
        factories.entry(identifiers={"npsn": f"2010000{number}"})
    found, ways = walk(visible(), "2010", limit=2)
    assert len(set(found)) == 5
    assert walk(visible(), "20100003", limit=2)[1] == {"identified"}
    assert ways == {"begun"}


@pytest.mark.django_db
@pytest.mark.parametrize("after", [("x",), ("ranked", "x", "y"), ("tiers", 0, 0, 1), ("identified", "a"), (1, 2, 3)])
def test_the_cursor_of_something_else_is_refused(schools, after):
    with pytest.raises(errors.Invalid, match="invalid_cursor"):
        query.page(visible(), query.parse("sd"), limit=5, after=after)


@pytest.mark.django_db
@pytest.mark.parametrize("after", [("ranked", 5, "00000000-0000-0000-0000-000000000000"), ("identified", 7)])
def test_the_cursor_of_a_query_of_words_is_not_one_of_a_number(schools, after):
    for number in ("20100003", "2010"):
        with pytest.raises(errors.Invalid, match="invalid_cursor"):
            query.page(visible(), query.parse(number), limit=5, after=after)


@pytest.mark.django_db
def test_an_id_that_is_none_is_refused(schools):
    with pytest.raises(errors.Invalid, match="invalid_cursor"):
        query.page(visible(), query.parse("sd"), limit=5, after=("tiers", 0, -200, "no-id"))
    with pytest.raises(errors.Invalid, match="invalid_cursor"):
        query.page(visible(), query.parse("20100003"), limit=5, after=("identified", "no-id"))
