"""The vocabulary: what the visible entries say now, and no more."""

import io

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from directory.models import Entry, Word
from directory.search import neighbours, words
from directory.search.matching import Reading
from tests import factories
from tests.directory.search import crowd


@pytest.mark.django_db
def test_the_vocabulary_counts_the_entries_of_each_word():
    factories.entry(name="SD NEGERI 1 MELATI")
    factories.entry(name="SD MELATI MELATI")
    words.rebuild()
    counted = dict(Word.objects.values_list("word", "entries"))
    assert counted == {"sd": 2, "negeri": 1, "1": 1, "melati": 2}
    assert str(Word.objects.get(word="melati")) == "melati"


@pytest.mark.django_db
def test_a_rebuild_changes_only_what_changed():
    entry = factories.entry(name="SD MELATI")
    factories.entry(name="SD MAWAR")
    assert words.rebuild() == 3
    assert words.rebuild() == 0
    with factories.recorded():
        Entry.objects.filter(pk=entry.pk).update(name="SMP MELATI", name_key="smp melati")
    assert words.rebuild() == 2  # "smp" is new, "sd" has one entry less
    assert dict(Word.objects.values_list("word", "entries")) == {"sd": 1, "smp": 1, "melati": 1, "mawar": 1}


@pytest.mark.django_db
def test_words_of_hidden_entries_are_in_no_vocabulary():
    factories.entry("author", name="Sari Rahasia", status="hidden")
    words.rebuild()
    assert not Word.objects.exists()


@pytest.mark.django_db
def test_the_command_says_how_many_words_changed():
    factories.entry(name="SD MELATI")
    out = io.StringIO()
    call_command("rebuild_words", stdout=out)
    assert out.getvalue() == "2 words changed.\n"


@pytest.fixture
def vocabulary(db):
    """A few words with their numbers of entries."""
    rows = {"negeri": 5000, "nagari": 30, "melati": 40, "sukamaju": 200, "sukamulya": 150, "taji": 5, "paris": 2}
    Word.objects.bulk_create(Word(word=word, entries=entries) for word, entries in rows.items())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("negri", ["negeri", "nagari"]),
        ("sukamju", ["sukamaju"]),
        ("mealti", ["melati"]),
        ("taij", ["taji"]),
        ("tqaj", []),  # two errors in four letters are another word
        ("mspn", ["smp negeri"]),
        ("smfn", ["smp negeri", "sma negeri", "smk negeri"]),
        ("soekamadjoe", ["sukamaju"]),  # as it was spelt before 1972
        ("sd", []),
        ("12", []),
    ],
)
def test_a_word_is_mended_to_those_it_nearly_is(vocabulary, typed, meant):
    near = neighbours.of([typed])[typed]
    assert [" ".join(reading.words) for reading in near] == meant


def test_a_slip_costs_less_than_two_errors(vocabulary):
    slip, two = neighbours.of(["negeir", "negrii"])["negeir"][0], neighbours.of(["nexxri"])["nexxri"]
    assert slip == Reading(("negeri",), 10 - 3)
    assert [reading.cost for reading in two] == [20 - 3]


def test_what_was_typed_beside_a_word_is_not_its_neighbour(vocabulary):
    assert neighbours.of(["nagri"], apart_from=["negeri"]) == {"nagri": [Reading(("nagari",), 9)]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sdn", "sdn"), ("sd", "sdn"), ("sddn", "sdn"), ("sbn", "sdn"), ("dsn", "sdn"), ("smnp", "smpn"), ("xdn", "sdn")],
)
def test_one_error_makes_an_abbreviation_near(typed, meant):
    assert neighbours._is_near(typed, meant) is (typed != meant)
    assert not neighbours._is_near(typed + "xyz", meant)


def test_three_errors_are_for_the_last_resort(vocabulary):
    assert neighbours.of(["sukkaamajv"]) == {"sukkaamajv": []}
    assert neighbours.of(["sukkaamajv"], errors=3) == {"sukkaamajv": [Reading(("sukamaju",), 28)]}


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_with_the_old_vocabulary_while_it_is_rebuilt():
    crowd.school("SD MELATI")
    words.rebuild()
    crowd.school("SMP MELATI")
    with transaction.atomic():
        words.rebuild()
        reader = connection.copy()
        try:
            with reader.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute("SELECT word, entries FROM directory_word ORDER BY word")
                assert cursor.fetchall() == [("melati", 1), ("sd", 1)]
        finally:
            reader.close()
    assert Word.objects.get(word="melati").entries == 2
