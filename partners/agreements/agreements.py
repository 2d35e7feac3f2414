"""Agreements: the accepted terms written out as a deed, of which a hash proves every letter, and who signed it.

An uncertified signature is what it is: nothing here calls it certified.
"""

import hashlib
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from directory import actors, journal, vocabularies
from directory.text import EMPTY


class Agreements(models.QuerySet["Agreement"]):
    """Questions about agreements."""

    def visible_to(self, actor: actors.Actor) -> "Agreements":
        """Those of requests that the actor sees."""
        seen: Any = Agreement._meta.get_field("collaboration").related_model
        return self.filter(collaboration__in=seen.objects.visible_to(actor))

    def standing(self) -> "Agreements":
        """Those that no later terms have replaced."""
        return self.filter(voided_at=None)


class Agreement(models.Model):
    """One deed, of one revision of one request. Changed terms void it; nothing changes its text."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    collaboration = models.ForeignKey("partners.Collaboration", on_delete=models.PROTECT, related_name="agreements")
    revision = models.PositiveSmallIntegerField()
    template = models.CharField(max_length=40)  # its name and version
    text = models.TextField()
    digest = models.BinaryField(max_length=32, unique=True)  # SHA-256 of the text in UTF-8
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(**EMPTY)

    objects = Agreements.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("collaboration", condition=Q(voided_at=None), name="agreement_one_stands")
        ]

    def __str__(self) -> str:
        return f"{self.template} of {self.collaboration_id}"

    @property
    def sha256(self) -> str:
        """The hash as people read it."""
        return bytes(self.digest).hex()


class Signature(models.Model):
    """One side's signature: who, in which role, when, and the words that they agreed to."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey("partners.Agreement", on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=12, choices=vocabularies.choices("side"))
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="signatures")
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=10)
    consent = models.TextField()  # the words
    event = models.ForeignKey("directory.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("agreement", "side", name="signature_once_of_a_side")]

    def __str__(self) -> str:
        return f"{self.side} of {self.agreement_id} at {self.at:%Y-%m-%d %H:%M}"


class SigningCode(models.Model):
    """A code mailed to whoever is about to sign, by which they show anew that it is them."""

    agreement = models.ForeignKey("partners.Agreement", on_delete=models.CASCADE, related_name="codes")
    user = models.ForeignKey("partners.User", on_delete=models.CASCADE, related_name="signing_codes")
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("agreement", "user", name="signing_code_one_a_person")]

    def __str__(self) -> str:
        return f"for {self.agreement_id}"


def digest_of(text: str) -> bytes:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def found_by(sha256: str) -> "Agreement | None":
    """The agreement of a hash in hexadecimal; None when there is none, or it is no hash."""
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        return None
    return Agreement.objects.filter(digest=digest).first()


def standing_of(collaboration: uuid.UUID) -> "Agreement | None":
    """The agreement of a request that no later terms have replaced."""
    return Agreement.objects.standing().filter(collaboration=collaboration).first()
