"""Information professionals of schools, each described by themselves alone; their school can confirm parts of it."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from directory import actors, errors, journal, text, vocabularies
from directory import permissions as rules
from directory.entries import entries
from directory.entries.entries import Entry
from directory.regions import regions
from directory.text import EMPTY
from partners import permissions
from partners.accounts import attainments, consents
from partners.accounts.users import User

STATUSES = ("public", "withdrawn", "erased")
SHOWN = ("public", "withdrawn")  # that a document can have
PURPOSE = "professional_public"
FIELDS = ("name", "role", "competences", "interests", "is_mentor")
MOST_INTERESTS = 20


class Professionals(models.QuerySet["Professional"]):
    """Questions about professionals."""

    def visible_to(self, actor: actors.Actor) -> "Professionals":
        """The public ones, to everybody alike: a profile has no private part."""
        return self.filter(status="public", user__is_active=True)

    def of(self, user: uuid.UUID) -> "Professional | None":
        """A person's own, public or withdrawn."""
        return self.filter(user=user, status__in=SHOWN).first()

    def is_erased(self, key: uuid.UUID) -> bool:
        """Whether there was such a profile, of somebody who was erased."""
        return self.filter(pk=key, status="erased").exists()


class Professional(models.Model):
    """What one person says of themselves in public; withdrawn at once, and after erasing only the id is left."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    user = models.OneToOneField("partners.User", on_delete=models.PROTECT, related_name="professional")
    status = models.CharField(max_length=10, choices=[(status, status) for status in STATUSES])
    version = models.BigIntegerField(default=1)
    name = models.CharField(max_length=200, **EMPTY)
    name_key = text.NormalisedField(source="name")
    role = models.CharField(max_length=20, choices=vocabularies.choices("professional_role"), **EMPTY)
    school = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="professionals"
    )
    region = models.ForeignKey(
        "directory.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="professionals"
    )
    competences = ArrayField(
        models.CharField(max_length=24, choices=vocabularies.choices("competence")), default=list, blank=True
    )
    interests = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_mentor = models.BooleanField(default=False)  # willing to
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Professionals.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="professional_status_known"),
            models.CheckConstraint(
                condition=Q(role__in=["", *vocabularies.codes("professional_role")]), name="professional_role_known"
            ),
            models.CheckConstraint(
                condition=Q(competences__contained_by=vocabularies.codes("competence")),
                name="professional_competences_known",
            ),
            # A person's place is the regency at most (UU 27/2022).
            models.CheckConstraint(
                condition=Q(region=None) | Q(LessThanOrEqual(Length("region"), entries.REGENCY)),
                name="professional_has_no_exact_place",
            ),
            models.CheckConstraint(
                condition=~Q(status="erased")
                | Q(name="", role="", school=None, region=None, competences=[], interests=[], is_mentor=False),
                name="professional_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(status="erased") | ~Q(name_key="") & ~Q(role=""), name="professional_says_who"
            ),
        ]
        indexes = [
            models.Index("name_key", "id", name="professional_name", condition=Q(status="public")),
            models.Index("region", "id", name="professional_region", condition=Q(status="public")),
            GinIndex("competences", name="professional_competences", condition=Q(status="public")),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


@transaction.atomic
def publish(
    values: Mapping[str, Any],
    *,
    text_version: str,
    how: str,
    version: int | None = None,
    by: actors.Actor,
    now: datetime.datetime,
) -> tuple[Professional, bool]:
    """Make one's profile, or write it anew, with the consent to its being public; whether it was made.

    Raises Forbidden, Invalid, Conflict `consent_outdated`, and `version_changed`.
    """
    rules.require(permissions.RULES["change_own_data"], by=by)
    user = _account(by)
    if user.confirmed_at is None:
        raise errors.Forbidden("confirm_email_first")
    consents.give(PURPOSE, text_version=text_version, how=how, by=by, now=now)
    row = Professional.objects.of(user.pk)
    _check_version(row, version)
    event = journal.record("professional.published", by=by, now=now, subject=("user", user.pk))
    made = row is None
    if row is None:
        row = Professional(user=user, created_at=event.at)
    blank: dict[str, Any] = {"competences": [], "interests": [], "is_mentor": False, "school": None, "region": None}
    _assign(row, {**blank, **values})
    row.status = "public"
    _save(row, now=event.at, is_new=made)
    attainments.write(row.pk, values.get("attainments", ()))
    return Professional.objects.get(pk=row.pk), made


@transaction.atomic
def change(values: Mapping[str, Any], *, version: int | None, by: actors.Actor, now: datetime.datetime) -> Professional:
    """Give members of one's profile other values; a list is replaced whole. Missing, Forbidden, `version_changed`."""
    rules.require(permissions.RULES["change_own_data"], by=by)
    row = _own(by)
    _check_version(row, version)
    event = journal.record("professional.changed", by=by, now=now, subject=("professional", row.pk))
    _assign(row, values)
    _save(row, now=event.at)
    if "attainments" in values:
        attainments.write(row.pk, values["attainments"])
    return Professional.objects.get(pk=row.pk)


@transaction.atomic
def withdraw(*, how: str, by: actors.Actor, now: datetime.datetime) -> Professional:
    """Take one's profile out of sight at once, and the consent back; it can be published again. Missing, Forbidden."""
    rules.require(permissions.RULES["change_own_data"], by=by)
    row = _own(by)
    consents.withdraw(PURPOSE, how=how, by=by, now=now)
    if row.status == "public":
        journal.record("professional.withdrawn", by=by, now=now, subject=("professional", row.pk))
        row.status = "withdrawn"
        _save(row, now=now)
    return row


@transaction.atomic
def confirm(key: uuid.UUID, *, attained: Sequence[uuid.UUID], by: actors.Actor, now: datetime.datetime) -> Professional:
    """Say that qualifications and the like of somebody are so: for the school they name, or as a moderator.

    Raises Missing, Forbidden (`another_person_needed` for one's own profile), Invalid `invalid_id`.
    """
    row = Professional.objects.visible_to(by).filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["confirm_professional"], by=by, entry=row.school_id, region=row.region_id)
    if row.user_id == by.user:
        raise errors.Forbidden("another_person_needed")
    if by.is_provisional and not by.moderates(row.region_id):
        raise errors.Forbidden("verified_entry_needed")
    school = row.school_id if row.school_id and by.acting_entry == row.school_id else None
    journal.record("professional.confirmed", by=by, now=now, subject=("professional", row.pk))
    attainments.confirm(row.pk, attained, school=school, user=by.person, now=now)
    _save(row, now=now)
    return Professional.objects.get(pk=row.pk)


def erase(user: uuid.UUID) -> int:
    """Empty the profile of a person who is erased; only its id stays, to answer 410. Returns how many it was."""
    row = Professional.objects.of(user)
    if row is None:
        return 0
    attainments.write(row.pk, ())
    for name in ("name", "role"):
        setattr(row, name, "")
    row.school = row.region = None
    row.competences, row.interests, row.is_mentor = [], [], False
    row.status = "erased"
    row.save()
    return 1


def _account(by: actors.Actor) -> User:
    return User.objects.select_for_update().get(pk=by.person)


def _own(by: actors.Actor) -> Professional:
    row = Professional.objects.of(_account(by).pk)
    if row is None:
        raise errors.Missing("not_found")
    return row


def _check_version(row: Professional | None, version: int | None) -> None:
    if version is not None and (row is None or row.version != version):
        raise errors.DomainError("version_changed")


def _assign(row: Professional, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if "region" in values:
        code = regions.Region.objects.code_of(values["region"]) if values["region"] else None
        if code and len(code) > entries.REGENCY:
            raise errors.Invalid("person_has_no_exact_place", pointer="#/region")
        row.region_id = code
    if "school" in values:
        row.school_id = _school(values["school"])


def _school(key: uuid.UUID | None) -> uuid.UUID | None:
    """The key of a listed school; foreign, hidden and unknown ones are refused alike."""
    if key is not None and not Entry.objects.listed().filter(pk=key, kind="school").exists():
        raise errors.Invalid("invalid_value", pointer="#/school", value="school")
    return key


def _save(row: Professional, *, now: datetime.datetime, is_new: bool = False) -> None:
    row.updated_at = now
    if is_new:
        row.save(force_insert=True)
    else:
        row.version = row.version + 1
        row.save()


def prepared(rows: "models.QuerySet[Professional]") -> "models.QuerySet[Professional]":
    """Profiles with what their document reads."""
    return rows.select_related("school", "region").prefetch_related("attainments__confirmed_for")
