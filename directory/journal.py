"""Who changed what, when, why, on whose behalf and from which source: one event per write, kept by triggers."""

import datetime
import json
import uuid
from typing import Any

import uuid_utils.compat
from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models, transaction

from directory import actors, statements


class UuidDefault(models.Func):
    """PostgreSQL 18 makes the id, so that bulk SQL and the ORM make the same kind."""

    function = "uuidv7"
    output_field = models.UUIDField()


class _Current(models.Func):
    """A value of the event that the running transaction has recorded; NULL when it recorded none."""

    template = "%(function)s()"


def _event_field(related_name: str) -> "models.ForeignKey[Any, Any]":
    # No foreign key constraint: the guard trigger proves the event, and a bulk load would check it row by row.
    return models.ForeignKey(
        "directory.Event",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        editable=False,
        related_name=related_name,
        db_default=_Current(function="journal_event", output_field=models.UUIDField()),
    )


class Row(models.Model):
    """A journalled row: the event that made it, the last that changed it, and {field: event} where they differ."""

    first_event = _event_field("+")
    event = _event_field("+")
    sources = models.JSONField(db_default=models.Value({}, models.JSONField()), editable=False)

    class Meta:
        abstract = True


class Root(Row):
    """A journalled row with a version and a place in the change order of its own."""

    version = models.BigIntegerField(db_default=1, editable=False)
    changed_position = models.BigIntegerField(
        db_default=_Current(function="journal_position", output_field=models.BigIntegerField()),
        editable=False,
    )
    created_at = models.DateTimeField(
        db_default=_Current(function="journal_time", output_field=models.DateTimeField()), editable=False
    )
    updated_at = models.DateTimeField(
        db_default=_Current(function="journal_time", output_field=models.DateTimeField()), editable=False
    )

    class Meta:
        abstract = True


class Sealed(models.Model):
    """A row of the journal, of which nothing is ever changed, but what may tell of a person can be emptied.

    The seal covers that part by a salted digest. Once it is emptied the old digest is kept and the old salt is not,
    so the seal stays whole and the digest tells nothing (docs/decisions/0010-the-seal.md).
    """

    salt = models.UUIDField(db_default=RandomUUID(), editable=False)
    digest = models.BinaryField(null=True, editable=False)  # of what was there before it was emptied

    class Meta:
        abstract = True


class Event(Sealed):
    """One thing that happened, written in the transaction of the rows it changed. Payloads are thin."""

    id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField()
    type = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_reference = models.CharField(max_length=120, blank=True)
    acting_entry_id = models.UUIDField(null=True)
    is_moderator = models.BooleanField(default=False, db_default=False)  # the person was one at that time
    source = models.ForeignKey("directory.Source", on_delete=models.PROTECT, null=True, related_name="events")
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    status_before = models.CharField(max_length=20, blank=True)
    status_after = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index("position", "id", name="event_feed"),
            models.Index("at", name="event_at"),  # where a reader begins who comes without a place
            models.Index("subject_type", "subject_id", "position", name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.type} at {self.at:%Y-%m-%d %H:%M}"


class History(Sealed):
    """A journalled row as it was until `event` changed or deleted it."""

    id = models.BigAutoField(primary_key=True)
    table_name = models.CharField(max_length=60)
    row_id = models.CharField(max_length=40)
    entry_id = models.UUIDField(null=True)
    data = models.JSONField()
    event = _event_field("kept_rows")
    position = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("entry_id", "position", name="history_entry"),
            models.Index("table_name", "row_id", "position", name="history_row"),
            models.Index("position", "id", name="history_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} until {self.at:%Y-%m-%d %H:%M}"


class FeedClock(models.Model):
    """The one row that keeps positions rising when transaction ids restart in a restored cluster."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    system_identifier = models.BigIntegerField()
    timeline = models.IntegerField()
    offset = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="feed_clock_one_row")]

    def __str__(self) -> str:
        return f"offset {self.offset}"


class Horizon(models.Func):
    """The position below which every transaction has ended; only rows below it may be served in a feed."""

    function = "journal_horizon"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


# The event is open before its own row is written.
_RECORD = f"""
INSERT INTO directory_event (
    position, id, type, at, actor_kind, actor_reference, acting_entry_id, is_moderator, source_id, reason, request_id,
    subject_type, subject_id, status_before, status_after
) VALUES (journal_open(%s, %s), {", ".join(["%s"] * 14)}) RETURNING position, salt
"""


class UnrecordedWriteError(RuntimeError):
    """A recording outside a transaction: the rows it speaks of would not commit together with it."""


def align(cursor: Any) -> None:
    """Move the feed clock past every known position if this is another cluster than the one it ran in before."""
    cursor.execute(
        "DO $$ BEGIN IF to_regclass('directory_feedclock') IS NOT NULL THEN PERFORM journal_align(); END IF; END $$"
    )


def record(
    type: str,
    *,
    by: actors.Actor,
    now: datetime.datetime,
    subject: tuple[str, object] = ("", ""),
    source: uuid.UUID | None = None,
    reason: str = "",
    status_before: str = "",
    status_after: str = "",
) -> Event:
    """Write the event that all following directory writes of this transaction belong to.

    `subject` is the object type and the id of what the event is about. Raises UnrecordedWriteError
    outside `transaction.atomic`. One statement.
    """
    if not transaction.get_connection().in_atomic_block:
        raise UnrecordedWriteError(f"{type}: record events inside transaction.atomic, with the rows they change")
    event_id = uuid_utils.compat.uuid7()
    values = (
        type,
        now,
        by.kind,
        by.reference,
        by.acting_entry,
        by.user is not None and by.is_moderator,
        source,
        reason,
        by.request_id,
        subject[0],
        str(subject[1]),
        status_before,
        status_after,
    )
    [(position, salt)] = statements.prepared(_RECORD, [event_id, now, event_id, *values])
    return Event.from_db(connection.alias, (), (salt, None, event_id, position, *values))


def settled() -> models.Q:
    """The rows of a journalled table that a feed may serve: no open transaction can still slip in before them."""
    return models.Q(changed_position__lt=Horizon())


def erase(rows: models.QuerySet[History], **members: Any) -> int:
    """Empty members of what the history keeps, for ever, under the event of this transaction; how many rows had them.

    A value is what such a member is when it is empty: "", None or []. The seal stays whole. Two statements.
    """
    keys = list(rows.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_erase(%s::bigint[], %s::jsonb)", [keys, json.dumps(members)])
        return int(cursor.fetchone()[0])


def erase_reasons(events: models.QuerySet[Event]) -> int:
    """Empty the reasons of events, as `erase`."""
    keys = list(events.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_erase_reasons(%s::uuid[])", [keys])
        return int(cursor.fetchone()[0])
