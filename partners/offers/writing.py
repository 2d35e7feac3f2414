"""What people write about their offers and needs: make, change, and both by the number of their own system."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, journal, text
from directory import permissions as rules
from directory.entries import entries
from directory.regions import regions
from partners import permissions
from partners.offers import lifetimes, line_writing, proposal_table
from partners.offers.lines import Line
from partners.offers.proposals import LIVE, Proposal

FIELDS = (
    "title",
    "description",
    "external_id",
    "reach_kinds",
    "reach_regions",
    "reach_verified",
    "remote_first",
    "transport_paid_by",
    "transport_methods",
    "transport_note",
    "conditions",
    "mode",
    "notice_days",
    "monthly_limit",
    "honorarium_by",
    "travel_by",
    "lodging_by",
    "term_months",
    "needs_signature",
    "waitlist_days",
    "deadline",
)
COUNTED = ("draft", "in_review", "open", "paused")
CHANGEABLE = (*COUNTED, "expired")  # whose last day has passed gets another before it is renewed
MOST_LIVE = 500  # of one entry and direction: a flood stops here


@transaction.atomic
def create(
    direction: str, values: Mapping[str, Any], *, entry: uuid.UUID, by: actors.Actor, now: datetime.datetime
) -> Proposal:
    """A draft of an entry, with its lines; `kind` and `title` are there.

    Raises Forbidden, Invalid, Conflict `already_exists` (its `external_id` is in use), `too_many_open`.
    """
    _behind(entry, by=by)
    own = Proposal.objects.filter(entry=entry, direction=direction)
    if own.filter(status__in=COUNTED).count() >= MOST_LIVE:
        raise errors.Conflict("too_many_open", most=MOST_LIVE)
    row = Proposal(
        id=uuid_utils.compat.uuid7(),
        direction=direction,
        entry_id=entry,
        kind=values["kind"],
        created_at=now,
        updated_at=now,
    )
    _assign(row, values)
    event = journal.record(f"{direction}.drafted", by=by, now=now, subject=(direction, row.pk), status_after="draft")
    row.save(force_insert=True)
    line_writing.replace(row, values.get("lines", ()), event=event, now=now)
    return _indexed(row)


@transaction.atomic
def change(
    direction: str,
    key: uuid.UUID,
    values: Mapping[str, Any],
    *,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Proposal:
    """Give members other values; `lines` are replaced whole, each known by its `id` or its `external_id`.

    Raises Missing, Forbidden, Invalid, Conflict `wrong_state`, `quantity_promised` (a total cannot fall below what is
    promised), `deadline_passed`, `already_exists`, and `version_changed` when it is no longer of `version`.
    """
    row = locked(direction, key, by=by, version=version)
    names = _assign(row, values)
    if not names and not line_writing.differ(row, values.get("lines")):
        return row
    if "deadline" in names and row.status in LIVE:
        if lifetimes.is_over(row, now=now):
            raise errors.Conflict("deadline_passed", value=f"{row.deadline:%Y-%m-%d}")
        row.expires_at, row.reminded_at = lifetimes.ends_at(row, now=now), None
        names += ["expires_at", "reminded_at"]
    event = changed(row, by=by, now=now, names=names)
    if "lines" in values:
        line_writing.replace(row, values["lines"], event=event, now=now)
    return _indexed(row)


@transaction.atomic
def put(
    direction: str,
    external_id: str,
    values: Mapping[str, Any],
    *,
    entry: uuid.UUID,
    version: int | None,
    by: actors.Actor,
    now: datetime.datetime,
) -> tuple[Proposal, bool]:
    """Make or change the one that the entry's own system knows by this number; and whether it is new.

    Raises as `create` and `change`.
    """
    _behind(entry, by=by)
    key = by_external_id(direction, external_id, entry=entry)
    if key is None:
        return create(direction, {**values, "external_id": external_id}, entry=entry, by=by, now=now), True
    return change(direction, key, values, version=version, by=by, now=now), False


def by_external_id(direction: str, external_id: str, *, entry: uuid.UUID | None) -> uuid.UUID | None:
    """The key of what an entry's own system knows by this number."""
    found = Proposal.objects.filter(entry=entry, direction=direction, external_id=external_id)
    return found.values_list("pk", flat=True).first() if entry and external_id else None


def locked(direction: str, key: uuid.UUID, *, by: actors.Actor, version: int | None = None) -> Proposal:
    """The row, locked, where the actor may change it. Missing, Forbidden, Conflict `wrong_state`, `version_changed`."""
    row = proposal_table.locked(direction, key, by)
    rules.require(permissions.RULES["edit_proposal"], by=by, entry=row.entry_id)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.status not in CHANGEABLE:
        raise errors.Conflict("wrong_state", value=row.status)
    return row


def changed(row: Proposal, *, by: actors.Actor, now: datetime.datetime, names: Sequence[str] = ()) -> journal.Event:
    """Write the named columns of a locked row, with the event that everything else of this change belongs to.

    What nobody of a verified entry writes is no longer what a moderator looked at.
    """
    event = journal.record(
        f"{row.direction}.changed",
        by=by,
        now=now,
        subject=(row.direction, row.pk),
        status_before=row.status,
        status_after=row.status,
    )
    row.version, row.updated_at = row.version + 1, now
    row.was_reviewed = row.was_reviewed and proposal_table.is_known(row, by)
    row.save(update_fields=[*names, "version", "updated_at", "was_reviewed"])
    return event


def _behind(entry: uuid.UUID, *, by: actors.Actor) -> None:
    """Wait for the entry's lock: behind it one external id is written once, and the bound holds."""
    rules.require(permissions.RULES["edit_proposal"], by=by, entry=entry)
    if entries.Entry.objects.listed().filter(pk=entry).select_for_update(of=("self",), no_key=True).first() is None:
        raise errors.Forbidden("not_a_member")


def _assign(row: Proposal, values: Mapping[str, Any]) -> list[str]:
    """Put the given fields on the row; returns the names of those that differ from before."""
    if "reach_regions" in values:
        values = {**values, "reach_regions": _codes(values["reach_regions"])}
    if not text.normalise(values.get("title", "x")):
        raise errors.Invalid("blank_member", pointer="#/title", value="title")
    if not row._state.adding and values.get("kind", row.kind) != row.kind:
        raise errors.Invalid("constant_member", pointer="#/kind", value="kind")
    names = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in names:
        setattr(row, name, values[name])
    taken = Proposal.objects.filter(entry=row.entry_id, direction=row.direction, external_id=row.external_id)
    if "external_id" in names and row.external_id and taken.exclude(pk=row.pk).exists():
        raise errors.Conflict("already_exists")
    return names


def _codes(given: Sequence[str]) -> list[str]:
    codes = []
    for place, reference in enumerate(given):
        try:
            codes.append(regions.Region.objects.code_of(reference))
        except errors.Invalid as fault:
            raise errors.Invalid(fault.code, pointer=f"#/reach/regions/{place}", **fault.params) from None
    return list(dict.fromkeys(codes))


def _indexed(row: Proposal) -> Proposal:
    """The row, with the words by which it is found."""
    titles = Line.objects.current().filter(proposal=row.pk).order_by("position").values_list("title", flat=True)
    row.words = text.normalise(" ".join([row.title, row.description, *titles]))
    row.save(update_fields=["words"])
    return row
