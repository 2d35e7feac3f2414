"""The waitlist: who found too little waits in line, and what comes back is held for the first until it is taken."""

import datetime
import uuid

from django.db import transaction

from directory import actors, errors
from partners import machine, school_days
from partners.collaborations import deadlines, granting, guards, moves, revisions
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.transitions import TABLE

WAITS_FOR = datetime.timedelta(days=180)  # where no date of the terms ends it before
TAKEN_WITHIN = 5  # school days, where no offer or need says how many
ENDS_THE_WAIT = ("not_open", "too_many_for_one")
BATCH = 100


@transaction.atomic
def wait(collaboration: uuid.UUID, *, revision: int, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Accept the latest terms for when there is enough: it waits in line for what comes back.

    Raises Missing, Forbidden, Conflict `wrong_state`, `not_your_turn`, `no_waitlist`, `stale_revision`, `not_open`.
    """
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row))
    row, event = machine.step(TABLE, "wait", row, by=by, now=now)
    if revision != row.revision:
        raise errors.Conflict("stale_revision", latest=row.revision)
    due = deadlines.replace(row, {"expire": moves.before_its_dates(row, now + WAITS_FOR, now=now)})
    done: Collaboration = machine.finish(row, event, awaiting="none", waiting_since=now, due_at=due)
    return done


@transaction.atomic
def offer(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Hold, as the system, what came back for one that waits, until it is taken or its days are over.

    Raises Missing, Forbidden, Conflict as `accept`; then it waits as before.
    """
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row))
    row, event = machine.step(TABLE, "offer", row, by=by, now=now)
    granting.reserve(row, granting.there_is(row), event=event)
    days = min((one.waitlist_days for one in guards.proposals_of(row).values()), default=TAKEN_WITHIN)
    due = deadlines.replace(row, {"expire": school_days.after(now, days=days)})
    done: Collaboration = machine.finish(row, event, awaiting="initiator", due_at=due)
    return done


@transaction.atomic
def take(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Bind both sides to what is held for one in line. Missing, Forbidden, Conflict `wrong_state`, `not_open`."""
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row))
    row, event = machine.step(TABLE, "take", row, by=by, now=now)
    return moves.bind(row, event, by=by, now=now)


def offer_released(*, now: datetime.datetime) -> int:
    """Offer what came back to those who wait for it, in their order; returns to how many.

    Who cannot have it whatever comes back (the offer has ended, or the bound for one entry is reached) waits no longer.
    """
    told = 0
    for key in Collaboration.objects.in_turn().values_list("pk", flat=True)[:BATCH]:
        try:
            told += offer(key, by=actors.SYSTEM, now=now).status == "offered"
        except errors.Conflict as refused:
            if refused.code in ENDS_THE_WAIT:
                moves.expire(key, by=actors.SYSTEM, now=now)
    return told
