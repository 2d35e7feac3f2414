"""Planning a shipment: which promised units travel together, to whom, how; and the code of its packing list."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import uuid_utils.compat
from django.db import transaction
from django.db.models import Sum

from directory import actors, errors, ids, journal
from partners import machine
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import AgreedLine
from partners.fulfilment import disputes, shipments, shipping
from partners.fulfilment.shipment_table import TABLE
from partners.fulfilment.shipments import Shipment, ShipmentLine

FIELDS = (
    "method",
    "courier",
    "tracking_number",
    "packages",
    "weight_g",
    "cost",
    "paid_by",
    "expected_on",
    "note",
)


class Wanted(NamedTuple):
    """So many units of an agreed line are to travel."""

    agreed_line: uuid.UUID
    quantity: int


@transaction.atomic
def plan(
    lines: Sequence[Wanted],
    values: Mapping[str, Any],
    *,
    receiver: uuid.UUID | None = None,
    by: actors.Actor,
    now: datetime.datetime,
) -> Shipment:
    """A shipment of the entry acted for, which gives, of lines of active requests; to their receiving side.

    `receiver` names a collection point that takes in for several. Raises Forbidden, Invalid `unknown_line`,
    `several_receivers`, Conflict `wrong_state`, `disputed`, `insufficient_quantity`.
    """
    sender = by.acting_entry
    if sender is None or not by.roles & {"editor", "approver"}:
        raise errors.Forbidden("role_needed", allowed="approver, editor")
    if "collaborations:write" not in by.scopes:
        raise errors.Forbidden("missing_scope", value="collaborations:write")
    keys = [line.agreed_line for line in lines]
    if len(set(keys)) != len(keys):
        raise errors.Invalid("repeated_line", pointer="#/lines")
    seen = AgreedLine.objects.filter(pk__in=keys, collaboration__in=Collaboration.objects.visible_to(by))
    of_requests = sorted(set(seen.values_list("collaboration", flat=True)))
    held = Collaboration.objects.filter(pk__in=of_requests).order_by("pk").select_for_update(no_key=True)
    requests = {row.pk: row for row in held}
    agreed = {row.pk: row for row in seen.select_related("term_line")}
    _check_plan(lines, agreed, requests, sender=sender)
    receivers = {giver_and_receiver(row)[1] for row in requests.values()}
    if receiver is None and len(receivers) > 1:
        raise errors.Invalid("several_receivers", pointer="#/receiver")
    row = Shipment(
        id=uuid_utils.compat.uuid7(),
        sender_id=sender,
        receiver_id=receiver or receivers.pop(),
        code=shipments.new_code(),
        created_at=now,
        updated_at=now,
        **{name: values[name] for name in FIELDS if name in values},
    )
    row.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=row, agreed_line_id=line.agreed_line, quantity=line.quantity) for line in lines
    )
    journal.record("shipment.planned", by=by, now=now, subject=("shipment", row.pk), status_after="planned")
    return row


def _check_plan(
    lines: Sequence[Wanted],
    agreed: Mapping[uuid.UUID, AgreedLine],
    requests: Mapping[uuid.UUID, Collaboration],
    *,
    sender: uuid.UUID,
) -> None:
    if disputes.paused(agreed):
        raise errors.Conflict("disputed")
    planned = dict(
        ShipmentLine.objects.filter(agreed_line__in=agreed, shipment__status="planned")
        .values_list("agreed_line")
        .annotate(Sum("quantity"))
    )
    faults: list[errors.DomainError] = []
    for number, line in enumerate(lines):
        row = agreed.get(line.agreed_line)
        request = requests[row.collaboration_id] if row else None
        if row is None or request is None or giver_and_receiver(request)[0] != sender:
            faults.append(errors.Invalid("unknown_line", pointer=f"#/lines/{number}/agreed_line"))
            continue
        if request.status != "active":
            raise errors.Conflict("wrong_state", value=request.status)
        left = row.reserved - planned.get(row.pk, 0)
        if line.quantity > left:
            raise errors.Conflict(
                "insufficient_quantity",
                line=ids.encode("agreed_line", row.pk),
                value=row.term_line.title,
                requested=line.quantity,
                available=max(left, 0),
            )
    if faults:
        raise errors.Several(faults)


def giver_and_receiver(row: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """The entries of a request: who gives, and who receives."""
    sides = (row.initiator_id, row.counterparty_id)
    return sides if row.initiator_gives else (sides[1], sides[0])


@transaction.atomic
def change(
    key: uuid.UUID, values: Mapping[str, Any], *, version: int | None, by: actors.Actor, now: datetime.datetime
) -> Shipment:
    """What is known of the way, until it has ended. Missing, Forbidden, Conflict, `version_changed`."""
    row: Shipment = TABLE.lock(key, by)
    if "sender" not in shipments.standing(row, by) or "collaborations:write" not in by.scopes:
        raise errors.Forbidden("role_needed", allowed="approver, editor")
    if version is not None and row.version != version:
        raise errors.DomainError("version_changed")
    if row.status in shipments.ENDED:
        raise errors.Conflict("wrong_state", value=row.status)
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.version, row.updated_at = row.version + 1, now
        row.save(update_fields=[*changed, "version", "updated_at"])
        if row.status in shipments.UNDERWAY and not row.is_unconfirmed:
            shipping.await_count(row)
        journal.record(
            "shipment.changed",
            by=by,
            now=now,
            subject=("shipment", key),
            status_before=row.status,
            status_after=row.status,
        )
    return row


@transaction.atomic
def issue_code(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Shipment:
    """A new code for the packing list; the one before opens nothing any more. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "issue_code", key, by=by, now=now)
    done: Shipment = machine.finish(row, event, code=shipments.new_code(), code_tries=0)
    return done
