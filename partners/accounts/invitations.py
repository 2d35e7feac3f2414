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
from partners import mail, permissions
from partners.accounts import memberships

LASTS = datetime.timedelta(days=14)
MOST_OPEN = 50  # of one entry, and as many in a day
MOST_TO_ONE = 3  # address in a day: each is a letter to somebody who may not want it
LETTER = """\
{inviter} mengundang Anda untuk mengelola {entry} di direktori mitra perpustakaan sekolah.
Peran: {roles}.

Buka tautan ini dalam {days} hari, lalu masuk atau buat akun:
{link}

Bila Anda tidak mengenal undangan ini, abaikan saja: tidak terjadi apa-apa.

--
{inviter} invites you to act for {entry} in the partner directory of school libraries. Open the link above within
{days} days, then sign in or make an account. If you do not know what this is about, ignore it: nothing happens.
"""


class Invitations(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self, now: datetime.datetime) -> "Invitations":
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def visible_to(self, actor: actors.Actor) -> "Invitations":
        """Those of the entry acted for, to its admins; not to keys, which are never admins."""
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

    def state(self, now: datetime.datetime) -> str:
        """`accepted`, `withdrawn`, `expired` or `open`."""
        if self.accepted_at or self.withdrawn_at:
            return "accepted" if self.accepted_at else "withdrawn"
        return "open" if now < self.expires_at else "expired"


def digest(secret: str) -> bytes:
    """What is kept of a link's secret."""
    return hmac.digest(settings.KEY_PEPPER.encode(), f"invitation:{secret}".encode(), hashlib.sha256)


@transaction.atomic
def invite(
    *, entry: uuid.UUID, email: str, roles: Collection[str], by: actors.Actor, now: datetime.datetime
) -> tuple[Invitation, str]:
    """Invite an address by mail; returns the row and the secret of the link, which nobody but the letter may show.

    Raises Forbidden, Invalid `invalid_choice`, Conflict `too_many_invitations`. An earlier open invitation of the
    address is withdrawn: the newest link holds.
    """
    rules.require(permissions.RULES["manage_members"], by=by, entry=entry)
    if not roles or set(roles) - memberships.ALL_ROLES:
        raise errors.Invalid("invalid_choice", value=", ".join(roles), allowed=", ".join(memberships.ROLES))
    _require_admin(entry, by=by)
    waiting = Invitation.objects.open(now).filter(entry=entry)
    waiting.filter(email__iexact=email).update(withdrawn_at=now)
    _check_number(waiting, entry=entry, email=email, now=now)
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
    _send(row, secret, now=now)
    return row, secret


@transaction.atomic
def withdraw(invitation: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Invitation:
    """Take an open invitation back. Missing, Forbidden, Conflict `wrong_state` when it is no longer open."""
    seen = Invitation.objects.visible_to(by).filter(pk=invitation).values_list("entry", flat=True).first()
    if seen is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["manage_members"], by=by, entry=seen)
    _require_admin(seen, by=by)
    row = Invitation.objects.select_for_update().get(pk=invitation)
    if (state := row.state(now)) != "open":
        raise errors.Conflict("wrong_state", value=state)
    journal.record("invitation.withdrawn", by=by, now=now, subject=("entry", row.entry_id))
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return row


def opened_by(secret: str, *, now: datetime.datetime) -> Invitation | None:
    """The open invitation of a link, with its entry and who invited; None for every other text."""
    rows = Invitation.objects.open(now).select_related("entry", "invited_by")
    return rows.filter(digest=digest(secret)).first()


@transaction.atomic
def accept(secret: str, *, by: actors.Actor, now: datetime.datetime) -> memberships.Membership:
    """Become a member by the link of a mail.

    Raises Forbidden (`person_needed`, `confirm_email_first`), Invalid `invalid_link` for one that opens nothing, be it
    used, withdrawn, too old or made up. The link was sent to an address, so whoever holds it may use another account
    than that of the address.
    """
    rules.require(permissions.RULES["manage_own_membership"], by=by)
    user = by.person
    if not by.is_confirmed:
        raise errors.Forbidden("confirm_email_first")
    meant = Invitation.objects.filter(digest=digest(secret))
    for entry in meant.values_list("entry", flat=True):
        memberships.locked(entry)  # before the invitation, as whoever invites or removes does
    row = meant.open(now).select_for_update().first()
    if row is None:
        raise errors.Invalid("invalid_link", pointer="#/secret")
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    return memberships.begin(user=user, entry=row.entry_id, roles=row.roles, by=by, now=now)


def _require_admin(entry: uuid.UUID, *, by: actors.Actor) -> None:
    """Lock the entry's members and ask again: the credential was read before."""
    actor = memberships.of_this_moment(by, memberships.locked(entry))
    rules.require(permissions.RULES["manage_members"], by=actor, entry=entry)


def _check_number(waiting: Invitations, *, entry: uuid.UUID, email: str, now: datetime.datetime) -> None:
    today = Invitation.objects.filter(entry=entry, created_at__gt=now - datetime.timedelta(days=1))
    if waiting.count() >= MOST_OPEN or today.count() >= MOST_OPEN:
        raise errors.Conflict("too_many_invitations", most=MOST_OPEN)
    if today.filter(email__iexact=email).count() >= MOST_TO_ONE:
        raise errors.Conflict("too_many_invitations", most=MOST_TO_ONE)


def _send(row: Invitation, secret: str, *, now: datetime.datetime) -> None:
    text = LETTER.format(
        entry=row.entry.name,
        inviter=row.invited_by.name or row.invited_by.email,
        roles=", ".join(row.roles),
        # In the query, which no log keeps.
        link=f"{settings.PUBLIC_URL}/invitations?secret={secret}",
        days=LASTS.days,
    )
    mail.put(to=row.email, subject=f"Undangan: {row.entry.name}"[:200], text=text, now=now, entry=row.entry_id)
