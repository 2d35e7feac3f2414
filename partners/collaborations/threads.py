"""Threads: what the two sides of a request write to each other. A message never changes the request itself."""

import datetime
import uuid

from django.db import models, transaction
from django.db.models import Q

from directory import actors, errors, ids, journal
from directory import permissions as rules
from directory.entries import entries
from partners import files, permissions
from partners.collaborations import blocks
from partners.collaborations.collaborations import Collaboration, side_of

LONGEST = 5000  # characters
MOST_FILES = 5  # of one message
TYPES = tuple(files.ENDINGS)
FILES_WITHIN = datetime.timedelta(hours=24)  # after the message
LONGEST_FILE_NAME = 120
WROTE, ATTACHED = "collaboration.message_sent", "collaboration.file_attached"


class Messages(models.QuerySet["Message"]):
    """Questions about messages."""

    def visible_to(self, actor: actors.Actor) -> "Messages":
        """Those of the requests that the actor sees."""
        return self.filter(collaboration__in=Collaboration.objects.visible_to(actor).values("pk"))


class Message(models.Model):
    """What one side wrote once; nothing changes it."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    collaboration = models.ForeignKey("partners.Collaboration", on_delete=models.PROTECT, related_name="messages")
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="messages")  # of the side
    author = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )  # null: a key wrote, or the person was erased
    api_key = models.ForeignKey(
        "partners.ApiKey", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    text = models.CharField(max_length=LONGEST)
    event = models.OneToOneField("directory.Event", on_delete=models.PROTECT, related_name="message")
    created_at = models.DateTimeField()

    objects = Messages.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(author=None) | Q(api_key=None), name="message_of_one_author"),
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
        ]
        indexes = [models.Index("collaboration", "event", name="message_collaboration")]

    def __str__(self) -> str:
        return f"message of {self.entry_id} in {self.collaboration_id}"


class MessageFile(models.Model):
    """One file that came with a message; it is handed out as it came, and never opened or shown here."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    message = models.ForeignKey("partners.Message", on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=LONGEST_FILE_NAME)
    type = models.CharField(max_length=4)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    event = models.OneToOneField("directory.Event", on_delete=models.PROTECT, related_name="message_file")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("message", "id", name="message_file_message")]

    def __str__(self) -> str:
        return f"{self.name} with {self.message_id}"


@transaction.atomic
def post(collaboration: uuid.UUID, text: str, *, by: actors.Actor, now: datetime.datetime) -> Message:
    """Write a message, for the side of the entry acted for.

    Raises Missing, Forbidden (`not_received` where the other side blocks it), Conflict `wrong_state` of a draft,
    `lift_block_first`, `partner_unavailable`, and `one_message_after_decline` until the other side answers.
    """
    row, own = _writable(collaboration, by)
    _heard_after_decline(row, own)
    event = _record(WROTE, row, by=by, now=now)
    key = ids.decode(by.reference)[1] if by.kind == "api_key" else None
    return Message.objects.create(
        collaboration=row,
        entry_id=own,
        author_id=by.user,
        api_key_id=key,
        text=text,
        event=event,
        created_at=now,
    )


@transaction.atomic
def attach(message: uuid.UUID, *, name: str, content: bytes, by: actors.Actor, now: datetime.datetime) -> MessageFile:
    """Add a file to a message of one's own side, within a day.

    Raises as `post`, and as `files.checked`, Forbidden `not_your_message`, Conflict `too_late`, `too_many_files`.
    """
    seen = Message.objects.visible_to(by).filter(pk=message).first()
    if seen is None:
        raise errors.Missing("not_found")
    row, own = _writable(seen.collaboration_id, by)
    if seen.entry_id != own:
        raise errors.Forbidden("not_your_message")
    _heard_after_decline(row, own, beside=seen)
    if seen.created_at < now - FILES_WITHIN:
        raise errors.Conflict("too_late", value=FILES_WITHIN.days * 24)
    if MessageFile.objects.filter(message=seen).count() >= MOST_FILES:
        raise errors.Conflict("too_many_files", most=MOST_FILES)
    file = files.checked(name, content)
    return MessageFile.objects.create(
        message=seen,
        name=_shown(name, file.type),
        type=file.type,
        size_bytes=len(content),
        sha256=file.sha256,
        content=file.content,
        event=_record(ATTACHED, row, by=by, now=now),
        created_at=now,
    )


def file_of(message: uuid.UUID, file: uuid.UUID, *, by: actors.Actor) -> MessageFile:
    """A file of a message that the actor sees, with its bytes. Raises Missing."""
    found = MessageFile.objects.filter(pk=file, message__in=Message.objects.visible_to(by).filter(pk=message)).first()
    if found is None:
        raise errors.Missing("not_found")
    return found


def _writable(key: uuid.UUID, by: actors.Actor) -> tuple[Collaboration, uuid.UUID]:
    """The request under lock and the entry of the actor's side, if that may write now: one at a time does."""
    seen = Collaboration.objects.visible_to(by).filter(pk=key)
    row = seen.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise errors.Missing("not_found")
    side = side_of(row, by)
    rules.require(permissions.RULES["write_message"], by=by, entry=by.acting_entry if side else None)
    if row.status == "draft":
        raise errors.Conflict("wrong_state", value=row.status)
    own, other = row.initiator_id, row.counterparty_id
    if side == "counterparty":
        own, other = other, own
    blocks.refuse(own, other)
    if not entries.Entry.objects.listed().filter(pk=other).exists():
        raise errors.Conflict("partner_unavailable")
    return row, own


def _heard_after_decline(row: Collaboration, own: uuid.UUID, *, beside: Message | None = None) -> None:
    """Who was declined has one message until the other side answers; `beside` is the one that a file comes with."""
    if row.status != "declined":
        return
    about = journal.Event.objects.filter(subject_type="collaboration", subject_id=str(row.pk), status_after="declined")
    declined = about.exclude(status_before="declined").order_by("-id").first()
    if declined is None or declined.acting_entry_id == own:
        return
    since = Message.objects.filter(collaboration=row, event__gt=declined.pk)
    said = since.filter(entry=own).exclude(pk__in=[beside.pk] if beside else [])
    if said.exists() and not since.exclude(entry=own).exists():
        raise errors.Conflict("one_message_after_decline")


def _record(type: str, row: Collaboration, *, by: actors.Actor, now: datetime.datetime) -> journal.Event:
    about = ("collaboration", row.pk)
    return journal.record(type, by=by, now=now, subject=about, status_before=row.status, status_after=row.status)


def _shown(name: str, type: str) -> str:
    """A file's name without what cannot be seen, or turns the reading of the rest; the ending stays."""
    plain = "".join(character for character in name if character.isprintable()).strip() or f"berkas.{type}"
    stem, _, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_FILE_NAME - 1 - len(ending)]}.{ending}"
