"""Collaboration requests: what one entry asks of or offers to another, from the first contact to the counted end."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from directory import actors, journal, vocabularies
from directory.text import EMPTY
from partners.accounts import moderators

LIVE = ("draft", "pending", "waiting", "offered", "accepted", "active")
IN_LINE = ("waiting", "offered")  # of the waitlist
BOUND = ("accepted", "active")  # units are promised
DECIDED = ("closed", "declined", "withdrawn", "expired", "cancelled")
MOST_REVISIONS = 10


class Collaborations(models.QuerySet["Collaboration"]):
    """Questions about collaboration requests."""

    def visible_to(self, actor: actors.Actor) -> "Collaborations":
        """Those of the entry acted for, drafts only of its own; a moderator's those of either side's region."""
        seen = Q(pk__in=[])
        if actor.acting_entry and actor.roles:
            seen = Q(initiator=actor.acting_entry) | Q(counterparty=actor.acting_entry) & ~Q(status="draft")
        if actor.regions:
            either = moderators.moderated_by(actor, "initiator__region_id")
            either |= moderators.moderated_by(actor, "counterparty__region_id")
            seen |= either & ~Q(status="draft")
        return self.filter(seen)

    def awaiting(self, entry: Any) -> "Collaborations":
        """The pending ones that an entry has to answer."""
        mine = Q(awaiting="initiator", initiator=entry) | Q(awaiting="counterparty", counterparty=entry)
        return self.filter(mine, status__in=("pending", "offered"))

    def in_turn(self) -> "Collaborations":
        """Those that wait, of which at least the least is there of every line; the first comes first."""
        lines = Collaboration._meta.apps.get_model("partners", "TermLine").objects.filter(
            Q(offer_line__available__lt=F("min_quantity")) | Q(need_line__available__lt=F("min_quantity")),
            terms__collaboration=OuterRef("pk"),
            terms__number=OuterRef("revision"),
        )
        return self.filter(~Exists(lines), status="waiting").order_by("waiting_since", "pk")

    def with_agreed(self, which: Q | None = None) -> "Collaborations":
        """Those with agreed lines, or with such ones."""
        lines = Collaboration._meta.apps.get_model("partners", "AgreedLine").objects.filter(
            collaboration=OuterRef("pk")
        )
        return self.filter(Exists(lines.filter(which) if which is not None else lines))

    def of_role(self, roles: Iterable[str], entry: Any) -> "Collaborations":
        """Those in which an entry is one of the sides named."""
        found = Q(pk__in=[])
        for side in roles:
            found |= Q(**{side: entry})
        return self.filter(found)


class Collaboration(models.Model):
    """One request between two entries: about an offer, a need, or with no more than the other's listing."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    initiator = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="started_collaborations")
    counterparty = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="asked_collaborations")
    proposal = models.ForeignKey(
        "partners.Proposal", on_delete=models.PROTECT, null=True, blank=True, related_name="collaborations"
    )  # the offer or need that it answers; null: it is to the entry itself
    kind = models.CharField(max_length=20, choices=vocabularies.choices("collaboration_kind"))
    is_inquiry = models.BooleanField(default=False)  # it asks first, without lines
    initiator_gives = models.BooleanField()  # else the counterparty does
    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=vocabularies.choices("collaboration_status"), default="draft")
    awaiting = models.CharField(max_length=12, choices=vocabularies.choices("awaiting"), default="none")
    revision = models.PositiveSmallIntegerField(default=0)  # the number of the latest terms
    accepted_revision = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_signature = models.BooleanField(default=False)
    # Of the letter by which an entry is invited that nobody acts for yet; its sender prints it as often as needed.
    letter_code = models.CharField(max_length=12, **EMPTY)
    joins_waitlist = models.BooleanField(default=False)  # where there is too little it may wait for what comes back
    # Who has asked to end it before everything is sent; the other side has to agree.
    close_asked_by = models.CharField(max_length=12, choices=vocabularies.choices("side"), **EMPTY)
    reason_code = models.CharField(max_length=16, choices=vocabularies.choices("collaboration_refusal"), **EMPTY)
    note = models.TextField(**EMPTY)  # with the refusal or the end
    outcome = models.CharField(max_length=8, choices=vocabularies.choices("outcome"), **EMPTY)
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)  # it joined the waitlist, last
    accepted_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)  # somebody asked for more time to send
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # when the next deadline decides something

    objects = Collaborations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("collaboration_status")), name="collaboration_status_known"
            ),
            models.CheckConstraint(condition=~Q(initiator=F("counterparty")), name="collaboration_of_two"),
            models.CheckConstraint(
                condition=Q(status="pending", awaiting__in=("initiator", "counterparty"))
                | Q(status="offered", awaiting="initiator")
                | ~Q(status__in=("pending", "offered")) & Q(awaiting="none"),
                name="collaboration_awaits_iff_pending",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, ended_at__isnull=False) | Q(status__in=LIVE, ended_at=None),
                name="collaboration_ended_iff_it_is",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_LINE) | Q(joins_waitlist=True, waiting_since__isnull=False),
                name="collaboration_in_line_since",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", outcome__in=vocabularies.codes("outcome"))
                | ~Q(status="closed") & Q(outcome=""),
                name="collaboration_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status__in=BOUND, accepted_revision__isnull=False, accepted_revision=F("revision"))
                | ~Q(status__in=BOUND),
                name="collaboration_bound_by_its_latest_terms",
            ),
            models.CheckConstraint(condition=Q(revision__lte=MOST_REVISIONS), name="collaboration_revisions_end"),
            models.UniqueConstraint("letter_code", condition=~Q(letter_code=""), name="collaboration_letter_code_once"),
            models.CheckConstraint(
                condition=Q(close_asked_by="") | Q(status__in=("active", *DECIDED)),
                name="collaboration_close_asked_while_active",
            ),
        ]
        indexes = [
            models.Index("initiator", "status", "id", name="collaboration_initiator"),
            models.Index("counterparty", "status", "id", name="collaboration_counterparty"),
            models.Index("proposal", "status", "id", name="collaboration_proposal"),
            models.Index("updated_at", "id", name="collaboration_updated"),
            models.Index("waiting_since", "id", name="collaboration_waiting", condition=Q(status="waiting")),
            models.Index("due_at", "id", name="collaboration_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.status}"


def side_of(row: Any, by: actors.Actor) -> str:
    """Which side the actor acts for: `initiator`, `counterparty`, or "" for neither."""
    if by.acting_entry is None:
        return ""
    if by.acting_entry == row.initiator_id:
        return "initiator"
    return "counterparty" if by.acting_entry == row.counterparty_id else ""


def other(side: str) -> str:
    """The other side."""
    return "counterparty" if side == "initiator" else "initiator"


def giver(row: Any) -> Any:
    """The key of the entry that gives; the other one receives."""
    return row.initiator_id if row.initiator_gives else row.counterparty_id


def receiver(row: Any) -> Any:
    """The key of the entry that receives."""
    return row.counterparty_id if row.initiator_gives else row.initiator_id
