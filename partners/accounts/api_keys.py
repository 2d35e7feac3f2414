"""Keys of programs: of an entry, of a developer, and tokens of a person; each is shown once and kept as a hash."""

import datetime
import hashlib
import hmac
import secrets
import uuid
import zlib
from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, journal
from directory import permissions as rules
from partners import permissions

KINDS = ("entry", "developer", "personal")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PUBLIC_LENGTH, SECRET_LENGTH, CHECK_LENGTH = 8, 30, 6
MOST_KEYS = 50  # in force, of one entry or person
LONGEST = datetime.timedelta(days=730)
PERSONAL_LASTS = datetime.timedelta(days=30)
OVERLAP = datetime.timedelta(hours=24)  # how long the old secret still opens after a roll
# Keys read and match; what a person alone may do stands in the tables of permissions.
DEVELOPER_SCOPES = ("entries:read", "suggestions:write")
ENTRY_SCOPES = tuple(
    scope for scope in actors.SCOPES if scope.partition(":")[0] not in ("keys", "profile", "moderation", "claims")
)
_USED_EVERY = datetime.timedelta(minutes=1)


class Secret(NamedTuple):
    """A key as its holder has it."""

    prefix: str
    public: str
    secret: str

    def __str__(self) -> str:
        body = f"{self.prefix}_{self.public}_{self.secret}"
        return body + check_of(body)


class ApiKeys(models.QuerySet["ApiKey"]):
    """Questions about keys."""

    def in_force(self, now: datetime.datetime) -> "ApiKeys":
        """Those that open something now."""
        return self.filter(revoked_at=None, expires_at__gt=now)

    def visible_to(self, actor: actors.Actor) -> "ApiKeys":
        """A person's own, and of the entry acted for those that an admin sees; to keys none."""
        if actor.kind != "user":
            return self.none()
        own = Q(user=actor.user, kind__in=("developer", "personal"))
        is_admin = bool(actor.roles & permissions.RULES["see_keys"].roles)
        return self.filter(own | Q(kind="entry", entry=actor.acting_entry) if is_admin else own)


class ApiKey(models.Model):
    """One key. Of an entry it outlives who made it; a developer's and a personal one belong to a person."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="api_keys")  # who made it
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="api_keys"
    )
    name = models.CharField(max_length=100)
    public = models.CharField(max_length=PUBLIC_LENGTH, unique=True)
    digest = models.BinaryField(max_length=32)
    # The secret before the last roll, until `previous_until`.
    previous_digest = models.BinaryField(max_length=32, null=True, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=24))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeys.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="entry", entry__isnull=False) | Q(kind__in=("developer", "personal"), entry=None),
                name="api_key_of_an_entry_iff_it_has_one",
            ),
            models.CheckConstraint(condition=Q(scopes__contained_by=list(actors.SCOPES)), name="api_key_scopes_known"),
        ]
        indexes = [models.Index("entry", "id", name="api_key_entry"), models.Index("user", "id", name="api_key_user")]

    def __str__(self) -> str:
        return f"{self.name} ({self.public})"


def check_of(body: str) -> str:
    """The six characters at a key's end: CRC32 in base62, so that a mistyped key is refused without a query."""
    number, characters = zlib.crc32(body.encode()), ""
    for _ in range(CHECK_LENGTH):
        number, digit = divmod(number, 62)
        characters = ALPHABET[digit] + characters
    return characters


def parse(text: str) -> Secret | None:
    """The parts of a key; None for what cannot be one."""
    parts = text.split("_")
    if len(parts) != 4 or not text.isascii() or len(parts[2]) != PUBLIC_LENGTH:
        return None
    body, check = text[:-CHECK_LENGTH], text[-CHECK_LENGTH:]
    if len(parts[3]) != SECRET_LENGTH + CHECK_LENGTH or not hmac.compare_digest(check_of(body), check):
        return None
    return Secret(f"{parts[0]}_{parts[1]}", parts[2], parts[3][:SECRET_LENGTH])


def digest(secret: Secret) -> bytes:
    """What is kept of a secret: a hash under the pepper, which is no part of the database."""
    return hmac.digest(settings.KEY_PEPPER.encode(), f"{secret.public}:{secret.secret}".encode(), hashlib.sha256)


def _prefix(kind: str) -> str:
    if kind == "personal":
        return "mp_user"
    return "mp_live" if settings.PRODUCTION else "mp_test"


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@transaction.atomic
def create(
    *,
    kind: str,
    name: str,
    scopes: Collection[str],
    by: actors.Actor,
    now: datetime.datetime,
    entry: uuid.UUID | None = None,
    expires_at: datetime.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns it and its text, which nobody can see again.

    Raises Forbidden, Invalid `invalid_choice` (scopes), `expires_too_late`, Conflict `too_many_keys`.
    """
    _may_make(kind, by=by, entry=entry)
    longest = PERSONAL_LASTS if kind == "personal" else LONGEST
    until = expires_at or now + min(longest, datetime.timedelta(days=365))
    if not now < until <= now + longest:
        raise errors.Invalid("expires_out_of_range", value=until.isoformat(), most=longest.days)
    allowed = scopes_of(kind)
    if unknown := set(scopes) - set(allowed):
        raise errors.Invalid("invalid_choice", value=sorted(unknown)[0], allowed=", ".join(allowed))
    if beyond := sorted(set(scopes) - by.scopes):  # nobody gives more than they have
        raise errors.Forbidden("missing_scope", value=beyond[0])
    held = ApiKey.objects.in_force(now).filter(**({"entry": entry} if entry else {"user": by.user, "entry": None}))
    if held.count() >= MOST_KEYS:
        raise errors.Conflict("too_many_keys", most=MOST_KEYS)
    event = journal.record("api_key.created", by=by, now=now, subject=("entry" if entry else "user", entry or by.user))
    made = Secret(_prefix(kind), _random(PUBLIC_LENGTH), _random(SECRET_LENGTH))
    row = ApiKey.objects.create(
        kind=kind,
        user_id=by.person,
        entry_id=entry,
        name=name,
        public=made.public,
        digest=digest(made),
        scopes=[scope for scope in actors.SCOPES if scope in scopes],
        created_at=event.at,
        expires_at=until,
    )
    return row, str(made)


def scopes_of(kind: str) -> tuple[str, ...]:
    """The scopes that a key of this kind may have."""
    return {"entry": ENTRY_SCOPES, "developer": DEVELOPER_SCOPES, "personal": actors.SCOPES}[kind]


def _may_make(kind: str, *, by: actors.Actor, entry: uuid.UUID | None) -> None:
    if kind == "entry":
        rules.require(permissions.RULES["manage_keys"], by=by, entry=entry)
        return
    rules.require(permissions.RULES["manage_own_keys"], by=by)
    if not by.is_confirmed:
        raise errors.Forbidden("confirm_email_first")


@transaction.atomic
def roll(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> tuple[ApiKey, str]:
    """Give a key a new secret; the old one opens for another 24 hours. Missing, Forbidden."""
    row = _held(key, by=by, now=now)
    journal.record("api_key.rolled", by=by, now=now, subject=("api_key", row.pk))
    made = Secret(_prefix(row.kind), row.public, _random(SECRET_LENGTH))
    row.previous_digest, row.previous_until = row.digest, now + OVERLAP
    row.digest = digest(made)
    row.save(update_fields=["digest", "previous_digest", "previous_until"])
    return row, str(made)


@transaction.atomic
def revoke(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> ApiKey:
    """End a key at once, its secret before the last roll too. Missing, Forbidden."""
    row = _held(key, by=by, now=now)
    journal.record("api_key.revoked", by=by, now=now, subject=("api_key", row.pk))
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    return row


def _held(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> ApiKey:
    row = ApiKey.objects.visible_to(by).in_force(now).filter(pk=key).select_for_update().first()
    if row is None:
        raise errors.Missing("not_found")
    _may_make(row.kind, by=by, entry=row.entry_id)
    return row


def opened_by(text: str, *, now: datetime.datetime) -> ApiKey | None:
    """The key in force that a text opens, with its user and entry; None for every other text. Two statements."""
    secret = parse(text)
    row = (
        ApiKey.objects.in_force(now).select_related("user", "entry").filter(public=secret.public).first()
        if secret
        else None
    )
    if secret is None or row is None or secret.prefix != _prefix(row.kind):
        return None
    given = digest(secret)
    is_previous = bool(row.previous_digest) and row.previous_until is not None and now < row.previous_until
    before = bytes(row.previous_digest) if is_previous and row.previous_digest else b""
    if not hmac.compare_digest(given, bytes(row.digest)) and not hmac.compare_digest(given, before):
        return None
    if not row.user.is_active:  # also of an entry's key: an admin rolls it
        return None
    _note_use(row, now=now)
    return row


def _note_use(row: ApiKey, *, now: datetime.datetime) -> None:
    """Remember the use, to the minute: a write for every request would cost more than the reading."""
    if row.last_used_at is None or row.last_used_at < now - _USED_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
