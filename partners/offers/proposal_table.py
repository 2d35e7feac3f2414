"""THE table of offers and needs: which action leads where, who may take it, and what else must hold."""

import datetime
import functools
import uuid
from typing import Any

from directory import actors, errors
from partners import machine
from partners.machine import SYSTEM, Move
from partners.offers import lifetimes, reading
from partners.offers.proposals import Proposal, standing

DECIDERS = {"approver": "offers:write"}
MODERATOR = {"moderator": "moderation:write"}


def locked(direction: str, key: uuid.UUID, by: actors.Actor) -> Proposal:
    """The offer or need as the actor sees it, under lock. Raises Missing."""
    seen = Proposal.objects.visible_to(by).filter(direction=direction, pk=key).select_related("entry")
    row = seen.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def is_known(row: Proposal, by: actors.Actor) -> bool:
    """Whether the entry is verified, and who writes for it acts by a right that was decided."""
    return row.entry.trust_level == "verified" and not by.is_provisional


def _offers_something(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    has_some = reading.sums_of(row).quantity > 0
    return _is_in_time(row, by, now) if has_some else errors.Conflict("nothing_offered")


def _is_in_time(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return (
        errors.Conflict("deadline_passed", value=row.deadline.isoformat()) if lifetimes.is_over(row, now=now) else None
    )


def _is_anothers(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    own = row.own_entries if hasattr(row, "own_entries") else reading.own_entries(by)
    return errors.Forbidden("another_person_needed") if row.entry_id in own else None


def _is_up(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return errors.Conflict("wrong_state", value="taken_down") if row.is_taken_down else None


MOVES = {
    "publish": Move(("draft",), "in_review", DECIDERS, "submitted", _offers_something),
    # At once where the entry is verified, by a moderator, or by silence.
    "approve": Move(("in_review",), "open", {**MODERATOR, SYSTEM: "offers:write"}, "opened", _is_anothers),
    "send_back": Move(("in_review",), "draft", MODERATOR, "sent_back"),
    "pause": Move(("open",), "paused", DECIDERS, "paused"),
    "resume": Move(("paused",), "open", DECIDERS, "resumed", _is_in_time),
    "renew": Move(("open", "paused", "expired"), "open", DECIDERS, "renewed", _is_in_time),
    "close": Move(("draft", "in_review", "open", "paused", "expired"), "closed", DECIDERS, "closed"),
    "take_down": Move(("in_review", "open", "paused", "closed", "expired"), "closed", MODERATOR, "taken_down", _is_up),
    "expire": Move(("open", "paused"), "expired", {SYSTEM: "offers:write"}, "expired"),
}
TABLES = {
    direction: machine.Table(direction, MOVES, functools.partial(locked, direction), standing)
    for direction in ("offer", "need")
}
