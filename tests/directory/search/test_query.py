"""How a query is understood, and what it finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import actors, errors
from directory.models import Entry, Identifier
from directory.search import query
from tests import factories


def found(q, **narrowed):
    """The names found, the likeliest first; narrow() must agree with page()."""
    entries = Entry.objects.visible_to(actors.ANONYMOUS).filter(**narrowed)
    understood = query.parse(q)
    hits = [hit.id for hit in query.page(entries, understood, limit=50).hits]
    assert set(query.narrow(entries, understood).values_list("id", flat=True)) == set(hits)
    names = Entry.objects.in_bulk(hits)
    return [names[id].name for id in hits]


def meant(q):
    """What a page says was searched instead of what was typed."""
    return query.page(Entry.objects.visible_to(actors.ANONYMOUS), query.parse(q), limit=1).corrected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("sd negeri 3 sukamaju", "SD NEGERI 3 SUKAMAJU"),
        ("SDN  03 SUKA-MAJU", "SD NEGERI 3 SUKAMAJU"),
        ("s.d.n. iii sukamaju", "SD NEGERI 3 SUKAMAJU"),
        ("sdn 3 suka maju", "SD NEGERI 3 SUKAMAJU"),
        ("sdn 3 sukamju", "SD NEGERI 3 SUKAMAJU"),
        ("sukamaju 3 sdn", "SD NEGERI 3 SUKAMAJU"),
        ("sdn 2 sukam", "SD NEGERI SUKAMULYA 2"),
        ("sdn 2 su", "SD NEGERI SUKAMULYA 2"),
        ("sdn 2 s", "SD NEGERI SUKAMULYA 2"),
        ("smpn2 kota bogor", "SMP NEGERI 2"),
        ("smpn ii cibinong kab. bogor", "SMP NEGERI 2 CIBINONG"),
        ("mspn 2 cibinong", "SMP NEGERI 2 CIBINONG"),
        ("SMK Muhamadiyah 1 yogyakrta", "SMK MUHAMMADIYAH 1 PAKEM"),
        ("smk muh 1 pakem", "SMK MUHAMMADIYAH 1 PAKEM"),
        ("perpustakaan sd kristen harapan", "SD KRISTEN HARAPAN"),
        ("sdkristen harapan", "SD KRISTEN HARAPAN"),
        ("sd kristen harpaan", "SD KRISTEN HARAPAN"),
        ("sd kristen harapan xyzzyq", "SD KRISTEN HARAPAN"),
        ("smk muhammadiyah 1 pakem sukamulya", "SMK MUHAMMADIYAH 1 PAKEM"),
    ],
)
def test_a_query_as_people_type_it_finds_its_school_first(schools, q, first):
    assert found(q)[0] == first


@pytest.mark.django_db
def test_words_in_the_name_come_before_words_in_the_region(schools):
    assert found("smp negeri bogor") == ["SMP NEGERI BOGOR RAYA", "SMP NEGERI 2", "SMP NEGERI 2 CIBINONG"]


@pytest.mark.django_db
def test_a_number_is_not_the_beginning_of_another(schools):
    assert found("sdn 3") == ["SD NEGERI 3 SUKAMAJU"]


@pytest.mark.django_db
def test_words_that_never_meet_find_what_has_all_but_one(schools):
    assert sorted(found("sdn 1 sukamaju")) == ["SD NEGERI 13 SUKAMAJU", "SD NEGERI 3 SUKAMAJU"]


@pytest.mark.django_db
def test_a_long_number_may_be_half_typed_but_is_first_of_all_itself():
    factories.entry(name="SD NEGERI 015862 AEK")
    assert found("sdn 0158") == ["SD NEGERI 015862 AEK"]
    factories.entry(name="SD NEGERI 158")
    assert found("sdn 0158") == ["SD NEGERI 158"]


@pytest.mark.django_db
def test_a_last_word_is_whole_when_a_space_follows(schools):
    assert found("harap") == ["SD KRISTEN HARAPAN"]
    assert not query.parse("harap ").terms[0][0].is_begun


@pytest.mark.django_db
def test_what_was_searched_instead_is_told(schools):
    assert meant("sdn 3 sukamaju") is None
    assert meant("sdn 3 sukamju") == "sd negeri 3 sukamaju"


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["", "  ", "...", "--", "\x00", "\u0301"])
def test_nothing_but_punctuation_finds_nothing(schools, q):
    assert found(q) == []


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["zzyzx qqwv", "zq", "q w x", "' | !", "npsn:abc", "sekolah"])
def test_words_that_nobody_has_find_nothing_and_break_nothing(schools, q):
    assert found(q) == []


@pytest.mark.django_db
def test_without_a_vocabulary_exact_words_are_still_found():
    factories.entry(name="SD NEGERI 1 MELATI")
    assert found("sdn 1 melati") == ["SD NEGERI 1 MELATI"]
    assert found("sdn 1 melatu") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "identifier", "is_begun"),
    [
        ("20100003", ("npsn", "20100003"), False),
        (" P9900001 ", ("npsn", "P9900001"), False),
        ("p9900001", ("npsn", "P9900001"), False),
        ("npsn:20100003", ("npsn", "20100003"), False),
        ("NPSN: 20100003", ("npsn", "20100003"), False),
        ("ikapi:280/JTI/2021", ("ikapi", "280/JTI/2021"), False),
        ("2010", ("npsn", "2010"), True),
        ("2010000", ("npsn", "2010000"), True),
    ],
)
def test_identifiers_are_recognised(schools, q, identifier, is_begun):
    assert query.parse(q).identifier == (*identifier, is_begun)


@pytest.mark.django_db
def test_a_number_finds_its_school_and_its_first_digits_all_that_share_them(schools):
    assert found("20100003") == ["SMP NEGERI 2"]
    assert len(found("2010000")) == len(schools)
    assert found("2011") == []


@pytest.mark.django_db
def test_a_retired_number_finds_nothing(schools):
    with factories.recorded() as event:
        Identifier.objects.filter(value="20100003").update(retired_at=event.at)
    assert found("20100003") == []


@pytest.mark.django_db
def test_digits_that_are_a_word_of_a_name_are_a_word():
    factories.entry(name="SD NEGERI 104202 BANDAR SETIA", identifiers={"npsn": "10420211"})
    assert found("104202") == ["SD NEGERI 104202 BANDAR SETIA"]
    assert query.parse("104202").identifier is None


@pytest.mark.django_db
def test_only_the_entries_asked_for_are_found(schools):
    assert found("negeri", region_id="32.71") == ["SMP NEGERI 2"]
    with factories.recorded():
        Entry.objects.filter(name="SMP NEGERI 2").update(status="hidden")
    assert found("negeri", region_id="32.71") == []


@pytest.mark.django_db
def test_a_long_query_is_refused_and_many_words_are_cut(schools):
    with pytest.raises(errors.Invalid, match="query_too_long"):
        query.parse("a" * 201)
    assert found("sd " * 60) == found("sd")


@pytest.mark.django_db
def test_finding_what_is_there_takes_two_statements(schools, django_assert_num_queries):
    entries = Entry.objects.visible_to(actors.ANONYMOUS)
    with django_assert_num_queries(2):
        query.page(entries, query.parse("sdn 3 sukamaju"), limit=50)


@pytest.mark.django_db
@given(q=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_a_search(q):
    found(q)


@pytest.mark.django_db
def test_an_npsn_in_use_says_more_than_the_words_beside_it():
    factories.entry(name="SMP Negeri 1", identifiers={"npsn": "20106343"})
    for typed in ("npsn 20106343", "smp 20106343", "20106343 smp negeri", "NPSN.20106343"):
        assert query.parse(typed).identifier == ("npsn", "20106343", False)
    assert query.parse("smp 20106344").identifier is None
    assert query.parse("telepon 120106343").identifier is None
