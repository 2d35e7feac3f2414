"""Several write about one library or one product at once: everything happens once."""

from functools import partial

import pytest

from directory import clock
from directory.models import Event, Installation, Product
from directory.software import products, stating
from tests import factories, people, racing

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


class Scene:
    def __init__(self):
        self.school, self.vendor = factories.entry(), factories.entry("vendor")
        with factories.recorded():
            self.product = Product.objects.create(name="Rak", vendor=self.vendor)
        self.teacher = people.actor(people.member(self.school), self.school)
        self.seller = people.actor(people.member(self.vendor), self.vendor)

    def stating(self, by, **values):
        return partial(stating.state, self.school.pk, self.product.pk, values, by=by, now=clock.now())


def test_the_same_statement_at_once_is_made_once():
    for _ in range(ROUNDS):
        scene = Scene()
        told = racing.at_once(*[scene.stating(scene.teacher)] * 3)
        assert sorted(told) == ["already_exists", "already_exists", "done"]
        assert Installation.objects.filter(library=scene.school).count() == 1


def test_no_more_wait_than_may_however_many_come_at_once(monkeypatch):
    monkeypatch.setattr(stating, "MOST_WAITING", 2)
    scene = Scene()
    told = racing.at_once(*(scene.stating(scene.seller, product_version=str(number)) for number in range(5)))
    assert sorted(told) == ["done", "done", "too_many_waiting", "too_many_waiting", "too_many_waiting"]


def test_consent_and_removal_at_once_end_removed():
    for _ in range(ROUNDS):
        scene = Scene()
        row = scene.stating(scene.seller)()
        act = {"by": scene.teacher, "now": clock.now()}

        told = racing.at_once(partial(stating.consent, row.pk, **act), partial(stating.remove, row.pk, **act))

        assert told in (["done", "done"], ["not_found", "done"])
        assert Installation.objects.get(pk=row.pk).status == "removed"


@pytest.mark.parametrize("verb", ["consent", "remove"])
def test_two_who_answer_alike_have_one_effect(verb):
    for _ in range(ROUNDS):
        scene = Scene()
        row = scene.stating(scene.seller)()
        answer = partial(getattr(stating, verb), row.pk, by=scene.teacher, now=clock.now())
        told = racing.at_once(answer, answer)
        assert sorted(told) == ["done", {"consent": "wrong_state", "remove": "not_found"}[verb]]
        assert Event.objects.filter(subject_id=str(row.pk)).count() == 2


def test_a_correction_and_a_consent_at_once_come_one_after_the_other():
    for _ in range(ROUNDS):
        scene = Scene()
        row = scene.stating(scene.seller)()

        told = racing.at_once(
            partial(stating.consent, row.pk, by=scene.teacher, now=clock.now()),
            partial(stating.change, row.pk, {"evidence": "Lain"}, version=1, by=scene.seller, now=clock.now()),
        )

        after = Installation.objects.get(pk=row.pk)
        assert told[0] == "done"
        # The change came first, or it came second and was refused as late.
        assert (after.status, after.evidence, told[1]) in (
            ("shown", "Lain", "done"),
            ("shown", "", "version_changed"),
        )


def test_two_corrections_of_one_version_keep_one():
    for _ in range(ROUNDS):
        scene = Scene()
        row = scene.stating(scene.teacher)()
        change = partial(stating.change, row.pk, version=1, by=scene.teacher, now=clock.now())
        told = racing.at_once(partial(change, values={"evidence": "a"}), partial(change, values={"evidence": "b"}))
        assert sorted(told) == ["done", "version_changed"]


def test_a_product_made_at_once_is_made_once_and_two_changes_keep_one():
    for _ in range(ROUNDS):
        scene = Scene()
        add = partial(products.create, {"name": "Rak Baru"}, vendor=scene.vendor.pk, by=scene.seller, now=clock.now())
        assert sorted(racing.at_once(add, add)) == ["already_exists", "done"]
        change = partial(products.change, scene.product.pk, version=1, by=scene.seller, now=clock.now())
        told = racing.at_once(partial(change, values={"licence": "MIT"}), partial(change, values={"licence": ""}))
        # A change to what it was is no change, and bumps no version.
        assert told[0] == "done" or "version_changed" in told
        assert Product.objects.get(pk=scene.product.pk).licence in ("MIT", "")
