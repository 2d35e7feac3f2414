"""Requests against a small model: whatever is done in whatever order, both agree on states, stock and history.

The ordinary run takes a few short walks; `make walks` takes 500 of 50 steps.
"""

import datetime
import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from directory import actors, clock, errors
from directory.models import Event
from partners import timers
from partners.collaborations import endings, moves
from partners.models import AgreedLine, Collaboration, Deadline, Line, Terms
from partners.offers import stock
from tests import people
from tests.partners.collaborations import around

EXAMPLES, STEPS = (int(one) for one in os.environ.get("WALKS", "8x25").split("x"))
SCHOOLS = 3
TOTALS = (6, 4)
DAY = datetime.timedelta(days=1)
LIVE = ("pending", "accepted", "active")


class Known:
    """What the model knows of one request."""

    def __init__(self, key: Any, school: int, quantities: tuple[int, ...], least: int) -> None:
        self.key, self.school = key, school
        self.status, self.awaiting, self.revision = "pending", "counterparty", 1
        self.wanted = {number: quantity for number, quantity in enumerate(quantities) if quantity}
        self.least = least
        self.held: dict[int, int] = {}
        self.asked_to_close = ""
        self.ended_at: datetime.datetime | None = None
        self.events = 2


class Requests(RuleBasedStateMachine):
    """Schools ask a publisher with two titles."""

    requests = Bundle("requests")

    @initialize()
    def begin(self) -> None:
        self.point = transaction.atomic()
        self.point.__enter__()
        self.given = around.world(*TOTALS)
        self.schools = [self.given.asks, *(around.school(f"Sekolah {number}")[1] for number in range(1, SCHOOLS))]
        self.now = clock.now()
        self.all: list[Known] = []
        self.moderator = people.actor(people.moderator())

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    def left(self, number: int) -> int:
        return TOTALS[number] - sum(one.held.get(number, 0) for one in self.all)

    def by(self, one: Known, side: str) -> actors.Actor:
        return self.schools[one.school] if side == "initiator" else self.given.gives

    def tried(self, act: Any) -> str:
        try:
            with transaction.atomic():
                act()
        except errors.DomainError as refused:
            return refused.code
        except errors.Several as several:
            return several.problems[0].code
        return ""

    def rivals(self, one_school: int, numbers: Any, beside: Known | None = None) -> bool:
        return any(
            one is not beside and one.school == one_school and one.status in LIVE and set(numbers) & set(one.wanted)
            for one in self.all
        )

    @rule(
        target=requests,
        school=st.integers(0, SCHOOLS - 1),
        quantities=st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(any),
        is_flexible=st.booleans(),
    )
    def ask(self, school: int, quantities: tuple[int, int], is_flexible: bool) -> Any:
        least = 1 if is_flexible else 0
        made: list[Collaboration] = []
        code = self.tried(
            lambda: made.append(around.asked(self.given, *quantities, by=self.schools[school], least=least or None))
        )
        wanted = {number: quantity for number, quantity in enumerate(quantities) if quantity}
        if self.rivals(school, wanted):
            assert code == "already_asked"
            return multiple()
        if any(self.left(number) < (least or quantity) for number, quantity in wanted.items()):
            assert code == "insufficient_quantity"
            return multiple()
        assert code == ""
        one = Known(made[0].pk, school, quantities, least)
        self.all.append(one)
        return one

    @rule(one=requests, side=st.sampled_from(["initiator", "counterparty"]), grant=st.integers(1, 5))
    def accept(self, one: Known, side: str, grant: int) -> None:
        granted = {number: min(grant, quantity) if one.least else quantity for number, quantity in one.wanted.items()}
        numbers = {line.offer_line_id: line.number for line in self.latest(one)}
        asked = {numbers[self.given.lines[number].pk]: quantity for number, quantity in granted.items()}
        code = self.tried(
            lambda: moves.accept(one.key, revision=one.revision, lines=asked, by=self.by(one, side), now=self.now)
        )
        if one.status != "pending":
            assert code == "wrong_state"
        elif one.awaiting != side:
            assert code == "not_your_turn"
        elif any(self.left(number) < quantity for number, quantity in granted.items()):
            assert code == "insufficient_quantity"
        else:
            assert code == ""
            one.status, one.awaiting, one.held = "active", "none", granted
            one.events += 2

    def latest(self, one: Known) -> Any:
        return Terms.objects.get(collaboration=one.key, number=one.revision).lines.all()

    @rule(
        one=requests,
        side=st.sampled_from(["initiator", "counterparty"]),
        verb=st.sampled_from([moves.counter, moves.revise]),
        quantity=st.integers(1, 5),
    )
    def propose(self, one: Known, side: str, verb: Any, quantity: int) -> None:
        lines = [
            {"offer_line": self.given.lines[number].pk, "quantity": quantity, "min_quantity": quantity}
            for number in one.wanted
        ]
        code = self.tried(lambda: verb(one.key, {"lines": lines}, by=self.by(one, side), now=self.now))
        is_counter = verb is moves.counter
        if one.status != "pending":
            assert code == "wrong_state"
        elif (one.awaiting == side) != is_counter:
            assert code == ("not_your_turn" if is_counter else "not_your_terms")
        elif one.revision == 10:
            assert code == "too_many_revisions"
        else:
            assert code == ""
            one.wanted = dict.fromkeys(one.wanted, quantity)
            one.least, one.revision, one.events = 0, one.revision + 1, one.events + 1
            one.awaiting = "counterparty" if side == "initiator" else "initiator"

    @rule(one=requests, side=st.sampled_from(["initiator", "counterparty"]))
    def refuse(self, one: Known, side: str) -> None:
        code = self.tried(lambda: moves.decline(one.key, reason_code="other", by=self.by(one, side), now=self.now))
        if one.status != "pending":
            assert code == "wrong_state"
        elif one.awaiting != side:
            assert code == "not_your_turn"
        else:
            self.end(one, "declined", code)

    @rule(one=requests)
    def withdraw(self, one: Known) -> None:
        code = self.tried(lambda: moves.withdraw(one.key, by=self.by(one, "initiator"), now=self.now))
        self.end(one, "withdrawn", code) if one.status == "pending" else self.refused(code)

    @rule(one=requests, who=st.sampled_from(["initiator", "counterparty", "moderator"]))
    def cancel(self, one: Known, who: str) -> None:
        by = self.moderator if who == "moderator" else self.by(one, who)
        code = self.tried(lambda: endings.cancel(one.key, note="-", by=by, now=self.now))
        self.end(one, "cancelled", code) if one.status == "active" else self.refused(code)

    @rule(one=requests, side=st.sampled_from(["initiator", "counterparty"]))
    def wish_to_close(self, one: Known, side: str) -> None:
        code = self.tried(lambda: endings.ask_close_short(one.key, by=self.by(one, side), now=self.now))
        if one.status != "active":
            self.refused(code)
        elif one.asked_to_close:
            assert code == "close_asked_already"
        else:
            assert code == ""
            one.asked_to_close, one.events = side, one.events + 1

    @rule(one=requests, side=st.sampled_from(["initiator", "counterparty"]))
    def agree_to_close(self, one: Known, side: str) -> None:
        code = self.tried(lambda: endings.close_short(one.key, by=self.by(one, side), now=self.now))
        if one.status != "active":
            self.refused(code)
        elif one.asked_to_close in ("", side):
            assert code == "close_not_asked"
        else:
            self.end(one, "closed", code)

    @rule(one=requests, side=st.sampled_from(["initiator", "counterparty"]))
    def revive(self, one: Known, side: str) -> None:
        code = self.tried(lambda: moves.revive(one.key, {}, by=self.by(one, side), now=self.now))
        if one.status not in ("expired", "declined"):
            self.refused(code)
        elif one.ended_at and self.now > one.ended_at + 30 * DAY:
            assert code == "ended_too_long_ago"
        elif one.revision == 10:
            assert code == "too_many_revisions"
        elif self.rivals(one.school, one.wanted, beside=one):
            assert code == "already_asked"
        elif any(self.left(number) < (one.least or quantity) for number, quantity in one.wanted.items()):
            assert code == "insufficient_quantity"
        else:
            assert code == ""
            one.status, one.revision, one.events = "pending", one.revision + 1, one.events + 1
            one.awaiting = "counterparty" if side == "initiator" else "initiator"

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY
        reminded = Event.objects.filter(type="collaboration.reminded").count()
        timers.work(now=self.now)
        timers.work(now=self.now)
        for one in self.all:
            row = Collaboration.objects.get(pk=one.key)
            if row.status != one.status:
                assert (one.status, row.status) in (("pending", "expired"), ("active", "cancelled"))
                self.end(one, row.status, "")
            one.events = Event.objects.filter(subject_id=str(one.key)).count()
        assert Event.objects.filter(type="collaboration.reminded").count() >= reminded
        assert not Deadline.objects.due(self.now).exists()

    def end(self, one: Known, status: str, code: str) -> None:
        assert code == ""
        one.status, one.awaiting, one.held, one.ended_at = status, "none", {}, self.now
        one.events += 1

    def refused(self, code: str) -> None:
        assert code == "wrong_state"

    @rule(one=consumes(requests))
    def forget(self, one: Known) -> None:
        """Nothing more is done with this one; what it holds stays."""

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "all"):
            return
        for one in self.all:
            row = Collaboration.objects.get(pk=one.key)
            assert (row.status, row.awaiting, row.revision) == (one.status, one.awaiting, one.revision)
            assert row.version == one.events == Event.objects.filter(subject_id=str(one.key)).count()
            assert Terms.objects.filter(collaboration=one.key).count() == one.revision
            waiting = Deadline.objects.waiting().filter(collaboration=one.key)
            assert (row.due_at is None) == (not waiting.exists()) == (one.status not in LIVE)
        for number, line in enumerate(Line.objects.filter(proposal=self.given.offer.pk).order_by("position")):
            held = sum(one.held.get(number, 0) for one in self.all)
            assert (line.total, line.available, line.reserved) == (TOTALS[number], TOTALS[number] - held, held)
            agreed = AgreedLine.objects.filter(term_line__offer_line=line).values_list("reserved", flat=True)
            assert sum(agreed) == held
        assert list(stock.drifts()) == []


@pytest.mark.django_db
def test_requests_do_what_the_model_does() -> None:
    walk = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Requests, settings=walk)
