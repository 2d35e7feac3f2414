"""Offers and needs: what an entry would give or asks for. One table, for each is a header with lines that run alike."""

import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from directory import actors, journal, vocabularies
from directory.text import EMPTY
from partners.accounts import moderators

DIRECTIONS = ("offer", "need")
PUBLIC = ("open", "paused", "closed", "expired")  # once it was opened, its address says what became of it
LIVE = ("open", "paused")  # what was promised of it holds, and more can be
# Its entry works, and it was opened: what was closed as a draft was never anybody's business.
PUBLISHED = Q(status__in=PUBLIC, opened_at__isnull=False, is_taken_down=False, entry__status="active")
SCOPES = frozenset({"offers:read", "offers:write"})  # who may write drafts may read them
WAITLIST_DAYS, WAITLIST_BOUNDS = 5, (2, 14)
KINDS = vocabularies.codes("collaboration_kind")
LAST_DAY = models.Value(datetime.date(9999, 12, 31), output_field=models.DateField())
LAST_MOMENT = models.Value(datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC), output_field=models.DateTimeField())


def _codes(vocabulary: str) -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=20, choices=vocabularies.choices(vocabulary)),
        default=list,
        db_default=models.Value([]),
        blank=True,
    )


def _payer() -> "models.CharField[str, str]":
    return models.CharField(max_length=8, choices=vocabularies.choices("payer"), **EMPTY)


class Proposals(models.QuerySet["Proposal"]):
    """Questions about offers and needs."""

    def visible_to(self, actor: actors.Actor) -> "Proposals":
        """The public ones; an entry's members all of its own, moderators those of their regions that were submitted."""
        seen = PUBLISHED
        if actor.acting_entry and actor.roles and SCOPES & actor.scopes:
            seen |= Q(entry=actor.acting_entry)
        if "moderation:read" in actor.scopes:
            seen |= moderators.moderated_by(actor, "entry__region_id") & ~Q(status="draft")
        return self.filter(seen)

    def own(self, actor: actors.Actor) -> "Proposals":
        """Those of the entry that the actor acts for."""
        return self.filter(entry=actor.acting_entry) if actor.acting_entry and actor.roles else self.none()

    def offers(self) -> "Proposals":
        """The offers."""
        return self.filter(direction="offer")

    def needs(self) -> "Proposals":
        """The needs."""
        return self.filter(direction="need")

    def available(self) -> "Proposals":
        """Those that are open and have something left."""
        left = Proposal._meta.apps.get_model("partners", "Line").objects.filter(proposal=OuterRef("pk"))
        return self.filter(Exists(left.filter(available__gt=0)), status="open")


class Proposal(models.Model):
    """One offer or one need of one entry."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    direction = models.CharField(max_length=5, choices=[(name, name) for name in DIRECTIONS])
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=20, choices=vocabularies.choices("collaboration_kind"))
    status = models.CharField(max_length=12, choices=vocabularies.choices("proposal_status"), default="draft")
    title = models.CharField(max_length=200)
    description = models.TextField(**EMPTY)
    external_id = models.CharField(max_length=80, **EMPTY)  # in the owner's own system
    # Where it reaches; empty lists: everywhere, every kind.
    reach_regions = ArrayField(
        models.CharField(max_length=13), default=list, db_default=models.Value([]), blank=True
    )  # codes of regions
    reach_kinds = _codes("kind")
    reach_verified = models.BooleanField(default=False, db_default=False)  # verified entries only
    remote_first = models.BooleanField(default=False, db_default=False)
    # How it travels.
    transport_paid_by = _payer()
    transport_methods = _codes("transport_method")
    transport_note = models.TextField(**EMPTY)
    conditions = models.TextField(**EMPTY)
    # Visits, trainings, mentoring.
    mode = models.CharField(max_length=8, choices=vocabularies.choices("meeting_mode"), **EMPTY)
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    monthly_limit = models.PositiveSmallIntegerField(null=True, blank=True)  # of visits
    honorarium_by, travel_by, lodging_by = _payer(), _payer(), _payer()
    # Licences.
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_signature = models.BooleanField(default=False, db_default=False)
    # School days in which whoever waits for it takes what came back.
    waitlist_days = models.PositiveSmallIntegerField(default=WAITLIST_DAYS, db_default=models.Value(WAITLIST_DAYS))
    deadline = models.DateField(null=True, blank=True)  # the last day to ask, or by which it is needed
    # What the lists are ordered by: nothing comes after what has no such day.
    deadline_key = models.GeneratedField(
        expression=Coalesce("deadline", LAST_DAY), output_field=models.DateField(), db_persist=True
    )
    expires_key = models.GeneratedField(
        expression=Coalesce("expires_at", LAST_MOMENT), output_field=models.DateTimeField(), db_persist=True
    )
    # Normalised words of the title, the description and the lines, for `q`.
    words = models.TextField(**EMPTY)
    is_taken_down = models.BooleanField(default=False, db_default=False)
    was_reviewed = models.BooleanField(default=False, db_default=False)  # a moderator, or the entry is verified
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # first
    review_due_at = models.DateTimeField(null=True, blank=True)  # it opens by itself then
    expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # that it expires soon
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(**EMPTY)  # why it was closed or sent back, to its owner

    objects = Proposals.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="proposal_direction_known"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("proposal_status")), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "in_review")) | Q(opened_at__isnull=False) | Q(status="closed"),
                name="proposal_opened_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(expires_at__isnull=False), name="proposal_open_expires"
            ),
            models.CheckConstraint(
                condition=Q(status="in_review") | Q(review_due_at=None), name="proposal_review_due_in_review"
            ),
            models.CheckConstraint(
                condition=Q(waitlist_days__range=WAITLIST_BOUNDS), name="proposal_waitlist_days_bounded"
            ),
            models.UniqueConstraint(
                "entry", "direction", "external_id", condition=~Q(external_id=""), name="proposal_external_id_once"
            ),
        ]
        indexes = [
            models.Index("direction", "status", "id", name="proposal_status"),
            models.Index("entry", "id", name="proposal_entry"),
            models.Index("updated_at", "id", name="proposal_updated"),
            models.Index("expires_at", name="proposal_expires", condition=Q(status__in=LIVE)),
            models.Index("review_due_at", name="proposal_review_due", condition=Q(review_due_at__isnull=False)),
            GinIndex(SearchVector("words", config="simple"), name="proposal_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.title}: {self.status}"


def is_own(row: Proposal, by: actors.Actor) -> bool:
    """Whether the actor acts for the entry whose it is, and may read what others do not."""
    return by.acting_entry == row.entry_id and bool(by.roles) and bool(SCOPES & by.scopes)


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to an offer or need: the roles in its entry, `moderator` of its region, `system`."""
    if by.kind == "system":
        return {"system"}
    found = set(by.roles) if by.acting_entry == row.entry_id else set()
    if by.moderates(row.entry.region_id) and by.acting_entry != row.entry_id:
        found.add("moderator")
    return found
