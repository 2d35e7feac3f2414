"""Files come to an offer or need, and go again: its editors do it, while it can be changed."""

import datetime
import uuid

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors
from partners import files
from partners.offers import attachments, writing
from partners.offers.attachments import Attachment
from partners.offers.proposals import Proposal


@transaction.atomic
def attach(
    direction: str, key: uuid.UUID, *, name: str, content: bytes, by: actors.Actor, now: datetime.datetime
) -> Attachment:
    """Keep a file with it. Missing, Forbidden, Conflict `wrong_state`, `too_many_files`, and as `files.checked`."""
    row = writing.locked(direction, key, by=by)
    file = files.checked(name, content)
    if Attachment.objects.filter(proposal=row.pk).count() >= attachments.MOST:
        raise errors.Conflict("too_many_files", most=attachments.MOST)
    made = Attachment(
        id=uuid_utils.compat.uuid7(),
        proposal=row,
        name=_shown(name),
        type=file.type,
        size_bytes=len(file.content),
        sha256=file.sha256,
        content=file.content,
        created_at=now,
    )
    writing.changed(row, by=by, now=now)
    made.save(force_insert=True)
    return made


@transaction.atomic
def detach(
    direction: str, key: uuid.UUID, attachment: uuid.UUID, *, by: actors.Actor, now: datetime.datetime
) -> Proposal:
    """Remove a file, bytes and all. Missing, Forbidden, Conflict `wrong_state`."""
    row = writing.locked(direction, key, by=by)
    found = Attachment.objects.filter(proposal=row.pk, pk=attachment)
    if not found.exists():
        raise errors.Missing("not_found")
    writing.changed(row, by=by, now=now)
    found.delete()
    return row


def _shown(name: str) -> str:
    """The last part of a name, without what nobody can see; its end stays, which tells the type."""
    plain = "".join(character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    return plain.strip()[-200:]
