"""Claims: somebody says that they act for an entry, until it is proved, decided, withdrawn, or silence decides."""

import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Left, Length
from django.db.models.lookups import Exact, GreaterThanOrEqual

from directory import actors, journal, vocabularies
from directory.entries import entries
from directory.text import EMPTY
from partners.accounts import memberships, moderators
from partners.trust import evidence

LIVE = ("open", "provisional", "suspended")  # still to be decided; at `due_at` silence decides
HOLDING = ("provisional", "suspended", "accepted")  # of one entry at most one
UNANSWERED = datetime.timedelta(days=7)  # with evidence
LAPSES = datetime.timedelta(days=30)  # without
KEPT = datetime.timedelta(days=90)  # provisional, with evidence: then silence is told of again


class Claims(models.QuerySet["Claim"]):
    """Questions about claims."""

    def visible_to(self, actor: actors.Actor) -> "Claims":
        """One's own; a moderator's regions; and to verified members those of their regency that can be vouched for."""
        own = Q(user=actor.user) if actor.user else Q(pk__in=[])
        return self.filter(own | moderators.moderated_by(actor, "entry__region_id") | _near(actor))

    def as_seen_by(self, actor: actors.Actor) -> "Claims":
        """The visible ones, each with `is_contested`, and whether the actor is a neighbour or a verified member."""
        return self.told_to(actor).visible_to(actor)

    def told_to(self, actor: actors.Actor) -> "Claims":
        """All, each as `as_seen_by` has it: for a verb whose right does not rest on seeing the claim."""
        is_for_verified: Any = Value(False)
        is_interested: Any = Value(False)
        if actor.user:
            own = Claim.objects.filter(entry=OuterRef("entry"), user=actor.user, status__in=LIVE)
            members = memberships.Membership.objects.current().filter(entry=OuterRef("entry"), user=actor.user)
            is_interested = Exists(own) | Exists(members)
        if actor.user and actor.acting_entry:
            is_for_verified = Exists(entries.Entry.objects.filter(pk=actor.acting_entry, trust_level="verified"))
        return self.contested().annotate(
            is_neighbours=models.Case(models.When(_near(actor), then=Value(True)), default=Value(False)),
            is_for_verified=is_for_verified,
            is_interested=is_interested,
        )

    def contested(self) -> "Claims":
        """Each with `is_contested`: others act for the entry, or another claim to it is still to be decided."""
        rivals = Claim.objects.filter(entry=OuterRef("entry"), status__in=LIVE).exclude(pk=OuterRef("pk"))
        others = memberships.Membership.objects.current().filter(entry=OuterRef("entry"))
        # Who holds an entry provisionally has no other members beside: all of them came by this claim.
        return self.annotate(
            is_contested=models.Case(
                models.When(~Q(status__in=LIVE), then=Value(False)),
                models.When(Exists(rivals), then=Value(True)),
                models.When(Q(status__in=("provisional", "suspended")), then=Value(False)),
                default=Exists(others.exclude(user=OuterRef("user"))),
                output_field=models.BooleanField(),
            )
        )

    def awaiting(self, whom: str) -> "Claims":
        """Those on which a `moderator` can decide something, or which still need evidence from the `claimant`."""
        has_some = Exists(evidence.Evidence.objects.counting().filter(claim=OuterRef("pk")))
        for_moderators = Q(status__in=("provisional", "suspended")) | Q(status="open") & Q(has_some)
        if whom == "moderator":
            return self.filter(for_moderators)
        return self.filter(Q(status="open")).exclude(for_moderators)


def _near(actor: actors.Actor) -> Q:
    """Claims of the regency in which the verified entry lies that the actor acts for.

    None to that entry itself, and none of its own members: who vouches must be somebody else.
    """
    if actor.user is None or actor.acting_entry is None:
        return Q(pk__in=[])
    own = entries.Entry.objects.filter(
        GreaterThanOrEqual(Length("region_id"), entries.REGENCY), pk=actor.acting_entry, trust_level="verified"
    ).values(regency=Left("region_id", entries.REGENCY))
    is_there = Exact(Left("entry__region_id", entries.REGENCY), models.Subquery(own))
    members = memberships.Membership.objects.current().filter(entry=actor.acting_entry).values("user")
    is_somebody_elses = ~Q(user=actor.user) & ~Q(entry=actor.acting_entry) & ~Q(user__in=members)
    return Q(is_there) & Q(status__in=("open", "provisional")) & is_somebody_elses


class Claim(models.Model):
    """One person's claim to one entry; founding an entry is one too."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="claims")
    moved_from = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # the entry it was made to, where that was merged into this one
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="claims")
    status = models.CharField(max_length=12, choices=vocabularies.choices("claim_status"), default="open")
    roles = ArrayField(models.CharField(max_length=10))  # that are wanted: whoever is alone does everything
    statement = models.TextField(**EMPTY)  # the claimant to the moderator
    is_founding = models.BooleanField(default=False)  # the claimant brought the entry into the directory
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.BigIntegerField(default=1)
    due_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(**EMPTY)  # of the decision, to the claimant

    objects = Claims.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("claim_status")), name="claim_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, due_at__isnull=False) | ~Q(status__in=LIVE) & Q(due_at=None),
                name="claim_due_iff_silence_decides",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, decided_at=None) | ~Q(status__in=LIVE) & Q(decided_at__isnull=False),
                name="claim_decided_iff_it_is",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(memberships.ROLES)) & Q(roles__len__gt=0),
                name="claim_roles_known",
            ),
            models.UniqueConstraint("entry", condition=Q(status__in=HOLDING), name="claim_one_holder"),
            models.UniqueConstraint("user", "entry", condition=Q(status__in=LIVE), name="claim_once_at_a_time"),
        ]
        indexes = [
            models.Index("entry", "id", name="claim_entry"),
            models.Index("user", "id", name="claim_user"),
            models.Index("due_at", name="claim_due", condition=Q(due_at__isnull=False)),
            models.Index(F("updated_at"), "id", name="claim_updated"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.entry_id}: {self.status}"


def standing(row: Any, by: actors.Actor) -> set[str]:
    """What an actor is to a claim read `as_seen_by` them; nobody decides about their own."""
    if by.kind == "system":
        return {"system"}
    if by.user == row.user_id:
        return {"claimant"}
    found = {"moderator"} if by.moderates(row.entry.region_id) else set()
    if row.is_neighbours:
        found.add("neighbour")
    if row.is_for_verified and not by.is_provisional:
        found.add("verified_member")
    return found
