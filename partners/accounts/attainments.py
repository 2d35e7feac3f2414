"""What a professional attained: qualifications, certificates, trainings, stated by themselves and perhaps confirmed."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from directory import errors, journal, vocabularies
from directory.text import EMPTY

MOST = 50  # of one person
_SAME = ("type", "title", "issuer", "year")


class Attainment(models.Model):
    """One statement; `confirmed_for` is the school that somebody confirmed it for, empty where a moderator did."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    professional = models.ForeignKey("partners.Professional", on_delete=models.CASCADE, related_name="attainments")
    type = models.CharField(max_length=16, choices=vocabularies.choices("attainment_type"))
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200, **EMPTY)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed_attainments"
    )
    confirmed_for = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed_attainments"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=vocabularies.codes("attainment_type")), name="attainment_type_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_for=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="attainment_confirmed_by_somebody",
            ),
            models.UniqueConstraint("professional", *_SAME, name="attainment_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.type} of {self.professional_id}"


def write(professional: uuid.UUID, given: Sequence[Mapping[str, Any]]) -> None:
    """Replace what a person states; what is stated as before keeps its confirmation. The caller holds the profile."""
    wanted = {(one["type"], one["title"], one.get("issuer", ""), one.get("year")) for one in given}
    for row in Attainment.objects.filter(professional=professional):
        key = (row.type, row.title, row.issuer, row.year)
        if key in wanted:
            wanted.remove(key)
        else:
            row.delete()
    Attainment.objects.bulk_create(
        Attainment(professional_id=professional, **dict(zip(_SAME, key, strict=True)))
        for key in sorted(wanted, key=repr)
    )


def confirm(
    professional: uuid.UUID,
    keys: Sequence[uuid.UUID],
    *,
    school: uuid.UUID | None,
    user: uuid.UUID,
    now: datetime.datetime,
) -> None:
    """Mark statements as confirmed by a person, for a school or as a moderator. Invalid `invalid_id`."""
    rows = {row.pk: row for row in Attainment.objects.filter(professional=professional)}
    for place, key in enumerate(keys):
        if key not in rows:
            raise errors.Invalid("invalid_id", pointer=f"#/attainments/{place}", value=str(key))
        row = rows[key]
        row.confirmed_at, row.confirmed_by_id, row.confirmed_for_id = now, user, school
        row.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_for"])
