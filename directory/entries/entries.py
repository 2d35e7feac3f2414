"""Entries: one school, publisher, author, vendor or organisation as listed, and the questions that ask for them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Length
from django.db.models.lookups import Exact, LessThanOrEqual

from directory import actors, journal, text, triggers, vocabularies
from directory.regions import regions
from directory.text import EMPTY

SEEN = ("active", "closed")  # what a reader may meet; merged entries redirect, hidden ones are gone

SHOWN = (*SEEN, "hidden")  # that a document can have: moderators read the hidden


def statuses_seen_by(actor: actors.Actor) -> tuple[str, ...]:
    """The statuses of the entries that the actor may read."""
    return SHOWN if actor.is_moderator else SEEN


class Entries(models.QuerySet["Entry"]):
    """Questions about entries."""

    def visible_to(self, actor: actors.Actor) -> "Entries":
        """The entries that the actor may read; a moderator also reads the hidden."""
        return self.filter(status__in=statuses_seen_by(actor))

    def listed(self) -> "Entries":
        """The entries that anybody may read."""
        return self.filter(status__in=SEEN)

    def survivor(self, key: uuid.UUID) -> "Entry | None":
        """The entry that a merged one now is, at the end of however many merges; None when the chain has no end."""
        seen = set()
        row = self.filter(pk=key).first()
        while row is not None and row.merged_into_id and row.pk not in seen:
            seen.add(row.pk)
            row = self.filter(pk=row.merged_into_id).first()
        return row if row is not None and row.merged_into_id is None else None

    def within(self, region_code: str) -> "Entries":
        """The entries of a region and of all below it."""
        return self.filter(within(region_code))


# Letters of a province's code and of a regency's: lists of them are walked in order by an index of their own.
PROVINCE, REGENCY = len("32"), len("32.71")


def within(region_code: str) -> Q:
    """The condition that an entry is in a region or below it.

    Entries come in the order of regions, so those of one region lie together in the order of ids. The planner does not
    know that: with a range of codes it walked 41,586 of 60,000 ids to the first entry of a regency.
    """
    if len(region_code) in (PROVINCE, REGENCY):
        return Q(Exact(Left("region_id", len(region_code)), region_code))
    return regions.within("region_id", region_code)


class Entry(journal.Root):
    """A partner as listed. The kind never changes; the id is for ever, also after a merge."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    kind = models.CharField(max_length=12, choices=vocabularies.choices("kind"))
    status = models.CharField(
        max_length=8, choices=vocabularies.choices("status"), default="active", db_default="active"
    )
    name = models.CharField(max_length=300)
    name_key = text.NormalisedField(source="name")
    region = models.ForeignKey(
        "directory.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="entries",
    )
    address = models.CharField(max_length=500, **EMPTY)
    postal_code = models.CharField(max_length=5, **EMPTY)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    location_accuracy = models.CharField(max_length=8, choices=vocabularies.choices("location_accuracy"), **EMPTY)
    website = models.URLField(max_length=500, **EMPTY)
    description_id = models.TextField(**EMPTY)
    description_en = models.TextField(**EMPTY)
    languages = ArrayField(models.CharField(max_length=8), default=list, db_default=models.Value([]), blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_entries"
    )
    # Trust: moved by claims, checks and confirmations only, never by an import or an edit.
    trust_level = models.CharField(
        max_length=12, choices=vocabularies.choices("trust_level"), default="listed", db_default="listed"
    )
    checked_what = ArrayField(models.CharField(max_length=40), default=list, db_default=models.Value([]), blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    last_confirmed_at = models.DateTimeField(null=True, blank=True)
    is_stale = models.BooleanField(default=False, db_default=False)

    objects = Entries.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=vocabularies.codes("kind")), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(status__in=vocabularies.codes("status")), name="entry_status_known"),
            models.CheckConstraint(condition=~Q(name_key=""), name="entry_name_says_something"),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged") & Q(merged_into=None),
                name="entry_merged_into_iff_merged",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="entry_not_merged_into_itself"),
            models.CheckConstraint(
                # NULL passes a check: without the two `isnull` half a point would.
                condition=Q(latitude=None, longitude=None, location_accuracy="")
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180), location_accuracy__gt=""),
                name="entry_point_whole",
            ),
            # An author's place is the regency and its centre (UU 27/2022).
            models.CheckConstraint(
                condition=~Q(kind="author")
                | Q(location_accuracy__in=("", "region"), address="", postal_code="")
                & (Q(region=None) | Q(LessThanOrEqual(Length("region"), REGENCY))),
                name="entry_person_has_no_exact_place",
            ),
            models.CheckConstraint(condition=Q(postal_code__regex=r"^([0-9]{5})?$"), name="entry_postal_code_form"),
            models.CheckConstraint(
                condition=Q(trust_level__in=vocabularies.codes("trust_level")), name="entry_trust_level_known"
            ),
            models.CheckConstraint(
                condition=~Q(trust_level="verified") | Q(verified_at__isnull=False),
                name="entry_verified_has_a_date",
            ),
        ]
        indexes = [
            models.Index("kind", "id", name="entry_kind"),
            models.Index("region", "id", name="entry_region"),
            models.Index(Left("region", PROVINCE), "id", name="entry_province"),
            models.Index(Left("region", REGENCY), "id", name="entry_regency"),
            models.Index("name_key", "id", name="entry_name"),
            models.Index("updated_at", "id", name="entry_updated"),
            models.Index("changed_position", "id", name="entry_feed"),
            regions.point_index("entry_point"),
        ]
        triggers = [*triggers.root(entry="id"), triggers.constant("kind")]

    def __str__(self) -> str:
        return self.name
