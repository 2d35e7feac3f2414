"""What a person agreed to, to which text and when: rows that are only added; of a purpose the latest counts."""

import datetime
import uuid
from collections.abc import Collection
from typing import Any, NamedTuple

import pgtrigger
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from directory import actors, errors, journal
from partners.accounts import memberships
from partners.accounts.users import User


class Purpose(NamedTuple):
    """What a consent is for; a text that is reworded gets a new version, and earlier consents name the old one."""

    version: str
    id: str
    en: str


PURPOSES = {
    "account_terms": Purpose(
        "2026-11",
        "Nama dan alamat surel saya disimpan agar saya dapat masuk dan bertindak untuk entri saya.",
        "My name and e-mail address are kept so that I can sign in and act for my entries.",
    ),
    "professional_public": Purpose(
        "2026-11",
        "Profil profesi yang saya tulis sendiri dapat dibaca siapa pun, sampai saya menariknya kembali.",
        "The professional profile that I write myself can be read by anybody, until I take it back.",
    ),
    "in_dumps": Purpose(
        "2026-11",
        "Profil saya boleh ikut dalam unduhan seluruh direktori; salinan yang sudah diunduh tidak dapat ditarik.",
        "My profiles may be part of downloads of the whole directory; copies already taken cannot be called back.",
    ),
}
CODES = tuple(PURPOSES)
WAYS = ("page", "api", "command")  # how it was given or withdrawn


class Consents(models.QuerySet["Consent"]):
    """Questions about consents."""

    def last_of(self, user: uuid.UUID) -> dict[str, "Consent"]:
        """The last record of each purpose that the person ever agreed to."""
        rows = self.filter(user=user).order_by("purpose", "-pk").distinct("purpose")
        return {row.purpose: row for row in rows}

    def holds(self, user: uuid.UUID, purpose: str) -> bool:
        """Whether the person agrees now."""
        row = self.filter(user=user, purpose=purpose).order_by("-pk").first()
        return row is not None and row.withdrawn_at is None


def agreed_for(entries: Collection[uuid.UUID], purpose: str) -> set[uuid.UUID]:
    """Of these entries, which are of persons, those of which a member agrees to the purpose now. One query."""
    last = Consent.objects.filter(user=OuterRef("user"), purpose=purpose).order_by("-pk")
    said = {"given": Subquery(last.values("given_at")[:1]), "taken_back": Subquery(last.values("withdrawn_at")[:1])}
    members: Any = memberships.Membership.objects.acting().filter(entry__in=entries).annotate(**said)
    return set(members.filter(given__isnull=False, taken_back=None).values_list("entry", flat=True))


class Consent(models.Model):
    """One agreement, or its withdrawal, which is a row of its own with both dates."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=24, choices=[(purpose, purpose) for purpose in PURPOSES])
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=[(way, way) for way in WAYS])

    objects = Consents.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="consent_purpose_known"),
            models.CheckConstraint(condition=Q(how__in=WAYS), name="consent_way_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_it_was_given",
            ),
        ]
        indexes = [models.Index("user", "purpose", "id", name="consent_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version} of {self.user_id}"


@transaction.atomic
def give(purpose: str, *, text_version: str, how: str, by: actors.Actor, now: datetime.datetime) -> Consent:
    """Note that the actor agrees; again to the same text it changes nothing.

    Raises Forbidden `person_needed`, Missing for an unknown purpose, Conflict `consent_outdated` when the text that
    was shown is not the one in force.
    """
    held = _latest(purpose, by=by)
    if text_version != PURPOSES[purpose].version:
        raise errors.Conflict("consent_outdated", value=PURPOSES[purpose].version)
    if held is not None and held.withdrawn_at is None and held.text_version == text_version:
        return held
    journal.record("consent.given", by=by, now=now, subject=("user", by.person))
    return Consent.objects.create(user_id=by.person, purpose=purpose, text_version=text_version, given_at=now, how=how)


@transaction.atomic
def withdraw(purpose: str, *, how: str, by: actors.Actor, now: datetime.datetime) -> Consent | None:
    """Note that the actor no longer agrees; None where there was nothing to withdraw.

    What rests on the consent is ended by whoever calls this, in the same transaction. Without the account terms there
    is no account: Conflict `erase_instead`.
    """
    held = _latest(purpose, by=by)
    if purpose == "account_terms":
        raise errors.Conflict("erase_instead")
    if held is None or held.withdrawn_at is not None:
        return None
    journal.record("consent.withdrawn", by=by, now=now, subject=("user", by.person))
    return Consent.objects.create(
        user_id=by.person,
        purpose=purpose,
        text_version=held.text_version,
        given_at=held.given_at,
        withdrawn_at=now,
        how=how,
    )


def end_all(user: uuid.UUID, *, how: str, now: datetime.datetime) -> int:
    """Withdraw every consent of a person who is erased; returns how many there were. The caller records the event."""
    held = [row for row in Consent.objects.last_of(user).values() if row.withdrawn_at is None]
    for row in held:
        Consent.objects.create(
            user_id=user,
            purpose=row.purpose,
            text_version=row.text_version,
            given_at=row.given_at,
            withdrawn_at=now,
            how=how,
        )
    return len(held)


def _latest(purpose: str, *, by: actors.Actor) -> Consent | None:
    """The person's last record of the purpose; whoever gives or withdraws has the account's row first."""
    if purpose not in PURPOSES:
        raise errors.Missing("not_found")
    User.objects.select_for_update().get(pk=by.person)
    return Consent.objects.last_of(by.person).get(purpose)
