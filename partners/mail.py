"""Letters by mail: a row in the transaction of what it tells of, sent after the commit by the worker, once or again."""

import contextlib
import datetime
import uuid

from django.core import mail
from django.db import models, transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from directory import journal
from directory.text import EMPTY

LEASE = datetime.timedelta(minutes=2)
MOST_TRIES = 8  # the pauses double from a minute: about four hours
BATCH = 50
KEPT_FOR = datetime.timedelta(days=30)


class Letter(models.Model):
    """One mail to one address."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    to = models.EmailField()
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # that it is about: the moderators of its region see that it was written, and nobody else's do
    subject = models.CharField(max_length=200)
    text = models.TextField()
    unsubscribe = models.CharField(max_length=500, **EMPTY)  # the address that ends such letters at one click
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # while it is being sent: when another worker may try
    lease = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("due_at", name="letter_due", condition=Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


def put(
    *,
    to: str,
    subject: str,
    text: str,
    now: datetime.datetime,
    entry: uuid.UUID | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Write a letter, about an entry or none; it is sent if the transaction commits.

    `unsubscribe`: where one click ends such letters.
    """
    about = {"to": to, "subject": " ".join(subject.split()), "text": text, "unsubscribe": unsubscribe}
    row = Letter.objects.create(**about, entry_id=entry, created_at=now, due_at=now)
    transaction.on_commit(_wake)
    return row


def _wake() -> None:
    """Have the letters sent now, not at the next full minute; by name, for the task stands on this file."""
    with contextlib.suppress(AlreadyEnqueued):  # it is about to be
        app.configure_task("partners.tasks.send_mail", queueing_lock="send_mail", lock="send_mail").defer(timestamp=0)


def send_due(*, now: datetime.datetime) -> int:
    """Send what is due; no transaction is open while a mail server is asked. Returns how many were sent."""
    sent = 0
    for row in _leased(now):
        with mail.get_connection(timeout=20) as server:
            try:
                mail.EmailMessage(row.subject, row.text, to=[row.to], headers=_headers(row), connection=server).send()
            except OSError:  # of the network and of SMTP alike; the row is due again
                continue
        # The token proves that nobody else took the row meanwhile.
        # What was sent is not kept: it holds codes and links, which nobody with a dump shall use.
        Letter.objects.filter(pk=row.pk, lease=row.lease).update(sent_at=now, lease=None, text="", unsubscribe="")
        sent += 1
    return sent


def _headers(row: Letter) -> dict[str, str]:
    """What a mail program needs to offer one click (RFC 2369, RFC 8058)."""
    if not row.unsubscribe:
        return {}
    return {"List-Unsubscribe": f"<{row.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _leased(now: datetime.datetime) -> list[Letter]:
    token = uuid.uuid4()
    with transaction.atomic():
        due = Letter.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES).order_by("due_at")
        keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        for row in Letter.objects.filter(pk__in=keys):
            Letter.objects.filter(pk=row.pk).update(
                lease=token, tries=F("tries") + 1, due_at=now + LEASE * 2**row.tries
            )
    return list(Letter.objects.filter(lease=token, sent_at=None))


def forget(*, now: datetime.datetime) -> int:
    """Remove letters that are long sent: they hold addresses and links."""
    return Letter.objects.filter(sent_at__lt=now - KEPT_FOR).delete()[0]
