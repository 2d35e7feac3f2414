"""THE table of disputes: which action leads where, who may take it, and what silence does."""

import datetime
import uuid
from typing import Any

from directory import actors, errors
from partners import machine
from partners.fulfilment import shipment_table, shipments
from partners.fulfilment.disputes import LIVE, MOST_STATEMENTS, SIDES, Dispute
from partners.machine import SYSTEM, Rule
from partners.offers import reading

WRITE = "collaborations:write"
PARTY = {"party": WRITE}
MODERATOR = {"moderator": "moderation:write"}
SYSTEMS = {SYSTEM: WRITE}
Refusal = errors.DomainError | None


def side_of(row: Any, by: actors.Actor) -> str:
    """Which side of the shipment the actor acts for, "" for neither."""
    if by.acting_entry is None:
        return ""
    sides = {row.shipment.sender_id: "sender", row.shipment.receiver_id: "receiver"}
    return sides.get(by.acting_entry, "")


def is_awaited(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """The other side has said last how it should end."""
    return None if side_of(row, by) == row.awaiting else errors.Conflict("not_your_turn", value=row.awaiting)


def is_opener(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It was opened by the side acted for."""
    return None if side_of(row, by) == row.opened_by else errors.Conflict("not_yours_to_withdraw")


def can_be_lost(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """What should be written off is on its way still."""
    is_gone = row.resolution == "lost" and row.shipment.status not in shipments.UNDERWAY
    return errors.Conflict("wrong_state", value=row.shipment.status) if is_gone else None


def has_room(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Fewer than thirty statements were made."""
    is_full = len(row.statements.all()) >= MOST_STATEMENTS
    return errors.Conflict("too_many_statements", most=MOST_STATEMENTS) if is_full else None


def is_not_theirs(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Nobody decides between two sides of which they act for one."""
    own = row.own_entries if hasattr(row, "own_entries") else reading.own_entries(by)
    sides = {row.shipment.sender_id, row.shipment.receiver_id}
    return errors.Forbidden("conflict_of_interest") if own & sides else None


RULES = {
    "answer": Rule(
        LIVE,
        "",
        PARTY,
        "answered",
        "Says how it is from here and how it should end; now the other side has to answer, and silence begins anew.",
        (is_awaited, has_room),
    ),
    "agree": Rule(
        LIVE,
        "agreed",
        PARTY,
        "agreed",
        "Ends it as the other side has said last. Where that is `lost`, what nobody has counted is written off.",
        (is_awaited, can_be_lost),
    ),
    "escalate": Rule(
        ("open",),
        "escalated",
        {**PARTY, **SYSTEMS},
        "escalated",
        "Hands it to the moderators; by itself after 10 school days without an answer. Both can go on answering.",
    ),
    "decide": Rule(
        LIVE,
        "decided",
        MODERATOR,
        "decided",
        "A moderator ends it, with a reason that both sides read; `lost` as by `agree`.",
        (is_not_theirs,),
    ),
    "withdraw": Rule(LIVE, "withdrawn", PARTY, "withdrawn", "Takes it back.", (is_opener,)),
    "lapse": Rule(
        LIVE,
        "unresolved",
        SYSTEMS,
        "unresolved",
        "30 days after it was opened: it ends without a result, which stays on record. Nothing is written off.",
    ),
}


def locked(key: uuid.UUID, by: actors.Actor) -> Dispute:
    """The dispute as the actor sees it, locked behind its shipment. Raises Missing."""
    if not Dispute.objects.visible_to(by).filter(pk=key).exists():
        raise errors.Missing("not_found")
    return lock_all(key)


def lock_all(key: uuid.UUID) -> Dispute:
    """The dispute under lock; first its shipment's requests, then the shipment, as everybody takes them."""
    about = Dispute.objects.filter(pk=key).values_list("shipment", flat=True).first()
    if about is None:
        raise errors.Missing("not_found")
    shipment = shipment_table.lock_all(about)
    row = Dispute.objects.select_for_update(no_key=True).get(pk=key)
    row.shipment = shipment
    return row


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to a dispute: `party` (writes for the sender, counts for the receiver), moderator, system."""
    found = shipments.standing(row.shipment, by)
    if found & set(SIDES):
        return {"party"}
    return found & {"moderator", SYSTEM}


TABLE = machine.Table("dispute", machine.moves(RULES), locked, standing)
