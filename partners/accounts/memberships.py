"""Who acts for which entry, and as what; an entry that has members always has one who can admit others."""

import datetime
import uuid
from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal
from directory import permissions as rules
from directory.entries import entries
from partners import permissions

ROLES = ("viewer", "editor", "approver", "receiver", "admin")
ALL_ROLES = frozenset(ROLES)  # "just me": whoever is alone does everything


class Memberships(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def current(self) -> "Memberships":
        """Those that have not ended."""
        return self.filter(ended_at=None)

    def acting(self) -> "Memberships":
        """Those that can be acted with now: of an active person, not suspended, for an entry that is listed."""
        return self.current().filter(suspended_at=None, user__is_active=True, entry__status__in=entries.SEEN)

    def visible_to(self, actor: actors.Actor) -> "Memberships":
        """A person's own, those of the entry acted for, and to a moderator all."""
        if actor.is_moderator:
            return self
        own = Q(user=actor.user) if actor.user else Q(pk__in=[])
        return self.filter(own | Q(entry=actor.acting_entry)) if actor.acting_entry else self.filter(own)


class Membership(models.Model):
    """One person acts for one entry in some roles; it ends, and is never deleted."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="memberships")
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=10))
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # A flag from a verified member stops what rests on a claim that nobody has decided yet.
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "entry", condition=Q(ended_at=None), name="membership_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(ROLES)) & Q(roles__len__gt=0), name="membership_roles_known"
            ),
        ]
        indexes = [models.Index("entry", "ended_at", name="membership_entry")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.entry_id}: {', '.join(self.roles)}"


def locked(entry: uuid.UUID) -> list[Membership]:
    """The current memberships of an entry, locked in the order of ids: who changes one sees all."""
    entries.Entry.objects.select_for_update(of=("self",)).get(pk=entry)  # the first member too has one to queue behind
    return list(Membership.objects.current().filter(entry=entry).order_by("pk").select_for_update())


@transaction.atomic
def begin(
    *, user: uuid.UUID, entry: uuid.UUID, roles: Collection[str], by: actors.Actor, now: datetime.datetime
) -> Membership:
    """Make somebody a member, or give a member these roles as well. Invalid `unknown_role`.

    Decides no right: whoever calls it has checked a claim, an invitation or a moderator.
    """
    given = _known(roles)
    before = next((row for row in locked(entry) if row.user_id == user), None)
    event = journal.record("membership.began", by=by, now=now, subject=("entry", entry))
    if before is None:
        return Membership.objects.create(user_id=user, entry_id=entry, roles=given, created_at=event.at)
    before.roles = _known({*before.roles, *given})
    before.save(update_fields=["roles"])
    return before


@transaction.atomic
def change_roles(
    membership: uuid.UUID, *, roles: Collection[str], by: actors.Actor, now: datetime.datetime
) -> Membership:
    """Give a member other roles. Missing, Forbidden, Conflict `last_admin`, Invalid `unknown_role`."""
    row, others = _change(membership, by=by)
    row.roles = _known(roles)
    _keep_an_admin([row, *others])
    journal.record("membership.roles_changed", by=by, now=now, subject=("membership", row.pk))
    row.save(update_fields=["roles"])
    return row


@transaction.atomic
def end(membership: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Membership:
    """End a membership: an admin another's, everybody their own. Missing, Forbidden, Conflict `last_admin`."""
    row, others = _change(membership, by=by)
    _keep_an_admin(others)
    journal.record("membership.ended", by=by, now=now, subject=("membership", row.pk))
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    return row


@transaction.atomic
def hand_over(
    membership: uuid.UUID, *, to: uuid.UUID, by: actors.Actor, now: datetime.datetime
) -> tuple[Membership, Membership]:
    """Leave, and give all one's roles to another member, in one go. The ended membership, and the other's."""
    row, others = _change(membership, by=by)
    heir = next((other for other in others if other.pk == to), None)
    if heir is None or row.user_id != by.user:
        raise errors.Missing("not_found")
    heir.roles = _known({*heir.roles, *row.roles})
    journal.record("membership.handed_over", by=by, now=now, subject=("membership", row.pk))
    heir.save(update_fields=["roles"])
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    return row, heir


def _change(membership: uuid.UUID, *, by: actors.Actor) -> tuple[Membership, list[Membership]]:
    """The current membership, locked with the others of its entry, if the actor may change it."""
    seen = Membership.objects.visible_to(by).current().filter(pk=membership).values_list("entry", flat=True).first()
    if seen is None:
        raise errors.Missing("not_found")
    members = locked(seen)
    row = next((one for one in members if one.pk == membership), None)
    if row is None:  # ended in the meantime
        raise errors.Missing("not_found")
    if row.user_id != by.user:
        rules.require(permissions.RULES["manage_members"], by=by, entry=row.entry_id)
    return row, [one for one in members if one.pk != membership]


def _keep_an_admin(left: Collection[Membership]) -> None:
    if not any("admin" in row.roles and row.suspended_at is None for row in left):
        raise errors.Conflict("last_admin")


def _known(roles: Collection[str]) -> list[str]:
    unknown = set(roles) - ALL_ROLES
    if unknown or not roles:
        raise errors.Invalid("invalid_choice", value=", ".join(sorted(unknown)), allowed=", ".join(ROLES))
    return [role for role in ROLES if role in roles]
