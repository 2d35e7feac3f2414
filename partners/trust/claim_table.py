"""THE table of claims: which action leads where, who may take it, and what else must hold."""

import datetime
import uuid
from typing import Any

from directory import actors, errors
from directory.entries import entries
from partners import machine
from partners.machine import SYSTEM, Move
from partners.trust.claims import LIVE, Claim, standing
from partners.trust.evidence import Evidence

CLAIMANT = {"claimant": "claims:write"}
MODERATOR = {"moderator": "moderation:write"}
SYSTEMS = {SYSTEM: "claims:write"}


def locked(key: uuid.UUID, by: actors.Actor) -> Claim:
    """The claim as the actor sees it, under lock with all claims of its entry. Raises Missing."""
    seen = Claim.objects.visible_to(by).filter(pk=key).values_list("entry", flat=True).first()
    if seen is None:
        raise errors.Missing("not_found")
    lock_all(seen)
    row = Claim.objects.as_seen_by(by).select_related("entry", "user").filter(pk=key).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


def lock_all(entry: uuid.UUID) -> list[Claim]:
    """The claims of an entry, locked behind the entry itself and in the order of ids: who decides one sees all."""
    entries.Entry.objects.select_for_update(of=("self",)).get(pk=entry)
    return list(Claim.objects.filter(entry=entry).order_by("pk").select_for_update(of=("self",)))


def _has_no_interest(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    """Nobody decides a claim to an entry that they claim too, or act for."""
    return errors.Forbidden("conflict_of_interest") if row.is_interested else None


def _may_accept(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return _has_no_interest(row, by, now) or _is_listed(row, by, now)


def _has_not_vouched(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    """Two who vouch are two people of two entries."""
    vouches = Evidence.objects.filter(claim=row.pk, kind="vouch")
    if vouches.filter(user=by.user).exists():
        return errors.Conflict("already_exists")
    return errors.Conflict("entry_has_vouched") if vouches.filter(entry=by.acting_entry).exists() else None


def _is_listed(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    is_there = row.entry.status in entries.SEEN
    return None if is_there else errors.Conflict("wrong_state", value=row.entry.status)


def _is_alone(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return errors.Conflict("wrong_state", value="contested") if row.is_contested else _is_listed(row, by, now)


def _has_evidence(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    has_some = Evidence.objects.counting().filter(claim=row.pk).exists()
    return None if has_some else errors.Conflict("wrong_state", value=row.status)


def _may_hold(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return _has_evidence(row, by, now) or _is_alone(row, by, now)


MOVES = {
    "send_code": Move(LIVE, "", CLAIMANT, "code_sent"),
    "confirm_code": Move(LIVE, "", CLAIMANT, "code_tried"),
    "upload_letter": Move(LIVE, "", CLAIMANT, "letter_uploaded"),
    "show_account": Move(LIVE, "", CLAIMANT, "account_shown"),
    "vouch": Move(("open", "provisional"), "", {"neighbour": "claims:write"}, "vouched", _has_not_vouched),
    "issue_letter_code": Move(LIVE, "", MODERATOR, "letter_code_issued", _has_no_interest),
    "withdraw": Move(LIVE, "withdrawn", CLAIMANT, "withdrawn"),
    "accept": Move(LIVE, "accepted", MODERATOR, "accepted", _may_accept),
    "decline": Move(LIVE, "declined", MODERATOR, "declined", _has_no_interest),
    # A flag from a verified member does it: its scope is that of flags.
    "suspend": Move(
        ("provisional",),
        "suspended",
        {**MODERATOR, "verified_member": "suggestions:write"},
        "suspended",
        _has_no_interest,
    ),
    # What proof, silence and another's success do by themselves.
    "prove": Move(("open", "provisional"), "accepted", SYSTEMS, "accepted", _is_alone),
    "hold": Move(("open",), "provisional", SYSTEMS, "held", _may_hold),
    "keep": Move(("provisional",), "", SYSTEMS, "kept", _has_evidence),
    "lapse": Move(LIVE, "lapsed", SYSTEMS, "lapsed"),
    "give_way": Move(LIVE, "declined", SYSTEMS, "declined"),
    "supersede": Move(("accepted",), "superseded", SYSTEMS, "superseded"),
}
TABLE = machine.Table("claim", MOVES, locked, standing)
