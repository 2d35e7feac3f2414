"""What is asked of lines, granted of them, and reserved: nothing twice, and no more than there is or one may have."""

from collections.abc import Mapping

from django.db.models import Exists, F, OuterRef, Q

from directory import errors, ids, journal
from partners.collaborations import guards
from partners.collaborations.collaborations import LIVE, Collaboration, receiver
from partners.collaborations.terms import AgreedLine, TermLine
from partners.offers import stock
from partners.offers.lines import Line


def check(row: Collaboration, *, with_stock: bool = True) -> None:
    """No second live request of the initiator on the same line, and, of those that begin, enough of each line.

    Behind the locks of the offers and needs nobody else puts a line of theirs forward meanwhile. Raises Conflict
    `already_asked`, `insufficient_quantity`, `too_many_for_one`.
    """
    lines = guards.lines_of(row)
    column = "need_line" if row.initiator_gives else "offer_line"
    asked = [getattr(line, f"{column}_id") for line in lines]
    of_others = Collaboration.objects.filter(initiator=row.initiator_id, status__in=LIVE[1:])
    rivals = TermLine.objects.filter(terms__collaboration__in=of_others.exclude(pk=row.pk))
    latest = Q(**{f"{column}__in": [key for key in asked if key]})
    found = rivals.filter(latest).values_list("terms__collaboration", "terms__number", "terms__collaboration__revision")
    rival = next((key for key, number, last in found.order_by("pk") if number == last), None)
    if rival is not None:
        raise errors.Conflict("already_asked", collaboration=ids.encode("collaboration", rival))
    if with_stock:
        _refuse([refused for line in lines if (refused := guards.short(line))])
        _check_bounds(row, {line: line.min_quantity for line in lines})


def chosen(lines: list[TermLine], asked: Mapping[int, int] | None) -> dict[TermLine, int]:
    """What is granted of each line: everything, or number -> quantity. Raises Several with Invalid."""
    if asked is None:
        return {line: line.quantity for line in lines}
    numbered = {line.number: line for line in lines}
    faults: list[errors.DomainError] = [
        errors.Invalid("unknown_line", pointer="#/lines") for number in asked if number not in numbered
    ]
    faults += [
        errors.Invalid("out_of_range", pointer="#/lines", value=line.title)
        for line in lines
        if line.number in asked and not line.min_quantity <= asked[line.number] <= line.quantity
    ]
    if faults:
        raise errors.Several(faults)
    return {numbered[number]: quantity for number, quantity in sorted(asked.items())}


def reserve(row: Collaboration, granted: Mapping[TermLine, int], *, event: journal.Event) -> None:
    """Promise what is granted, of offer and need at once, or nothing. Raises Conflict as `check`."""
    steps = [
        stock.Step(key, "available", "reserved", quantity)
        for line, quantity in granted.items()
        for key in (line.offer_line_id, line.need_line_id)
        if key is not None
    ]
    stock.lock({step.line for step in steps})  # before the bounds, so that two at once see each other
    _check_bounds(row, granted)
    stock.move(steps, event=event, collaboration=row.pk)
    AgreedLine.objects.bulk_create(
        AgreedLine(collaboration=row, term_line=line, quantity=quantity, reserved=quantity)
        for line, quantity in granted.items()
    )
    guards.forget(row)


def there_is(row: Collaboration) -> dict[TermLine, int]:
    """What can be granted of each line now: as much of it as there is, of offer and need.

    Raises Conflict `insufficient_quantity`.
    """
    lines = guards.lines_of(row)
    found = stock.lock({key for line in lines for key in (line.offer_line_id, line.need_line_id) if key})
    granted = {}
    for line in lines:
        named = [found[key] for key in (line.offer_line_id, line.need_line_id) if key]
        scarcest = min(named, key=lambda one: one.available, default=None)
        granted[line] = min(line.quantity, scarcest.available) if scarcest else line.quantity
        if scarcest and granted[line] < line.min_quantity:
            raise guards.lack(line, scarcest)
    return granted


def refuse_before_others(row: Collaboration, granted: Mapping[TermLine, int]) -> None:
    """What came back is first for those who wait; behind the locks of offers and needs. Raises Conflict `others_wait`.

    One query, of an index that holds nothing else.
    """
    keys = {key for line in granted for key in (line.offer_line_id, line.need_line_id) if key}
    named = Q(offer_line__in=keys) | Q(need_line__in=keys)
    of_others = TermLine.objects.filter(named, terms__collaboration=OuterRef("pk"), terms__number=OuterRef("revision"))
    if Collaboration.objects.in_turn().filter(Exists(of_others)).exclude(pk=row.pk).exists():
        raise errors.Conflict("others_wait")


def give_back(row: Collaboration, *, event: journal.Event) -> None:
    """What is reserved for a locked one is available again."""
    steps = [
        stock.Step(key, "reserved", "available", line.reserved)
        for line in guards.agreed(row)
        for key in (line.term_line.offer_line_id, line.term_line.need_line_id)
        if key is not None and line.reserved
    ]
    stock.move(steps, event=event, collaboration=row.pk)
    AgreedLine.objects.filter(collaboration=row.pk).update(released=F("released") + F("reserved"), reserved=0)
    guards.forget(row)


def _check_bounds(row: Collaboration, granted: Mapping[TermLine, int]) -> None:
    """No entry receives more of a line than its offer gives to one, counted over all its requests."""
    bounded = {line.offer_line_id: (line, n) for line, n in granted.items() if line.offer_line_id}
    limits = Line.objects.filter(pk__in=bounded, most_per_entry__isnull=False).in_bulk()
    if not limits:
        return
    held = AgreedLine.objects.of_receiver(receiver(row)).per_offer_line(limits)
    refused = []
    for key, offered in limits.items():
        quantity, left = bounded[key][1], max(0, (offered.most_per_entry or 0) - held.get(key, 0))
        if quantity > left:
            refused.append(
                errors.Conflict(
                    "too_many_for_one",
                    line=ids.encode("line", key),
                    value=offered.title,
                    requested=quantity,
                    available=left,
                )
            )
    _refuse(refused)


def _refuse(refused: list[errors.Conflict]) -> None:
    if refused:
        refused[0].because = tuple(refused) if len(refused) > 1 else ()
        raise refused[0]
