"""Who acts for which entry, and as what; an entry that has members always has one who can admit others."""

import dataclasses
import datetime
import uuid
from collections.abc import Collection

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Exists, OuterRef, Q, When

from directory import actors, errors, journal
from directory import permissions as rules
from directory.entries import entries
from partners import permissions

ROLES = ("viewer", "editor", "approver", "receiver", "admin")
ALL_ROLES = frozenset(ROLES)  # "just me": whoever is alone does everything

# The verbs lock the entry, so they never come to this; bulk SQL and what is yet to be written may. It locks too: of two
# that each see an admin in the other's rows, the second waits for the first.
_KEEP_AN_ADMIN = """
FOR held IN SELECT DISTINCT unnest(ARRAY[NEW.entry_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.entry_id END]) LOOP
    PERFORM FROM directory_entry WHERE id = held FOR NO KEY UPDATE;
    IF (
        SELECT count(*) > 1 AND NOT bool_or('admin' = ANY (roles))
        FROM partners_membership WHERE entry_id = held AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the members of % have no admin', held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'keep_an_admin';
    END IF;
END LOOP;
RETURN NULL;
"""


class Memberships(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def current(self) -> "Memberships":
        """Those that have not ended."""
        return self.filter(ended_at=None)

    def acting(self) -> "Memberships":
        """Those that can be acted with now: of an active person, not suspended, for an entry that is listed.

        Each says in `has_company` whether the entry has another member; `effective` reads it.
        """
        others = Membership.objects.current().filter(entry=OuterRef("entry")).exclude(pk=OuterRef("pk"))
        listed = self.current().filter(suspended_at=None, user__is_active=True, entry__status__in=entries.SEEN)
        return listed.annotate(has_company=Exists(others))

    def in_one_of(self, roles: Collection[str]) -> "Memberships":
        """Of `acting()` those that are acted with in one of the roles; whoever is alone is in all."""
        return self.filter(Q(roles__overlap=[*roles]) | Q(has_company=False))

    def visible_to(self, actor: actors.Actor) -> "Memberships":
        """A person's own, those of the entry acted for, and to a moderator all."""
        if actor.is_moderator:
            return self
        own = Q(user=actor.user) if actor.user else Q(pk__in=[])
        return self.filter(own | Q(entry=actor.acting_entry)) if actor.acting_entry else self.filter(own)

    def known_to(self, actor: actors.Actor) -> "Memberships":
        """With `is_known`: whether the actor, a person, may read name and address: their own, and of fellow members."""
        known = Q(user=actor.user) if actor.user else Q(pk__in=[])
        if actor.user and actor.roles and actor.acting_entry:
            known |= Q(entry=actor.acting_entry, ended_at=None)
        return self.annotate(is_known=Case(When(known, then=True), default=False, output_field=models.BooleanField()))


class Membership(models.Model):
    """One person acts for one entry in some roles; it ends, and is never deleted."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="memberships")
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=10))
    version = models.BigIntegerField(db_default=1, editable=False)  # a trigger counts
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
        triggers = [
            pgtrigger.Trigger(
                name="keep_an_admin",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                declare=[("held", "uuid")],
                func=_KEEP_AN_ADMIN,
            ),
            pgtrigger.Trigger(
                name="count_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func="NEW.version := OLD.version + 1; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.entry_id}: {', '.join(self.roles)}"


def effective(row: Membership) -> frozenset[str]:
    """The roles that a membership of `acting()` is acted with: all, while nobody shares them."""
    return frozenset(row.roles) if row.has_company else ALL_ROLES  # type: ignore[attr-defined]


def leaves_no_admin(error: IntegrityError) -> bool:
    """Whether the database refused a commit because the members of an entry would have had no admin."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == "keep_an_admin"


def locked(entry: uuid.UUID) -> list[Membership]:
    """The current memberships of an entry with their people, locked in the order of ids: who changes one sees all."""
    entries.Entry.objects.select_for_update(of=("self",)).get(pk=entry)  # the first member too has one to queue behind
    rows = Membership.objects.current().filter(entry=entry).select_related("user")
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def of_this_moment(by: actors.Actor, members: Collection[Membership]) -> actors.Actor:
    """The actor with the roles it has among the locked members of the entry it acts for.

    The credential was read before the lock: whoever was removed meanwhile must not remove others.
    """
    own = next((row for row in members if row.user_id == by.user and row.suspended_at is None), None)
    roles = frozenset(own.roles) if own else frozenset()
    return dataclasses.replace(by, roles=ALL_ROLES if own and len(members) == 1 else roles)


@transaction.atomic
def begin(
    *, user: uuid.UUID, entry: uuid.UUID, roles: Collection[str], by: actors.Actor, now: datetime.datetime
) -> Membership:
    """Make somebody a member, or give a member these roles as well. Invalid `invalid_choice`.

    Decides no right: whoever calls it has checked a claim, an invitation or a moderator.
    """
    given = _known(roles)
    members = locked(entry)
    before = next((row for row in members if row.user_id == user), None)
    event = journal.record("membership.began", by=by, now=now, subject=("entry", entry))
    if before is None:
        if len(members) == 1:  # was alone, so did everything, and goes on doing it
            _give(members[0], ALL_ROLES)
        return Membership.objects.create(user_id=user, entry_id=entry, roles=given, created_at=event.at)
    _give(before, {*before.roles, *given})
    return before


@transaction.atomic
def change_roles(
    membership: uuid.UUID,
    *,
    roles: Collection[str],
    by: actors.Actor,
    now: datetime.datetime,
    version: int | None = None,
) -> Membership:
    """As an admin, give a member other roles.

    Raises Missing, Forbidden, Conflict `last_admin`, Invalid `invalid_choice`, `version_changed`.
    """
    row, others, actor = _held(membership, by=by)
    rules.require(permissions.RULES["manage_members"], by=actor, entry=row.entry_id)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.roles == (given := _known(roles)):
        return row
    journal.record("membership.roles_changed", by=by, now=now, subject=("membership", row.pk))
    _give(row, given)
    _keep_an_admin([row, *others])
    if "admin" not in given:
        _withdraw_invitations(row, by=by, now=now)
    return row


@transaction.atomic
def end(membership: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Membership:
    """End a membership: an admin another's, everybody their own. Missing, Forbidden, Conflict `last_admin`."""
    row, others, actor = _held(membership, by=by)
    _may_end(row, by=actor)
    _keep_an_admin(others)
    journal.record("membership.ended", by=by, now=now, subject=("membership", row.pk))
    _end(row, now=now)
    _withdraw_invitations(row, by=by, now=now)
    return row


@transaction.atomic
def hand_over(
    membership: uuid.UUID, *, to: uuid.UUID, by: actors.Actor, now: datetime.datetime
) -> tuple[Membership, Membership]:
    """End a membership and give all its roles to another member, in one go. The ended membership, and the other's.

    Everybody hands over their own, an admin that of somebody who left. Raises Missing, Forbidden, Conflict
    `last_admin`, Invalid `invalid_id` where `to` is no other member of the entry.
    """
    row, others, actor = _held(membership, by=by)
    _may_end(row, by=actor)
    heir = next((other for other in others if other.pk == to), None)
    if heir is None:
        raise errors.Invalid("invalid_id", pointer="#/to", value="to")
    journal.record("membership.handed_over", by=by, now=now, subject=("membership", row.pk))
    _give(heir, {*heir.roles, *row.roles})
    _keep_an_admin(others)
    _end(row, now=now)
    return row, heir


def _held(membership: uuid.UUID, *, by: actors.Actor) -> tuple[Membership, list[Membership], actors.Actor]:
    """The current membership and the others of its entry, locked, and the actor as it stands among them."""
    seen = Membership.objects.visible_to(by).current().filter(pk=membership).values_list("entry", flat=True).first()
    if seen is None:
        raise errors.Missing("not_found")
    members = locked(seen)
    row = next((one for one in members if one.pk == membership), None)
    if row is None:  # ended in the meantime
        raise errors.Missing("not_found")
    return row, [one for one in members if one.pk != membership], of_this_moment(by, members)


def _may_end(row: Membership, *, by: actors.Actor) -> None:
    right = "manage_own_membership" if row.user_id == by.user else "manage_members"
    rules.require(permissions.RULES[right], by=by, entry=row.entry_id)


def _keep_an_admin(left: Collection[Membership]) -> None:
    if not any("admin" in row.roles and row.suspended_at is None and row.user.is_active for row in left):
        raise errors.Conflict("last_admin")


def _give(row: Membership, roles: Collection[str]) -> None:
    given = _known(roles)
    if row.roles != given:
        row.roles = given
        row.save(update_fields=["roles"])


def _end(row: Membership, *, now: datetime.datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])


def _withdraw_invitations(row: Membership, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Whoever another took the admin's role from has no open invitation left to come back by."""
    if row.user_id != by.user:
        row.user.invitations.filter(entry=row.entry_id, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _known(roles: Collection[str]) -> list[str]:
    unknown = set(roles) - ALL_ROLES
    if unknown or not roles:
        raise errors.Invalid("invalid_choice", value=", ".join(sorted(unknown)), allowed=", ".join(ROLES))
    return [role for role in ROLES if role in roles]
