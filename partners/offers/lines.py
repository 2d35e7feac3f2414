"""The lines of offers and needs: one title, session or licence each, and where its copies, places or seats are now."""

from django.db import models
from django.db.models import F, Q

from directory import journal, vocabularies
from directory.text import EMPTY

# Where each unit of a line is. Of a need `available` are those still open, `reserved` those promised to it.
STATES = ("available", "reserved", "in_transit", "received", "written_off")
ESTIMATED_WEIGHT_G = 250  # of a copy that nobody has weighed


class Lines(models.QuerySet["Line"]):
    """Questions about lines."""

    def current(self) -> "Lines":
        """Those that were not taken out."""
        return self.filter(removed_at=None)


class Line(models.Model):
    """One title, session or licence of an offer or need."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    proposal = models.ForeignKey("partners.Proposal", on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    external_id = models.CharField(max_length=80, **EMPTY)
    isbn = models.CharField(max_length=13, **EMPTY)
    level = models.CharField(max_length=4, choices=vocabularies.choices("book_level"), **EMPTY)
    language = models.CharField(max_length=8, **EMPTY)
    format = models.CharField(max_length=12, choices=vocabularies.choices("book_format"), **EMPTY)
    subject = models.CharField(max_length=16, choices=vocabularies.choices("subject"), **EMPTY)
    condition = models.CharField(max_length=4, choices=vocabularies.choices("book_condition"), **EMPTY)
    unit = models.CharField(max_length=8, choices=vocabularies.choices("line_unit"), default="copy")
    contents = models.TextField(**EMPTY)  # of a package
    weight_g = models.PositiveIntegerField(null=True, blank=True)  # of one unit; null: nobody has weighed it
    unit_value = models.PositiveBigIntegerField(null=True, blank=True)  # rupiah; nobody but the owner reads it
    most_per_entry = models.PositiveIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)  # of a session
    ends_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    available = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    in_transit = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = Lines.as_manager()

    class Meta:
        constraints = [
            # Django keeps each of them from falling below zero by a constraint of its own.
            models.CheckConstraint(
                condition=Q(total=F("available") + F("reserved") + F("in_transit") + F("received") + F("written_off")),
                name="line_sum",
            ),
            models.CheckConstraint(condition=Q(removed_at=None) | Q(total=0), name="line_removed_is_empty"),
            models.CheckConstraint(condition=Q(isbn__regex=r"^([0-9]{13})?$"), name="line_isbn_form"),
            models.CheckConstraint(condition=Q(unit__in=vocabularies.codes("line_unit")), name="line_unit_known"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="line_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "proposal",
                "external_id",
                condition=~Q(external_id="") & Q(removed_at=None),
                name="line_external_id_once",
            ),
        ]
        indexes = [models.Index("proposal", "position", name="line_position")]

    def __str__(self) -> str:
        return f"{self.title}: {self.available} of {self.total}"
