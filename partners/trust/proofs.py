"""How evidence comes: codes by mail and by letter, a photo of a letter, an education account, vouches."""

import datetime
import hmac
import uuid

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal
from directory.entries import entries
from partners import files, machine
from partners.accounts.users import User
from partners.trust import addresses, claim_letters, claim_moves, claims, evidence
from partners.trust.claim_table import TABLE
from partners.trust.claims import Claim
from partners.trust.evidence import Evidence, EvidenceFile

DAY = datetime.timedelta(days=1)
MOST_CODES, MOST_CODES_TO_ADDRESS, MOST_FILES = 5, 3, 10  # a day of one person; a day to one address; of one claim


@transaction.atomic
def send_code(claim: uuid.UUID, *, address: str, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Mail a code to an address that says something about the entry; an earlier code of its kind no longer holds.

    Raises Missing, Forbidden, Conflict (`too_many_codes`), Invalid `not_institutional`.
    """
    row, event = machine.begin(TABLE, "send_code", claim, by=by, now=now)
    kind = addresses.kind_of(address, row.entry)
    if kind is None:
        raise errors.Invalid("not_institutional", pointer="#/address", value=address)
    User.objects.select_for_update(of=("self",)).get(pk=row.user_id)  # all of a person's codes are counted in a row
    sent = Evidence.objects.filter(kind__in=evidence.CODES, created_at__gt=now - DAY).exclude(what="")
    if sent.filter(user=row.user_id).count() >= MOST_CODES:
        raise errors.Conflict("too_many_codes", most=MOST_CODES)
    if sent.filter(what__iexact=address).count() >= MOST_CODES_TO_ADDRESS:
        raise errors.Conflict("too_many_codes", most=MOST_CODES_TO_ADDRESS)
    code = _new_code(row, kind, what=address, lasts=evidence.MAIL_LASTS, by=by, now=now)
    claim_letters.code(row, to=address, code=code, until=now + evidence.MAIL_LASTS, now=now)
    return machine.finish(row, event)


@transaction.atomic
def issue_letter_code(claim: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> tuple[Claim, str]:
    """A code for the moderator to put into a letter to the institution, shown once. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "issue_letter_code", claim, by=by, now=now)
    code = _new_code(row, "letter_code", what="", lasts=evidence.LASTS["letter_code"], by=by, now=now)
    return machine.finish(row, event), code


def _new_code(
    row: Claim, kind: str, *, what: str, lasts: datetime.timedelta, by: actors.Actor, now: datetime.datetime
) -> str:
    Evidence.objects.filter(claim=row.pk, kind=kind, state__in=("waiting", "locked")).update(state="replaced")
    key, code = uuid_utils.compat.uuid7(), evidence.new_code()
    Evidence.objects.create(
        id=key,
        claim_id=row.pk,
        kind=kind,
        state="waiting",
        what=what,
        user_id=by.user,
        created_at=now,
        digest=evidence.digest(key, code),
        expires_at=now + lasts,
    )
    return code


@transaction.atomic
def confirm_code(
    claim: uuid.UUID, *, kind: str, code: str, by: actors.Actor, now: datetime.datetime
) -> tuple[Claim, bool]:
    """Type a code; whether it was right. A wrong one is counted, so it must be told without taking the count back.

    A decisive kind accepts the claim at once unless it is contested. Raises Missing, Forbidden, Conflict
    `code_expired` where no code of the kind waits, `code_locked` after ten wrong ones.
    """
    row, event = machine.begin(TABLE, "confirm_code", claim, by=by, now=now)
    found = Evidence.objects.filter(claim=row.pk, kind=kind).exclude(digest=None).order_by("-created_at", "-pk").first()
    if found is not None and found.state == "locked":
        raise errors.Conflict("code_locked", most=evidence.MOST_TRIES)
    if found is None or found.state != "waiting" or not found.expires_at or found.expires_at <= now:
        raise errors.Conflict("code_expired")
    if not hmac.compare_digest(bytes(found.digest or b""), evidence.digest(found.pk, code)):
        found.tries += 1
        found.state = "locked" if found.tries >= evidence.MOST_TRIES else "waiting"
        found.save(update_fields=["tries", "state"])
        return machine.finish(row, event), False
    found.state, found.checked_at = "proved", now
    found.save(update_fields=["state", "checked_at"])
    return _gained(row, event, kind, by=by, now=now), True


@transaction.atomic
def upload_letter(claim: uuid.UUID, *, name: str, content: bytes, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Hand in a photo or PDF of the letter of assignment, for a moderator to look at; the newest one counts.

    Raises Missing, Forbidden, Conflict (`too_many_files`), and what `files.checked` raises.
    """
    row, event = machine.begin(TABLE, "upload_letter", claim, by=by, now=now)
    file = files.checked(name, content)
    letters = Evidence.objects.filter(claim=row.pk, kind="assignment_letter")
    if letters.count() >= MOST_FILES:
        raise errors.Conflict("too_many_files", most=MOST_FILES)
    letters.filter(state="given").update(state="replaced")
    EvidenceFile.objects.filter(evidence__in=letters.filter(state="replaced")).delete()
    made = letters.create(
        claim_id=row.pk, kind="assignment_letter", state="given", what=file.type, user_id=by.user, created_at=now
    )
    EvidenceFile.objects.create(evidence=made, type=file.type, sha256=file.sha256, content=file.content)
    return _gained(row, event, "assignment_letter", by=by, now=now)


@transaction.atomic
def show_account(claim: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Count one's own confirmed address, where a ministry gave it.

    Raises Missing, Forbidden, Conflict `no_education_account`.
    """
    row, event = machine.begin(TABLE, "show_account", claim, by=by, now=now)
    person = User.objects.get(pk=row.user_id)
    if person.confirmed_at is None or not addresses.is_educators(person.email):
        raise errors.Conflict("no_education_account")
    if not Evidence.objects.filter(claim=row.pk, kind="education_account", state="proved").exists():
        Evidence.objects.create(
            claim_id=row.pk,
            kind="education_account",
            state="proved",
            what=person.email,
            user_id=person.pk,
            created_at=now,
            checked_at=now,
        )
    return _gained(row, event, "education_account", by=by, now=now)


@transaction.atomic
def vouch(claim: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """Say as a verified member of the regency that one knows the claimant to work there.

    Two together, of two entries that are both verified by then, are evidence. Raises Missing, Forbidden, Conflict
    `already_exists`, `entry_has_vouched`.
    """
    row, event = machine.begin(TABLE, "vouch", claim, by=by, now=now)
    before = Evidence.objects.filter(
        claim=row.pk, kind="vouch", entry__trust_level="verified", entry__status__in=entries.SEEN
    )
    is_enough = before.count() + 1 >= evidence.VOUCHES
    if is_enough:
        Evidence.objects.filter(pk__in=before.filter(state="waiting")).update(state="proved", checked_at=now)
    Evidence.objects.create(
        claim_id=row.pk,
        kind="vouch",
        state="proved" if is_enough else "waiting",
        user_id=by.person,
        entry_id=by.acting_entry,
        created_at=now,
        checked_at=now if is_enough else None,
    )
    return _gained(row, event, "vouch", by=by, now=now) if is_enough else machine.finish(row, event)


def file_of(claim: uuid.UUID, *, by: actors.Actor) -> EvidenceFile:
    """The letter handed in last, for the claimant and the moderators. Raises Missing."""
    row = Claim.objects.as_seen_by(by).select_related("entry").filter(pk=claim).first()
    if row is None or not {"claimant", "moderator"} & claims.standing(row, by):
        raise errors.Missing("not_found")
    held = EvidenceFile.objects.filter(evidence__claim=row.pk).exclude(evidence__state="replaced")
    found = held.order_by("-evidence__created_at", "-pk").first()
    if found is None:
        raise errors.Missing("not_found")
    return found


def _gained(row: Claim, event: journal.Event, kind: str, *, by: actors.Actor, now: datetime.datetime) -> Claim:
    """The claim has evidence: from now on seven days of silence are enough, and a decisive one needs none."""
    due_at = min(row.due_at, now + claims.UNANSWERED) if row.status == "open" and row.due_at else row.due_at
    row = machine.finish(row, event, due_at=due_at)
    return claim_moves.prove(row, by=by, now=now) if kind in evidence.DECISIVE else row
