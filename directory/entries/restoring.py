"""Taking back what one event did: the old rows that the journal kept are put where they were, or it is said why not."""

import json
import uuid
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.models.expressions import RawSQL

from directory import errors, journal, triggers

# The columns that say whose a row is: a row that was moved goes back as a whole, or not at all.
_OWNERS = {"entry_id", "library_id", "target_id", "vendor_id"}


class Kept(NamedTuple):
    """One row that the event changed or deleted: as it was before it, right after it, and as it is now."""

    model: type[models.Model]
    key: str
    before: dict[str, Any]
    after: dict[str, Any] | None  # None: the event deleted it
    now: dict[str, Any] | None
    is_erased: bool  # a person had what was kept of it emptied

    @property
    def changed(self) -> list[str]:
        """The columns that the event changed."""
        after = self.after or {}
        return [
            name
            for name, value in self.before.items()
            if name not in triggers.BOOKKEEPING and name in after and after[name] != value
        ]

    @property
    def label(self) -> str:
        """What a person knows the row by."""
        told: tuple[str, ...] = ("scheme", "type", "value", "name")
        if "visibility" in self.before:  # of a contact that is not public the kind alone
            told = ("kind", "value") if self.before["visibility"] == "public" else ("kind",)
        words = [str(self.before[name]) for name in told if self.before.get(name)]
        return " ".join([str(self.model._meta.model_name), *words])


def entries_of(event: uuid.UUID) -> set[uuid.UUID]:
    """The entries of which the event changed rows."""
    kept = journal.History.objects.filter(event=event).values_list("entry_id", flat=True)
    return {key for key in kept if key is not None}


def contradictions(event: uuid.UUID, *, made_for: Collection[uuid.UUID] = ()) -> list[errors.DomainError]:
    """What happened since and cannot be kept if the event is taken back; arguments as of `take_back`."""
    found: list[errors.DomainError] = []
    found += (errors.Conflict("changed_since", value=row.label) for row in _kept(event) if _is_overtaken(row))
    for row in _made(event, made_for):
        now, kept = _now(type(row), row.pk), _past(row._meta.db_table, row.pk).first()
        if kept and _content(kept.data) != _content(now):
            found.append(errors.Conflict("changed_since", value=f"{row._meta.model_name} {row}"))
    return found


def _content(data: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (data or {}).items() if name not in triggers.BOOKKEEPING}


def _is_overtaken(row: Kept) -> bool:
    if row.is_erased:
        return True
    if row.after is None:
        return row.now is not None
    if not row.changed:
        return False
    if row.now is None:
        return True
    if _OWNERS & set(row.changed):
        return _content(row.now) != _content(row.after)
    return any(row.now[name] != row.after[name] for name in row.changed)


def changed_by(event: uuid.UUID) -> list[Kept]:
    """The rows that the event changed or deleted, not those that it only touched."""
    return [row for row in _kept(event) if row.after is None or row.changed]


def take_back(event: uuid.UUID, *, made_for: Collection[uuid.UUID] = ()) -> None:
    """Give every row the values from before the event, and remove the rows it made for the entries `made_for`.

    The caller has recorded its own event, and knows that there are no contradictions.
    """
    for row in _made(event, made_for):
        row.delete()
    for kept in _kept(event):
        table, key = kept.model._meta.db_table, str(kept.model._meta.pk.column)
        old, encoded = f"jsonb_populate_record(NULL::{table}, %s::jsonb)", json.dumps(kept.before)
        with connection.cursor() as cursor:
            if kept.after is None:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM {old}", [encoded])
            elif kept.changed:
                names = ", ".join(f'"{name}"' for name in kept.changed)
                cursor.execute(
                    f"UPDATE {table} SET ({names}) = (SELECT {names} FROM {old} AS old)"
                    f" WHERE {key} = (SELECT {key} FROM {old} AS old)",
                    [encoded, encoded],
                )


def _made(event: uuid.UUID, entries: Collection[uuid.UUID]) -> Iterator[Any]:
    """The rows that the event made for the entries, beside the entries themselves."""
    for model in _journalled().values():
        if any(field.name == "entry" for field in model._meta.concrete_fields):
            yield from model._default_manager.filter(entry__in=entries, first_event=event)


def _kept(event: uuid.UUID) -> list[Kept]:
    """The last change first: where two rows exchanged a value that only one may have, they exchange it back."""
    known = _journalled()
    found = []
    seen = set()
    for history in journal.History.objects.filter(event=event).order_by("id"):
        place = (history.table_name, history.row_id)
        if history.table_name in known and place not in seen:
            seen.add(place)
            found.append(_of(history, known[history.table_name]))
    return found[::-1]


def _of(history: journal.History, model: type[models.Model]) -> Kept:
    later = _past(history.table_name, history.row_id).filter(id__gt=history.pk)
    current = _now(model, history.row_id)
    following = later.exclude(event=history.event_id).first()
    was_deleted = later.filter(event=history.event_id).exists() or (following is None and current is None)
    after = None if was_deleted else (following.data if following else current)
    return Kept(model, history.row_id, history.data, after, current, history.digest is not None)


def _past(table: str, key: Any) -> models.QuerySet[journal.History]:
    return journal.History.objects.filter(table_name=table, row_id=str(key)).order_by("id")


def _now(model: type[models.Model], key: Any) -> dict[str, Any] | None:
    as_json = RawSQL(f"to_jsonb({model._meta.db_table})", [], output_field=models.JSONField())  # noqa: S611 - a constant
    rows = model._default_manager.filter(pk=key).annotate(as_json=as_json).values_list("as_json", flat=True)
    found: dict[str, Any] | None = rows.first()
    return found


def _journalled() -> dict[str, Any]:
    """The journalled tables, by name."""
    known = apps.get_app_config("directory").get_models()
    return {model._meta.db_table: model for model in known if issubclass(model, journal.Row)}
