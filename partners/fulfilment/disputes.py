"""Disputes: one side of a shipment says that something of it is not so. It pauses those lines, and hides no status."""

import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import Q

from directory import actors, journal, vocabularies
from directory.text import EMPTY
from partners.fulfilment.shipments import Shipment

LIVE = ("open", "escalated")
SIDES = ("sender", "receiver")
MOST_STATEMENTS = 30  # of one dispute


class Disputes(models.QuerySet["Dispute"]):
    """Questions about disputes."""

    def visible_to(self, actor: actors.Actor) -> "Disputes":
        """Those about shipments that the actor sees."""
        return self.filter(shipment__in=Shipment.objects.visible_to(actor))


class Dispute(models.Model):
    """One dispute about some lines of one shipment."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    shipment = models.ForeignKey("partners.Shipment", on_delete=models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=16, choices=vocabularies.choices("dispute_kind"))
    status = models.CharField(max_length=10, choices=vocabularies.choices("dispute_status"), default="open")
    opened_by = models.CharField(max_length=8, choices=vocabularies.choices("shipment_side"))
    # Who has to answer; the other side has said last how it should end.
    awaiting = models.CharField(max_length=8, choices=vocabularies.choices("shipment_side"), **EMPTY)
    # How it should end as was said last; how it ended where it was agreed or decided.
    resolution = models.CharField(max_length=12, choices=vocabularies.choices("dispute_resolution"))
    due_at = models.DateTimeField(null=True, blank=True)  # when silence does something
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Disputes.as_manager()

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{f"{column}__in": vocabularies.codes(name)}), name=constraint)
                for column, name, constraint in (
                    ("kind", "dispute_kind", "dispute_kind_known"),
                    ("status", "dispute_status", "dispute_status_known"),
                    ("opened_by", "shipment_side", "dispute_opened_by_a_side"),
                    ("resolution", "dispute_resolution", "dispute_resolution_known"),
                )
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, ended_at=None, due_at__isnull=False, awaiting__in=SIDES)
                | ~Q(status__in=LIVE) & Q(ended_at__isnull=False, due_at=None, awaiting=""),
                name="dispute_ended_iff_it_is",
            ),
        ]
        indexes = [
            models.Index("shipment", "id", name="dispute_shipment"),
            models.Index("updated_at", "id", name="dispute_updated"),
            models.Index("due_at", "id", name="dispute_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.shipment_id}: {self.status}"


class DisputeLine(models.Model):
    """One line of the shipment that a dispute is about; a line is in one that is live at a time."""

    id = models.BigAutoField(primary_key=True)
    dispute = models.ForeignKey("partners.Dispute", on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("partners.ShipmentLine", on_delete=models.PROTECT, related_name="dispute_lines")
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("dispute", "line", name="dispute_line_once"),
            models.UniqueConstraint("line", condition=Q(is_live=True), name="dispute_of_a_line_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} in {self.dispute_id}"


class Statement(models.Model):
    """What one side, or a moderator, said about a dispute once, and how it should end; nothing changes it."""

    id = models.BigAutoField(primary_key=True)
    dispute = models.ForeignKey("partners.Dispute", on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=9, choices=vocabularies.choices("dispute_speaker"))
    text = models.TextField()
    resolution = models.CharField(max_length=12, choices=vocabularies.choices("dispute_resolution"))
    event = models.OneToOneField("directory.Event", on_delete=models.PROTECT, related_name="dispute_statement")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="statement_says_something"),
            models.CheckConstraint(
                condition=Q(side__in=vocabularies.codes("dispute_speaker"))
                & Q(resolution__in=vocabularies.codes("dispute_resolution")),
                name="statement_codes_known",
            ),
        ]
        indexes = [models.Index("dispute", "id", name="statement_dispute")]

    def __str__(self) -> str:
        return f"{self.side} about {self.dispute_id}"


def paused(agreed_lines: Collection[uuid.UUID]) -> bool:
    """Whether one of the agreed lines is in a live dispute: no more of it is planned or sent until that ends."""
    return DisputeLine.objects.filter(is_live=True, line__agreed_line__in=agreed_lines).exists()
