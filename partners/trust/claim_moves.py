"""What happens to a claim: opened, withdrawn, decided by a moderator, proved, suspended, or settled by silence."""

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction

from directory import actors, errors, journal
from directory import permissions as rules
from directory.entries import entries
from partners import machine, permissions
from partners.accounts import memberships
from partners.trust import claim_letters, claims, holding
from partners.trust.claim_table import TABLE, lock_all
from partners.trust.claims import Claim
from partners.trust.evidence import Evidence

MOST_LIVE = 10  # of one person
MOST_TOLD = 20
BATCH = 500


@transaction.atomic
def open(entry: uuid.UUID, *, statement: str = "", by: actors.Actor, now: datetime.datetime) -> Claim:
    """Claim an entry.

    Raises Missing, Forbidden (`confirm_email_first`), Conflict `already_exists`, `too_many_claims`.
    """
    rules.require(permissions.RULES["claim"], by=by)
    if not by.is_confirmed:
        raise errors.Forbidden("confirm_email_first")
    if not entries.Entry.objects.listed().filter(pk=entry).exists():
        raise errors.Missing("not_found")
    lock_all(entry)
    own = Claim.objects.filter(user=by.person, status__in=claims.LIVE)
    is_member = memberships.Membership.objects.current().filter(user=by.person, entry=entry).exists()
    if is_member or own.filter(entry=entry).exists():
        raise errors.Conflict("already_exists")
    if own.count() >= MOST_LIVE:
        raise errors.Conflict("too_many_claims", most=MOST_LIVE)
    row = _made(entry, "open", by=by, now=now, statement=statement, due_at=now + claims.LAPSES)
    _tell_others(row, now=now)
    return row


def _tell_others(row: Claim, *, now: datetime.datetime) -> None:
    """Whoever acts for the entry as an admin, or claims it too, hears of the new claim; never whose it is."""
    acting = memberships.Membership.objects.acting().filter(entry=row.entry_id).in_one_of(["admin"])
    rivals = Claim.objects.filter(entry=row.entry_id, status__in=claims.LIVE).exclude(pk=row.pk)
    people = {*acting.values_list("user__email", flat=True), *rivals.values_list("user__email", flat=True)}
    for address in sorted(people)[:MOST_TOLD]:
        claim_letters.contested(row, to=address, now=now)


def open_founded(entry: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """The claim of whoever has just brought the entry into the directory: it holds at once, and like any other not
    for long without evidence.
    """
    row = _made(entry, "provisional", by=by, now=now, due_at=now + claims.LAPSES, is_founding=True)
    claim_letters.founded(row, now=now)
    return row


def _made(
    entry: uuid.UUID,
    status: str,
    *,
    by: actors.Actor,
    now: datetime.datetime,
    statement: str = "",
    due_at: datetime.datetime,
    is_founding: bool = False,
) -> Claim:
    row = Claim.objects.create(
        entry_id=entry,
        user_id=by.person,
        status=status,
        roles=list(memberships.ROLES),
        statement=statement,
        is_founding=is_founding,
        created_at=now,
        updated_at=now,
        due_at=due_at,
    )
    journal.record("claim.opened", by=by, now=now, subject=("claim", row.pk), status_after=status)
    return row


@transaction.atomic
def withdraw(claim: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Take one's own claim back, and what it gave. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "withdraw", claim, by=by, now=now)
    return _ended(row, event, by=by, now=now)


@transaction.atomic
def decline(claim: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Say no, with the reason that the claimant reads. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "decline", claim, by=by, now=now, reason=reason)
    claim_letters.declined(row, reason, now=now)
    return _ended(row, event, by=by, now=now, reason=reason)


@transaction.atomic
def accept(
    claim: uuid.UUID, *, checked: Collection[str] | None = None, by: actors.Actor, now: datetime.datetime
) -> Claim:
    """Say yes; every other claim to the entry ends with it.

    `checked` are the kinds of evidence handed in that the moderator has looked at, left out: all of them. Raises
    Missing, Forbidden, Conflict, and Invalid `unknown_choice` for a kind that was not handed in.
    """
    row, event = machine.begin(TABLE, "accept", claim, by=by, now=now)
    given = Evidence.objects.filter(claim=row.pk, state="given")
    kinds = set(given.values_list("kind", flat=True))
    wanted = kinds if checked is None else set(checked)
    if wanted - kinds:
        raise errors.Invalid("unknown_choice", pointer="#/checked", value=", ".join(sorted(wanted - kinds)))
    given.filter(kind__in=wanted).update(state="proved", checked_at=now, checked_by=by.user)
    return _won(row, event, by=by, now=now)


def prove(row: Claim, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Accept a claim, locked by the caller, that a decisive code proves; while it is contested only a moderator can."""
    system = actors.system(by)
    if machine.refusal(TABLE, "prove", row, by=system, now=now) is not None:
        return row
    row, event = machine.step(TABLE, "prove", row, by=system, now=now)
    return _won(row, event, by=system, now=now)


@transaction.atomic
def suspend(claim: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime, is_flag: bool = False) -> Claim:
    """Stop a claim that nobody has decided: a moderator, or (`is_flag`) a verified member who flagged its entry.

    Whoever flags need not see the claim. Raises Missing, Forbidden, Conflict.
    """
    if is_flag:
        row, event = machine.step(TABLE, "suspend", _told(claim, by), by=by, now=now, reason=reason)
    else:
        row, event = machine.begin(TABLE, "suspend", claim, by=by, now=now, reason=reason)
    holding.suspend(row, now=now)
    holding.badge(row, "listed", (), by=by, now=now)
    claim_letters.suspended(row, reason, now=now)
    done: Claim = machine.finish(row, event, due_at=now + claims.LAPSES, reason=reason)
    return done


def provisional_of(entry: uuid.UUID) -> uuid.UUID | None:
    """The claim by which an entry is held provisionally: what a flag on the entry suspends."""
    return Claim.objects.filter(entry=entry, status="provisional").values_list("pk", flat=True).first()


def settle_due(*, now: datetime.datetime) -> int:
    """Let silence decide where its time has come: what has evidence and no rival holds provisionally, the rest lapses.

    What holds so is kept as long as it has evidence, and its claimant hears each time what is missing. A claim that
    waits for a moderator is given its full time. Returns how many were settled.
    """
    due = Claim.objects.filter(status__in=claims.LIVE, due_at__lte=now).order_by("due_at", "pk")
    due = due.exclude(entry__status="merged")  # who held it comes back with it, if the merge is undone
    return sum(_settle(key, now=now) for key in due.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _settle(claim: uuid.UUID, *, now: datetime.datetime) -> bool:
    row = TABLE.lock(claim, actors.SYSTEM)
    if row.due_at is None or row.due_at > now:  # answered in the meantime
        return False
    if machine.refusal(TABLE, "hold", row, by=actors.SYSTEM, now=now) is None:
        _, event = machine.step(TABLE, "hold", row, by=actors.SYSTEM, now=now)
        holding.give(row, by=actors.SYSTEM, now=now)
        holding.badge(row, "provisional", _proved(row), by=actors.SYSTEM, now=now)
        claim_letters.held(row, now=now)
        machine.finish(row, event, due_at=now + claims.KEPT)
        return True
    if machine.refusal(TABLE, "keep", row, by=actors.SYSTEM, now=now) is None:
        _, event = machine.step(TABLE, "keep", row, by=actors.SYSTEM, now=now)
        claim_letters.kept(row, now=now)
        machine.finish(row, event, due_at=now + claims.KEPT)
        return True
    until = row.created_at + claims.LAPSES
    if row.status == "open" and now < until:
        Claim.objects.filter(pk=row.pk).update(due_at=until)
        return False
    _, event = machine.step(TABLE, "lapse", row, by=actors.SYSTEM, now=now)
    claim_letters.lapsed(row, now=now)
    _ended(row, event, by=actors.SYSTEM, now=now)
    return True


def _won(row: Claim, event: journal.Event, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """One claim wins: first the others give way, so that at no moment two hold."""
    for rival in Claim.objects.told_to(actors.system(by)).filter(entry=row.entry_id).exclude(pk=row.pk).order_by("pk"):
        _give_way(rival, by=actors.system(by), now=now)
    holding.give(row, by=by, now=now)
    proved = _proved(row)
    holding.badge(row, holding.level_of(proved), proved or {"moderator"}, by=by, now=now)
    claim_letters.accepted(row, now=now)
    done: Claim = machine.finish(row, event, due_at=None, decided_at=now, reason="")
    return done


def _give_way(rival: Claim, *, by: actors.Actor, now: datetime.datetime) -> None:
    if rival.status == "accepted":
        _, event = machine.step(TABLE, "supersede", rival, by=by, now=now)
        holding.take_over(rival, by=by, now=now)
        claim_letters.superseded(rival, now=now)
        machine.finish(rival, event, decided_at=now)
    elif rival.status in claims.LIVE:
        _, event = machine.step(TABLE, "give_way", rival, by=by, now=now)
        claim_letters.declined(rival, claim_letters.ANOTHER_WON, now=now)
        _ended(rival, event, by=by, now=now, reason=claim_letters.ANOTHER_WON)


def _ended(row: Claim, event: journal.Event, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> Claim:
    if row.status in ("provisional", "suspended"):
        holding.take(row, by=by, now=now)
        holding.badge(row, "listed", (), by=by, now=now)
    done: Claim = machine.finish(row, event, due_at=None, decided_at=now, reason=reason)
    return done


def _told(claim: uuid.UUID, by: actors.Actor) -> Claim:
    entry = Claim.objects.filter(pk=claim).values_list("entry", flat=True).first()
    if entry is None:
        raise errors.Missing("not_found")
    lock_all(entry)
    return Claim.objects.told_to(by).select_related("entry", "user").get(pk=claim)


def _proved(row: Claim) -> set[str]:
    return set(Evidence.objects.filter(claim=row.pk, state="proved").values_list("kind", flat=True))
