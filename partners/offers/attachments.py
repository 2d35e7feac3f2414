"""Photos and documents of offers and needs: looked at when they come, kept as bytes, handed out to be saved."""

from django.db import models
from django.db.models import Q

from directory import journal
from partners import files

MOST = 10  # of one offer or need
TYPES = tuple(files.ENDINGS)


class Attachment(models.Model):
    """One file of an offer or need; whoever sees that may have it."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    proposal = models.ForeignKey("partners.Proposal", on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)  # as it was sent: to be read, never a path
    type = models.CharField(max_length=4, choices=[(name, name.upper()) for name in TYPES])
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=TYPES), name="attachment_type_known"),
            models.CheckConstraint(
                condition=Q(size_bytes__gt=0, size_bytes__lte=files.MOST_BYTES), name="attachment_size_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.proposal_id}"
