"""Where data comes from, how far it is trusted against other sources, and what it does not cover."""

from django.db import models
from django.db.models import Q

from directory import journal, triggers
from directory.text import EMPTY

PERSON_RANK = 1000  # what a person set is stronger than every source


class Source(journal.Root):
    """One data set that entries were taken from."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200, **EMPTY)
    url = models.URLField(max_length=500, **EMPTY)
    date = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=60, **EMPTY)
    rank = models.PositiveSmallIntegerField(default=100)
    rows = models.PositiveIntegerField(default=0)
    coverage = models.TextField(**EMPTY)
    not_covered = models.TextField(**EMPTY)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rank__lt=PERSON_RANK), name="source_below_persons")]
        triggers = triggers.root()

    def __str__(self) -> str:
        return self.title
