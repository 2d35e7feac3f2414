"""Invitations by mail to act for an entry; the link opens once, for whoever proves the address."""

import datetime
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal
from directory import permissions as rules
from partners import permissions
from partners.accounts import memberships

LASTS = datetime.timedelta(days=14)
MOST_OPEN = 50  # of one entry


class Invitations(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self, now: datetime.datetime) -> "Invitations":
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def visible_to(self, actor: actors.Actor) -> "Invitations":
        """Those of the entry acted for, to its admins."""
        is_admin = bool(actor.roles & permissions.RULES["manage_members"].roles)
        return self.filter(entry=actor.acting_entry) if is_admin and actor.acting_entry else self.none()


class Invitation(models.Model):
    """One invitation to one address."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=10))
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = Invitations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(memberships.ROLES)) & Q(roles__len__gt=0),
                name="invitation_roles_known",
            )
        ]
        indexes = [models.Index("entry", "id", name="invitation_entry")]

    def __str__(self) -> str:
        return f"{self.email} to {self.entry_id}"


def digest(secret: str) -> bytes:
    """What is kept of a link's secret."""
    return hmac.digest(settings.KEY_PEPPER.encode(), f"invitation:{secret}".encode(), hashlib.sha256)


@transaction.atomic
def invite(
    *, entry: uuid.UUID, email: str, roles: Collection[str], by: actors.Actor, now: datetime.datetime
) -> tuple[Invitation, str]:
    """Invite an address; returns the row and the secret of the link, which is in the mail alone.

    Raises Forbidden, Invalid `invalid_choice`, Conflict `too_many_invitations`. An earlier open invitation of the
    address is withdrawn: the newest link holds.
    """
    rules.require(permissions.RULES["manage_members"], by=by, entry=entry)
    if not roles or set(roles) - memberships.ALL_ROLES:
        raise errors.Invalid("invalid_choice", value=", ".join(roles), allowed=", ".join(memberships.ROLES))
    memberships.locked(entry)
    waiting = Invitation.objects.open(now).filter(entry=entry)
    waiting.filter(email__iexact=email).update(withdrawn_at=now)
    if waiting.count() >= MOST_OPEN:
        raise errors.Conflict("too_many_invitations", most=MOST_OPEN)
    journal.record("invitation.sent", by=by, now=now, subject=("entry", entry))
    secret = secrets.token_urlsafe(24)
    row = Invitation.objects.create(
        entry_id=entry,
        email=email,
        roles=[role for role in memberships.ROLES if role in roles],
        digest=digest(secret),
        invited_by_id=by.person,
        created_at=now,
        expires_at=now + LASTS,
    )
    return row, secret


@transaction.atomic
def withdraw(invitation: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Invitation:
    """Take an open invitation back. Missing, Forbidden."""
    row = Invitation.objects.visible_to(by).open(now).filter(pk=invitation).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["manage_members"], by=by, entry=row.entry_id)
    journal.record("invitation.withdrawn", by=by, now=now, subject=("entry", row.entry_id))
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return row


@transaction.atomic
def accept(secret: str, *, by: actors.Actor, now: datetime.datetime) -> memberships.Membership:
    """Become a member by the link of a mail. Missing for a link that opens nothing, Forbidden `confirm_email_first`.

    The link was sent to an address, so whoever holds it may use another account than that of the address.
    """
    row = Invitation.objects.open(now).filter(digest=digest(secret)).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    if by.user is None or not by.is_confirmed:
        raise errors.Forbidden("confirm_email_first")
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    return memberships.begin(user=by.user, entry=row.entry_id, roles=row.roles, by=by, now=now)
