"""The lines of an offer or need as its owner sets them: replaced whole, each known again by its id or external id."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils.compat

from directory import errors, ids, journal
from partners.offers import stock
from partners.offers.lines import Line
from partners.offers.proposals import Proposal
from partners.offers.stock import OUTSIDE, Movement, Step

FIELDS = (
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
MOST = 500  # of one offer or need
MOST_NAMED = 20  # requests that a refusal names
_EMPTY = Line()

Given = Sequence[Mapping[str, Any]]


def differ(row: Proposal, given: Given | None) -> bool:
    """Whether setting these lines would change anything; None sets none."""
    if given is None:
        return False
    there = list(Line.objects.current().filter(proposal=row.pk).order_by("position", "pk"))
    if len(there) != len(given):
        return True
    return any(_is_other(line, one, place) for place, (line, one) in enumerate(zip(there, given, strict=True)))


def _is_other(line: Line, one: Mapping[str, Any], place: int) -> bool:
    is_known = one.get("id") == line.pk or ("id" not in one and line.external_id and _external(one) == line.external_id)
    same = is_known and line.position == place and line.total == one["quantity"]
    return not same or any(getattr(line, name) != value for name, value in _values(one, line).items())


def replace(row: Proposal, given: Given, *, event: journal.Event, now: datetime.datetime) -> None:
    """Make the lines those that are given: known ones changed, new ones added, the others taken out.

    Raises Invalid `unknown_line`, `repeated_line`, Conflict `quantity_promised`.
    """
    there = stock.lock(Line.objects.current().filter(proposal=row.pk).values_list("pk", flat=True))
    known = _matched(given, there)
    stay = {line.pk for line in known if line}
    left = [line for line in there.values() if line.pk not in stay]
    steps = [step for line in left for step in _to_total(line, 0)]
    kept: list[Line] = []
    new: list[Line] = []
    for place, (line, one) in enumerate(zip(known, given, strict=True)):
        if line is None:
            made = Line(id=uuid_utils.compat.uuid7(), proposal_id=row.pk, position=place, **_values(one, _EMPTY))
            made.total = made.available = one["quantity"]
            new.append(made)
            continue
        steps += _to_total(line, one["quantity"])
        line.position = place
        for name, value in _values(one, line).items():
            setattr(line, name, value)
        kept.append(line)
    try:
        stock.move(steps, event=event)
    except errors.Conflict as refused:
        raise _promised(refused) from None
    Line.objects.filter(pk__in=[line.pk for line in left]).update(removed_at=now)
    # Two lines may have exchanged their external ids: none is given while another still has it.
    Line.objects.filter(pk__in=[line.pk for line in kept]).exclude(external_id="").update(external_id="")
    Line.objects.bulk_update(kept, ["position", *FIELDS])
    stock.add(new, event=event)


def _matched(given: Given, there: Mapping[uuid.UUID, Line]) -> list[Line | None]:
    """For each that is given the line that it is, None for a new one. Raises errors.Several."""
    by_external = {line.external_id: line for line in there.values() if line.external_id}
    found: list[Line | None] = []
    faults: list[errors.DomainError] = []
    named: set[Any] = set()
    for place, one in enumerate(given):
        line = there.get(one["id"]) if "id" in one else by_external.get(_external(one))
        if "id" in one and line is None:
            faults.append(errors.Invalid("unknown_line", pointer=f"#/lines/{place}/id"))
        elif {line and line.pk, _external(one) or None} & named - {None}:
            faults.append(errors.Invalid("repeated_line", pointer=f"#/lines/{place}"))
        named |= {line and line.pk, _external(one) or None}
        found.append(line)
    if faults:
        raise errors.Several(faults)
    return found


def _external(one: Mapping[str, Any]) -> str:
    return str(one.get("external_id", ""))


def _values(one: Mapping[str, Any], line: Line) -> dict[str, Any]:
    """What the columns become: a line is replaced whole, only its external id stays where none is given."""
    left = {name: getattr(line if name == "external_id" else _EMPTY, name) for name in FIELDS if name not in one}
    return {**left, **{name: one[name] for name in FIELDS if name in one}}


def _to_total(line: Line, total: int) -> list[Step]:
    if total > line.total:
        return [Step(line.pk, OUTSIDE, "available", total - line.total)]
    return [Step(line.pk, "available", OUTSIDE, line.total - total)] if total < line.total else []


def _promised(refused: errors.Conflict) -> errors.Conflict:
    """The refusal to go below what is promised: each line with the requests that hold it."""
    told = []
    for lack in refused.because:
        line = lack.params["line"]
        held = Movement.objects.holders(ids.decode(line)[1])
        names = [ids.encode("collaboration", key) for key in list(held)[:MOST_NAMED]]
        told.append(
            errors.Conflict(
                "quantity_promised",
                line=line,
                value=lack.params["value"],
                holders=", ".join(names) or "-",
                held_by=names,
            )
        )
    told[0].because = tuple(told)
    return told[0]
