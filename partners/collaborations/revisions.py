"""Writing a revision of the terms, which nothing changes afterwards, and what differs between two of them."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import uuid_utils.compat
from django.db.models import Max

from directory import actors, errors, journal
from partners.collaborations import guards
from partners.collaborations.collaborations import Collaboration, giver, receiver
from partners.collaborations.terms import TermLine, Terms
from partners.offers.lines import Line
from partners.offers.proposals import Proposal

# What a revision says beside its lines. What is left out of a later one stays, but for the message.
KEPT = ("conditions", "starts_on", "ends_on", "needed_by", "transport_method", "transport_paid_by")
FIELDS = ("message", *KEPT)
LINE_FIELDS = ("title", "unit", "quantity", "min_quantity")


def write(
    row: Collaboration,
    values: Mapping[str, Any],
    *,
    side: str,
    event: journal.Event,
    by: actors.Actor,
    now: datetime.datetime,
) -> Terms:
    """The next revision of a locked request, by a side: `values` over what the last one said.

    Its number goes to the row, which the caller saves. Raises Several with Invalid `unknown_line`, `repeated_line`,
    `required_member`, `out_of_range`, and Invalid `ends_before_it_starts`.
    """
    before = guards.latest(row) if row.revision else None
    said = {name: getattr(before, name) for name in KEPT} if before else {}
    said |= {name: values[name] for name in FIELDS if name in values}
    if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
        raise errors.Invalid("ends_before_it_starts", pointer="#/ends_on")
    lines = _lines(row, values["lines"], by=by) if "lines" in values else _copies(before)
    terms = Terms.objects.create(
        id=uuid_utils.compat.uuid7(),
        collaboration=row,
        number=row.revision + 1,
        side=side,
        event=event,
        created_at=now,
        **said,
    )
    for line in lines:
        line.terms = terms
    TermLine.objects.bulk_create(lines)
    guards.forget(row)
    row.revision = terms.number
    if lines:
        row.is_inquiry = False
    return terms


def remove(row: Collaboration) -> None:
    """Take the only revision of a draft away, for another to be written."""
    TermLine.objects.filter(terms__collaboration=row.pk).delete()
    Terms.objects.filter(collaboration=row.pk).delete()
    guards.forget(row)
    row.revision = 0


def proposals_named(row: Collaboration, lines: Sequence[Mapping[str, Any]] = ()) -> set[uuid.UUID]:
    """The offers and needs that the request, its terms and further lines are about: what is locked before lines."""
    keys = {one[name] for one in lines for name in ("offer_line", "need_line") if one.get(name)}
    found = set(Line.objects.filter(pk__in=keys).values_list("proposal", flat=True))
    return found | set(guards.proposals_of(row) if row.revision else [row.proposal_id] * bool(row.proposal_id))


def lock_proposals(row: Collaboration, keys: set[uuid.UUID]) -> None:
    """Lock the offers and needs of a locked request; its guards read them as they are now."""
    row.locked_proposals = locked_proposals(keys)  # type: ignore[attr-defined]


def locked_proposals(keys: set[uuid.UUID]) -> dict[uuid.UUID, Proposal]:
    """Offers and needs under lock, in the order of ids: after requests and before any line."""
    rows = Proposal.objects.filter(pk__in=keys).order_by("pk").select_related("entry")
    return {one.pk: one for one in rows.select_for_update(of=("self",), no_key=True)}


def _copies(before: Terms | None) -> list[TermLine]:
    return [_copy(line) for line in before.lines.all()] if before else []


def _copy(line: TermLine) -> TermLine:
    fields = ("number", "offer_line", "need_line", *LINE_FIELDS)
    return TermLine(**{name: getattr(line, name) for name in fields})


def _lines(row: Collaboration, given: Sequence[Mapping[str, Any]], *, by: actors.Actor) -> list[TermLine]:
    """The lines of the new revision, not saved; each with the number that it had before, or one of its own."""
    before = guards.lines_of(row) if row.revision else []
    known = {line.number: line for line in before}
    last = TermLine.objects.filter(terms__collaboration=row.pk).aggregate(last=Max("number"))["last"] or 0
    named = _named(row, given, by=by)
    made: list[TermLine] = []
    faults: list[errors.DomainError] = []
    for place, one in enumerate(given):
        pointer = f"#/lines/{place}"
        try:
            line = _line(one, known, before, named, pointer)
        except errors.Invalid as fault:
            faults.append(fault)
            continue
        if line.number is None:
            last += 1
            line.number = last
        if any(_is_same(line, other) for other in made):
            faults.append(errors.Invalid("repeated_line", pointer=pointer))
        made.append(line)
    if faults:
        raise errors.Several(faults)
    return sorted(made, key=lambda line: line.number)


def _named(
    row: Collaboration, given: Sequence[Mapping[str, Any]], *, by: actors.Actor
) -> dict[str, dict[uuid.UUID, Line]]:
    """The lines that can be named: of offers of the giving side and needs of the receiving one that the actor sees.

    Of what the request answers, no other; so a line of somebody else, one taken out and none at all look the same.
    """
    found = {}
    for direction, entry in (("offer", giver(row)), ("need", receiver(row))):
        keys = {one[f"{direction}_line"] for one in given if one.get(f"{direction}_line")}
        seen = Proposal.objects.visible_to(by).filter(direction=direction, entry=entry, kind=row.kind)
        if row.proposal is not None and row.proposal.direction == direction:
            seen = seen.filter(pk=row.proposal.pk)
        of_those = Line.objects.current().filter(pk__in=keys, proposal__in=seen)
        # What stands in the terms already stays nameable, whatever became of it.
        found[direction] = {line.pk: line for line in of_those.select_related("proposal__entry")}
    for line in guards.lines_of(row) if row.revision else []:
        for direction in ("offer", "need"):
            kept = getattr(line, f"{direction}_line")
            if kept is not None:
                found[direction].setdefault(kept.pk, kept)
    return found


def _line(
    one: Mapping[str, Any],
    known: Mapping[int, TermLine],
    before: Sequence[TermLine],
    named: Mapping[str, Mapping[uuid.UUID, Line]],
    pointer: str,
) -> TermLine:
    old = _old(one, known, before, pointer)
    line = _copy(old) if old else TermLine(number=None, title="", unit="")  # type: ignore[misc]  # it gets one when it is kept
    for direction in ("offer", "need"):
        member = f"{direction}_line"
        if one.get(member):
            if one[member] not in named[direction]:
                raise errors.Invalid("unknown_line", pointer=f"{pointer}/{member}")
            setattr(line, member, named[direction][one[member]])
    about = line.offer_line or line.need_line
    line.title = one.get("title") or line.title or (about.title if about else "")
    line.unit = one.get("unit") or line.unit or (about.unit if about else "copy")
    if not line.title:
        raise errors.Invalid("required_member", pointer=f"{pointer}/title", value="title")
    line.quantity = one["quantity"]
    line.min_quantity = one.get("min_quantity") or min(old.min_quantity if old else line.quantity, line.quantity)
    if line.min_quantity > line.quantity:
        raise errors.Invalid("out_of_range", pointer=f"{pointer}/min_quantity", value="min_quantity")
    return line


def _old(
    one: Mapping[str, Any], known: Mapping[int, TermLine], before: Sequence[TermLine], pointer: str
) -> TermLine | None:
    """The line of the revision before that is meant: by its number, else by what it is about."""
    if one.get("number"):
        if one["number"] not in known:
            raise errors.Invalid("unknown_line", pointer=f"{pointer}/number")
        return known[one["number"]]
    for line in before:
        if one.get("offer_line") and line.offer_line_id == one["offer_line"]:
            return line
        if one.get("need_line") and line.need_line_id == one["need_line"]:
            return line
    return None


def _is_same(one: TermLine, two: TermLine) -> bool:
    same_offer = one.offer_line_id is not None and one.offer_line_id == two.offer_line_id
    same_need = one.need_line_id is not None and one.need_line_id == two.need_line_id
    return one.number == two.number or same_offer or same_need


class Change(NamedTuple):
    """What became of one line, or of one member of the terms, between two revisions."""

    what: str  # added, removed, changed
    number: int | None  # of the line
    member: str  # of the terms, or of the line; "" of a whole line
    before: Any
    after: Any


def diff(before: Terms, after: Terms) -> list[Change]:
    """What differs from one revision to another: members first, then line by line."""
    found = [
        Change("changed", None, name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    old, new = ({line.number: line for line in one.lines.all()} for one in (before, after))
    for number in sorted({*old, *new}):
        if number not in new:
            found.append(Change("removed", number, "", old[number], None))
        elif number not in old:
            found.append(Change("added", number, "", None, new[number]))
        else:
            found += [
                Change("changed", number, name, getattr(old[number], name), getattr(new[number], name))
                for name in ("offer_line_id", "need_line_id", *LINE_FIELDS)
                if getattr(old[number], name) != getattr(new[number], name)
            ]
    return found


def as_given(row: Collaboration) -> dict[str, Any]:
    """What the latest revision says, as `write` takes it."""
    terms = guards.latest(row)
    lines = [
        {
            "offer_line": line.offer_line_id,
            "need_line": line.need_line_id,
            **{name: getattr(line, name) for name in LINE_FIELDS},
        }
        for line in terms.lines.all()
    ]
    return {**{name: getattr(terms, name) for name in FIELDS}, "lines": lines}
