"""The table of collaboration requests, every cell: state x action x actor, listed and enforced alike."""

from typing import Any

import pytest
from django.db import transaction

from directory import actors, clock, errors, vocabularies
from directory.models import Event
from partners import machine
from partners.collaborations import guards, transitions
from partners.collaborations.collaborations import DECIDED
from partners.collaborations.transitions import MOVES, RULES, TABLE
from partners.models import AgreedLine, Collaboration
from tests import factories, people
from tests.partners.collaborations import around
from tests.partners.trust.around import without

STATUSES = vocabularies.codes("collaboration_status")
EDITS = {"counter", "revise", "revive", "extend"}
DECIDES = {"accept", "wait", "decline", "cancel", "ask_close_short", "close_short", "sign"}
# Who may do what at all, written down a second time: the table must agree, cell by cell.
RIGHTS: dict[str, set[str]] = {
    "asks": {"submit", "withdraw", "take", *EDITS, *DECIDES},
    "asks_as_editor": {"submit", "withdraw", *EDITS},
    "asks_as_viewer": set(),
    "asks_as_receiver": set(),
    "asks_with_key": {"submit", "withdraw", "take", *EDITS, *DECIDES},
    "asks_without_write": {"take", *DECIDES},
    "asks_without_decide": {"submit", "withdraw", *EDITS},
    "gives": EDITS | DECIDES,
    "gives_as_editor": EDITS,
    "moderator": {"cancel", "take_down"},
    "moderator_without_moderation": set(),
    "moderator_elsewhere": set(),
    "stranger": set(),
    "nobody": set(),
    "anonymous": set(),
    "system": {name for name, rule in RULES.items() if set(rule.who) == {"system"}},
}
SCOPES = {**dict.fromkeys({"submit", "withdraw", *EDITS}, "write"), **dict.fromkeys({"take", *DECIDES}, "decide")}
SEES_NOTHING = {"moderator_elsewhere", "stranger", "nobody", "anonymous"}
SEES_NO_DRAFT = {"gives", "gives_as_editor", "moderator", "moderator_without_moderation", "system"}
STATES: dict[str, tuple[str, ...]] = {
    "submit": ("draft",),
    **dict.fromkeys(("counter", "revise", "accept", "wait"), ("pending",)),
    **dict.fromkeys(("decline", "withdraw", "expire", "take_down"), ("pending", "waiting", "offered")),
    "offer": ("waiting",),
    "take": ("offered",),
    "revive": ("expired", "declined"),
    **dict.fromkeys(("activate", "sign", "not_signed"), ("accepted",)),
    **dict.fromkeys(("remind", "extend", "not_shipped", "ask_close_short", "close_short", "settle"), ("active",)),
    "cancel": ("accepted", "active"),
    "release": ("closed",),
    "dissolve": ("draft", "pending", "waiting", "offered", "accepted", "active"),
}
# In which turn: the awaited side answers, the other may change its own terms. `close_short` needs the other's wish.
TURNS = {
    "counter": "counterparty",
    "accept": "counterparty",
    "wait": "counterparty",
    "decline": "counterparty",
    "revise": "initiator",
}


@pytest.fixture
def given(db: None) -> Any:
    made = around.world()
    made.row = around.asked(made, 2)
    return made


@pytest.fixture
def crowd(given: Any) -> dict[str, actors.Actor]:
    """One actor of each sort around the request."""
    factories.region("33.74", "Kota Semarang")
    moderator = people.actor(people.moderator("32"))
    asks = {
        f"asks_as_{role}": people.actor(people.member(given.school, role), given.school)
        for role in ("editor", "viewer", "receiver")
    }
    key = actors.Actor(
        kind="api_key",
        acting_entry=given.school.pk,
        scopes=actors.ALL_SCOPES,
        roles=frozenset({"viewer", "editor", "approver", "receiver"}),
    )
    return {
        "asks": given.asks,
        **asks,
        "asks_with_key": key,
        "asks_without_write": without(given.asks, "collaborations:write"),
        "asks_without_decide": without(given.asks, "collaborations:decide"),
        "gives": given.gives,
        "gives_as_editor": people.actor(people.member(given.publisher, "editor"), given.publisher),
        "moderator": moderator,
        "moderator_without_moderation": without(moderator, "moderation:write"),
        "moderator_elsewhere": people.actor(people.moderator("33")),
        "stranger": around.school()[1],
        "nobody": people.actor(people.user()),
        "anonymous": actors.ANONYMOUS,
        "system": actors.SYSTEM,
    }


def put(given: Any, status: str) -> None:
    """The request in a status, with what the database then demands; the counterparty is awaited while it is pending."""
    now = clock.now()
    is_bound = status in ("accepted", "active")
    Collaboration.objects.filter(pk=given.row.pk).update(
        status=status,
        awaiting={"pending": "counterparty", "offered": "initiator"}.get(status, "none"),
        joins_waitlist=True,
        waiting_since=now,
        accepted_revision=1 if is_bound else None,
        ended_at=now if status in DECIDED else None,
        outcome="none" if status == "closed" else "",
        close_asked_by="counterparty" if status == "active" else "",
    )


def expected(status: str, action: str, who: str) -> str:
    """The code of the refusal by the second writing, "" when the cell is free."""
    if who in SEES_NOTHING or (status == "draft" and who in SEES_NO_DRAFT):
        return "not_found"
    if action not in RIGHTS[who]:
        bare = who.partition("_without_")[0]
        lacks = who.rpartition("_without_")[2]
        is_scope = bare != who and action in RIGHTS[bare] and lacks in (SCOPES.get(action), "moderation")
        return "missing_scope" if is_scope else "role_needed"
    if status not in STATES[action]:
        return "wrong_state"
    side = "initiator" if who.startswith("asks") else "counterparty"
    if TURNS.get(action, side) != side:
        return "not_your_terms" if action == "revise" else "not_your_turn"
    if action == "sign":
        return "person_needed" if who == "asks_with_key" else "no_signature_asked"
    if action == "ask_close_short":
        return "close_asked_already"
    return "close_not_asked" if action == "close_short" and side == "counterparty" else ""


def outcome(given: Any, action: str, by: actors.Actor) -> str:
    """What `begin` says, and nothing of it stays."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            row, event = machine.begin(TABLE, action, given.row.pk, by=by, now=clock.now())
            assert event.status_after == (MOVES[action].target or row.status)
            return ""
        except errors.DomainError as refusal:
            assert Event.objects.count() == given.events, "a refusal is no event"
            return refusal.code
        finally:
            transaction.savepoint_rollback(point)


@pytest.mark.parametrize("status", STATUSES)
def test_every_cell_of_the_table(given: Any, crowd: dict[str, actors.Actor], status: str) -> None:
    assert crowd.keys() == RIGHTS.keys()
    assert STATES.keys() == MOVES.keys()
    put(given, status)
    given.events = Event.objects.count()
    for who, by in crowd.items():
        for action in MOVES:
            assert outcome(given, action, by) == expected(status, action, who), (status, action, who)
    assert Collaboration.objects.get(pk=given.row.pk).status == status


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_listed_is_what_is_enforced(given: Any, crowd: dict[str, actors.Actor], status: str) -> None:
    put(given, status)
    given.events = Event.objects.count()
    for who, by in crowd.items():
        row = guards.prepared(Collaboration.objects.visible_to(by)).filter(pk=given.row.pk).first()
        if row is None:
            assert expected(status, "cancel", who) == "not_found"
            continue
        listed = machine.allowed(TABLE, row, by=by, now=clock.now())
        assert {one.name for one in listed} == MOVES.keys() - RIGHTS["system"]
        for one in listed:
            told = one.refusal.code if one.refusal else ""
            assert outcome(given, one.name, by) == told, (status, one.name, who)


def test_a_guard_speaks_after_right_and_state(given: Any) -> None:
    editor = people.actor(people.member(given.publisher, "editor"), given.publisher)
    with factories.recorded():
        type(given.school).objects.filter(pk=given.school.pk).update(status="hidden")
    given.events = Event.objects.count()
    assert outcome(given, "accept", given.gives) == "not_open"
    assert outcome(given, "accept", editor) == "role_needed"
    assert outcome(given, "decline", given.gives) == ""
    put(given, "active")
    line = guards.lines_of(given.row)[0]
    AgreedLine.objects.create(collaboration=given.row, term_line=line, quantity=2, reserved=0, in_transit=2)
    assert outcome(given, "not_shipped", actors.SYSTEM) == "already_sent"
    assert outcome(given, "settle", actors.SYSTEM) == "wrong_state"


def test_every_move_leads_to_a_status_there_is_and_says_what_it_does() -> None:
    for name, rule in RULES.items():
        assert {*rule.sources, rule.target or "draft", rule.otherwise or "draft"} <= set(STATUSES)
        assert set(rule.who.values()) <= set(actors.SCOPES)
        assert rule.effect.endswith("."), name
        assert all(guard.__doc__ for guard in rule.guards)
    assert transitions.TABLE.moves is MOVES
