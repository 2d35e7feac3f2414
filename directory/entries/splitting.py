"""One entry that is two: chosen names, numbers and installations become an entry of their own, and it can be undone."""

import datetime
import uuid
from collections.abc import Collection
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal, permissions
from directory.entries import entries, identifiers, kinds, merging, names, restoring
from directory.entries.entries import Entry
from directory.entries.filling import Line


@transaction.atomic
def split(
    source: uuid.UUID,
    *,
    name: str,
    by: actors.Actor,
    now: datetime.datetime,
    numbers: Collection[tuple[str, str]] = (),
    other_names: Collection[tuple[str, str]] = (),
    installations: Collection[uuid.UUID] = (),
    reason: str = "",
) -> merging.Result:
    """Make a new entry called `name`, of the source's kind and region, out of what is chosen of the source.

    `numbers` are (scheme, value), `other_names` (type, value). What its kind says is copied; members, contacts and
    trust stay with the source. Raises Missing, Forbidden, Invalid `not_of_entry`, `nothing_to_split`, Conflict
    `wrong_state`.
    """
    merging.permitted(source, by=by)
    row = Entry.objects.filter(pk=source).select_for_update(of=("self",)).get()
    permissions.require(permissions.RULES["merge_entries"], by=by, region=row.region_id)
    if row.status not in entries.SEEN:
        raise errors.Conflict("wrong_state", value=row.status)
    if not (numbers or other_names or installations):
        raise errors.Invalid("nothing_to_split")
    key = uuid_utils.compat.uuid7()
    journal.record("entry.split", by=by, now=now, subject=(row.kind, key), reason=reason, status_after="active")
    made = Entry(id=key, kind=row.kind, name=name, region_id=row.region_id)
    made.save(force_insert=True)
    _copy_kind(row, made)
    lines = [
        Line("entry", "added", name),
        *_move_numbers(row, made, numbers),
        *_move_names(row, made, other_names),
        *_move_installations(row, made, installations),
    ]
    made = Entry.objects.get(pk=key)
    return merging.Result(made.first_event_id, Entry.objects.get(pk=source), made, lines)


def _copy_kind(row: Entry, made: Entry) -> None:
    model = kinds.MODELS[row.kind]
    said = model._default_manager.get(pk=row.pk)
    model(entry=made, **{field: getattr(said, field) for field in kinds.own_fields(model)}).save(force_insert=True)


def _chosen(found: dict[Any, Any], chosen: Collection[Any], *, member: str) -> list[Any]:
    """The rows of the keys that are chosen; Invalid `not_of_entry` for one that the entry does not have."""
    for number, key in enumerate(chosen):
        if key not in found:
            shown = ":".join(key) if isinstance(key, tuple) else key
            raise errors.Invalid("not_of_entry", pointer=f"#/{member}/{number}", value=shown)
    return [found[key] for key in dict.fromkeys(chosen)]


def _move_numbers(row: Entry, made: Entry, chosen: Collection[tuple[str, str]]) -> list[Line]:
    held = identifiers.Identifier.objects.filter(entry=row).order_by("retired_at")  # that which holds comes last
    rows = _chosen({(one.scheme, one.value): one for one in held[::-1]}, chosen, member="identifiers")
    for one in rows:
        one.entry = made
        one.save(update_fields=["entry"])
    return [Line("identifier", "moved", str(one)) for one in rows]


def _move_names(row: Entry, made: Entry, chosen: Collection[tuple[str, str]]) -> list[Line]:
    held = names.EntryName.objects.filter(entry=row)
    lines = []
    for one in _chosen({(one.type, one.value): one for one in held}, chosen, member="names"):
        if one.value == made.name:  # it is the official one now
            lines.append(Line("name", "removed", f"{one.type} {one.value}"))
            one.delete()
        else:
            one.entry = made
            one.save(update_fields=["entry"])
            lines.append(Line("name", "moved", f"{one.type} {one.value}"))
    return lines


def _move_installations(row: Entry, made: Entry, chosen: Collection[uuid.UUID]) -> list[Line]:
    held = row.installations.filter(pk__in=chosen).select_related("product")
    rows = _chosen({one.pk: one for one in held}, chosen, member="installations")
    for one in rows:
        one.library = made
        one.save(update_fields=["library"])
    return [Line("installation", "moved", one.product.name) for one in rows]


@transaction.atomic
def unsplit(made: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, reason: str = "") -> merging.Result:
    """Undo the split that made an entry: what it was given goes back, and its id leads to the source from now on.

    Raises Missing, Forbidden, Conflict `wrong_state` for an entry that no split made, `undo_contradicted`.
    """
    merging.permitted(made, by=by)
    event, source = split_of(made)
    row, back = merging.pair(made, source, by=by)
    for one in (row, back):
        if one.status not in entries.SEEN:
            raise errors.Conflict("wrong_state", value=one.status)
    merging.refuse([*restoring.contradictions(event.pk), *_added_since(row, event.pk)])
    lines = merging.told(event.pk)
    undo = journal.record(
        "entry.split_undone",
        by=by,
        now=now,
        subject=(row.kind, row.pk),
        reason=reason,
        status_before=row.status,
        status_after="merged",
    )
    restoring.take_back(event.pk)
    Entry.objects.filter(pk=row.pk).update(status="merged", merged_into=back)
    return merging.Result(undo.pk, Entry.objects.get(pk=back.pk), Entry.objects.get(pk=row.pk), lines)


def split_of(made: uuid.UUID) -> tuple[journal.Event, uuid.UUID]:
    """The event that made an entry out of another, and that other; Missing, Conflict `wrong_state`."""
    row = Entry.objects.filter(pk=made).first()
    if row is None:
        raise errors.Missing("not_found")
    event = journal.Event.objects.filter(pk=row.first_event_id, type="entry.split").first()
    source = next(iter(restoring.entries_of(event.pk)), None) if event else None
    if event is None or source is None:
        raise errors.Conflict("wrong_state", value=row.status)
    return event, source


def _added_since(row: Entry, split: uuid.UUID) -> list[errors.DomainError]:
    """What the new entry was given by others: with the split undone it would be out of sight."""
    known = {(one.model, one.key) for one in restoring.changed_by(split)}
    held = (row.identifiers, row.names, row.contacts, row.installations)
    given = [one for rows in held for one in rows.all() if (type(one), str(one.pk)) not in known]
    return [errors.Conflict("changed_since", value=f"{one._meta.model_name} {one}") for one in given]
