"""Pairs of entries that may be one, with a score and its parts; a moderator merges them or says that they differ."""

import datetime
import uuid

from django.db import models, transaction
from django.db.models import F, Q

from directory import actors, errors, filters, journal, permissions, vocabularies
from directory.entries import likeness
from directory.regions import regions

LEAST = 0.7  # a weaker likeness, as of one name in two districts, is not worth a moderator's minute
BATCH = 1_000


class Duplicates(models.QuerySet["Duplicate"]):
    """Questions about pairs."""

    def visible_to(self, actor: actors.Actor) -> "Duplicates":
        """Those with an entry in the actor's regions; entries without a region are every moderator's."""
        if "" in actor.regions:
            return self
        mine = Q(first__region=None) | Q(second__region=None) if actor.regions else Q(pk__in=[])
        for code in actor.regions:
            mine |= regions.within("first__region_id", code) | regions.within("second__region_id", code)
        return self.filter(mine)

    def open(self) -> "Duplicates":
        """Those that nobody has decided."""
        return self.filter(status="open")


class Duplicate(models.Model):
    """Two entries that may stand for the same school, publisher, person, vendor or organisation."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    first = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    parts = models.JSONField()  # {name, place, district, regency, km, form, identifier}, as far as they are known
    status = models.CharField(
        max_length=9, choices=vocabularies.choices("duplicate_status"), default="open", db_default="open"
    )
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey(
        "directory.Event", on_delete=models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="+"
    )  # that decided; of an open pair the merge by which it was made, if one did

    objects = Duplicates.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("first", "second", name="duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_in_order"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="duplicate_score_range"),
            models.CheckConstraint(
                condition=Q(status__in=vocabularies.codes("duplicate_status")), name="duplicate_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None) | ~Q(status="open") & Q(decided_at__isnull=False),
                name="duplicate_decided_iff_not_open",
            ),
        ]
        indexes = [models.Index("status", "score", "id", name="duplicate_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.score}"


class DuplicateFilter(filters.Filters):
    """The filters of pairs."""

    status = filters.OneOf(choices=vocabularies.codes("duplicate_status"))
    min_score = filters.Number(field_name="score", lookup_expr="gte", min_value=0, max_value=1)


class DuplicateScan(models.Model):
    """The one row that says how far the search for pairs has come: the place of an entry in the order of changes."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    entry = models.UUIDField(default=uuid.UUID(int=0))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="duplicate_scan_one_row")]

    def __str__(self) -> str:
        return f"up to {self.position}"


def scan(*, now: datetime.datetime, batches: int) -> int:
    """Look for the twins of entries that changed since the last scan, at most `batches` times BATCH of them.

    Returns how many entries were looked at. Each batch is a transaction of its own, and remembers how far it came.
    """
    total = 0
    for _ in range(batches):
        looked_at = _scan_batch(now)
        total += looked_at
        if looked_at < BATCH:
            break
    return total


@transaction.atomic
def _scan_batch(now: datetime.datetime) -> int:
    DuplicateScan.objects.get_or_create(pk=1)
    place = DuplicateScan.objects.select_for_update().get(pk=1)
    changed = likeness.changed_since(place.position, place.entry, limit=BATCH)
    if changed:
        keys = [key for _, key in changed]
        likeness.find(keys, least=LEAST, now=now)
        place.position, place.entry = changed[-1]
        place.save(update_fields=["position", "entry"])
    return len(changed)


@transaction.atomic
def remember(one: uuid.UUID, other: uuid.UUID, *, now: datetime.datetime) -> None:
    """Note that two entries claim one identifier; nothing where one of them does not exist, as one not made yet.

    A pair that was dismissed is open again: the claim is news, unless the same was known then.
    """
    likeness.note_conflict(*sorted((one, other)), now=now)


@transaction.atomic
def dismiss(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> Duplicate:
    """Say that the two are not one. Missing, Forbidden, Conflict `wrong_state`."""
    row = Duplicate.objects.visible_to(by).filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    # A moderator of either region may: it takes nothing from anybody.
    mine = next((one.region_id for one in (row.first, row.second) if by.moderates(one.region_id)), None)
    permissions.require(permissions.RULES["decide_duplicates"], by=by, region=mine)
    if row.status != "open":
        raise errors.Conflict("wrong_state", value=row.status)
    event = journal.record(
        "duplicate.dismissed",
        by=by,
        now=now,
        subject=("duplicate", row.pk),
        reason=reason,
        status_before="open",
        status_after="dismissed",
    )
    row.status, row.decided_at, row.event = "dismissed", now, event
    row.save(update_fields=["status", "decided_at", "event"])
    return row


def close_of(gone: uuid.UUID, *, by_merge: uuid.UUID, now: datetime.datetime, pair: uuid.UUID) -> None:
    """Close the open pairs of an entry that was merged; the pair with its survivor also where it was dismissed."""
    of_gone = Q(first=gone) | Q(second=gone)
    both = Q(first=min(gone, pair), second=max(gone, pair))
    closing = Duplicate.objects.filter(of_gone & Q(status="open") | both & ~Q(status="merged"))
    closing.update(status="merged", decided_at=now, event=by_merge)


def hand_over(gone: uuid.UUID, *, into: uuid.UUID, by_merge: uuid.UUID, now: datetime.datetime) -> None:
    """Ask about the survivor what was asked about an entry that the merge took away, where that is no pair yet."""
    closed = Duplicate.objects.filter(event=by_merge, status="merged").order_by("pk")
    for row in closed:
        third = row.second_id if row.first_id == gone else row.first_id
        first, second = sorted((into, third))
        if third != into and not Duplicate.objects.filter(first=first, second=second).exists():
            Duplicate.objects.create(
                first_id=first, second_id=second, score=row.score, parts=row.parts, found_at=now, event_id=by_merge
            )


def open_again(merge: uuid.UUID) -> None:
    """Open the pairs that a merge closed, and drop those it made that nobody has decided: it was undone."""
    Duplicate.objects.filter(event=merge, status="open").delete()
    Duplicate.objects.filter(event=merge, status="merged").update(status="open", decided_at=None, event=None)
