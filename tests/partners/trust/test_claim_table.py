"""The table of claims, every cell: state x action x actor, listed and enforced alike; a refusal writes nothing."""

import pytest
from django.db import transaction

from directory import actors, clock, errors, vocabularies
from directory.models import Entry, Event
from partners import machine
from partners.models import Claim, Evidence
from partners.trust import claim_table, claims
from partners.trust.claim_table import MOVES, TABLE
from tests import factories, people
from tests.partners.trust import around

STATUSES = vocabularies.codes("claim_status")
# Who may do what at all, written down a second time: the table must agree, cell by cell.
RIGHTS = {
    "claimant": {"send_code", "confirm_code", "upload_letter", "show_account", "withdraw"},
    "claimant_without_claims": set(),
    "moderator": {"issue_letter_code", "accept", "decline", "suspend"},
    "country_moderator": {"issue_letter_code", "accept", "decline", "suspend"},
    "moderator_without_moderation": set(),
    "neighbour": {"vouch", "suspend"},
    "verified_elsewhere": set(),
    "listed_member": set(),
    "stranger": set(),
    "moderator_elsewhere": set(),
    "anonymous": set(),
    "key": set(),
    "system": {"prove", "hold", "keep", "lapse", "give_way", "supersede"},
}
SEES_NOTHING = {"verified_elsewhere", "listed_member", "stranger", "moderator_elsewhere", "anonymous", "key"}
STATES = {
    **dict.fromkeys(
        ("send_code", "confirm_code", "upload_letter", "show_account", "issue_letter_code", "withdraw"), claims.LIVE
    ),
    **dict.fromkeys(("accept", "decline", "give_way"), claims.LIVE),
    "vouch": ("open", "provisional"),
    "suspend": ("provisional",),
    "prove": ("open", "provisional"),
    "hold": ("open",),
    "keep": ("provisional",),
    "lapse": claims.LIVE,
    "supersede": ("accepted",),
}


@pytest.fixture
def crowd(claimed, moderator):
    """One actor of each sort around the claim."""
    semarang = factories.region("33.74", "Kota Semarang")
    listed = factories.entry(region_id="32.71")
    return {
        "claimant": claimed.by,
        "claimant_without_claims": around.without(claimed.by, "claims:write"),
        "moderator": moderator,
        "country_moderator": people.actor(people.moderator()),
        "moderator_without_moderation": around.without(moderator, "moderation:write"),
        "neighbour": around.verified_member(),
        "verified_elsewhere": around.verified_member("Jauh", region=semarang.code),
        "listed_member": people.actor(people.member(listed), listed),
        "stranger": people.actor(people.user()),
        "moderator_elsewhere": people.actor(people.moderator("33")),
        "anonymous": actors.ANONYMOUS,
        "key": actors.Actor(
            kind="api_key", acting_entry=claimed.school.pk, scopes=actors.ALL_SCOPES, roles=frozenset({"editor"})
        ),
        "system": actors.SYSTEM,
    }


def put(claim, status):
    """The claim in a status, with what the database then demands."""
    Claim.objects.filter(pk=claim.key).update(
        status=status,
        due_at=clock.now() if status in claims.LIVE else None,
        decided_at=None if status in claims.LIVE else clock.now(),
    )


def expected(status, action, who):
    """The code of the refusal by the second writing, "" when the cell is free."""
    is_unseen = who in SEES_NOTHING or (who == "neighbour" and status not in ("open", "provisional"))
    if is_unseen:
        return "not_found"
    if action not in RIGHTS[who]:
        bare = who.partition("_without_")[0]
        return "missing_scope" if bare != who and action in RIGHTS[bare] else "role_needed"
    return "" if status in STATES[action] else "wrong_state"


def outcome(action, claim, by):
    """What `begin` says, and nothing of it stays."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            row, event = machine.begin(TABLE, action, claim.key, by=by, now=clock.now())
            assert event.status_after == (MOVES[action].target or row.status)
            return ""
        except errors.DomainError as refusal:
            assert Event.objects.count() == claim.events, "a refusal is no event"
            return refusal.code
        finally:
            transaction.savepoint_rollback(point)


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_every_cell_of_the_table(claimed, crowd, status):
    assert crowd.keys() == RIGHTS.keys()
    assert STATES.keys() == MOVES.keys()
    upload_counts(claimed)
    put(claimed, status)
    claimed.events = Event.objects.count()
    for who, by in crowd.items():
        for action in MOVES:
            assert outcome(action, claimed, by) == expected(status, action, who), (status, action, who)
    assert Claim.objects.get(pk=claimed.key).status == status


def upload_counts(claim):
    """Evidence, so that the guard of `hold` lets it pass."""
    Evidence.objects.create(claim_id=claim.key, kind="assignment_letter", state="given", created_at=clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_what_is_listed_is_what_is_enforced(claimed, crowd, status):
    put(claimed, status)
    claimed.events = Event.objects.count()
    for who, by in crowd.items():
        row = Claim.objects.as_seen_by(by).select_related("entry").filter(pk=claimed.key).first()
        if row is None:
            assert expected(status, "accept", who) == "not_found"
            continue
        listed = machine.allowed(TABLE, row, by=by, now=clock.now())
        assert [one.name for one in listed] == [name for name, move in MOVES.items() if "system" not in move.who]
        for one in listed:
            assert outcome(one.name, claimed, by) == (one.refusal.code if one.refusal else ""), (status, one.name, who)


@pytest.mark.django_db
def test_a_guard_speaks_after_right_and_state(claimed, moderator):
    with factories.recorded():
        Entry.objects.filter(pk=claimed.school.pk).update(status="hidden")
    claimed.events = Event.objects.count()
    assert outcome("accept", claimed, moderator) == "wrong_state"
    assert outcome("accept", claimed, claimed.by) == "role_needed"
    assert outcome("decline", claimed, moderator) == ""
    assert outcome("hold", claimed, actors.SYSTEM) == "wrong_state"
    around.rival(around.school(name="lain"))
    assert claim_table.locked(claimed.key, moderator).pk == claimed.key


def test_every_move_leads_to_a_status_there_is():
    for move in MOVES.values():
        assert {*move.sources, move.target or "open"} <= set(STATUSES)
        assert set(move.who.values()) <= set(actors.SCOPES)
