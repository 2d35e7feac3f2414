"""Two moderators who merge the same pair of entries at the same moment: one merge, whichever way round."""

from functools import partial

import pytest

from directory import clock
from directory.models import Entry, Event
from partners.trust import merges
from tests import factories, people, racing

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def both(pairs):
    """What two moderators come to who merge these pairs, and the events of it."""
    by = [people.actor(people.moderator()) for _ in pairs]
    told = racing.at_once(
        *(
            partial(merges.merge, gone, into=into, by=one, now=clock.now())
            for (gone, into), one in zip(pairs, by, strict=True)
        )
    )
    merged = Event.objects.filter(type="entry.merged", subject_id__in=[str(key) for key in pairs[0]])
    return sorted(told), merged.count()


def test_the_same_pair_twice_is_one_merge():
    for number in range(ROUNDS):
        first, second = (factories.entry(name=f"SD {number} {one}").pk for one in "ab")

        assert both([(first, second)] * 2) == (["done", "wrong_state"], 1)

        assert Entry.objects.get(pk=first).merged_into_id == second
        assert Entry.objects.get(pk=second).status == "active"


def test_each_into_the_other_leaves_one_of_them():
    for number in range(ROUNDS):
        first, second = (factories.entry(name=f"SD {number} {one}").pk for one in "ab")

        assert both([(first, second), (second, first)]) == (["done", "wrong_state"], 1)

        assert sorted(Entry.objects.filter(pk__in=(first, second)).values_list("status", flat=True)) == [
            "active",
            "merged",
        ]
