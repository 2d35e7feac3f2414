"""What must hold beside right and status: whose turn it is, what is still open, what was sent. The table names them.

A guard answers with the refusal, or None. On a row that is not locked the answer is a forecast: what `latest` and
`prepared` have read with the row is used, so that a list asks nothing for each of its rows.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)

from directory import actors, errors, ids
from directory.entries import entries
from partners.collaborations import later
from partners.collaborations.collaborations import MOST_REVISIONS, Collaboration, other, side_of
from partners.collaborations.deadlines import Deadline
from partners.collaborations.terms import AgreedLine, TermLine, Terms
from partners.offers import proposals
from partners.offers.proposals import Proposal

Refusal = errors.DomainError | None
REVIVABLE_FOR = datetime.timedelta(days=30)


def prepared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Requests with all that guards and shapes read: a fixed number of queries for however many."""
    lines = TermLine.objects.select_related("offer_line__proposal__entry", "need_line__proposal__entry")
    latest = Terms.objects.filter(number=F("collaboration__revision"))
    latest = latest.prefetch_related(Prefetch("lines", lines.order_by("number")))
    agreed = AgreedLine.objects.select_related("term_line").order_by("term_line__number")
    waiting = Deadline.objects.waiting().order_by("due_at", "name")
    rows = rows.annotate(
        has_session=Exists(later.sessions()), has_dispute=Exists(later.disputed()), waitlist_position=_position()
    )
    return rows.select_related("initiator", "counterparty", "proposal__entry").prefetch_related(
        Prefetch("terms", latest, to_attr="latest_terms"),
        Prefetch("agreed_lines", agreed, to_attr="agreed"),
        Prefetch("deadlines", waiting, to_attr="waiting_deadlines"),
    )


def _position() -> Case:
    """Which place a request has in the line of its offer or need; null where it does not wait."""
    before = Q(waiting_since__lt=OuterRef("waiting_since")) | Q(
        waiting_since=OuterRef("waiting_since"), pk__lte=OuterRef("pk")
    )
    line = Collaboration.objects.filter(before, status="waiting", proposal=OuterRef("proposal")).order_by()
    counted = line.values("proposal").annotate(number=Count("pk")).values("number")
    return Case(When(status="waiting", then=Subquery(counted, output_field=IntegerField())), default=None)


def latest(row: Any) -> Terms:
    """The terms that count now, with their lines."""
    if not hasattr(row, "latest_terms"):
        lines = TermLine.objects.select_related("offer_line__proposal__entry", "need_line__proposal__entry")
        found = Terms.objects.filter(collaboration=row.pk, number=row.revision)
        row.latest_terms = list(found.prefetch_related(Prefetch("lines", lines.order_by("number"))))
    terms: Terms = row.latest_terms[0]
    return terms


def lines_of(row: Any) -> list[TermLine]:
    """The lines of the terms that count now."""
    return list(latest(row).lines.all())


def proposals_of(row: Any) -> dict[Any, Proposal]:
    """The offers and needs that it is about, by key: as locked, where the caller has locked them."""
    locked: dict[Any, Proposal] = getattr(row, "locked_proposals", {})
    found = {row.proposal_id: row.proposal} if row.proposal_id else {}
    for line in lines_of(row):
        for one in (line.offer_line, line.need_line):
            if one is not None:
                found[one.proposal_id] = one.proposal
    return {key: locked.get(key, one) for key, one in found.items()}


def forget(row: Any) -> None:
    """Read the terms anew next time: the caller has locked the row, or written to it."""
    for name in ("latest_terms", "agreed", "locked_proposals", "has_session", "has_dispute"):
        row.__dict__.pop(name, None)


# --- whose turn it is ---


def is_awaited(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It is the turn of the side acted for."""
    return None if side_of(row, by) == row.awaiting else errors.Conflict("not_your_turn", value=row.awaiting)


def is_author(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """The terms that wait for an answer are those of the side acted for."""
    return None if side_of(row, by) == other(row.awaiting) else errors.Conflict("not_your_terms")


def may_decline(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It is the turn of the side acted for; of what is in line, it is the side that was asked."""
    side = row.awaiting if row.status == "pending" else "counterparty"
    return None if side_of(row, by) == side else errors.Conflict("not_your_turn", value=side)


def may_wait(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Whoever began it would wait for what comes back."""
    return None if row.joins_waitlist else errors.Conflict("no_waitlist")


def is_decided_claim(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """The claim to the entry is decided: until then one asks and answers, but binds it to nothing."""
    return errors.Forbidden("claim_undecided") if by.is_provisional else None


def is_a_person(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """No key signs."""
    return None if by.kind == "user" else errors.Forbidden("person_needed")


def asks_signature(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It is one that both sides sign."""
    return None if row.needs_signature else errors.Conflict("no_signature_asked")


def has_not_asked(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Nobody has asked for it yet."""
    return errors.Conflict("close_asked_already", value=row.close_asked_by) if row.close_asked_by else None


def other_has_asked(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """The other side has asked for it."""
    has_asked = row.close_asked_by and row.close_asked_by != side_of(row, by)
    return None if has_asked else errors.Conflict("close_not_asked")


# --- terms ---


def has_revisions_left(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """There are fewer than ten revisions."""
    return errors.Conflict("too_many_revisions", most=MOST_REVISIONS) if row.revision >= MOST_REVISIONS else None


def asks_something(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It has a line, or is an inquiry that is sent: nobody accepts one before somebody has put lines to it."""
    is_complete = bool(lines_of(row)) or (row.is_inquiry and row.status == "draft")
    return None if is_complete else errors.Conflict("nothing_asked")


def is_recent(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It ended within the last 30 days."""
    is_over = row.ended_at is not None and now > row.ended_at + REVIVABLE_FOR
    return errors.Conflict("ended_too_long_ago", days=REVIVABLE_FOR.days) if is_over else None


# --- what is open ---


def target_is_open(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It takes new requests: others' offers and needs are open and reach this far, one's own are live."""
    if row.counterparty.status not in entries.SEEN:
        return errors.Conflict("not_open", value=row.counterparty.name)
    return closed(row, proposals_of(row).values(), by=by, now=now)


def closed(row: Any, proposals: Iterable[Proposal], *, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """The refusal of the first offer or need that a request cannot newly be about."""
    for one in proposals:
        is_own = one.entry_id == by.acting_entry
        refused = _is_live(one) if is_own else _takes(one, now)
        # Whom an offer reaches is asked of whoever begins; its owner may answer whom they like.
        if refused is None and one.entry_id == row.counterparty_id and not is_own:
            refused = _reaches(one, row.initiator)
        if refused is not None:
            return refused
    return None


def lines_are_live(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """What it is about can still be promised: open or paused, of entries that are listed."""
    if any(entry.status not in entries.SEEN for entry in (row.initiator, row.counterparty)):
        return errors.Conflict("not_open", value=row.initiator.name)
    return next((refused for one in proposals_of(row).values() if (refused := _is_live(one))), None)


def has_stock(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """At least one line could be granted; the verb decides about each, behind its lock."""
    refusals = [short(line) for line in lines_of(row)]
    return refusals[0] if refusals and all(refusals) else None


def short(line: TermLine) -> errors.Conflict | None:
    """The refusal where less than the least is available of a line, offered or needed."""
    for one in (line.offer_line, line.need_line):
        if one is not None and one.available < line.min_quantity:
            return lack(line, one)
    return None


def lack(line: TermLine, one: Any) -> errors.Conflict:
    """The refusal where less than the least is available of a line of an offer or need."""
    return errors.Conflict(
        "insufficient_quantity",
        line=ids.encode("line", one.pk),
        value=one.title,
        requested=line.min_quantity,
        available=one.available,
    )


def _is_live(one: Proposal) -> Refusal:
    is_live = one.status in proposals.LIVE and not one.is_taken_down and one.entry.status in entries.SEEN
    return None if is_live else errors.Conflict("not_open", value=one.title)


def _takes(one: Proposal, now: datetime.datetime) -> Refusal:
    if one.status != "open":
        return errors.Conflict("not_open", value=one.title)
    if one.deadline is not None and one.deadline < now.date():
        return errors.Conflict("deadline_passed", value=one.deadline.isoformat())
    return _is_live(one)


def _reaches(one: Proposal, entry: Any) -> Refusal:
    region = f"{entry.region_id or ''}."
    is_near = not one.reach_regions or any(region.startswith(f"{code}.") for code in one.reach_regions)
    is_of_kind = not one.reach_kinds or entry.kind in one.reach_kinds
    is_trusted = not one.reach_verified or entry.trust_level == "verified"
    return None if is_near and is_of_kind and is_trusted else errors.Conflict("out_of_reach", value=one.title)


# --- what was sent ---


def agreed(row: Any) -> Collection[AgreedLine]:
    """The agreed lines."""
    if not hasattr(row, "agreed"):
        found = AgreedLine.objects.filter(collaboration=row.pk).select_related("term_line")
        row.agreed = list(found.order_by("term_line__number"))
    lines: Collection[AgreedLine] = row.agreed
    return lines


def is_begun(lines: Iterable[AgreedLine]) -> bool:
    """Whether anything was sent."""
    return any(line.in_transit or line.received or line.written_off for line in lines)


def idle(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Something is not sent yet, nothing is disputed, and no session is set to a time."""
    if later.is_disputed(row):
        return errors.Conflict("disputed")
    lines = agreed(row)
    is_sent = bool(lines) and not any(line.reserved for line in lines)
    return errors.Conflict("already_sent") if is_sent or later.has_session(row) else None


def has_goods(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """What is not sent yet is more than seats: these are put to use, and nothing lies ready for them."""
    left = [line.term_line.unit for line in agreed(row) if line.reserved]
    return errors.Conflict("wrong_state", value="seat") if left and set(left) == {"seat"} else None


def is_not_extended(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """It was not extended before."""
    return errors.Conflict("already_extended") if row.extended_at else None


def is_all_settled(row: Any, by: actors.Actor, now: datetime.datetime) -> Refusal:
    """Nothing is reserved, on its way or disputed."""
    is_open = any(line.reserved or line.in_transit for line in agreed(row)) or later.is_disputed(row)
    return errors.Conflict("wrong_state", value="unsettled") if is_open else None
