"""Deadlines of requests, shipments and disputes as rows: what happens by itself, and when, if nobody acts before."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from directory import journal, vocabularies

LEASE = datetime.timedelta(minutes=2)  # twice as long after each try
MOST_TRIES = 8  # over four hours; then moderators are told
BATCH = 100
REMINDERS = ("remind_1", "remind_2")
ANSWER_DAYS = 14  # school days
INVITED_FOR = datetime.timedelta(days=30)  # to answer, where nobody acts for the entry yet
# What a deadline can be of, by the column that names it, and what then happens.
NAMES = {
    "collaboration": vocabularies.codes("collaboration_deadline"),
    "shipment": ("unconfirmed",),
    "dispute": ("escalate", "lapse"),
}


class Deadlines(models.QuerySet["Deadline"]):
    """Questions about deadlines."""

    def waiting(self) -> "Deadlines":
        """Those that are still to come, or to be worked."""
        return self.filter(done_at=None)

    def due(self, now: datetime.datetime) -> "Deadlines":
        """Those that have come, and that no worker holds now."""
        return self.waiting().filter(due_at__lte=now, try_at__lte=now, tries__lt=MOST_TRIES)


def _of_one() -> Q:
    """It is of exactly one object, and its name is one of those of such objects."""
    found = Q(pk__in=[])
    for what, names in NAMES.items():
        others = {f"{other}__isnull": True for other in NAMES if other != what}
        found |= Q(**{f"{what}__isnull": False, **others, "name__in": names})
    return found


class Deadline(models.Model):
    """One thing that the system will do to one object."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    collaboration = models.ForeignKey(
        "partners.Collaboration", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    shipment = models.ForeignKey(
        "partners.Shipment", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    dispute = models.ForeignKey(
        "partners.Dispute", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    name = models.CharField(max_length=12)  # of NAMES
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()  # while it is being worked: when another worker may try
    lease = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)  # it failed too often, and moderators were told

    objects = Deadlines.as_manager()

    class Meta:
        constraints = [
            *(models.UniqueConstraint(what, "name", name=f"deadline_once_of_{what}") for what in NAMES),
            models.CheckConstraint(condition=_of_one(), name="deadline_of_one_object"),
        ]
        indexes = [models.Index("try_at", name="deadline_due", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.name} of {' '.join(map(str, self.of))} at {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def of(self) -> tuple[str, uuid.UUID]:
        """The object: its type and its key."""
        return next((what, key) for what in NAMES if (key := getattr(self, f"{what}_id")) is not None)


def replace(row: Any, wanted: Mapping[str, datetime.datetime]) -> datetime.datetime | None:
    """Give an object, which the caller has locked, these deadlines and no others that are still to come.

    Returns when the first of them decides something, for a request's `due_at`; None where none does.
    """
    what = row._meta.model_name
    Deadline.objects.waiting().filter(**{what: row.pk}).exclude(name__in=wanted).delete()
    for name, due_at in wanted.items():
        fresh = {"due_at": due_at, "try_at": due_at, "lease": None, "tries": 0, "done_at": None, "raised_at": None}
        Deadline.objects.update_or_create(**{f"{what}_id": row.pk}, name=name, defaults=fresh)
    return min((due_at for name, due_at in wanted.items() if name not in REMINDERS), default=None)


def lease(*, now: datetime.datetime) -> list[Deadline]:
    """Take what is due for the caller alone, for a while; two workers never get the same."""
    token = uuid.uuid4()
    with transaction.atomic():
        due = Deadline.objects.due(now).order_by("try_at", "pk").select_for_update(skip_locked=True)
        for row in due[:BATCH]:
            Deadline.objects.filter(pk=row.pk).update(
                lease=token, tries=F("tries") + 1, try_at=now + LEASE * 2**row.tries
            )
    return list(Deadline.objects.filter(lease=token).order_by("due_at", "pk"))


def is_held(held: Deadline, *, now: datetime.datetime) -> bool:
    """Whether a leased deadline still stands; asked under the lock of its request, without which nobody moves it."""
    return Deadline.objects.waiting().filter(pk=held.pk, lease=held.lease, due_at__lte=now).exists()


def finish(held: Deadline, *, now: datetime.datetime) -> None:
    """Note that it was worked."""
    Deadline.objects.filter(pk=held.pk).update(done_at=now, lease=None)
