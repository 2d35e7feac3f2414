"""Suggestions while somebody types."""

import pytest

from directory import errors
from directory.models import Entry
from directory.search import suggest
from tests import factories


def names(q, **narrowed):
    return [suggestion.name for suggestion in suggest.suggest(q, **narrowed)]


@pytest.mark.django_db
def test_a_suggestion_tells_namesakes_apart(schools):
    (suggestion,) = suggest.suggest("smpn 2 cibi")
    assert suggestion == suggest.Suggestion(
        id=schools["SMP NEGERI 2 CIBINONG"].pk,
        kind="school",
        name="SMP NEGERI 2 CIBINONG",
        npsn="20100004",
        region="32.01.01",
        district="Cibinong",
        regency="Kabupaten Bogor",
        province="Jawa Barat",
    )


@pytest.mark.django_db
def test_what_is_not_known_is_empty():
    factories.entry("publisher", name="Pustaka Rasa")
    (suggestion,) = suggest.suggest("pustaka ra")
    assert suggestion[3:] == ("", "", "", "", "")


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["suk", "sdn sukam", "SDN 3 SUKAMJ", "sukamju", "2010000"])
def test_three_letters_or_digits_are_enough(schools, q):
    assert "SD NEGERI 3 SUKAMAJU" in names(q)


@pytest.mark.django_db
def test_fewer_suggest_nothing_and_ask_nothing(schools, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert names("su") == names(" s.d. ") == []


@pytest.mark.django_db
def test_suggestions_are_narrowed_by_kind_and_region(schools):
    factories.entry("publisher", name="Penerbit Sukamaju")
    assert names("sukamaju", kinds=["publisher"]) == ["Penerbit Sukamaju"]
    assert names("smp negeri", region="32.71") == ["SMP NEGERI 2"]
    assert len(names("negeri", limit=2)) == 2


@pytest.mark.django_db
def test_only_what_everybody_may_see_is_suggested(schools):
    with factories.recorded():
        Entry.objects.filter(name="SD KRISTEN HARAPAN").update(status="hidden")
    assert names("sd kristen harapan") == []


@pytest.mark.django_db
def test_a_long_text_is_refused():
    with pytest.raises(errors.Invalid, match="query_too_long"):
        suggest.suggest("a" * 201)


@pytest.mark.django_db
def test_suggestions_take_one_statement_and_one_that_is_prepared(schools, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert names("smpn 2 cibi") == ["SMP NEGERI 2 CIBINONG"]


@pytest.mark.django_db
def test_suggestions_among_a_few_entries_are_those_among_many(schools):
    for q, found in [("sdn", 3), ("sdn suk", 3), ("smp", 1), ("smpn 2 c", 1), ("sdn 3 sukamju", 1)]:
        few, many = names(q, region="32.01"), names(q, region="32")
        assert len(few) == found, q
        assert set(few) <= set(many)
    assert names("smp", kinds=["publisher"]) == []


@pytest.mark.django_db
def test_what_reads_like_a_numeral_may_be_the_beginning_of_a_word():
    factories.entry(name="SD VIKTORIA")
    factories.entry(name="SD INPRES DUA")
    assert names("sd vi") == ["SD VIKTORIA"]
    assert sorted(names("sd i")) == ["SD INPRES DUA", "SD VIKTORIA"]
    factories.entry(name="SD 6")
    assert names("sd vi") == ["SD 6"]


@pytest.mark.django_db
def test_marks_alone_suggest_nothing(schools):
    assert names("ーーー") == names("\u0e31\u0e31\u0e31 ") == []
