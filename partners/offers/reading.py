"""What is read beside offers and needs: their lines, and the sums of them, for a whole page in two statements."""

import uuid
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce

from directory import actors
from partners.accounts.memberships import Membership
from partners.offers.attachments import Attachment
from partners.offers.lines import ESTIMATED_WEIGHT_G, Line
from partners.offers.proposals import Proposal

# What has no weight to send: a place, a session, a seat, and what is read or heard on a device.
_GOODS = Q(unit__in=("copy", "package")) & ~Q(format__in=("ebook", "audio"))
_UNIT_WEIGHT = Case(
    When(_GOODS, then=Coalesce("weight_g", Value(ESTIMATED_WEIGHT_G))), default=0, output_field=BigIntegerField()
)


class Sums(NamedTuple):
    """The counters of all lines together; `weight_g` is that of what is available."""

    lines: int = 0
    quantity: int = 0
    available: int = 0
    promised: int = 0
    received: int = 0
    weight_g: int = 0
    estimated: int = 0  # lines whose weight nobody knows


def prepared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with the entry, its region, and what is attached, without the bytes of it."""
    files = Attachment.objects.defer("content").order_by("pk")
    return rows.select_related("entry__region").prefetch_related(Prefetch("attachments", files))


def fill(rows: Collection[Proposal], *, by: actors.Actor, most_lines: int | None = None) -> None:
    """Put `shown_lines`, at most so many of each, `sums` and the reader's `own_entries` on the rows.

    Two statements, and one for a moderator.
    """
    own = own_entries(by) if by.is_moderator else frozenset()
    shown = Line.objects.current().order_by("position", "pk")
    prefetch_related_objects(list(rows), Prefetch("lines", shown[:most_lines] if most_lines else shown, "shown_lines"))
    found = sums([row.pk for row in rows])
    for row in rows:
        row.sums = found.get(row.pk, Sums())  # type: ignore[attr-defined]
        row.own_entries = own  # type: ignore[attr-defined]


def sums(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Sums]:
    """The sums of those that have lines. One statement."""
    rows = Line.objects.current().filter(proposal__in=keys).order_by().values_list("proposal")
    counted = Sums(
        lines=Count("pk"),  # type: ignore[arg-type]  # what is asked for each
        quantity=Sum("total"),  # type: ignore[arg-type]
        available=Sum("available"),  # type: ignore[arg-type]
        promised=Sum(F("reserved") + F("in_transit")),  # type: ignore[arg-type]
        received=Sum("received"),  # type: ignore[arg-type]
        weight_g=Sum(Cast("available", BigIntegerField()) * _UNIT_WEIGHT),  # type: ignore[arg-type]
        estimated=Count("pk", filter=_GOODS & Q(weight_g=None, available__gt=0)),  # type: ignore[arg-type]
    )
    found = rows.annotate(**{f"sum_{name}": sum for name, sum in counted._asdict().items()})
    return {key: Sums(*values) for key, *values in found}


def sums_of(row: Any) -> Sums:
    """Those of one; none is asked for where `fill` has put them."""
    known: Sums | None = getattr(row, "sums", None)
    return known if known is not None else sums([row.pk]).get(row.pk, Sums())


def own_entries(by: actors.Actor) -> frozenset[uuid.UUID]:
    """The entries that the person acts for, whichever they name now: about these they decide nothing as a moderator."""
    if by.user is None:
        return frozenset()
    return frozenset(Membership.objects.current().filter(user=by.user).values_list("entry", flat=True))
