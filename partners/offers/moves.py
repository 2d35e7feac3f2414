"""What happens to an offer or need: published, approved, paused, renewed, closed, taken down, or ended by its time."""

import datetime
import uuid
from typing import Any

from django.db import transaction

from directory import actors
from partners import machine
from partners.offers import lifetimes, proposal_table
from partners.offers.proposal_table import TABLES
from partners.offers.proposals import Proposal

# Kinds by which nobody is bound to much before somebody has looked.
LOW_RISK = ("book_donation", "author_visit", "mentoring", "other")
OPENS_AFTER = datetime.timedelta(days=5)
BATCH = 500


@transaction.atomic
def publish(direction: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Open a draft. Of a verified entry it is open at once; else a moderator looks, or silence opens it.

    Raises Missing, Forbidden, Conflict `wrong_state`, `nothing_offered`, `deadline_passed`.
    """
    table = TABLES[direction]
    row, event = machine.begin(table, "publish", key, by=by, now=now)
    is_known = proposal_table.is_known(row, by)
    due = None if is_known or row.kind not in LOW_RISK else now + OPENS_AFTER
    row = machine.finish(row, event, review_due_at=due, reason="")
    return _opened(row, by=actors.system(by), now=now, was_reviewed=True) if is_known else row


@transaction.atomic
def approve(direction: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Open what was submitted, as a moderator. Missing, Forbidden, Conflict."""
    return _opened(TABLES[direction].lock(key, by), by=by, now=now, was_reviewed=True)


def _opened(row: Proposal, *, by: actors.Actor, now: datetime.datetime, was_reviewed: bool) -> Proposal:
    row, event = machine.step(TABLES[row.direction], "approve", row, by=by, now=now)
    done: Proposal = machine.finish(
        row,
        event,
        opened_at=row.opened_at or now,
        expires_at=lifetimes.ends_at(row, now=now),
        review_due_at=None,
        was_reviewed=was_reviewed,
    )
    return done


@transaction.atomic
def send_back(direction: str, key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Give what was submitted back to its owner, as a moderator. Missing, Forbidden, Conflict."""
    return _moved("send_back", direction, key, by=by, now=now, reason=reason, review_due_at=None)


@transaction.atomic
def pause(direction: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Take no new requests for a while; what is promised holds. Missing, Forbidden, Conflict."""
    return _moved("pause", direction, key, by=by, now=now)


@transaction.atomic
def resume(direction: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Take requests again. Missing, Forbidden, Conflict."""
    return _moved("resume", direction, key, by=by, now=now)


@transaction.atomic
def renew(direction: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Let it run for another term, from now. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLES[direction], "renew", key, by=by, now=now)
    done: Proposal = machine.finish(row, event, expires_at=lifetimes.ends_at(row, now=now), reminded_at=None)
    return done


@transaction.atomic
def close(direction: str, key: uuid.UUID, *, reason: str = "", by: actors.Actor, now: datetime.datetime) -> Proposal:
    """End it; what is promised holds. Missing, Forbidden, Conflict."""
    return _moved("close", direction, key, by=by, now=now, reason=reason, review_due_at=None, closed_at=now)


@transaction.atomic
def take_down(direction: str, key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Proposal:
    """Take it out of sight, as a moderator; its owner reads why. Missing, Forbidden, Conflict."""
    return _moved(
        "take_down",
        direction,
        key,
        by=by,
        now=now,
        reason=reason,
        is_taken_down=True,
        review_due_at=None,
        closed_at=now,
    )


def _moved(
    action: str,
    direction: str,
    key: uuid.UUID,
    *,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str = "",
    **fields: Any,
) -> Proposal:
    row, event = machine.begin(TABLES[direction], action, key, by=by, now=now, reason=reason)
    if reason:
        fields["reason"] = reason
    done: Proposal = machine.finish(row, event, **fields)
    return done


def open_reviewed(*, now: datetime.datetime) -> int:
    """Open what no moderator has looked at in time; it stays labelled as not reviewed. Returns how many."""
    due = Proposal.objects.filter(status="in_review", review_due_at__lte=now).order_by("review_due_at", "pk")
    return sum(_each(key, "approve", now=now) for key in due.values_list("direction", "pk")[:BATCH])


def expire_due(*, now: datetime.datetime) -> int:
    """End what has come to its time. Returns how many."""
    due = Proposal.objects.filter(status__in=("open", "paused"), expires_at__lte=now).order_by("expires_at", "pk")
    return sum(_each(key, "expire", now=now) for key in due.values_list("direction", "pk")[:BATCH])


@transaction.atomic
def _each(found: tuple[str, uuid.UUID], action: str, *, now: datetime.datetime) -> bool:
    """Take the system's action on one, if it is still due under the lock."""
    direction, key = found
    row = TABLES[direction].lock(key, actors.SYSTEM)
    column = "review_due_at" if action == "approve" else "expires_at"
    due = getattr(row, column)
    if machine.refusal(TABLES[direction], action, row, by=actors.SYSTEM, now=now) or due is None or due > now:
        return False
    if action == "approve":
        _opened(row, by=actors.SYSTEM, now=now, was_reviewed=False)
    else:
        _, event = machine.step(TABLES[direction], action, row, by=actors.SYSTEM, now=now)
        machine.finish(row, event)
    return True
