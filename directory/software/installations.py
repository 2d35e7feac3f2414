"""Which library runs which software over which time, and who says so; statements are added, never overwritten."""

import datetime
import uuid

from django.db import models
from django.db.models import F, Q

from directory import actors, journal, triggers, vocabularies
from directory.software import dates
from directory.text import EMPTY

READING = frozenset({"entries:read", "entries:write"})  # one of them reads what is not public


class Installations(models.QuerySet["Installation"]):
    """Questions about software histories."""

    def visible_to(self, actor: actors.Actor) -> "Installations":
        """What is shown of listed libraries; a vendor's statement that waits only to both sides and to moderators."""
        rows = self.filter(library__status__in=("active", "closed"))
        if actor.is_moderator:
            return rows.exclude(status="removed")
        seen = Q(status="shown")
        if actor.acting_entry and actor.roles and actor.scopes & READING:
            sides = Q(library=actor.acting_entry) | Q(product__vendor=actor.acting_entry)
            seen |= Q(status="awaiting_consent") & sides
        return rows.filter(seen)

    def as_of(self, date: datetime.date) -> "Installations":
        """The installations in use on a day; an open end counts as still in use, an open beginning as begun."""
        return self.filter(Q(from_date=None) | Q(from_date__lte=date), Q(until_date=None) | Q(until_date__gt=date))

    def standing(self) -> "Installations":
        """Those that nobody removed."""
        return self.exclude(status="removed")

    def refused(self, *, library: uuid.UUID, product: uuid.UUID) -> "Installations":
        """The vendor's statements about a product in a library that another than the vendor removed."""
        own = Q(event__acting_entry_id=F("product__vendor"))  # nothing changes a statement after its removal
        return self.filter(library=library, product=product, stated_by="vendor", status="removed").exclude(own)


class Installation(journal.Root):
    """One statement that a library runs, or ran, a product."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    library = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="installations")
    product = models.ForeignKey("directory.Product", on_delete=models.PROTECT, related_name="installations")
    status = models.CharField(
        max_length=16, choices=vocabularies.choices("installation_status"), default="shown", db_default="shown"
    )
    product_version = models.CharField(max_length=40, **EMPTY)
    hosting = models.CharField(max_length=16, choices=vocabularies.choices("hosting"), **EMPTY)
    from_date = models.DateField(null=True, blank=True)  # the first day of the month or year it stands for
    from_precision = models.CharField(max_length=5, choices=vocabularies.choices("date_precision"), **EMPTY)
    until_date = models.DateField(null=True, blank=True)  # the first day on which it no longer ran
    until_precision = models.CharField(max_length=5, choices=vocabularies.choices("date_precision"), **EMPTY)
    evidence = models.CharField(max_length=500, **EMPTY)
    stated_by = models.CharField(max_length=8, choices=vocabularies.choices("stated_by"))
    consented_at = models.DateTimeField(null=True, blank=True)  # the library agreed that the vendor's is shown
    verified_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = Installations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stated_by__in=vocabularies.codes("stated_by")),
                name="installation_stated_by_known",
            ),
            models.CheckConstraint(
                condition=Q(hosting__in=["", *vocabularies.codes("hosting")]), name="installation_hosting_known"
            ),
            models.CheckConstraint(
                condition=Q(status="shown", removed_at=None)
                | Q(status="awaiting_consent", removed_at=None, stated_by="vendor", consented_at=None)
                | Q(status="removed", removed_at__isnull=False),
                name="installation_status_whole",
            ),
            models.CheckConstraint(
                condition=Q(consented_at=None) | Q(stated_by="vendor"), name="installation_consent_to_a_vendor"
            ),
            models.CheckConstraint(
                condition=Q(from_date=None) | Q(until_date=None) | Q(until_date__gt=F("from_date")),
                name="installation_dates_in_order",
            ),
            *(
                models.CheckConstraint(condition=dates.whole(end), name=f"installation_{end}_has_precision")
                for end in dates.ENDS
            ),
            *(
                models.CheckConstraint(condition=dates.at_first_day(end), name=f"installation_{end}_at_first_day")
                for end in dates.ENDS
            ),
            models.UniqueConstraint(
                "library",
                "product",
                "stated_by",
                "product_version",
                "from_date",
                condition=~Q(status="removed"),
                nulls_distinct=False,
                name="installation_stated_once",
            ),
        ]
        indexes = [
            models.Index("library", "from_date", name="installation_library"),
            models.Index("product", "id", name="installation_product"),
        ]
        triggers = triggers.root(entry="library_id")

    def __str__(self) -> str:
        return f"{self.product_id} in {self.library_id}"
