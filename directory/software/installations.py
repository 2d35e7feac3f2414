"""Which library runs which software over which time, and who says so; statements are added, never overwritten."""

import datetime

from django.db import models
from django.db.models import F, Q

from directory import actors, journal, triggers, vocabularies
from directory.text import EMPTY


class Installations(models.QuerySet["Installation"]):
    """Questions about software histories."""

    def visible_to(self, actor: actors.Actor) -> "Installations":
        """Those whose library is listed and did not remove the statement."""
        return self.filter(library__status__in=("active", "closed"), removed_at=None)

    def as_of(self, date: datetime.date) -> "Installations":
        """The installations in use on a day; an open end counts as still in use, an open beginning as begun."""
        return self.filter(Q(from_date=None) | Q(from_date__lte=date), Q(until_date=None) | Q(until_date__gt=date))


class Installation(journal.Root):
    """One statement that a library runs, or ran, a product."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    library = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="installations")
    product = models.ForeignKey("directory.Product", on_delete=models.PROTECT, related_name="installations")
    product_version = models.CharField(max_length=40, **EMPTY)
    hosting = models.CharField(max_length=16, choices=vocabularies.choices("hosting"), **EMPTY)
    from_date = models.DateField(null=True, blank=True)  # the first day of the month or year it stands for
    from_precision = models.CharField(max_length=5, choices=vocabularies.choices("date_precision"), **EMPTY)
    until_date = models.DateField(null=True, blank=True)  # the first day on which it no longer ran
    until_precision = models.CharField(max_length=5, choices=vocabularies.choices("date_precision"), **EMPTY)
    evidence = models.CharField(max_length=500, **EMPTY)
    stated_by = models.CharField(max_length=8, choices=vocabularies.choices("stated_by"))
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
                condition=Q(from_date=None) | Q(until_date=None) | Q(until_date__gt=F("from_date")),
                name="installation_dates_in_order",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{end}_date": None, f"{end}_precision": ""})
                    | Q(
                        **{
                            f"{end}_date__isnull": False,
                            f"{end}_precision__in": vocabularies.codes("date_precision"),
                        }
                    ),
                    name=f"installation_{end}_has_precision",
                )
                for end in ("from", "until")
            ),
        ]
        indexes = [
            models.Index("library", "from_date", name="installation_library"),
            models.Index("product", "id", name="installation_product"),
        ]
        triggers = triggers.root(entry="library_id")

    def __str__(self) -> str:
        return f"{self.product_id} in {self.library_id}"
