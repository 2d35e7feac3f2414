"""The timeline of a request: its events in the journal in their order, and how far each reader has come."""

import datetime
import uuid
from collections.abc import Collection
from typing import NamedTuple

from django.db import models, transaction

from directory import actors, errors, journal
from directory import permissions as rules
from directory.entries.entries import Entry
from partners import permissions
from partners.collaborations.collaborations import Collaboration


class ReadMarker(models.Model):
    """How far a person has read the timeline of one request."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("partners.User", on_delete=models.CASCADE, related_name="read_markers")
    collaboration = models.ForeignKey("partners.Collaboration", on_delete=models.CASCADE, related_name="read_markers")
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "collaboration", name="read_marker_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.collaboration_id}"


class Reading(NamedTuple):
    """How far somebody has read, and how much there is behind that which their own side did not do."""

    up_to: uuid.UUID | None
    unread_count: int


def items(row: Collaboration, by: actors.Actor) -> "models.QuerySet[journal.Event]":
    """The events of a request that the actor sees: what happened before it was sent is its initiator's own.

    Their ids are their order: each is made under the lock of the request.
    """
    return journal.Event.objects.filter(_sent(row, by), subject_type="collaboration", subject_id=str(row.pk))


def _sent(row: Collaboration, by: actors.Actor) -> models.Q:
    return models.Q() if by.acting_entry == row.initiator_id else ~models.Q(status_after="draft")


def _of_others(events: "models.QuerySet[journal.Event]", by: actors.Actor) -> "models.QuerySet[journal.Event]":
    """Without those of the reader's own side. What has no acting entry was done by the system or a moderator."""
    if by.acting_entry is None:
        return events
    own = Entry.objects.filter(models.Q(pk=by.acting_entry) | models.Q(merged_into=by.acting_entry))
    return events.exclude(acting_entry_id__in=own.values("pk"))


def reading(row: Collaboration, by: actors.Actor) -> Reading:
    """How far the person has read. Raises Forbidden for who is none. Two queries."""
    rules.require(permissions.RULES["read_thread"], by=by)
    return _reading(row, by)


def _reading(row: Collaboration, by: actors.Actor) -> Reading:
    marker = ReadMarker.objects.filter(user=by.person, collaboration=row).values_list("event", flat=True).first()
    others = _of_others(items(row, by), by)
    return Reading(marker, (others.filter(pk__gt=marker) if marker else others).count())


def unread_counts(keys: Collection[uuid.UUID], by: actors.Actor) -> dict[uuid.UUID, int]:
    """How many unread items each of the requests that are seen has for a person; none for a program. Three queries."""
    if not by.user or not keys:
        return {}
    rows = list(Collaboration.objects.visible_to(by).filter(pk__in=keys))
    markers = dict(
        ReadMarker.objects.filter(user=by.user, collaboration__in=rows).values_list("collaboration", "event")
    )
    unread = models.Q(pk__in=[])
    for row in rows:
        marker = markers.get(row.pk)
        of_row = models.Q(subject_id=str(row.pk), **({"pk__gt": marker} if marker else {}))
        unread |= of_row & _sent(row, by)
    events = _of_others(journal.Event.objects.filter(unread, subject_type="collaboration"), by).order_by()
    found = dict(events.values_list("subject_id").annotate(models.Count("pk")))
    return {row.pk: found.get(str(row.pk), 0) for row in rows}


@transaction.atomic
def mark_read(key: uuid.UUID, up_to: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Reading:
    """Note that the person has read up to an item; it never goes back.

    Raises Missing, Forbidden, Invalid `unknown_object` for what is no item of the timeline.
    """
    row = Collaboration.objects.visible_to(by).filter(pk=key).first()
    if row is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["read_thread"], by=by)
    if not items(row, by).filter(pk=up_to).exists():
        raise errors.Invalid("unknown_object", pointer="#/up_to", value="up_to")
    about = {"user_id": by.person, "collaboration": row}
    marker, is_new = ReadMarker.objects.select_for_update().get_or_create(
        **about, defaults={"event_id": up_to, "read_at": now}
    )
    if not is_new and marker.event_id < up_to:
        marker.event_id, marker.read_at = up_to, now
        marker.save(update_fields=["event", "read_at"])
    return _reading(row, by)
