"""What speaks for a claim: each row one thing that was handed in or proved, by whom and when."""

import datetime
import hashlib
import hmac
import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory import journal, vocabularies
from directory.text import EMPTY

CODES = ("institutional_mail", "school_domain", "education_account", "letter_code")  # proved by a code
DECISIVE = frozenset({"institutional_mail", "letter_code"})  # only the institution itself can have it
VERIFYING = DECISIVE | {"assignment_letter"}  # the others tell of the person, not of the entry
COUNTING = ("given", "proved")
VOUCHES = 2
MOST_TRIES = 10
LASTS = {"letter_code": datetime.timedelta(days=60)}
MAIL_LASTS = datetime.timedelta(days=3)
FILE_KEPT = datetime.timedelta(days=90)  # after the decision
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what looks alike on paper


class Evidences(models.QuerySet["Evidence"]):
    """Questions about evidence."""

    def counting(self) -> "Evidences":
        """What is enough to hold an entry provisionally when nobody answers."""
        return self.filter(state__in=COUNTING)


class Evidence(models.Model):
    """One piece of evidence. A code is kept as a keyed hash; a vouch is a row for each who vouches."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    claim = models.ForeignKey("partners.Claim", on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20, choices=vocabularies.choices("evidence_kind"))
    state = models.CharField(max_length=10, choices=vocabularies.choices("evidence_state"))
    what = models.CharField(max_length=300, **EMPTY)  # the address that was written to, the type of the file
    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )  # who handed it in, sent it or vouches
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="vouches"
    )  # for which a voucher acts
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="checked_evidence"
    )  # the moderator; null where the system did
    digest = models.BinaryField(max_length=32, null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = Evidences.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=vocabularies.codes("evidence_kind")), name="evidence_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=vocabularies.codes("evidence_state")), name="evidence_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="proved", checked_at__isnull=False) | ~Q(state="proved") & Q(checked_at=None),
                name="evidence_checked_iff_proved",
            ),
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="evidence_tries_end"),
            models.UniqueConstraint("claim", "user", condition=Q(kind="vouch"), name="evidence_vouch_once"),
            models.UniqueConstraint(
                "claim", "entry", condition=Q(kind="vouch"), name="evidence_vouch_once_of_an_entry"
            ),
            models.UniqueConstraint(
                "claim", "kind", condition=Q(state="waiting") & ~Q(kind="vouch"), name="evidence_one_code_waits"
            ),
        ]
        indexes = [models.Index("claim", "id", name="evidence_claim")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.claim_id}: {self.state}"


class EvidenceFile(models.Model):
    """The file of one piece of evidence; it is kept beside the rows, so that it comes and goes with them."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, primary_key=True, related_name="file")
    type = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.type} of {self.evidence_id}"


def new_code() -> str:
    """A code that a person can type from paper."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def digest(row: uuid.UUID, code: str) -> bytes:
    """What is kept of a code: it opens this row alone; hyphens, blanks and small letters do not matter."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hmac.digest(settings.KEY_PEPPER.encode(), f"evidence:{row}:{plain}".encode(), hashlib.sha256)


def forget(*, now: datetime.datetime) -> int:
    """Remove files of claims that were decided long ago: they show names and signatures."""
    old = EvidenceFile.objects.filter(evidence__claim__decided_at__lt=now - FILE_KEPT)
    return old.delete()[0]
