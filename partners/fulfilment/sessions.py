"""Sessions: the visits and trainings that were agreed, each at its time, stated as held by one side and final then.

Who did not state it may object for 14 days. That somebody did not come is never public.
"""

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from directory import actors, errors, journal, vocabularies
from directory.text import EMPTY
from partners import machine
from partners.collaborations import collaborations
from partners.collaborations.collaborations import Collaboration
from partners.machine import SYSTEM, Move

STATED = ("held", "no_show")
UNITS = ("session", "place")
OBJECTION = datetime.timedelta(days=14)
MOST_ATTENDEES = 500


class Sessions(models.QuerySet["Session"]):
    """Questions about sessions."""

    def visible_to(self, actor: actors.Actor) -> "Sessions":
        """Those of requests that the actor sees."""
        return self.filter(agreed_line__collaboration__in=Collaboration.objects.visible_to(actor))


class Session(models.Model):
    """One visit or training at one time."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    agreed_line = models.ForeignKey("partners.AgreedLine", on_delete=models.PROTECT, related_name="sessions")
    units = models.PositiveIntegerField()  # of the agreed line: one session, or so many places
    status = models.CharField(max_length=10, choices=vocabularies.choices("session_status"), default="scheduled")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=8, choices=vocabularies.choices("meeting_mode"), **EMPTY)
    place = models.CharField(max_length=300, **EMPTY)
    note = models.TextField(**EMPTY)
    attendance = models.PositiveIntegerField(null=True, blank=True)  # how many came
    stated_by = models.CharField(max_length=12, choices=vocabularies.choices("side"), **EMPTY)
    final_due_at = models.DateTimeField(null=True, blank=True)  # when the statement stands if nobody objects
    is_final = models.BooleanField(default=False)
    objection = models.TextField(**EMPTY)  # to the last statement
    times_changed = models.PositiveSmallIntegerField(default=0)  # calendars number the changes
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Sessions.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("session_status")), name="session_status_known"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(units__gt=0), name="session_of_something"),
            models.CheckConstraint(
                condition=Q(status__in=STATED, is_final=False, final_due_at__isnull=False)
                | ~Q(status__in=STATED, is_final=False) & Q(final_due_at=None),
                name="session_final_due_iff_stated",
            ),
            models.CheckConstraint(
                condition=Q(status__in=STATED, stated_by__gt="") | ~Q(status__in=STATED) & Q(stated_by=""),
                name="session_stated_by_somebody",
            ),
        ]
        indexes = [
            models.Index("agreed_line", "id", name="session_agreed_line"),
            models.Index("updated_at", "id", name="session_updated"),
            models.Index("final_due_at", name="session_final_due", condition=Q(final_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}: {self.status}"


class Attendee(models.Model):
    """A name for the certificate of a training."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    session = models.ForeignKey("partners.Session", on_delete=models.CASCADE, related_name="attendees")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint("session", "name", name="attendee_once")]

    def __str__(self) -> str:
        return f"of {self.session_id}"


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to a session: `either` side, and the `other` one where it did not make the statement."""
    if by.kind == "system":
        return {SYSTEM}
    side = collaborations.side_of(row.agreed_line.collaboration, by)
    if not side or not by.roles & {"editor", "approver"}:
        return set()
    return {"either", "other"} if row.stated_by and row.stated_by != side else {"either"}


def locked(key: uuid.UUID, by: actors.Actor) -> Session:
    """The session as the actor sees it, locked behind its request. Raises Missing."""
    seen = Session.objects.visible_to(by).filter(pk=key).values_list("agreed_line__collaboration", flat=True).first()
    if seen is None:
        raise errors.Missing("not_found")
    Collaboration.objects.select_for_update(no_key=True).get(pk=seen)
    related = ("agreed_line__collaboration", "agreed_line__term_line")
    return Session.objects.select_related(*related).select_for_update(of=("self",), no_key=True).get(pk=key)


def _is_open(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    state = row.agreed_line.collaboration.status
    return None if state == "active" else errors.Conflict("wrong_state", value=state)


def _has_begun(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return _is_open(row, by, now) if row.starts_at <= now else errors.Conflict("not_begun_yet")


def _is_not_final(row: Any, by: actors.Actor, now: datetime.datetime) -> errors.DomainError | None:
    return errors.Conflict("final_already") if row.is_final else None


EITHER = {"either": "collaborations:write"}
OTHER = {"other": "collaborations:write"}
MOVES = {
    "reschedule": Move(("scheduled",), "", EITHER, "rescheduled", _is_open),
    "hold": Move(("scheduled",), "held", EITHER, "held", _has_begun),
    "report_no_show": Move(("scheduled",), "no_show", EITHER, "no_show", _has_begun),
    "confirm": Move(STATED, "", OTHER, "confirmed", _is_not_final),
    "object": Move(STATED, "scheduled", OTHER, "objected", _is_not_final),
    "cancel": Move(("scheduled",), "cancelled", EITHER, "cancelled"),
    "finish": Move(STATED, "", {SYSTEM: "collaborations:write"}, "confirmed", _is_not_final),
}
TABLE = machine.Table("session", MOVES, locked, standing)
