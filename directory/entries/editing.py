"""What people write about an entry: make it, change its fields, names and numbers, close it; by rights, under lock."""

import datetime
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal, permissions, text
from directory.entries import duplicates, entries, identifiers, kinds, names
from directory.entries.entries import Entry
from directory.regions import regions

FIELDS = (
    "name",
    "address",
    "postal_code",
    "latitude",
    "longitude",
    "website",
    "description_id",
    "description_en",
    "languages",
)
NO_PERSONS_PLACE = ("address", "postal_code", "latitude", "longitude")
# By these an entry is known: where a source says them, or nobody has checked the owner yet, a moderator looks first.
REVIEWED = ("name", "identifiers", "form", "ownership")
MOST_NAMES, MOST_IDENTIFIERS = 50, 50


def seen(key: uuid.UUID, *, by: actors.Actor) -> Entry:
    """The entry, locked; Missing when the actor does not see it."""
    row = Entry.objects.visible_to(by).filter(pk=key).select_for_update(of=("self",)).first()
    if row is None:
        raise errors.Missing("not_found")
    return row


@transaction.atomic
def create(kind: str, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Make an entry of the given members, as the API names them; `name` and the kind's own required ones are there.

    Raises Forbidden, Invalid, Conflict `identifier_taken`; whoever ends its transaction calls `errors.settle`.
    """
    permissions.require(permissions.RULES["create_entry"], by=by)
    if by.kind == "user" and not by.is_confirmed:
        raise errors.Forbidden("confirm_email_first")
    check_names(values)
    check_place(kind, values)
    key = uuid_utils.compat.uuid7()
    journal.record("entry.created", by=by, now=now, subject=(kind, key))
    row = Entry(id=key, kind=kind)
    _assign(row, values)
    row.save(force_insert=True)
    model = kinds.MODELS[kind]
    own = {name: values[name] for name in kinds.own_fields(model) if name in values}
    model(entry=row, **own).save(force_insert=True)
    _write_rows(row, values, now=now)
    return Entry.objects.get(pk=key)


@transaction.atomic
def change(
    key: uuid.UUID,
    values: Mapping[str, Any],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
    reason: str = "",
) -> Entry:
    """Give the members other values (RFC 7396: a list is replaced whole); nothing is written where nothing differs.

    Raises Missing, Forbidden (`review_needed` for what a moderator looks at first), Invalid, Conflict
    `identifier_taken` (the two entries are a possible duplicate: `errors.settle` notes it once the transaction has
    ended), and `version_changed` when the entry is no longer of `version`.
    """
    row = seen(key, by=by)
    permissions.require(permissions.RULES["edit_entry"], by=by, entry=row.pk, region=row.region_id)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.status == "hidden" and not by.moderates(row.region_id):
        raise errors.Conflict("wrong_state", value=row.status)
    check_names(values)
    check_place(row.kind, values)
    _check_review(row, values, by=by)
    journal.record("entry.changed", by=by, now=now, subject=(row.kind, row.pk), reason=reason)
    if changed := _assign(row, values):
        row.save(update_fields=changed)
    _write_kind(row, values)
    _write_rows(row, values, now=now)
    return Entry.objects.get(pk=key)


@transaction.atomic
def close(key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Say that the entry no longer works; it stays listed. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, "close_entry", "entry.closed", ("active",), "closed", reason=reason, by=by, now=now)


@transaction.atomic
def reopen(key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Take a closing back. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, "close_entry", "entry.reopened", ("closed",), "active", reason=reason, by=by, now=now)


@transaction.atomic
def hide(key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Take an entry out of sight: from now on it is as if it never was. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, "hide_entry", "entry.hidden", entries.SEEN, "hidden", reason=reason, by=by, now=now)


@transaction.atomic
def show(key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Entry:
    """Bring a hidden entry back. Missing, Forbidden, Conflict `wrong_state`."""
    return _move(key, "hide_entry", "entry.shown", ("hidden",), "active", reason=reason, by=by, now=now)


def _move(
    key: uuid.UUID,
    right: str,
    event: str,
    sources: Sequence[str],
    target: str,
    *,
    reason: str,
    by: actors.Actor,
    now: datetime.datetime,
) -> Entry:
    row = seen(key, by=by)
    permissions.require(permissions.RULES[right], by=by, entry=row.pk, region=row.region_id)
    if row.status not in sources:
        raise errors.Conflict("wrong_state", value=row.status)
    journal.record(
        event,
        by=by,
        now=now,
        subject=(row.kind, row.pk),
        reason=reason,
        status_before=row.status,
        status_after=target,
    )
    Entry.objects.filter(pk=key).update(status=target)
    return Entry.objects.get(pk=key)


def check_names(values: Mapping[str, Any]) -> None:
    """Raise Invalid `blank_member` for a name without a normal form, such as `!!!`: nothing could find it."""
    others = values.get("names", ())
    given = [("#/name", values.get("name")), *((f"#/names/{at}/value", one["value"]) for at, one in enumerate(others))]
    for pointer, name in given:
        if name is not None and not text.normalise(name):
            raise errors.Invalid("blank_member", pointer=pointer, value="name")


def check_place(kind: str, values: Mapping[str, Any]) -> None:
    """Raise Invalid `person_has_no_exact_place` where an author would get one."""
    if kind == "author":
        given = [name for name in NO_PERSONS_PLACE if values.get(name) not in (None, "")]
        too_exact = len(values.get("region") or "") > entries.REGENCY
        if given or too_exact:
            raise errors.Invalid("person_has_no_exact_place", pointer=f"#/{given[0] if given else 'region'}")


def _check_review(row: Entry, values: Mapping[str, Any], *, by: actors.Actor) -> None:
    if by.moderates(row.region_id):
        return
    is_from_source = journal.Event.objects.filter(pk=row.first_event_id, source__isnull=False).exists()
    if not is_from_source and not by.is_provisional:
        return
    current = getattr(row, row.kind, None)
    for name in REVIEWED:
        if name in values and _differs(row, current, name, values[name]):
            raise errors.Forbidden("review_needed", value=name)


def _differs(row: Entry, kind_row: Any, name: str, value: Any) -> bool:
    if name == "identifiers":
        held = set(row.identifiers.filter(retired_at=None).values_list("scheme", "value"))
        return held != {(one["scheme"], identifiers.clean(one["scheme"], one["value"])) for one in value}
    return bool(getattr(row if name == "name" else kind_row, name) != value)


def _assign(row: Entry, values: Mapping[str, Any]) -> list[str]:
    """Put the given fields on the row; returns the names of those that differ from before."""
    wanted = {name: values[name] for name in FIELDS if name in values}
    if "region" in values:
        wanted["region_id"] = regions.Region.objects.code_of(values["region"]) if values["region"] else None
    if {"latitude", "longitude"} & wanted.keys():
        has_point = all(wanted.get(name, getattr(row, name)) is not None for name in ("latitude", "longitude"))
        if not has_point:
            if half := [name for name in ("latitude", "longitude") if wanted.get(name) is not None]:
                missing = "longitude" if half == ["latitude"] else "latitude"
                raise errors.Invalid("required_member", pointer=f"#/{missing}", value=missing)
            wanted |= {"latitude": None, "longitude": None}
        wanted["location_accuracy"] = "point" if has_point else ""
    if row.kind == "author" and "region_id" in wanted:
        wanted |= _centre(wanted["region_id"])
    changed = [name for name, value in wanted.items() if getattr(row, name) != value or row._state.adding]
    for name in changed:
        setattr(row, name, wanted[name])
    return [*changed, *(("name_key",) if "name" in changed else ())]


def _centre(code: str | None) -> dict[str, Any]:
    """A person's place: the regency's point."""
    found = regions.Region.objects.filter(code=code, latitude__isnull=False).first()
    if found is None:
        return {"latitude": None, "longitude": None, "location_accuracy": ""}
    return {"latitude": found.latitude, "longitude": found.longitude, "location_accuracy": "region"}


def _write_kind(row: Entry, values: Mapping[str, Any]) -> None:
    model = kinds.MODELS[row.kind]
    if own := [name for name in kinds.own_fields(model) if name in values]:
        kind_row = model._default_manager.get(pk=row.pk)
        _update(kind_row, {name: values[name] for name in own})


def _write_rows(row: Entry, values: Mapping[str, Any], *, now: datetime.datetime) -> None:
    if "library" in values:
        _write_library(row, values["library"])
    if "names" in values:
        _write_names(row, values["names"])
    if "identifiers" in values:
        _write_identifiers(row, values["identifiers"], now=now)


def _write_library(row: Entry, given: Mapping[str, Any] | None) -> None:
    held = kinds.Library.objects.filter(pk=row.pk).first()
    if given is None:
        if held:
            held.delete()
    elif held:
        _update(held, given)
    else:
        kinds.Library(entry=row, **given).save(force_insert=True)


def _update(row: kinds.KindRow, values: Mapping[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def _write_names(row: Entry, given: Sequence[Mapping[str, str]]) -> None:
    wanted = {(one["type"], one["value"]): one.get("language", "") for one in given}
    for held in names.EntryName.objects.filter(entry=row):
        language = wanted.pop((held.type, held.value), None)
        if language is None:
            held.delete()
        elif language != held.language:
            held.language = language
            held.save(update_fields=["language"])
    for (type, value), language in wanted.items():
        names.EntryName(entry=row, type=type, value=value, language=language).save(force_insert=True)


def _write_identifiers(row: Entry, given: Sequence[Mapping[str, str]], *, now: datetime.datetime) -> None:
    wanted = {(one["scheme"], identifiers.clean(one["scheme"], one["value"])) for one in given}
    held = {(one.scheme, one.value): one for one in identifiers.Identifier.objects.filter(entry=row, retired_at=None)}
    for pair in sorted(held.keys() - wanted):
        held[pair].retired_at = now
        held[pair].save(update_fields=["retired_at"])
    for scheme, value in sorted(wanted - held.keys()):
        taken = identifiers.Identifier.objects.filter(scheme=scheme, value=value, retired_at=None).first()
        if taken is not None:
            refusal = errors.Conflict("identifier_taken", scheme=scheme, value=value)
            # Of a refused creation nothing stays, so there is no pair: `remember` finds one entry alone.
            refusal.afterwards = functools.partial(duplicates.remember, row.pk, taken.entry_id, now=now)
            raise refusal
        identifiers.Identifier(entry=row, scheme=scheme, value=value).save(force_insert=True)
