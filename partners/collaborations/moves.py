"""What happens to a collaboration request until it is agreed or refused.

Each verb locks the request, then its offers and needs, then their lines, each in the order of ids; what it decides on
it reads behind these locks. Each transition is one event. Nothing is mailed here: deliveries read the events.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from directory import actors, errors, journal
from directory import permissions as rules
from partners import machine, permissions, school_days
from partners.collaborations import blocks, deadlines, granting, guards, letters, revisions, signing
from partners.collaborations.collaborations import Collaboration, other, side_of
from partners.collaborations.deadlines import ANSWER_DAYS, INVITED_FOR
from partners.collaborations.terms import TermLine
from partners.collaborations.transitions import TABLE
from partners.offers import stock
from partners.offers.lines import Line
from partners.offers.proposals import Proposal

BEFORE_ITS_DATE = datetime.timedelta(days=2)
LEAST_TO_ANSWER = datetime.timedelta(hours=48)


@transaction.atomic
def submit(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Send a draft to the other side.

    Raises Missing, Forbidden (also `not_received`, by a block), Conflict: `wrong_state`, `nothing_asked`, `not_open`,
    `out_of_reach`, `deadline_passed`, `insufficient_quantity`, `too_many_for_one`, `lift_block_first`, `already_asked`
    (which names the live request on the same line, or the invitation), `too_many_invitations`.
    """
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row))
    row, event = machine.step(TABLE, "submit", row, by=by, now=now)
    blocks.refuse(row.initiator_id, row.counterparty_id)
    granting.check(row, with_stock=not row.joins_waitlist)
    if row.proposal_id:
        row.needs_signature = guards.proposals_of(row)[row.proposal_id].needs_signature
    row.awaiting = "counterparty"
    sent = {"submitted_at": now, "letter_code": letters.begin(row, now=now)}
    return _awaiting_answer(row, event, needs_signature=row.needs_signature, **sent)


@transaction.atomic
def counter(
    collaboration: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Answer with other terms: `values` over the latest ones. Raises as `revisions.write`, Missing, Forbidden,
    Conflict `wrong_state`, `not_your_turn`, `too_many_revisions`, `already_asked`, and of an offer or need that was no
    part of it before `not_open`, `out_of_reach`.
    """
    return _proposed("counter", collaboration, values, by=by, now=now)


@transaction.atomic
def revise(
    collaboration: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Put other terms in place of one's own that nobody has answered. Raises as `counter`, with `not_your_terms`."""
    return _proposed("revise", collaboration, values, by=by, now=now)


@transaction.atomic
def revive(
    collaboration: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Take a declined or expired one up again, with a new revision. Raises as `counter` and `submit`, and Conflict
    `ended_too_long_ago`.
    """
    return _proposed("revive", collaboration, values, by=by, now=now, ended_at=None, reason_code="", note="")


def _proposed(
    action: str,
    collaboration: uuid.UUID,
    values: Mapping[str, Any],
    *,
    by: actors.Actor,
    now: datetime.datetime,
    **fields: Any,
) -> Collaboration:
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row, values.get("lines", ())))
    row, event = machine.step(TABLE, action, row, by=by, now=now)
    side = side_of(row, by)
    blocks.refuse(getattr(row, f"{side}_id"), getattr(row, f"{other(side)}_id"))
    locked, before = row.locked_proposals, guards.proposals_of(row)
    revisions.write(row, values, side=side, event=event, by=by, now=now)
    row.locked_proposals = locked
    added = [one for key, one in guards.proposals_of(row).items() if key not in before]
    if refused := guards.closed(row, added, by=by, now=now):
        raise refused
    granting.check(row, with_stock=action == "revive")
    row.awaiting = other(side)
    return _awaiting_answer(row, event, revision=row.revision, is_inquiry=row.is_inquiry, **fields)


@transaction.atomic
def accept(
    collaboration: uuid.UUID,
    *,
    revision: int,
    lines: Mapping[int, int] | None = None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Collaboration:
    """Bind both sides to the latest terms; reserves every accepted line, of offer and need at once, or nothing.

    `lines` are number -> granted quantity, between `min_quantity` and `quantity`; what is left out is not granted; None
    grants everything. Raises Missing, Forbidden (also `claim_undecided`), Invalid `unknown_line`, `out_of_range`,
    Conflict `wrong_state`, `not_your_turn`, `stale_revision`, `not_open`, `insufficient_quantity` with line, requested
    and available, `too_many_for_one`, `others_wait`; after a refusal it is as pending as before.
    """
    row = TABLE.lock(collaboration, by)
    revisions.lock_proposals(row, revisions.proposals_named(row))
    row, event = machine.step(TABLE, "accept", row, by=by, now=now)
    if revision != row.revision:
        raise errors.Conflict("stale_revision", latest=row.revision)
    granted = granting.chosen(guards.lines_of(row), lines)
    granting.refuse_before_others(row, granted)
    granting.reserve(row, granted, event=event)
    return bind(row, event, by=by, now=now)


def bind(row: Collaboration, event: journal.Event, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Both sides are bound to the latest terms of a locked one, of which everything granted is reserved."""
    until = {"not_signed": school_days.after(now, days=ANSWER_DAYS)} if row.needs_signature else {}
    if row.needs_signature:
        signing.write_out(row, event=event)
    bound = {"awaiting": "none", "accepted_revision": row.revision, "accepted_at": now}
    row = machine.finish(row, event, due_at=deadlines.replace(row, until), **bound)
    return row if row.needs_signature else activate(row, by=by, now=now)


@transaction.atomic
def sign(
    collaboration: uuid.UUID, *, sha256: str, code: str, by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Sign for one's side under the text of `sha256`, with the code that was mailed; with both it begins.

    Raises as `signing.sign`.
    """
    row, is_whole = signing.sign(collaboration, sha256=sha256, code=code, by=by, now=now)
    return activate(row, by=by, now=now) if is_whole else row


def lock_all(offer: uuid.UUID, collaborations: Collection[uuid.UUID], *, by: actors.Actor) -> None:
    """Lock requests to an offer, then what they are about, then the lines, for several to be accepted one by one.

    Taken one by one these locks would stand in a circle with those of others. Raises Missing for an offer that the
    actor does not see, Forbidden for somebody else's.
    """
    seen = Proposal.objects.visible_to(by).filter(pk=offer, direction="offer").first()
    if seen is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["decide_collaborations"], by=by, entry=seen.entry_id)
    of_offer = Collaboration.objects.visible_to(by).filter(pk__in=collaborations, proposal=offer)
    rows = list(of_offer.order_by("pk").select_for_update(of=("self",), no_key=True))
    found = TermLine.objects.filter(terms__collaboration__in=rows).values_list("offer_line", "need_line")
    lines = {key for pair in found for key in pair if key}
    keys = set(Line.objects.filter(pk__in=lines).values_list("proposal", flat=True))
    revisions.locked_proposals({offer, *keys})
    stock.lock(lines)


SENT_WITHIN = datetime.timedelta(days=45)
REMINDED_BEFORE = {"remind_1": datetime.timedelta(days=15), "remind_2": datetime.timedelta(days=5)}


def activate(row: Collaboration, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Let a locked, accepted one begin, as the system within what `by` does; the time to send runs from now.

    Where the terms name a first date, the time runs from that.
    """
    _, event = machine.step(TABLE, "activate", row, by=actors.system(by), now=now)
    begins = guards.latest(row).starts_on
    until = max(now, _midnight(begins) if begins else now) + SENT_WITHIN
    done: Collaboration = machine.finish(row, event, activated_at=now, due_at=put_sending(row, until))
    return done


def put_sending(row: Collaboration, until: datetime.datetime) -> datetime.datetime | None:
    """The time to send of a locked one: its end, and the reminders before it; what the row's `due_at` becomes."""
    wanted = {name: until - before for name, before in REMINDED_BEFORE.items()}
    if guards.has_goods(row, actors.SYSTEM, until) is None:
        wanted["not_shipped"] = until
    return deadlines.replace(row, wanted)


@transaction.atomic
def decline(
    collaboration: uuid.UUID, *, reason_code: str, note: str = "", by: actors.Actor, now: datetime.datetime
) -> Collaboration:
    """Say no, with a reason that the other side reads. Missing, Forbidden, Conflict."""
    return _ended("decline", collaboration, by=by, now=now, reason_code=reason_code, note=note)


@transaction.atomic
def withdraw(collaboration: uuid.UUID, *, note: str = "", by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """Take one's own request back. Missing, Forbidden, Conflict."""
    return _ended("withdraw", collaboration, by=by, now=now, note=note)


@transaction.atomic
def take_down(collaboration: uuid.UUID, *, note: str, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """End one before it binds, as a moderator, with a reason that both sides read. Missing, Forbidden, Conflict."""
    return _ended("take_down", collaboration, by=by, now=now, note=note)


@transaction.atomic
def expire(collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Collaboration:
    """End what nobody answered or took in time, as the system. Missing, Forbidden, Conflict."""
    return _ended("expire", collaboration, by=by, now=now)


def _ended(
    action: str, collaboration: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, **fields: Any
) -> Collaboration:
    row, event = machine.begin(TABLE, action, collaboration, by=by, now=now)
    if event.status_before == "offered":
        granting.give_back(row, event=event)
    fields["due_at"] = deadlines.replace(row, {})
    done: Collaboration = machine.finish(row, event, awaiting="none", ended_at=now, **fields)
    return done


# --- time ---


def _awaiting_answer(row: Collaboration, event: journal.Event, **fields: Any) -> Collaboration:
    fields["due_at"] = deadlines.replace(row, {"expire": answer_by(row, now=event.at)})
    done: Collaboration = machine.finish(row, event, awaiting=row.awaiting, **fields)
    return done


def answer_by(row: Collaboration, *, now: datetime.datetime) -> datetime.datetime:
    """Until when the side in `awaiting` has to answer a revision of now."""
    asked = row.counterparty_id if row.awaiting == "counterparty" else row.initiator_id
    until = school_days.after(now, days=ANSWER_DAYS) if letters.has_people(asked) else now + INVITED_FOR
    return before_its_dates(row, until, now=now)


def before_its_dates(row: Collaboration, until: datetime.datetime, *, now: datetime.datetime) -> datetime.datetime:
    """The moment, or an earlier one where the terms name a date; never within 48 hours."""
    terms = guards.latest(row)
    dates = [day for day in (terms.starts_on, terms.needed_by) if day is not None]
    if dates:
        until = min(until, _midnight(min(dates)) - BEFORE_ITS_DATE)
    return max(until, now + LEAST_TO_ANSWER)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=school_days.JAKARTA)
