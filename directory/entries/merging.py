"""Two entries that are one: what the one has moves to the other, where its id leads for ever; and it can be undone."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from directory import actors, errors, journal, permissions, vocabularies
from directory.entries import contacts, duplicates, entries, filling, identifiers, names, relations, restoring
from directory.entries.entries import Entry
from directory.entries.filling import Line

Outcome = TypeVar("Outcome")


class Result(NamedTuple):
    """What a merge or split did, or would do: the event, the entry that goes on, the other one, line by line."""

    event: uuid.UUID
    entry: Entry
    other: Entry
    lines: list[Line]


def preview(verb: Callable[[], Outcome]) -> Outcome:
    """What the verb would return; it is performed with every check, and rolled back."""
    with transaction.atomic():
        outcome = verb()
        transaction.set_rollback(True)
    return outcome


def named(reference: str) -> uuid.UUID:
    """The key of the entry to merge into; an id that was merged stands for where it leads. Invalid `unknown_entry`."""
    key = identifiers.entry_of(reference)
    row = Entry.objects.survivor(key) if key else None
    if row is None:
        raise errors.Invalid("unknown_entry", pointer="#/into")
    return row.pk


def permitted(key: uuid.UUID, *, by: actors.Actor) -> Entry:
    """The entry, if the actor may merge and part it. Not locked: nothing that it says decides. Missing, Forbidden.

    A merged one is there for whoever may see where it leads.
    """
    row = Entry.objects.filter(pk=key, status__in=(*entries.statuses_seen_by(by), "merged")).first()
    end = Entry.objects.survivor(key) if row and row.status == "merged" else row
    if row is None or end is None or end.status not in entries.statuses_seen_by(by):
        raise errors.Missing("not_found")
    permissions.require(permissions.RULES["merge_entries"], by=by, region=row.region_id)
    return row


def pair(one: uuid.UUID, other: uuid.UUID, *, by: actors.Actor) -> tuple[Entry, Entry]:
    """Both entries, locked in the order of ids, if the actor may merge and part them.

    Raises Missing for `one` and Invalid `unknown_entry` for `other` where it is not seen, Forbidden.
    """
    permitted(one, by=by)
    if one == other:
        raise errors.Invalid("same_entry", pointer="#/into")
    seen = (*entries.statuses_seen_by(by), "merged")
    locked = Entry.objects.filter(pk__in=[one, other], status__in=seen).order_by("pk")
    rows = {row.pk: row for row in locked.select_for_update(of=("self",))}
    if one not in rows:
        raise errors.Missing("not_found")
    if other not in rows:
        raise errors.Invalid("unknown_entry", pointer="#/into")
    for row in rows.values():
        permissions.require(permissions.RULES["merge_entries"], by=by, region=row.region_id)
    return rows[one], rows[other]


@transaction.atomic
def merge(
    gone: uuid.UUID,
    *,
    into: uuid.UUID,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str = "",
    brings_trust: bool = False,
) -> Result:
    """Make the entry `gone` a part of `into`; where both say something, `into` is right, and the other's row is left.

    `brings_trust`: the higher trust of the two holds, because those whom it was given to come along.
    Raises Missing, Forbidden, Invalid, Conflict `wrong_state`, `wrong_kind`.
    """
    loser, survivor = pair(gone, into, by=by)
    for row in (loser, survivor):
        if row.status not in entries.SEEN:
            raise errors.Conflict("wrong_state", value=row.status)
    if loser.kind != survivor.kind:
        raise errors.Conflict("wrong_kind", value=survivor.kind)
    event = journal.record(
        "entry.merged",
        by=by,
        now=now,
        subject=(loser.kind, loser.pk),
        reason=reason,
        status_before=loser.status,
        status_after="merged",
    )
    lines = [
        *_identifiers(loser, survivor),
        *_names(loser, survivor),
        *_contacts(loser, survivor),
        *_relations(loser, survivor),
        *_software(loser, survivor),
        *filling.fill(survivor, loser, brings_trust=brings_trust),
    ]
    Entry.objects.filter(pk=loser.pk).update(status="merged", merged_into=survivor)
    duplicates.close_of(loser.pk, by_merge=event.pk, now=now, pair=survivor.pk)
    return Result(event.pk, Entry.objects.get(pk=survivor.pk), Entry.objects.get(pk=loser.pk), lines)


@transaction.atomic
def unmerge(gone: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> Result:
    """Undo the merge of `gone`: what it moved goes back, what it added or filled in goes away.

    Raises Missing, Forbidden, Conflict `wrong_state`, `undo_contradicted` with what happened since.
    """
    permitted(gone, by=by)
    event, into = merge_of(gone)
    loser, survivor = pair(gone, into, by=by)
    if loser.status != "merged" or loser.merged_into_id != survivor.pk:
        raise errors.Conflict("wrong_state", value=loser.status)
    if survivor.status == "merged":  # what came here has gone on: the later merge is undone first
        raise errors.Conflict("wrong_state", value=survivor.status)
    refuse(restoring.contradictions(event.pk, made_for=[survivor.pk]))
    lines = told(event.pk)
    undo = journal.record(
        "entry.unmerged",
        by=by,
        now=now,
        subject=(loser.kind, loser.pk),
        reason=reason,
        status_before="merged",
        status_after=event.status_before,
    )
    restoring.take_back(event.pk, made_for=[survivor.pk])
    duplicates.open_again(event.pk)
    return Result(undo.pk, Entry.objects.get(pk=survivor.pk), Entry.objects.get(pk=loser.pk), lines)


def merge_of(gone: uuid.UUID) -> tuple[journal.Event, uuid.UUID]:
    """The event that merged an entry, and the entry it was merged into; Conflict `wrong_state` where it is not merged.

    Missing when there is no such entry.
    """
    row = Entry.objects.filter(pk=gone).first()
    if row is None:
        raise errors.Missing("not_found")
    merges = journal.Event.objects.filter(subject_type=row.kind, subject_id=str(row.pk), type="entry.merged")
    event = merges.order_by("-position", "-id").first()
    if event is None or row.merged_into_id is None:  # never, or at birth: there is nothing to take back
        raise errors.Conflict("wrong_state", value=row.status)
    return event, row.merged_into_id


def refuse(reasons: list[errors.DomainError]) -> None:
    """Raise Conflict `undo_contradicted` when there are reasons."""
    if reasons:
        refusal = errors.Conflict("undo_contradicted")
        refusal.because = reasons
        raise refusal


def told(event: uuid.UUID) -> list[Line]:
    """What taking the event back gives back, line by line."""
    return [Line(row.model._meta.model_name or "", "restored", row.label) for row in restoring.changed_by(event)]


def _moved(
    what: str, rows: QuerySet[Any], survivor: Entry, *, column: str = "entry", taken: Any, key: Any
) -> list[Line]:
    """Move the rows that the survivor does not have in the same form; tells each."""
    lines, moving = [], []
    for row in rows.order_by("pk"):
        stays = key(row) in taken
        lines.append(Line(what, "left" if stays else "moved", _shown(row)))
        if not stays:
            moving.append(row.pk)
    rows.model._default_manager.filter(pk__in=moving).update(**{column: survivor})
    return lines


def _shown(row: Any) -> str:
    """What a person knows a row by. A contact that is not public is told by its kind: to read it is an event."""
    if isinstance(row, contacts.Contact):
        return f"{row.kind} {row.value if row.visibility == 'public' else f'({row.visibility})'}"
    if isinstance(row, names.EntryName):
        return f"{row.type} {row.value}"
    if isinstance(row, identifiers.Identifier):
        return f"{row}{' (retired)' if row.retired_at else ''}"
    if isinstance(row, relations.Relation):
        return f"{row.type} {row.target.name}"
    return str(getattr(getattr(row, "product", row), "name", row))


def _identifiers(loser: Entry, survivor: Entry) -> list[Line]:
    rows = identifiers.Identifier.objects.filter(entry=loser)
    return _moved("identifier", rows, survivor, taken=(), key=lambda row: row.pk)


def _names(loser: Entry, survivor: Entry) -> list[Line]:
    held = set(names.EntryName.objects.filter(entry=survivor).values_list("type", "value"))
    rows = names.EntryName.objects.filter(entry=loser)
    lines = _moved("name", rows, survivor, taken=held, key=lambda row: (row.type, row.value))
    known = {survivor.name, *names.EntryName.objects.filter(entry=survivor).values_list("value", flat=True)}
    if loser.name not in known:
        type = "former" if loser.status == "closed" else "alias"
        names.EntryName(entry=survivor, type=type, value=loser.name).save(force_insert=True)
        lines.append(Line("name", "added", f"{type} {loser.name}"))
    return lines


def _contacts(loser: Entry, survivor: Entry) -> list[Line]:
    held = set(contacts.Contact.objects.filter(entry=survivor).values_list("kind", "value"))
    rows = contacts.Contact.objects.filter(entry=loser)
    return _moved("contact", rows, survivor, taken=held, key=lambda row: (row.kind, row.value))


def _relations(loser: Entry, survivor: Entry) -> list[Line]:
    """The loser's own, and those of others to it, which would lead through it for ever."""
    table = relations.Relation.objects.select_related("target")
    held = {*table.filter(entry=survivor).values_list("type", "target"), *((t, survivor.pk) for t in _types())}
    lines = _moved(
        "relation", table.filter(entry=loser), survivor, taken=held, key=lambda row: (row.type, row.target_id)
    )
    others = set(table.filter(target=survivor).values_list("entry", "type"))
    for row in table.filter(target=loser).order_by("pk"):
        if row.entry_id == survivor.pk or (row.entry_id, row.type) in others:
            lines.append(Line("relation", "removed", _shown(row)))
            row.delete()
        else:
            row.target = survivor
            row.save(update_fields=["target"])
            lines.append(Line("relation", "moved", f"{row.type} {survivor.name}"))
    return lines


def _types() -> list[str]:
    return vocabularies.codes("relation_type")


def _software(loser: Entry, survivor: Entry) -> list[Line]:
    """What it runs and what it makes; the room of software stands beside this one, so its tables are asked by name."""
    running = loser.installations.select_related("product")
    stated = {_statement(row) for row in survivor.installations.exclude(status="removed")}
    made = set(survivor.products.values_list("name_key", flat=True))
    return [
        *_moved("installation", running, survivor, column="library", taken=stated, key=_statement),
        *_moved(
            "product",
            loser.products.all(),
            survivor,
            column="vendor",
            taken=made,
            key=lambda row: row.name_key,
        ),
    ]


def _statement(row: Any) -> tuple[object, ...]:
    """What two of the same statement have in common; one that was removed is the same as none."""
    if row.status == "removed":
        return (row.pk,)
    return (row.product_id, row.stated_by, row.product_version, row.from_date)
