"""Signing: the text is made and voided, a code proves anew who signs, and a side signs once."""

import datetime
import hashlib
import hmac
import secrets
import uuid

from django.conf import settings
from django.db import transaction

from directory import actors, errors, journal
from partners import mail
from partners.accounts.users import User
from partners.agreements import agreements, rendering
from partners.agreements.agreements import Agreement, Signature, SigningCode

CODE_LASTS = datetime.timedelta(minutes=15)
CODE_DIGITS = 6
MOST_TRIES = 5


def make(collaboration: uuid.UUID, *, revision: int, kind: str, text: str, event: journal.Event) -> Agreement:
    """The deed of an accepted revision, behind the lock of its request; one that stood before is void."""
    void(collaboration, reason="other terms", now=event.at)
    return Agreement.objects.create(
        collaboration_id=collaboration,
        revision=revision,
        template=rendering.name_of(kind),
        text=text,
        digest=agreements.digest_of(text),
        created_at=event.at,
    )


def void(collaboration: uuid.UUID, *, reason: str, now: datetime.datetime) -> None:
    """End what stands: its hash is told to be void from now on."""
    Agreement.objects.standing().filter(collaboration=collaboration).update(voided_at=now, void_reason=reason)


@transaction.atomic
def send_code(row: Agreement, *, by: actors.Actor, now: datetime.datetime) -> datetime.datetime:
    """Mail a code to whoever is about to sign; one sent before opens nothing any more. Returns when it ends."""
    user = User.objects.get(pk=by.person)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    ends = now + CODE_LASTS
    SigningCode.objects.update_or_create(
        agreement=row, user=user, defaults={"digest": _digest(row, user.pk, code), "expires_at": ends, "tries": 0}
    )
    text = (
        f"Kode tanda tangan Anda: {code}\n\nUntuk: {row.text.partition(chr(10))[0]}, {row.sha256[:16]}.\n"
        "Berlaku 15 menit. Bila Anda tidak memintanya, abaikan surat ini; tidak ada yang ditandatangani."
    )
    mail.put(to=user.email, subject="Kode tanda tangan", text=text, now=now, entry=by.acting_entry)
    return ends


def sign(
    row: Agreement, *, side: str, role: str, sha256: str, code: str, event: journal.Event, by: actors.Actor
) -> set[str]:
    """A side's signature under exactly the text of `sha256`; the sides that have signed then.

    The caller holds the lock of the request and has checked the right. Raises Conflict `stale_text`, `wrong_code`,
    `code_locked`, `already_exists`.
    """
    if not hmac.compare_digest(row.sha256, sha256.lower()):
        raise errors.Conflict("stale_text")
    _check_code(row, code, by=by, now=event.at)
    if by.acting_entry is None:
        raise errors.Forbidden("role_needed", allowed="approver")
    if Signature.objects.filter(agreement=row, side=side).exists():
        raise errors.Conflict("already_exists")
    Signature.objects.create(
        agreement=row,
        side=side,
        user_id=by.person,
        entry_id=by.acting_entry,
        role=role,
        consent=rendering.CONSENT,
        event=event,
        at=event.at,
    )
    SigningCode.objects.filter(agreement=row, user=by.person).delete()
    return set(Signature.objects.filter(agreement=row).values_list("side", flat=True))


def forget_codes(*, now: datetime.datetime) -> int:
    """Remove the codes that open nothing any more. Returns how many."""
    return SigningCode.objects.filter(expires_at__lte=now).delete()[0]


def _check_code(row: Agreement, code: str, *, by: actors.Actor, now: datetime.datetime) -> None:
    held = SigningCode.objects.select_for_update().filter(agreement=row, user=by.person, expires_at__gt=now).first()
    if held is not None and held.tries >= MOST_TRIES:
        raise errors.Conflict("code_locked")
    if held is None or not hmac.compare_digest(bytes(held.digest), _digest(row, by.person, code)):
        refused = errors.Conflict("wrong_code")
        if held is not None:  # the try counts although the transaction is rolled back
            refused.afterwards = lambda: _wrong_try(held.pk)
        raise refused


@transaction.atomic
def _wrong_try(key: int) -> None:
    held = SigningCode.objects.select_for_update().filter(pk=key).first()
    if held is not None:
        held.tries = min(held.tries + 1, MOST_TRIES)
        held.save(update_fields=["tries"])


def _digest(row: Agreement, user: uuid.UUID, code: str) -> bytes:
    plain = "".join(character for character in code if character.isdigit())
    return hmac.digest(settings.KEY_PEPPER.encode(), f"sign:{row.pk}:{user}:{plain}".encode(), hashlib.sha256)
