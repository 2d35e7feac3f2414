"""Counting on receipt: in several goes, by the receiver or whoever holds the code of the parcel, until it is closed."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from directory import actors, errors, ids
from partners import machine
from partners.collaborations import deadlines, endings
from partners.fulfilment import handovers, moving, shipments
from partners.fulfilment.shipment_table import TABLE, lock_all
from partners.fulfilment.shipments import Count, Shipment, ShipmentLine

FOUND = ("accepted", "damaged", "missing", "wrong", "extra")


@transaction.atomic
def count(
    key: uuid.UUID,
    found: Mapping[uuid.UUID, Mapping[str, Any]],
    *,
    is_last: bool = False,
    by: actors.Actor,
    now: datetime.datetime,
    code: str | None = None,
    version: int | None = None,
) -> Shipment:
    """Write down what was found of lines of the shipment, in one go of several; `is_last` closes the count.

    Each of `found` says how many are accepted, damaged, missing, wrong and extra, and may have a `note`. Raises
    Missing, Forbidden, Invalid `unknown_line`, Conflict `wrong_state`, `more_than_sent`, `not_all_counted`, and
    `version_changed` where somebody has counted since `version`.
    """
    row, by = _opened(key, code, by=by) if code is not None else (TABLE.lock(key, by), by)
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    row, event = machine.step(TABLE, "count", row, by=by, now=now)
    lines = {line.pk: line for line in shipments.lines_of(row)}
    unknown = [
        errors.Invalid("unknown_line", pointer=f"#/lines/{n}/line") for n, k in enumerate(found) if k not in lines
    ]
    if unknown:
        raise errors.Several([*unknown])
    steps = {lines[place].agreed_line_id: _counted(lines[place], one) for place, one in found.items()}
    moving.move(steps, event=event)
    Count.objects.bulk_create(
        Count(
            line=lines[place],
            **{name: one.get(name, 0) for name in FOUND},
            note=one.get("note", ""),
            by_code=code is not None,
            event=event,
            at=now,
        )
        for place, one in found.items()
        if any(one.get(name, 0) for name in FOUND)
    )
    row = machine.finish(row, event, is_unconfirmed=False, arrived_at=row.arrived_at or now)
    return _closed(row, by=by, now=now) if is_last else row


@transaction.atomic
def close(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, code: str | None = None) -> Shipment:
    """Everything is counted: the handover is recorded. Missing, Forbidden, Conflict `not_all_counted`."""
    row, by = _opened(key, code, by=by) if code is not None else (TABLE.lock(key, by), by)
    return _closed(row, by=by, now=now)


def _closed(row: Shipment, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    row, event = machine.step(TABLE, "close", row, by=by, now=now)
    handovers.make(row, event=event, by=by, now=now)
    done: Shipment = machine.finish(row, event, received_at=now, code="", is_unconfirmed=False)
    deadlines.replace(done, {})
    endings.follow(shipments.collaborations_of(row.pk), by=by, now=now)
    return done


def opened_by(key: uuid.UUID, code: str, *, by: actors.Actor) -> tuple[Shipment, actors.Actor]:
    """The shipment to whoever holds its code, and the actor that they are then; the try counts where it is wrong.

    Raises Missing when there is no such shipment or no code, Conflict `wrong_code`, `code_locked`.
    """
    row = Shipment.objects.filter(pk=key, status__in=shipments.UNDERWAY).exclude(code="").first()
    if row is None:
        raise errors.Missing("not_found")
    return _opened(key, code, by=by)


def _opened(key: uuid.UUID, code: str, *, by: actors.Actor) -> tuple[Any, actors.Actor]:
    """The shipment under lock, opened by its code."""
    row: Any = lock_all(key)
    if not row.code or row.status not in shipments.UNDERWAY:
        raise errors.Missing("not_found")
    if row.code_tries >= shipments.MOST_TRIES:
        raise errors.Conflict("code_locked", most=shipments.MOST_TRIES)
    if not shipments.is_code(row, code):
        refused = errors.Conflict("wrong_code")
        # The try counts although the transaction is rolled back.
        refused.afterwards = lambda: _wrong_try(key)
        raise refused
    row.is_opened_by_code = True
    return row, holder(key, by=by)


def holder(key: uuid.UUID, *, by: actors.Actor) -> actors.Actor:
    """Whoever holds the code of a parcel, as an actor."""
    return actors.Actor(
        kind="code",
        reference=ids.encode("shipment", key),
        scopes=frozenset({"collaborations:write"}),
        request_id=by.request_id,
    )


def _wrong_try(key: uuid.UUID) -> None:
    with transaction.atomic():
        row = Shipment.objects.select_for_update(no_key=True).get(pk=key)
        row.code_tries = min(row.code_tries + 1, shipments.MOST_TRIES)
        row.save(update_fields=["code_tries"])


def _counted(line: ShipmentLine, one: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Put one go of counting on the line; the moves that it means."""
    gone = sum(one.get(name, 0) for name in ("damaged", "missing", "wrong"))
    if one.get("accepted", 0) + gone > line.uncounted:
        raise errors.Conflict("more_than_sent", value=line.agreed_line.term_line.title, left=line.uncounted)
    for name in FOUND:
        setattr(line, name, getattr(line, name) + one.get(name, 0))
    line.save(update_fields=list(FOUND))
    return {("in_transit", "received"): one.get("accepted", 0), ("in_transit", "written_off"): gone}
