"""Terms: what the two sides have in front of them. Each revision is kept as it was; a counter-proposal is the next."""

import uuid
from collections.abc import Iterable

import pgtrigger
from django.db import models
from django.db.models import F, Q, Sum

from directory import journal, vocabularies
from directory.text import EMPTY
from partners.offers.lines import STATES

MOST_LINES = 500
# Nobody has read a draft but its author: only its revision can be taken away, for another to be written.
_KEEP_WHAT_WAS_SENT = """
IF (SELECT status FROM partners_collaboration WHERE id = {collaboration}) <> 'draft' THEN
    RAISE EXCEPTION 'terms that were sent are kept' USING ERRCODE = 'restrict_violation';
END IF;
RETURN OLD;
"""


def _kept(name: str, collaboration: str) -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Protect(name=f"keep_{name}", operation=pgtrigger.Update),
        pgtrigger.Trigger(
            name=f"keep_sent_{name}",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=_KEEP_WHAT_WAS_SENT.format(collaboration=collaboration),
        ),
    ]


class Terms(models.Model):
    """One revision of a request; nothing changes it."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    collaboration = models.ForeignKey("partners.Collaboration", on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12, choices=vocabularies.choices("side"))  # whose proposal it is
    message = models.TextField(**EMPTY)
    conditions = models.TextField(**EMPTY)
    starts_on = models.DateField(null=True, blank=True)  # of visits, trainings, licences; else when it is sent
    ends_on = models.DateField(null=True, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    transport_method = models.CharField(max_length=20, choices=vocabularies.choices("transport_method"), **EMPTY)
    transport_paid_by = models.CharField(max_length=8, choices=vocabularies.choices("payer"), **EMPTY)
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("collaboration", "number", name="terms_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="terms_from_one"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="terms_in_order"
            ),
        ]
        triggers = _kept("terms", "OLD.collaboration_id")

    def __str__(self) -> str:
        return f"revision {self.number} of {self.collaboration_id}"


class TermLine(models.Model):
    """One line of a revision. It satisfies a line of an offer, of a need, or both; or it is in words only."""

    id = models.BigAutoField(primary_key=True)
    terms = models.ForeignKey("partners.Terms", on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()  # its place; the same in all revisions for the same thing
    offer_line = models.ForeignKey(
        "partners.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="asked_lines"
    )
    need_line = models.ForeignKey(
        "partners.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="answering_lines"
    )
    title = models.CharField(max_length=300)
    unit = models.CharField(max_length=8, choices=vocabularies.choices("line_unit"))
    quantity = models.PositiveIntegerField()
    min_quantity = models.PositiveIntegerField()  # the other side may grant anything between, or leave the line out

    class Meta:
        constraints = [
            models.UniqueConstraint("terms", "number", name="term_line_number_once"),
            models.UniqueConstraint(
                "terms", "offer_line", condition=Q(offer_line__isnull=False), name="term_line_offer_line_once"
            ),
            models.UniqueConstraint(
                "terms", "need_line", condition=Q(need_line__isnull=False), name="term_line_need_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, min_quantity__gt=0, min_quantity__lte=F("quantity")),
                name="term_line_quantities_in_order",
            ),
        ]
        triggers = _kept("lines", "(SELECT collaboration_id FROM partners_terms WHERE id = OLD.terms_id)")

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} of {self.title}"


class AgreedLines(models.QuerySet["AgreedLine"]):
    """Questions about agreed lines."""

    def of_receiver(self, entry: uuid.UUID) -> "AgreedLines":
        """Those by which an entry receives."""
        gives = Q(collaboration__initiator_gives=True)
        return self.filter(gives & Q(collaboration__counterparty=entry) | ~gives & Q(collaboration__initiator=entry))

    def per_offer_line(self, lines: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
        """How many units of each offer line they hold or have had, without what was given back."""
        held = self.filter(term_line__offer_line__in=list(lines)).values("term_line__offer_line")
        counted = held.annotate(held=Sum(F("quantity") - F("released")))
        return {row["term_line__offer_line"]: row["held"] for row in counted.order_by()}


class AgreedLine(models.Model):
    """What was granted of a line of the accepted terms, and where it is now. Only quantities that move are counted."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    collaboration = models.ForeignKey("partners.Collaboration", on_delete=models.PROTECT, related_name="agreed_lines")
    term_line = models.OneToOneField("partners.TermLine", on_delete=models.PROTECT, related_name="agreed")
    quantity = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField()
    in_transit = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)  # given back

    objects = AgreedLines.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    quantity=sum((F(state) for state in (*STATES[2:], "released")), F("reserved")),
                ),
                name="agreed_line_sum",
            ),
        ]
        indexes = [models.Index("collaboration", "id", name="agreed_line_collaboration")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.term_line_id}"
