"""The benchmark's made-up names: the same in every run, and as messy as the real list that they are measured by."""

import collections
import itertools
import uuid

import pytest

from directory import text
from tests.benchmarks import data_filling, data_names

SIZE = 20_000


@pytest.fixture(scope="module")
def rows():
    """The entries of a small directory, as the builder writes them."""
    return [line.rstrip("\n").split("\t") for line in data_filling.lines(SIZE, 0)]


@pytest.fixture(scope="module")
def counts(rows):
    """In how many names each word stands."""
    return collections.Counter(word for row in rows for word in set(row[4].split()))


def test_a_part_is_the_same_in_every_run_and_needs_no_other_part():
    first, again = (list(itertools.islice(data_filling.lines(60_000, 2), 300)) for _ in range(2))

    assert again == first
    assert [line.split("\t")[0] for line in again[:2]] == ["40000", "40001"]


def test_a_longer_vocabulary_begins_with_the_shorter_one():
    assert data_names.vocabulary(3_000)[:500] == data_names.vocabulary(500)
    assert len(set(data_names.vocabulary(3_000))) == 3_000


def test_ids_rise_and_are_of_version_7(rows):
    ids = [uuid.UUID(row[1]) for row in rows]

    assert ids == sorted(set(ids))
    assert {one.version for one in ids} == {7}


def test_a_quarter_as_many_words_as_names_and_most_of_them_rare(counts):
    words = [word for word in counts if not word.isdigit()]

    assert 0.2 * SIZE < len(words) < 0.6 * SIZE
    assert sum(counts[word] == 1 for word in words) > 0.25 * len(words)
    assert counts["sungai"] > 20 * counts[sorted(words, key=counts.__getitem__)[-1000]]


def test_forms_and_numbers_are_as_frequent_as_in_the_real_list(rows, counts):
    schools = [row for row in rows if row[2] == "school"]

    assert len(schools) == pytest.approx(0.95 * SIZE, rel=0.01)
    assert sum(row[9] == "sd" for row in schools) == pytest.approx(0.52 * len(schools), rel=0.05)
    assert sum(any(map(str.isdigit, row[3])) for row in schools) > 0.4 * len(schools)
    assert sum(" II" in row[3] or " IV" in row[3] for row in schools) > 0.005 * len(schools)
    assert counts["negeri"] > 0.4 * SIZE


def test_two_frequent_words_meet_in_a_handful_of_names(rows, counts):
    both = [row for row in rows if {"negeri", "kristen"} <= set(row[4].split())]

    assert len(both) == data_filling.NEVER_MEETING
    assert counts["kristen"] > 100


def test_the_names_are_not_all_in_normal_form_and_stand_all_over_the_country(rows):
    assert {row[5][:2] for row in rows} >= {"11", "32", "91"}
    assert all(row[4] == text.normalise(row[3]) for row in rows[::50])
    assert sum(row[3].lower() != row[4] for row in rows) > 0.2 * SIZE
