"""Blocks and mutes: with whom an entry wants nothing to do, and of whom it does not want to hear for now."""

import datetime
import uuid

from django.db import models, transaction
from django.db.models import F, Q

from directory import actors, errors, ids, journal, vocabularies
from directory import permissions as rules
from directory.entries import entries
from partners import permissions
from partners.accounts import acting

MOST_BLOCKS = 500  # of one entry


class Blocks(models.QuerySet["Block"]):
    """Questions about blocks."""

    def visible_to(self, actor: actors.Actor) -> "Blocks":
        """Those that the entry acted for has set; who is blocked is never told."""
        if not actor.acting_entry or not actor.roles:
            return self.none()
        return self.filter(entry=actor.acting_entry)

    def silencing(self, entry: uuid.UUID, other: uuid.UUID) -> bool:
        """Whether an entry is told nothing of what another does."""
        return self.filter(entry=entry, other=other).exists()


class Block(models.Model):
    """One entry's word about another: `block` takes nothing from it, `mute` hears nothing of it."""

    id = models.UUIDField(primary_key=True, db_default=journal.UuidDefault(), editable=False)
    entry = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="blocks")
    other = models.ForeignKey("directory.Entry", on_delete=models.PROTECT, related_name="blocked_by")
    kind = models.CharField(max_length=5, choices=vocabularies.choices("block_kind"))
    created_at = models.DateTimeField()

    objects = Blocks.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=vocabularies.codes("block_kind")), name="block_kind_known"),
            models.CheckConstraint(condition=~Q(entry=F("other")), name="block_of_another"),
            models.UniqueConstraint("entry", "other", "kind", name="block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}s {self.other_id}"


def refuse(sender: uuid.UUID, recipient: uuid.UUID) -> None:
    """Stop what one entry would send to another: a request, a message, a question for contacts. One query.

    Raises Forbidden `not_received` where the other blocks it, which says no more than that, and Conflict
    `lift_block_first` where the sender itself blocks or mutes the other, for it would not hear the answer.
    """
    theirs = Q(entry=recipient, other=sender, kind="block")
    found = dict(Block.objects.filter(theirs | Q(entry=sender, other=recipient)).values_list("entry", "kind"))
    if recipient in found:
        raise errors.Forbidden("not_received")
    if sender in found:
        raise errors.Conflict("lift_block_first", value=found[sender])


@transaction.atomic
def put(other: uuid.UUID, kind: str, *, by: actors.Actor, now: datetime.datetime) -> Block:
    """Block or mute another listed entry, for the entry acted for.

    Raises Forbidden, Invalid `unknown_entry`, Conflict `already_exists`, `too_many_blocks`.
    """
    entry = acting.entry_needed(by)
    rules.require(permissions.RULES["manage_blocks"], by=by, entry=entry)
    own = entries.Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry)
    if other == own.pk or not entries.Entry.objects.listed().filter(pk=other).exists():
        raise errors.Invalid("unknown_entry", pointer="#/entry")
    held = Block.objects.filter(entry=own)
    if held.filter(other=other, kind=kind).exists():
        raise errors.Conflict("already_exists")
    if held.count() >= MOST_BLOCKS:
        raise errors.Conflict("too_many_blocks", most=MOST_BLOCKS)
    event = journal.record("block.set", by=by, now=now, subject=(own.kind, own.pk), reason=kind)
    return Block.objects.create(entry=own, other_id=other, kind=kind, created_at=event.at)


@transaction.atomic
def lift(block: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> None:
    """Take a block or mute back. Missing, Forbidden."""
    row = Block.objects.visible_to(by).select_related("entry").filter(pk=block).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    rules.require(permissions.RULES["manage_blocks"], by=by, entry=row.entry_id)
    journal.record("block.lifted", by=by, now=now, subject=(row.entry.kind, row.entry_id), reason=row.kind)
    row.delete()


def public(row: Block) -> str:
    """The public id of the entry that a block is about; `other` is loaded."""
    return ids.encode(row.other.kind, row.other_id)
