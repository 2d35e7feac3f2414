"""Deliveries: one event told to one person through one channel, exactly once."""

import datetime
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal, vocabularies
from directory import permissions as rules
from directory.regions import regions
from partners import permissions
from partners.accounts import memberships

KEPT = datetime.timedelta(days=90)
DIGEST_AT = datetime.time(6)  # where the entry is
TIME_ZONE = "Asia/Jakarta"  # of an entry without a region


class Deliveries(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def visible_to(self, actor: actors.Actor) -> "Deliveries":
        """A person's own list, of the entries that they still act for."""
        if actor.user is None:
            return self.none()
        held = memberships.Membership.objects.acting().filter(user=actor.user)
        return self.filter(user=actor.user, channel="in_app", entry__in=held.values("entry"))

    def due(self, now: datetime.datetime) -> "Deliveries":
        """The mails that are to be written now."""
        return self.filter(channel="mail", sent_at=None, dropped_at=None, due_at__lte=now)


class Delivery(models.Model):
    """One row for each event, person and channel. Of `webhook` there are none yet; their rows will stand here too."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("partners.User", on_delete=models.CASCADE, related_name="deliveries")
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, related_name="deliveries"
    )  # as whose member the person is told
    channel = models.CharField(max_length=7, choices=vocabularies.choices("delivery_channel"))
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # the letter was written, in the same transaction
    dropped_at = models.DateTimeField(null=True, blank=True)  # nobody wants, or may read, the mail any more
    is_read = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = Deliveries.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("event", "user", "channel", name="delivery_once"),
            models.CheckConstraint(
                condition=Q(channel__in=vocabularies.codes("delivery_channel")), name="delivery_channel_known"
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(dropped_at=None), name="delivery_sent_or_dropped"),
            models.CheckConstraint(
                condition=Q(is_read=True, read_at__isnull=False) | Q(is_read=False, read_at=None),
                name="delivery_read_iff_it_is",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "is_read", "-id"], name="delivery_list", condition=Q(channel="in_app")),
            models.Index("due_at", name="delivery_due", condition=Q(channel="mail", sent_at=None, dropped_at=None)),
            models.Index("created_at", name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.user_id} by {self.channel}"


def next_digest(zone: datetime.tzinfo, *, now: datetime.datetime) -> datetime.datetime:
    """The next six o'clock in the morning there."""
    local = now.astimezone(zone)
    day = local.date() + datetime.timedelta(days=local.time() >= DIGEST_AT)
    return datetime.datetime.combine(day, DIGEST_AT, zone).astimezone(datetime.UTC)


def time_zones(codes: set[str]) -> dict[str, str]:
    """The time zone of each region: that of its province. One query."""
    provinces = {code[:2] for code in codes if code}
    found = regions.Region.objects.filter(code__in=provinces, time_zone__isnull=False)
    named = dict(found.values_list("code", "time_zone"))
    return {code: named.get(code[:2]) or TIME_ZONE for code in codes}


@transaction.atomic
def mark_read(delivery: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Delivery:
    """Note that the person has read one; a second time changes nothing. Missing, Forbidden."""
    rules.require(permissions.RULES["change_own_data"], by=by)
    row = Delivery.objects.visible_to(by).filter(pk=delivery).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    if not row.is_read:
        row.is_read, row.read_at = True, now
        row.save(update_fields=["is_read", "read_at"])
    return row


def mark_all_read(*, by: actors.Actor, now: datetime.datetime) -> int:
    """Note that the person has read all; returns how many were new. Forbidden."""
    rules.require(permissions.RULES["change_own_data"], by=by)
    return Delivery.objects.visible_to(by).filter(is_read=False).update(is_read=True, read_at=now)


def forget(*, now: datetime.datetime) -> int:
    """Remove the deliveries of long ago, read or not; the events themselves stay in the journal."""
    rows: Any = Delivery.objects.filter(created_at__lt=now - KEPT)
    return int(rows.delete()[0])
