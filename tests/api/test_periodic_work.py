"""What the worker does by itself: bodies are kept, the vocabulary is renewed, stalled jobs run again."""

import pytest
from procrastinate.contrib.django import app

from api import bodies, tasks
from directory.models import Duplicate, FacetChange, FacetTotal, Word
from tests import factories


def test_the_worker_has_its_regular_tasks():
    assert {task.name.rpartition(".")[2] for task in app.tasks.values() if task.name.partition(".")[0] != "tests"} >= {
        "retry_stalled_jobs",
        "keep_bodies",
        "rebuild_words",
        "fold_facets",
        "answer_by_silence",
        "keep_fresh",
        "send_digests",
        "seal_journal",
        "find_duplicates",
    }


@pytest.mark.django_db
def test_bodies_that_are_behind_are_kept():
    entry = factories.entry()

    tasks.keep_bodies(timestamp=0)

    assert bodies.KeptBody.objects.get().entry_id == entry.pk
    assert bodies.behind() == []


@pytest.mark.django_db
def test_the_vocabulary_learns_the_words_of_entries():
    for _ in range(2):
        factories.entry(name="SD Negeri Sukamaju")

    tasks.rebuild_words(timestamp=0)

    assert Word.objects.filter(word="sukamaju", entries=2).exists()


@pytest.mark.django_db
def test_changes_of_facet_counts_are_folded_into_sums():
    factories.entry()

    tasks.fold_facets(timestamp=0)

    assert not FacetChange.objects.exists()
    assert FacetTotal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_twins_of_what_changed_are_found():
    for _ in range(2):
        factories.entry(name="SD Negeri Sukamaju")
    factories.settle_feed(factories.last_position())

    tasks.find_duplicates(timestamp=0)

    assert Duplicate.objects.count() == 1
