"""THE table of collaboration requests: which action leads where, who may take it, and what else must hold.

Listing and enforcing, the generated page of the reference and its diagram, and the test of every cell read this table.
"""

import uuid
from typing import Any

from directory import actors, errors
from partners import machine
from partners.collaborations import guards
from partners.collaborations.collaborations import BOUND, IN_LINE, Collaboration, side_of
from partners.machine import SYSTEM, Rule

WRITE, DECIDE = "collaborations:write", "collaborations:decide"


def _asks(side: str) -> dict[str, str]:
    return {f"{side}_editor": WRITE}


def _decides(side: str) -> dict[str, str]:
    return {f"{side}_approver": DECIDE}


MODERATOR = {"moderator": "moderation:write"}
SYSTEMS = {SYSTEM: WRITE}
RULES = {
    "submit": Rule(
        ("draft",),
        "pending",
        _asks("initiator"),
        "submitted",
        "The other side has to answer; the deadline begins. Nothing is reserved.",
        (guards.target_is_open, guards.asks_something),
    ),
    "counter": Rule(
        ("pending",),
        "",
        _asks("awaited"),
        "countered",
        "A new revision of the terms; now the other side has to answer, and the deadline begins anew.",
        (guards.is_awaited, guards.has_revisions_left),
    ),
    "revise": Rule(
        ("pending",),
        "",
        _asks("author"),
        "revised",
        "A new revision in place of one's own that nobody has answered; the deadline begins anew.",
        (guards.is_author, guards.has_revisions_left),
    ),
    "accept": Rule(
        ("pending",),
        "accepted",
        _decides("awaited"),
        "accepted",
        "Reserves every accepted line or nothing.",
        (guards.is_awaited, guards.is_decided_claim, guards.asks_something, guards.lines_are_live, guards.has_stock),
    ),
    "wait": Rule(
        ("pending",),
        "waiting",
        _decides("awaited"),
        "waiting",
        "Accepts it for when there is enough: it joins the waitlist. Nothing is reserved.",
        (guards.is_awaited, guards.is_decided_claim, guards.may_wait, guards.asks_something, guards.lines_are_live),
    ),
    "offer": Rule(
        ("waiting",),
        "offered",
        SYSTEMS,
        "offered",
        "Reserves what came back for the first in line: of every line at least the least, or nothing. It has 5 school"
        " days to take it; the owner sets 2 to 14.",
        (guards.lines_are_live,),
    ),
    "take": Rule(
        ("offered",),
        "accepted",
        _decides("initiator"),
        "taken",
        "Binds both sides to what is held for it.",
        (guards.is_decided_claim, guards.lines_are_live),
    ),
    "decline": Rule(
        ("pending", *IN_LINE),
        "declined",
        _decides("awaited"),
        "declined",
        "Ends it, with a reason; what is held for it goes to the next in line.",
        (guards.may_decline,),
    ),
    "withdraw": Rule(
        ("pending", *IN_LINE),
        "withdrawn",
        _asks("initiator"),
        "withdrawn",
        "Ends it; what is held for it goes to the next in line.",
    ),
    "expire": Rule(
        ("pending", *IN_LINE),
        "expired",
        SYSTEMS,
        "expired",
        "14 school days after the last revision, or two days before the first date of the terms; never within 48 hours"
        " of the last revision. What waits, after 180 days or when it can never be served; what is offered, when its"
        " days are over: it goes to the next in line.",
    ),
    "revive": Rule(
        ("expired", "declined"),
        "pending",
        _asks("either"),
        "revived",
        "A new revision; the other side has to answer. Within 30 days.",
        (guards.is_recent, guards.has_revisions_left, guards.target_is_open),
    ),
    "activate": Rule(
        ("accepted",),
        "active",
        SYSTEMS,
        "activated",
        "At once where no signature is asked for, else when both have signed; the time to send begins.",
    ),
    "sign": Rule(
        ("accepted",),
        "",
        _decides("either"),
        "signed",
        "The signature of a person, under exactly the text that was read; with both it begins.",
        (guards.is_a_person, guards.is_decided_claim, guards.asks_signature),
    ),
    "not_signed": Rule(
        ("accepted",), "cancelled", SYSTEMS, "not_signed", "14 school days after the acceptance; releases everything."
    ),
    "remind": Rule(
        ("active",), "", SYSTEMS, "reminded", "15 and 5 days before `not_shipped`; of seats as if.", (guards.idle,)
    ),
    "extend": Rule(
        ("active",),
        "",
        _asks("either"),
        "extended",
        "30 days more to send, once.",
        (guards.idle, guards.is_not_extended),
    ),
    "not_shipped": Rule(
        ("active",),
        "cancelled",
        SYSTEMS,
        "not_shipped",
        "45 days after activation, the agreed date, or what was sent or came back last, if something is not sent and"
        " has no time; releases that. If anything was sent it is closed as `partial` instead. Seats are never late.",
        (guards.idle, guards.has_goods),
        "closed",
    ),
    "cancel": Rule(
        BOUND,
        "cancelled",
        {**_decides("either"), **MODERATOR},
        "cancelled",
        "Releases what was not sent. If anything was sent it is closed as `partial` instead.",
        (),
        "closed",
    ),
    "ask_close_short": Rule(
        ("active",),
        "",
        _decides("either"),
        "close_asked",
        "Asks the other side to end it before everything is sent.",
        (guards.is_decided_claim, guards.has_not_asked),
    ),
    "close_short": Rule(
        ("active",),
        "closed",
        _decides("either"),
        "closed_short",
        "Agrees to that: releases what was not sent; the outcome is `partial`, or `none` if nothing was sent.",
        (guards.is_decided_claim, guards.other_has_asked),
    ),
    "settle": Rule(
        ("active",),
        "closed",
        SYSTEMS,
        "settled",
        "When nothing is reserved, on its way or disputed any more; the outcome follows from what was received.",
        (guards.is_all_settled,),
    ),
    "release": Rule(
        ("closed",),
        "",
        SYSTEMS,
        "released",
        "Gives back what was on its way when it ended, and came back to whoever sent it.",
    ),
    "take_down": Rule(
        ("pending", *IN_LINE),
        "cancelled",
        MODERATOR,
        "taken_down",
        "A moderator ends it, with a reason that both sides read.",
    ),
    "dissolve": Rule(
        ("draft", "pending", *IN_LINE, *BOUND),
        "cancelled",
        SYSTEMS,
        "dissolved",
        "When both sides turn out to be one entry: releases what was not sent, as `cancel`.",
        (),
        "closed",
    ),
}


def locked(key: uuid.UUID, by: actors.Actor) -> Collaboration:
    """The request as the actor sees it, under lock. Raises Missing."""
    seen = Collaboration.objects.visible_to(by).filter(pk=key).select_related("initiator", "counterparty", "proposal")
    row = seen.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to a request. Whose turn it is says a guard: the answer to the wrong side is 409, not 403."""
    if by.kind == "system":
        return {SYSTEM}
    side = side_of(row, by)
    if side:
        roles = {"editor": {"editor", "approver", "admin"}, "approver": {"approver"}}
        held = [role for role, among in roles.items() if by.roles & among]
        return {f"{whom}_{role}" for role in held for whom in (side, "either", "awaited", "author")}
    is_moderator = any(by.moderates(entry.region_id) for entry in (row.initiator, row.counterparty))
    return {"moderator"} if is_moderator else set()


MOVES = machine.moves(RULES)
TABLE = machine.Table("collaboration", MOVES, locked, standing)
