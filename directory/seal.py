"""The seal of the journal: a chain of digests over its events and kept rows, so that no tampering stays unseen."""

import datetime
import hashlib
import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction

from directory import journal

log = logging.getLogger(__name__)

MOST = 10_000  # events, and as many kept rows, under one link
LATE = datetime.timedelta(hours=1)  # the worker seals every minute
_LOCK = "directory.seal"
_BEFORE_ALL = -(2**63)
_NO_DIGEST = b""

# What the seal covers of each row. The part that may tell of a person stands as its digest; of an emptied one the
# digest that it had counts, if the history holds a record of the emptying that agrees with what is left.
_CONTENT = """
encode(CASE WHEN one.digest IS NULL THEN journal_leaf(one.salt, one.{content}::text)
    WHEN journal_leaf(one.salt, one.{content}::text) = (
        SELECT decode(record.data ->> 'left', 'hex') FROM directory_history AS record
        WHERE record.table_name = '{table}' AND record.row_id = one.id::text ORDER BY record.id DESC LIMIT 1
    ) THEN one.digest END, 'hex')
"""
_EVENT = f"""
one.id, one.position, one.type, extract(epoch FROM one.at), one.actor_kind, one.actor_reference, one.acting_entry_id,
one.is_moderator, one.source_id, {_CONTENT.format(content="reason", table="directory_event")}, one.request_id,
one.subject_type, one.subject_id, one.status_before, one.status_after
"""
_ROW = f"""
one.id, one.table_name, one.row_id, one.entry_id, {_CONTENT.format(content="data", table="directory_history")},
one.event_id, one.position, extract(epoch FROM one.at)
"""
_BATCH = """
WITH batch AS (
    SELECT one.position, one.id, sha256(convert_to(jsonb_build_array({leaf})::text, 'UTF8')) AS leaf
    FROM {table} AS one WHERE (one.position, one.id) > (%s, %s) AND {bound}
    ORDER BY one.position, one.id LIMIT %s
)
SELECT count(*), max(position), (array_agg(id ORDER BY position DESC, id DESC))[1],
    sha256(coalesce(string_agg(leaf, '' ORDER BY position, id), ''))
FROM batch
"""
_SETTLED = "one.position < journal_horizon()"
_UP_TO = "(one.position, one.id) <= (%s, %s)"


class SealLink(models.Model):
    """So many events and kept rows, up to a place, under a digest that stands on the one of the link before."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    event_position = models.BigIntegerField()
    event_id = models.UUIDField()
    event_count = models.IntegerField()
    row_position = models.BigIntegerField()
    row_id = models.BigIntegerField()
    row_count = models.IntegerField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="seal_from_one")]

    def __str__(self) -> str:
        return f"{self.number}:{bytes(self.digest).hex()}"


START = SealLink(
    number=0,
    event_position=_BEFORE_ALL,
    event_id=uuid.UUID(int=0),
    row_position=_BEFORE_ALL,
    row_id=0,
    digest=_NO_DIGEST,
)


class _Batch(NamedTuple):
    size: int
    position: int
    id: Any
    digest: bytes


def seal(*, now: datetime.datetime, most: int = 100) -> int:
    """Add links over what is settled and not yet sealed, each in a transaction of its own; returns how many.

    None while another is at it: two at once would fork the chain, were the number not unique.
    """
    made = 0
    while made < most and _add(now=now):
        made += 1
    return made


@transaction.atomic
def _add(*, now: datetime.datetime) -> SealLink | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
    last = SealLink.objects.order_by("number").last() or START
    events = _read(_EVENT, "directory_event", last.event_position, last.event_id)
    rows = _read(_ROW, "directory_history", last.row_position, last.row_id)
    if not events.size and not rows.size:
        return None
    link = SealLink(
        number=last.number + 1,
        sealed_at=now,
        event_position=events.position,
        event_id=events.id,
        event_count=events.size,
        row_position=rows.position,
        row_id=rows.id,
        row_count=rows.size,
    )
    link.digest = _digest(link, last, events, rows)
    link.save(force_insert=True)
    log.info("sealed", extra={"fields": {"seal": str(link)}})  # logs that are kept elsewhere prove the chain's head
    return link


def _read(leaf: str, table: str, position: int, id: Any, *, up_to: tuple[int, Any] | None = None) -> _Batch:
    """The rows behind a place: up to another one, or as many as a link holds of those that are settled."""
    bound = _UP_TO if up_to else _SETTLED
    most = MOST + 1 if up_to else MOST
    with connection.cursor() as cursor:
        cursor.execute(_BATCH.format(leaf=leaf, table=table, bound=bound), [position, id, *(up_to or ()), most])
        count, last_position, last_id, digest = cursor.fetchone()
    return _Batch(count, last_position if count else position, last_id if count else id, bytes(digest))


def _digest(link: SealLink, last: SealLink, events: _Batch, rows: _Batch) -> bytes:
    """SHA-256 over the digest of the link before, what this one says of itself, its events and its kept rows."""
    told = (
        link.number,
        link.sealed_at.astimezone(datetime.UTC).isoformat(),
        *(link.event_position, str(link.event_id), link.event_count),
        *(link.row_position, link.row_id, link.row_count),
    )
    parts = (bytes(last.digest), json.dumps(told).encode(), events.digest, rows.digest)
    return hashlib.sha256(b"".join(parts)).digest()


def verify(*, since: int = 1) -> Iterator[str]:
    """For each link from number `since` on a sentence that says what is wrong with it; "" when it is whole.

    The link before `since` is believed. Whoever calls stops at the first sentence: later links stand on it.
    """
    last = SealLink.objects.filter(number=since - 1).first() or START
    links = SealLink.objects.filter(number__gte=since).order_by("number")
    for link in links.iterator(chunk_size=500):
        yield _fault(link, last)
        last = link


def _fault(link: SealLink, last: SealLink) -> str:
    if link.number != last.number + 1:
        return f"Link {last.number + 1} is missing: the next one is {link.number}."
    events = _read(
        _EVENT, "directory_event", last.event_position, last.event_id, up_to=(link.event_position, link.event_id)
    )
    rows = _read(_ROW, "directory_history", last.row_position, last.row_id, up_to=(link.row_position, link.row_id))
    where = f"Link {link.number}, sealed at {link.sealed_at:%Y-%m-%d %H:%M:%S} UTC"
    for what, found, sealed in (("events", events, link.event_count), ("kept rows", rows, link.row_count)):
        if found.size != sealed:
            shown = found.size if found.size <= MOST else f"more than {MOST}"
            return f"{where}: {sealed} {what} were sealed, and {shown} are there."
    if _digest(link, last, events, rows) != bytes(link.digest):
        return f"{where}: an event, a kept row or the link itself is not what was sealed."
    return ""


def loose_ends(*, now: datetime.datetime) -> Iterator[str]:
    """Sentences about what no link can tell: the end of the chain is gone, or rows name events that are not there."""
    last = SealLink.objects.order_by("number").last() or START
    is_late = last.number == 0 or last.sealed_at < now - LATE
    places = ((journal.Event, last.event_position), (journal.History, last.row_position))
    for kept, position in places if is_late else ():
        behind = kept._default_manager.filter(position__gt=position, position__lt=journal.Horizon(), at__lt=now - LATE)
        if first := behind.order_by("position").first():
            yield f"Not sealed since {first.at:%Y-%m-%d %H:%M} UTC: the worker stands still, or links are gone."
    for model, column in _naming_events():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS one WHERE NOT EXISTS"
                f" (SELECT FROM directory_event AS event WHERE event.id = one.{column})"
            )
            (count,) = cursor.fetchone()
        if count:
            yield f"{count} rows of {table} name an event ({column}) that is not there."


def _naming_events() -> Iterator[tuple[type[models.Model], str]]:
    yield journal.History, "event_id"
    for model in apps.get_models():
        if issubclass(model, journal.Row):
            yield model, "event_id"
            yield model, "first_event_id"
