"""What people write about their offers and needs: make, change, and set the lines with their totals."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils.compat
from django.db import transaction

from directory import actors, errors, ids, journal, text
from directory import permissions as rules
from directory.entries import entries
from directory.regions import regions
from partners import permissions
from partners.offers import proposal_table, stock
from partners.offers.lines import Line
from partners.offers.proposals import Proposal
from partners.offers.stock import OUTSIDE, Movement, Step

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
    "deadline",
)
LINE_FIELDS = (
    "title",
    "external_id",
    "isbn",
    "level",
    "language",
    "format",
    "subject",
    "condition",
    "unit",
    "contents",
    "weight_g",
    "unit_value",
    "most_per_entry",
    "starts_at",
    "ends_at",
)
CHANGEABLE = ("draft", "in_review", "open", "paused")
MOST_LINES = 500
MOST_LIVE = 500  # of one entry and direction: a flood stops here


@transaction.atomic
def create(
    direction: str, values: Mapping[str, Any], *, entry: uuid.UUID, by: actors.Actor, now: datetime.datetime
) -> Proposal:
    """A draft of an entry, with its lines; `kind` and `title` are there.

    Raises Forbidden, Invalid, Conflict `already_exists` (its `external_id` is in use), `too_many_open`.
    """
    rules.require(permissions.RULES["edit_proposal"], by=by, entry=entry)
    # Behind the entry's lock one external id is written once, and the bound holds.
    if entries.Entry.objects.listed().filter(pk=entry).select_for_update(of=("self",), no_key=True).first() is None:
        raise errors.Forbidden("not_a_member")
    own = Proposal.objects.filter(entry=entry, direction=direction)
    if own.filter(status__in=(*CHANGEABLE,)).count() >= MOST_LIVE:
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
    _set_lines(row, values.get("lines", ()), event=event, now=now)
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
    promised), `already_exists`, and `version_changed` when it is no longer of `version`.
    """
    row = proposal_table.locked(direction, key, by)
    rules.require(permissions.RULES["edit_proposal"], by=by, entry=row.entry_id)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.status not in CHANGEABLE:
        raise errors.Conflict("wrong_state", value=row.status)
    changed = _assign(row, values)
    if not changed and "lines" not in values:
        return row
    event = journal.record(
        f"{direction}.changed",
        by=by,
        now=now,
        subject=(direction, key),
        status_before=row.status,
        status_after=row.status,
    )
    row.version, row.updated_at = row.version + 1, now
    row.save(update_fields=[*changed, "version", "updated_at"])
    if "lines" in values:
        _set_lines(row, values["lines"], event=event, now=now)
    return _indexed(row)


def _assign(row: Proposal, values: Mapping[str, Any]) -> list[str]:
    """Put the given fields on the row; returns the names of those that differ from before."""
    if "reach_regions" in values:
        codes = [regions.Region.objects.code_of(code) for code in values["reach_regions"]]
        values = {**values, "reach_regions": list(dict.fromkeys(codes))}
    if row._state.adding is False and values.get("kind", row.kind) != row.kind:
        raise errors.Invalid("constant_member", pointer="#/kind", value="kind")
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    taken = Proposal.objects.filter(entry=row.entry_id, direction=row.direction, external_id=row.external_id)
    if "external_id" in changed and row.external_id and taken.exclude(pk=row.pk).exists():
        raise errors.Conflict("already_exists")
    return changed


def _set_lines(
    row: Proposal, given: Sequence[Mapping[str, Any]], *, event: journal.Event, now: datetime.datetime
) -> None:
    """Make the lines those that are given: the known ones changed, new ones added, the others taken out."""
    keys = Line.objects.current().filter(proposal=row.pk).values_list("pk", flat=True)
    there = stock.lock(list(keys))
    by_external = {line.external_id: line for line in there.values() if line.external_id}
    steps: list[Step] = []
    faults: list[errors.DomainError] = []
    kept: set[uuid.UUID] = set()
    for position, one in enumerate(given):
        line = _known(one, there, by_external)
        if "id" in one and line is None:
            faults.append(errors.Invalid("unknown_line", pointer=f"#/lines/{position}/id"))
            continue
        is_new = line is None
        line = line or Line(id=uuid_utils.compat.uuid7(), proposal_id=row.pk)
        if line.pk in kept:
            faults.append(errors.Invalid("repeated_line", pointer=f"#/lines/{position}"))
            continue
        kept.add(line.pk)
        _write_line(line, one, position, is_new=is_new)
        steps += _to_total(line, one["quantity"])
    if faults:
        raise errors.Several(faults)
    left = [line for key, line in there.items() if key not in kept]
    for line in left:
        steps += _to_total(line, 0)
    try:
        stock.move(steps, event=event)
    except errors.Conflict as refused:
        raise _promised(refused) from None
    Line.objects.filter(pk__in=[line.pk for line in left]).update(removed_at=now)


def _known(one: Mapping[str, Any], there: Mapping[uuid.UUID, Line], by_external: Mapping[str, Line]) -> Line | None:
    if "id" in one:
        return there.get(one["id"])
    return by_external.get(one.get("external_id", "") or "\0")


def _write_line(line: Line, one: Mapping[str, Any], position: int, *, is_new: bool) -> None:
    line.position = position
    for name in LINE_FIELDS:
        if name in one:
            setattr(line, name, one[name])
        elif not is_new and name != "external_id":  # replaced whole: what is left out is empty again
            setattr(line, name, getattr(_EMPTY, name))
    if is_new:
        line.save(force_insert=True)
    else:
        line.save(update_fields=["position", *LINE_FIELDS])


_EMPTY = Line()


def _to_total(line: Line, total: int) -> list[Step]:
    if total > line.total:
        return [Step(line.pk, OUTSIDE, "available", total - line.total)]
    return [Step(line.pk, "available", OUTSIDE, line.total - total)] if total < line.total else []


def _promised(refused: errors.Conflict) -> errors.Conflict:
    """The refusal to go below what is promised: each line with the requests that hold it."""
    lacks = refused.because or [refused]
    told = []
    for lack in lacks:
        line = lack.params["line"]
        holders = Movement.objects.holders(ids.decode(line)[1])
        names = ", ".join(ids.encode("collaboration", key) for key in list(holders)[:MOST_NAMED]) or "-"
        told.append(errors.Conflict("quantity_promised", line=line, value=lack.params["value"], holders=names))
    told[0].because = tuple(told)
    return told[0]


MOST_NAMED = 20


def _indexed(row: Proposal) -> Proposal:
    """The row, with the words by which it is found."""
    titles = Line.objects.current().filter(proposal=row.pk).order_by("position").values_list("title", flat=True)
    row.words = text.normalise(" ".join([row.title, row.description, *titles]))
    row.save(update_fields=["words"])
    return row
