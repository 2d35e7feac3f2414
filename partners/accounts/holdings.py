"""What this floor holds about a person: one line for each table, which the export shows and erasing goes through."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from directory import ids
from partners.accounts.users import User


class Why(NamedTuple):
    """Why it is erased or kept, for the person who asks."""

    id: str
    en: str


YOURS = Why("Data pribadi Anda.", "It is your personal data.")
ENDED = Why(
    "Berakhir saat penghapusan; barisnya tetap karena menjadi catatan entri, tanpa nama atau alamat Anda.",
    "It ends with the erasing; the row stays as a record of the entry, without your name or address.",
)
PROOF = Why(
    "Bukti persetujuan dan penarikannya; hanya menyebut nomor acak akun Anda.",
    "The proof of what you agreed to and took back; it names only the random number of your account.",
)
SEALED = Why(
    "Catatan bersegel tentang siapa mengubah apa; hanya menyebut nomor acak akun Anda.",
    "The sealed record of who changed what; it names only the random number of your account.",
)
FACTS = Why(
    "Fakta tentang lembaga tetap ada; yang Anda tulis tentangnya tidak lagi menyebut Anda.",
    "Facts about organisations stay; what you wrote of them no longer names you.",
)


class Holding(NamedTuple):
    """One line: whose rows of a table are a person's, what the export shows of them, what erasing does to them.

    The model is named by a text, as the rooms above this one have lines here too.
    """

    name: str
    model: str
    whose: Callable[[User], Q]
    shown: tuple[str, ...]
    fate: str  # erased: the rows go; blanked: they stay without what is personal; kept
    why: Why
    blank: Mapping[str, Any] = {}  # column -> value, or what makes one of the moment

    def rows(self, user: User) -> "models.QuerySet[Any]":
        """The person's rows, the oldest first."""
        return apps.get_model(self.model)._default_manager.filter(self.whose(user)).order_by("pk")

    def forget(self, user: User, *, now: datetime.datetime) -> int:
        """Do to the rows what erasing does; returns how many there are."""
        rows = self.rows(user)
        if self.fate == "erased":
            count = rows.count()
            rows.delete()
            return count
        if self.blank:
            return rows.update(**{name: _made(value, now) for name, value in self.blank.items()})
        return rows.count()


def nobody(now: datetime.datetime) -> str:
    """An address that no mail reaches (RFC 2606), another one each time."""
    return f"{uuid.uuid4().hex}@erased.invalid"


def _made(value: Any, now: datetime.datetime) -> Any:
    return value(now) if callable(value) else value


def _ended(column: str) -> Callable[[datetime.datetime], Coalesce]:
    """Ended now, unless it had ended before."""
    return lambda now: Coalesce(column, models.Value(now))


def _by_user(user: User) -> Q:
    return Q(user=user)


HELD = (
    Holding("sign_in_addresses", "account.EmailAddress", _by_user, ("email", "verified", "primary"), "erased", YOURS),
    Holding("second_factors", "mfa.Authenticator", _by_user, ("type", "created_at", "last_used_at"), "erased", YOURS),
    Holding(
        "letters",
        "partners.Letter",
        lambda user: Q(to__iexact=user.email),
        ("to", "subject", "created_at", "sent_at"),  # the text holds codes and links that are keys
        "erased",
        YOURS,
    ),
    Holding(
        "invitations_received",
        "partners.Invitation",
        lambda user: Q(email__iexact=user.email),
        ("id", "email", "entry", "roles", "created_at", "expires_at", "accepted_at", "withdrawn_at"),
        "blanked",
        ENDED,
        {"email": nobody, "withdrawn_at": _ended("withdrawn_at")},
    ),
    Holding(
        "invitations_sent",
        "partners.Invitation",
        lambda user: Q(invited_by=user),
        ("id", "entry", "roles", "created_at", "accepted_at", "withdrawn_at"),
        "kept",
        ENDED,
    ),
    Holding(
        "memberships",
        "partners.Membership",
        _by_user,
        ("id", "entry", "roles", "created_at", "ended_at", "suspended_at"),
        "kept",
        ENDED,
    ),
    Holding("moderator_rights", "partners.Moderator", _by_user, ("region", "created_at"), "erased", YOURS),
    Holding(
        "keys",
        "partners.ApiKey",
        _by_user,
        ("id", "kind", "name", "entry", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"),
        "blanked",
        ENDED,
        {"name": "", "revoked_at": _ended("revoked_at"), "previous_digest": None, "previous_until": None},
    ),
    Holding(
        "consents",
        "partners.Consent",
        _by_user,
        ("purpose", "text_version", "given_at", "withdrawn_at", "how"),
        "kept",
        PROOF,
    ),
    Holding(
        "professional",
        "partners.Professional",
        lambda user: Q(user=user) & ~Q(status="erased"),
        ("id", "status", "name", "role", "school", "region", "competences", "interests", "is_mentor", "updated_at"),
        "blanked",
        YOURS,
    ),
    Holding(
        "attainments",
        "partners.Attainment",
        lambda user: Q(professional__user=user),
        ("id", "type", "title", "issuer", "year", "confirmed_at"),
        "erased",
        YOURS,
    ),
    Holding(
        "attainments_confirmed",
        "partners.Attainment",
        lambda user: Q(confirmed_by=user),
        ("id", "confirmed_at", "confirmed_for"),
        "kept",
        ENDED,
    ),
    Holding(
        "claims",
        "partners.Claim",
        _by_user,
        ("id", "entry", "status", "roles", "statement", "created_at", "decided_at", "reason"),
        "blanked",
        ENDED,
        {"statement": "", "reason": ""},
    ),
    Holding(
        "evidence",
        "partners.Evidence",
        lambda user: Q(claim__user=user),
        ("id", "claim", "kind", "state", "what", "created_at", "checked_at"),
        "blanked",
        ENDED,
        {"what": "", "digest": None},
    ),
    Holding(
        "evidence_files",
        "partners.EvidenceFile",
        lambda user: Q(evidence__claim__user=user),
        ("type", "sha256"),
        "erased",
        YOURS,
    ),
    Holding(
        "vouches",
        "partners.Evidence",
        lambda user: Q(user=user) & ~Q(claim__user=user),
        ("id", "kind", "entry", "created_at"),
        "kept",
        ENDED,
    ),
    Holding(
        "evidence_checked", "partners.Evidence", lambda user: Q(checked_by=user), ("id", "checked_at"), "kept", ENDED
    ),
    Holding(
        "suggestions",
        "partners.Suggestion",
        lambda user: Q(author=user) | Q(contact__iexact=user.email),
        ("id", "entry", "changes", "reason", "contact", "status", "created_at", "decided_at", "note"),
        "blanked",
        FACTS,
        {"reason": "", "contact": "", "note": ""},
    ),
    Holding(
        "suggestions_decided",
        "partners.Suggestion",
        lambda user: Q(decided_by=user),
        ("id", "entry", "status", "decided_at"),
        "kept",
        ENDED,
    ),
    Holding(
        "flags",
        "partners.Flag",
        lambda user: Q(author=user),
        ("id", "subject_type", "subject_id", "entry", "reason_code", "note", "status", "answer", "created_at"),
        "blanked",
        FACTS,
        {"note": "", "answer": ""},
    ),
    Holding(
        "flags_decided", "partners.Flag", lambda user: Q(decided_by=user), ("id", "status", "decided_at"), "kept", ENDED
    ),
    Holding(
        "messages",
        "partners.Message",
        lambda user: Q(author=user),
        ("id", "collaboration", "entry", "text", "created_at"),
        "blanked",
        ENDED,
        {"author": None},
    ),
    Holding(
        "notifications",
        "partners.Delivery",
        _by_user,
        ("id", "entry", "channel", "created_at", "sent_at", "read_at"),
        "erased",
        YOURS,
    ),
    Holding(
        "notification_preferences", "partners.Preference", _by_user, ("entry", "mail", "language"), "erased", YOURS
    ),
    Holding("read_markers", "partners.ReadMarker", _by_user, ("collaboration", "read_at"), "erased", YOURS),
    Holding("receipts_counted", "partners.HandoverRecord", _by_user, ("shipment", "at"), "kept", ENDED),
    Holding(
        "signatures", "partners.Signature", _by_user, ("agreement", "side", "entry", "consent", "at"), "kept", PROOF
    ),
    Holding("signing_codes", "partners.SigningCode", _by_user, ("agreement", "expires_at"), "erased", YOURS),
    Holding("digests_sent", "partners.DigestSent", _by_user, ("sent_at",), "erased", YOURS),
    Holding(
        "events",
        "directory.Event",
        lambda user: Q(actor_kind="user", actor_reference=ids.encode("user", user.pk)),
        ("id", "type", "at", "acting_entry_id", "subject_type", "subject_id", "reason", "request_id"),
        "kept",
        SEALED,
    ),
)

# What people write to each other, in which others may be named: (table, columns).
TEXTS = (
    ("partners.Letter", ("subject", "text")),
    ("partners.Claim", ("statement", "reason")),
    ("partners.Suggestion", ("reason", "note")),
    ("partners.Flag", ("note", "answer")),
    ("partners.Message", ("text",)),
    ("partners.MessageFile", ("name",)),
)
