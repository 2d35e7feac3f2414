"""Several at once on one claim or one entry: whatever they do, one effect."""

import threading

import pytest
from django.db import connection

from directory import clock, errors
from directory.models import Entry, Event
from partners.models import Claim, Letter, Membership
from partners.trust import claim_moves, claims, proofs
from tests import factories, people
from tests.partners.trust import around

pytestmark = pytest.mark.django_db(transaction=True)


class Doer(threading.Thread):
    """One of several who act at the same moment."""

    def __init__(self, barrier, act):
        super().__init__()
        self.barrier, self.act = barrier, act
        self.result = None

    def run(self):
        try:
            self.barrier.wait(20)
            self.act()
            self.result = "done"
        except errors.DomainError as refusal:
            self.result = refusal.code
        except Exception as error:
            self.result = repr(error)
        finally:
            connection.close()


def at_once(*acts):
    """What each came to, when all act at the same moment."""
    barrier = threading.Barrier(len(acts))
    doers = [Doer(barrier, act) for act in acts]
    for doer in doers:
        doer.start()
    for doer in doers:
        doer.join(60)
    return sorted(doer.result for doer in doers)


@pytest.fixture
def school():
    factories.region("32.71", "Kota Bogor")
    return around.school()


def moderators(number):
    return [people.actor(people.moderator()) for _ in range(number)]


def accept(claim, by):
    return lambda: claim_moves.accept(claim.key, by=by, now=clock.now())


def test_two_moderators_decide_the_same_claim_and_one_decision_counts(school):
    for number in range(5):
        claim = around.claim(around.school(name=f"SD {number}"), people.user())
        first, second = moderators(2)

        found = at_once(
            accept(claim, first),
            lambda c=claim, m=second: claim_moves.decline(c.key, reason="x", by=m, now=clock.now()),
        )

        assert found == ["done", "wrong_state"]
        decided = Event.objects.filter(type__in=("claim.accepted", "claim.declined"), subject_id=str(claim.key))
        assert decided.count() == 1
        is_accepted = Claim.objects.get(pk=claim.key).status == "accepted"
        assert Membership.objects.filter(entry=claim.school).count() == is_accepted
        assert Letter.objects.filter(to=claim.person.email).count() == 1


def test_many_moderators_accept_many_rivals_and_one_wins(school):
    rivals = [around.rival(school, f"orang{number}") for number in range(6)]

    found = at_once(*(accept(claim, by) for claim, by in zip(rivals, moderators(6), strict=True)))

    assert found == ["done", *["wrong_state"] * 5]
    assert Claim.objects.filter(status__in=claims.HOLDING).count() == 1
    assert Claim.objects.filter(status="declined").count() == 5
    winner = Claim.objects.get(status="accepted")
    assert [row.user_id for row in Membership.objects.current()] == [winner.user_id]
    assert Event.objects.filter(type="entry.trust_changed").count() == 1


def test_a_proof_and_a_rival_at_the_same_moment_never_make_two_winners(school):
    for number in range(4):
        place = around.school(name=f"SD {number}", website=f"https://sd{number}.example")
        claim = around.claim(place, people.user())
        address = f"tu@sd{number}.example"
        proofs.send_code(claim.key, address=address, by=claim.by, now=clock.now())
        code = Letter.objects.get(to=address).text.partition("kode ini kepadanya: ")[2].split()[0]
        other = people.actor(people.user())

        found = at_once(
            lambda c=claim, k=code: proofs.confirm_code(
                c.key, kind="institutional_mail", code=k, by=c.by, now=clock.now()
            ),
            lambda p=place, o=other: claim_moves.open(p.pk, by=o, now=clock.now()),
        )

        assert found == ["done", "done"]
        rows = {row.user_id: row.status for row in Claim.objects.filter(entry=place)}
        assert rows[other.user] == "open"
        is_first = rows[claim.person.pk] == "accepted"
        assert rows[claim.person.pk] in ("accepted", "open")
        assert (Entry.objects.get(pk=place.pk).trust_level == "verified") is is_first
        assert Membership.objects.filter(entry=place).count() == is_first


def test_silence_and_a_moderator_at_the_same_moment_have_one_effect(school):
    claim = around.claim(school, people.user(email="ani@guru.sd.belajar.id"))
    proofs.show_account(claim.key, by=claim.by, now=clock.now())
    (moderator,) = moderators(1)
    later = clock.now() + claims.UNANSWERED * 2

    found = at_once(
        *[lambda: claim_moves.settle_due(now=later)] * 3,
        lambda: claim_moves.decline(claim.key, reason="x", by=moderator, now=later),
    )

    assert found == ["done"] * 4
    assert Claim.objects.get(pk=claim.key).status == "declined"
    assert not Membership.objects.current().exists()
    assert Entry.objects.get(pk=school.pk).trust_level == "listed"


def test_the_tenth_wrong_code_counts_once_for_each_of_many_at_once(school):
    claim = around.claim(school, people.user())
    proofs.send_code(claim.key, address=around.ADDRESS, by=claim.by, now=clock.now())

    def try_wrong():
        proofs.confirm_code(claim.key, kind="institutional_mail", code="23456789", by=claim.by, now=clock.now())

    assert at_once(*[try_wrong] * 12) == ["code_locked"] * 2 + ["done"] * 10
