"""After a person is erased the seal of the journal is as whole as before."""

import pytest

from directory import clock, seal
from directory.models import Event, SealLink
from partners import erasing
from tests import factories, people
from tests.partners.accounts import erased

pytestmark = pytest.mark.django_db(transaction=True)


def faults():
    return [*filter(None, seal.verify()), *seal.loose_ends(now=clock.now())]


def test_the_seal_stays_whole(monkeypatch):
    monkeypatch.setattr(seal, "MOST", 10)
    ratna = erased.person()
    factories.settle_feed(factories.last_position())
    seal.seal(now=clock.now())
    before = list(SealLink.objects.order_by("number").values())
    assert len(before) >= 3
    by = people.actor(ratna)

    dry = erasing.erase(ratna.pk, entry="hide", dry_run=True, by=by, now=clock.now())
    erasing.erase(ratna.pk, entry="hide", confirmation=dry.confirmation, by=by, now=clock.now())

    assert faults() == []
    factories.settle_feed(factories.last_position())
    assert seal.seal(now=clock.now()) > 0
    assert list(SealLink.objects.order_by("number").values())[: len(before)] == before
    assert faults() == []
    assert erased.found(erased.EMAIL, erased.NAME) == set()
    assert Event.objects.filter(type="person.erased").count() == 1
