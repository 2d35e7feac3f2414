"""Where a broad beginning is read only of the entries that hold the words before it."""

import pytest

from directory.models import Word
from directory.search import beginnings, matching, typed


@pytest.fixture
def vocabulary(db):
    """Words of a country: one that begins broadly, one that is rare, one that is as frequent."""
    for word, entries in (("negeri", 12_000), ("negerinya", 1), ("anyala", 6), ("ma", 2_000), ("sd", 8_000)):
        Word.objects.create(word=word, entries=entries)


@pytest.mark.parametrize(
    ("q", "before"),
    [
        ("anyala neg", "('anyala')"),
        ("ma neg", "('ma')"),
        ("sd neg", ""),  # as frequent themselves
        ("anyala negerin", ""),  # not broad
        ("unheard neg", "('unheard')"),  # nothing to read
        ("negeri", ""),  # nothing before it
        ("anyala negeri ", ""),  # not begun
    ],
)
def test_the_words_before_are_read_where_they_are_rarer_than_the_beginning(vocabulary, q, before):
    *_, terms = typed.understand(q).tries
    assert matching.tsquery(beginnings.rarer_part(terms)) == before
