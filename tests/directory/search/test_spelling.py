"""Several things wrong at once, what is written in several ways, and what is told of it."""

import random

import pytest

from directory import actors
from directory.models import Entry
from directory.search import neighbours, query, words
from tests import factories
from tests.directory.search import crowd


def asked(q):
    """The names found, the likeliest first, and what was searched instead of what was typed."""
    entries = Entry.objects.visible_to(actors.ANONYMOUS)
    hits, corrected = query.page(entries, query.parse(q), limit=3)
    return [entries.get(pk=hit.id).name for hit in hits], corrected


@pytest.fixture
def country(bogor):
    """Enough schools that "sd", "negeri" and "smp" are frequent, with two of the mended words in rare names."""
    crowd.gather(1500, region="32.71")
    for name in (
        "SD NEGERI KADEMANGAN",
        "SMP MARINE CENTER",
        "SD PONDOK CINA",
        "SD PONGOK CINTA",
        "SD NEGERI PALIMANAN",
    ):
        factories.entry(name=name, region_id="32.01.01")
    words.rebuild()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "name", "corrected"),
    [
        ("sd negerikdaemangan", "SD NEGERI KADEMANGAN", "sd negeri kademangan"),  # joined, and two letters swapped
        (
            "sdnkadenangan",
            "SD NEGERI KADEMANGAN",
            "sd negeri kademangan",
        ),  # joined to an abbreviation, and a wrong letter
        ("smp mar ene center", "SMP MARINE CENTER", "smp marine center"),  # parted, and a wrong letter
        ("sdne geri kademangan", "SD NEGERI KADEMANGAN", "sd negeri kademangan"),  # parted at the wrong place
        ("sd ng eri kademangan", "SD NEGERI KADEMANGAN", "sd negeri kademangan"),
        ("sd negeri palimmanna", "SD NEGERI PALIMANAN", "sd negeri palimanan"),  # three errors in a long word
        ("smp marine cemter center", "SMP MARINE CENTER", "smp marine center center"),  # meant what stands beside it
        ("pondok cna", "SD PONDOK CINA", "pondok cina"),  # what is spelt right stays
        ("smp marine xqxqxq", "SMP MARINE CENTER", "smp marine"),  # what nobody has is left out
    ],
)
def test_two_things_wrong_with_one_word_are_mended_and_told(country, q, name, corrected):
    names, instead = asked(q)
    assert (names[0], instead) == (name, corrected)


@pytest.mark.django_db
def test_what_only_hidden_entries_have_is_told_as_it_was_searched(schools):
    with factories.recorded():
        Entry.objects.filter(name="SD KRISTEN HARAPAN").update(status="hidden")
    assert asked("sd kristen harapn") == ([], "sd kristen harapan")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("sd kr maesa", "SD KRISTEN MAESA"),
        ("smp santa maria", "SMP ST. MARIA"),
        ("smp st maria", "SMP ST. MARIA"),
        ("sd tanjung agung", "SD TJ. AGUNG"),
        ("sekolah dasar kristen maesa", "SD KRISTEN MAESA"),
        ("sekolah menengah pertama santa maria", "SMP ST. MARIA"),
        ("sekolah dasar islam", "SEKOLAH DASAR ISLAM"),
        ("taman kanak kanak melati", "TK MELATI"),
    ],
)
def test_what_is_written_in_several_ways_is_found_by_each(bogor, q, name):
    for each in ("SD KRISTEN MAESA", "SMP ST. MARIA", "SD TJ. AGUNG", "SEKOLAH DASAR ISLAM", "TK MELATI"):
        factories.entry(name=each)
    assert asked(q) == ([name], None)


def test_a_word_shares_a_piece_with_all_that_two_errors_make_of_it():
    throws = random.Random(5)
    for _ in range(3000):
        meant = "".join(throws.choices("abcde", k=throws.randint(3, 12)))
        typed = meant
        for _ in range(2):
            at = throws.randrange(len(typed) + 1)
            typed = typed[:at] + throws.choice(("", "a", "e")) + typed[at + throws.choice((0, 1)) :]
        third = len(meant) // 3
        pieces = {
            f"{len(meant)}{name}{piece}"
            for name, piece in zip("abc", (meant[:third], meant[third : 2 * third], meant[2 * third :]), strict=True)
        }
        assert not typed or pieces & set(neighbours.shared_pieces(typed)), (typed, meant)
