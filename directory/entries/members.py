"""What an entry says, by the names under which it is written: the values held, and what a proposal would change."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from directory.entries import editing, identifiers, kinds
from directory.entries.entries import Entry
from directory.regions import regions

Values = dict[str, Any]  # as JSON holds them


def of_kind(kind: str) -> tuple[str, ...]:
    """The names of all members that an entry of the kind can be given."""
    library = ("library",) if kind in kinds.LIBRARY_HOLDERS else ()
    return (*editing.FIELDS, "names", "identifiers", "region", *kinds.own_fields(kinds.MODELS[kind]), *library)


def held(row: Entry, names: Sequence[str]) -> Values:
    """The values that the entry has now. Reads the rows beside it: names, identifiers, kind, library."""
    return {name: _held(row, name) for name in names}


def difference(row: Entry, proposed: Mapping[str, Any]) -> tuple[Values, Values]:
    """Of the proposed members those that would change something, and what the entry says there now.

    The values come in their normal form. Raises Invalid: `person_has_no_exact_place`, of a region, of an identifier.
    """
    editing.check_names(proposed)
    editing.check_place(row.kind, proposed)
    after: Values = {}
    before: Values = {}
    for name, value in proposed.items():
        new, old = _normal(name, value), _held(row, name)
        if name == "library" and new is not None:
            new, old = _changed_part(new, old or _library(kinds.Library()))
        if _comparable(name, new) != _comparable(name, old):
            after[name], before[name] = new, old
    return after, before


def moved_on(row: Entry, before: Mapping[str, Any]) -> list[str]:
    """The members of which the entry no longer says what it said when the proposal was made."""
    return [name for name, value in before.items() if _has_moved(row, name, value)]


def revived(kind: str, values: Mapping[str, Any]) -> Values:
    """The values as `editing.change` takes them: dates again where JSON holds texts."""
    model = kinds.MODELS[kind]
    own = kinds.own_fields(model)
    return {
        name: _typed(kinds.Library, value)
        if name == "library" and value is not None
        else _typed(model, {name: value})[name]
        if name in own
        else value
        for name, value in values.items()
    }


def _held(row: Entry, name: str) -> Any:
    if name == "region":
        return row.region_id
    if name == "names":
        others = sorted(row.names.all(), key=lambda one: one.pk)
        return [{"value": one.value, "type": one.type, "language": one.language} for one in others]
    if name == "identifiers":
        current = [one for one in row.identifiers.all() if one.retired_at is None]
        return [{"scheme": one.scheme, "value": one.value} for one in sorted(current, key=lambda one: one.pk)]
    if name == "library":
        found = getattr(row, "library", None)
        return _library(found) if found else None
    return _plain(getattr(row if name in editing.FIELDS else getattr(row, row.kind), name))


def _library(row: kinds.Library) -> Values:
    return {name: _plain(getattr(row, name)) for name in kinds.own_fields(kinds.Library)}


def _changed_part(new: Values, old: Values) -> tuple[Values | None, Values | None]:
    """Of a library, which is patched member by member, both sides without what stays as it is."""
    changed = {name: value for name, value in new.items() if old[name] != value}
    return (changed, {name: old[name] for name in changed}) if changed else (None, None)


def _has_moved(row: Entry, name: str, value: Any) -> bool:
    now = _held(row, name)
    if name == "library" and value is not None:
        now = now or _library(kinds.Library())
        now = {one: now[one] for one in value}
    return bool(_comparable(name, now) != _comparable(name, value))


def _normal(name: str, value: Any) -> Any:
    if name == "region":
        return regions.Region.objects.code_of(value) if value else None
    if name == "names":
        return [{"value": one["value"], "type": one["type"], "language": one.get("language", "")} for one in value]
    if name == "identifiers":
        return [{"scheme": one["scheme"], "value": identifiers.clean(one["scheme"], one["value"])} for one in value]
    if name == "library" and value is not None:
        return {member: _plain(one) for member, one in value.items()}
    return _plain(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _comparable(name: str, value: Any) -> Any:
    """The value without what tells nothing: the order of names and of identifiers."""
    if name in ("names", "identifiers"):
        return sorted(tuple(one.values()) for one in value)
    return value


def _typed(model: Any, values: Mapping[str, Any]) -> Values:
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}
