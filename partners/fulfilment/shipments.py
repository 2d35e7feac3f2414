"""Shipments: what was agreed goes to whom it was promised, in one parcel or several, for one request or several."""

import hmac
import secrets
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from directory import actors, journal, vocabularies
from directory.text import EMPTY
from partners.accounts import moderators

UNDERWAY = ("dispatched", "arrived")
ENDED = ("received", "lost", "returned", "cancelled")
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else
CODE_LENGTH = 8
MOST_TRIES = 10
MOST_LINES = 500


class Shipments(models.QuerySet["Shipment"]):
    """Questions about shipments."""

    def visible_to(self, actor: actors.Actor) -> "Shipments":
        """Those that the entry acted for sends or receives, the sender's plans to itself; moderators of a region."""
        seen = Q(pk__in=[])
        if actor.acting_entry and actor.roles:
            seen = Q(sender=actor.acting_entry) | Q(receiver=actor.acting_entry) & ~Q(status="planned")
        if actor.regions:
            seen |= moderators.moderated_by(actor, "sender__region_id")
            seen |= moderators.moderated_by(actor, "receiver__region_id")
        return self.filter(seen)


class Shipment(models.Model):
    """One consignment from one entry to another."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    sender = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="sent_shipments")
    # Who takes it in: the one it was promised to, or a collection point that serves several.
    receiver = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="received_shipments")
    status = models.CharField(max_length=10, choices=vocabularies.choices("shipment_status"), default="planned")
    method = models.CharField(max_length=20, choices=vocabularies.choices("transport_method"), **EMPTY)
    courier = models.CharField(max_length=80, **EMPTY)
    tracking_number = models.CharField(max_length=80, **EMPTY)
    packages = models.PositiveSmallIntegerField(null=True, blank=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    cost = models.PositiveBigIntegerField(null=True, blank=True)  # rupiah
    paid_by = models.CharField(max_length=8, choices=vocabularies.choices("payer"), **EMPTY)
    expected_on = models.DateField(null=True, blank=True)
    note = models.TextField(**EMPTY)
    # Of the code on the packing list, by which whoever holds the parcel counts it without an account.
    # Its sender prints it as often as needed; it opens the counting of this one parcel and nothing else.
    code = models.CharField(max_length=CODE_LENGTH, **EMPTY)
    code_tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    is_unconfirmed = models.BooleanField(default=False)  # long expected, and nobody has counted it
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)  # the count was closed

    objects = Shipments.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("shipment_status")), name="shipment_status_known"
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="shipment_between_two"),
            models.CheckConstraint(
                condition=Q(status__in=("planned", "cancelled")) | Q(dispatched_at__isnull=False),
                name="shipment_dispatched_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(status="received", received_at__isnull=False) | ~Q(status="received") & Q(received_at=None),
                name="shipment_received_iff_counted",
            ),
        ]
        indexes = [
            models.Index("sender", "id", name="shipment_sender"),
            models.Index("receiver", "id", name="shipment_receiver"),
            models.Index("updated_at", "id", name="shipment_updated"),
            models.Index("dispatched_at", name="shipment_underway", condition=Q(status__in=UNDERWAY)),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id} to {self.receiver_id}: {self.status}"


class ShipmentLine(models.Model):
    """So many units of one agreed line, and what was found of them when they were counted."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    shipment = models.ForeignKey("partners.Shipment", on_delete=models.PROTECT, related_name="lines")
    agreed_line = models.ForeignKey("partners.AgreedLine", on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)  # something else came in their place
    extra = models.PositiveIntegerField(default=0)  # beyond what was sent; no part of the sum

    class Meta:
        constraints = [
            models.UniqueConstraint("shipment", "agreed_line", name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_says_how_many"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("accepted") + F("damaged") + F("missing") + F("wrong")),
                name="shipment_line_counts_no_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.agreed_line_id}"

    @property
    def uncounted(self) -> int:
        """How many nobody has counted yet."""
        return self.quantity - self.accepted - self.damaged - self.missing - self.wrong


class Count(models.Model):
    """One go at counting one line of a shipment; nothing changes it."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey("partners.ShipmentLine", on_delete=models.PROTECT, related_name="counts")
    accepted = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    extra = models.PositiveIntegerField(default=0)
    note = models.TextField(**EMPTY)
    by_code = models.BooleanField(default=False)  # by whoever held the parcel
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="counts", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted__gt=0) | Q(damaged__gt=0) | Q(missing__gt=0) | Q(wrong__gt=0) | Q(extra__gt=0),
                name="count_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.accepted} of {self.line_id} at {self.at:%Y-%m-%d %H:%M}"


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to a shipment: `sender` (who writes for it), `receiver` (who counts for it), moderator, system.

    Whoever holds the parcel's code is its `holder`.
    """
    if by.kind == "system":
        return {"system"}
    found = set()
    if by.acting_entry == row.sender_id and by.roles & {"editor", "approver"}:
        found.add("sender")
    if by.acting_entry == row.receiver_id and by.roles & {"receiver", "approver"}:
        found.add("receiver")
    if by.moderates(row.sender.region_id) or by.moderates(row.receiver.region_id):
        found.add("moderator")
    if getattr(row, "is_opened_by_code", False):
        found.add("holder")
    return found


def new_code() -> str:
    """A code for a packing list."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def is_code(row: Shipment, typed: str) -> bool:
    """Whether what was typed, with or without the dash, is the code of a shipment."""
    plain = "".join(character for character in typed.upper() if character.isalnum())
    return bool(row.code) and hmac.compare_digest(row.code.encode(), plain.encode())


def collaborations_of(key: uuid.UUID) -> list[uuid.UUID]:
    """The requests that a shipment carries something of, in the order of ids."""
    found = ShipmentLine.objects.filter(shipment=key).values_list("agreed_line__collaboration", flat=True)
    return sorted(set(found))


def lines_of(row: Shipment) -> list[ShipmentLine]:
    """The lines of a locked shipment, with what was agreed."""
    return list(ShipmentLine.objects.filter(shipment=row.pk).select_related("agreed_line__term_line").order_by("pk"))
