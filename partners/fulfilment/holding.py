"""What happens to a session: set to a time, moved, held or not, confirmed or objected to, and counted when final."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils.compat
from django.db import transaction
from django.db.models import Sum

from directory import actors, errors, ids, journal
from partners import machine
from partners.collaborations import collaborations, endings
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import AgreedLine
from partners.fulfilment import moving, sessions
from partners.fulfilment.sessions import TABLE, Attendee, Session

BATCH = 500
TIMES = ("starts_at", "ends_at", "mode", "place", "note")


@transaction.atomic
def schedule(
    agreed_line: uuid.UUID, values: Mapping[str, Any], *, units: int = 1, by: actors.Actor, now: datetime.datetime
) -> Session:
    """Set a session of an agreed line to a time; `starts_at` and `ends_at` are there.

    Raises Forbidden, Invalid `unknown_line`, `ends_before_it_starts`, Conflict `wrong_state`, `wrong_unit`,
    `insufficient_quantity`.
    """
    seen = AgreedLine.objects.filter(pk=agreed_line, collaboration__in=Collaboration.objects.visible_to(by))
    line = seen.select_related("term_line", "collaboration").first()
    if line is None or not collaborations.side_of(line.collaboration, by):
        raise errors.Invalid("unknown_line", pointer="#/agreed_line")
    if not by.roles & {"editor", "approver"}:
        raise errors.Forbidden("role_needed", allowed="approver, editor")
    if "collaborations:write" not in by.scopes:
        raise errors.Forbidden("missing_scope", value="collaborations:write")
    request = Collaboration.objects.select_for_update(no_key=True).get(pk=line.collaboration_id)
    line.refresh_from_db()
    if request.status != "active":
        raise errors.Conflict("wrong_state", value=request.status)
    if line.term_line.unit not in sessions.UNITS:
        raise errors.Conflict("wrong_unit", value=line.term_line.unit)
    set_already = Session.objects.filter(agreed_line=line, is_final=False).exclude(status="cancelled")
    left = line.reserved - (set_already.aggregate(all=Sum("units"))["all"] or 0)
    if units > left:
        raise errors.Conflict(
            "insufficient_quantity",
            line=ids.encode("agreed_line", line.pk),
            value=line.term_line.title,
            requested=units,
            available=left,
        )
    _check(values)
    row = Session(id=uuid_utils.compat.uuid7(), agreed_line=line, units=units, created_at=now, updated_at=now)
    for name in TIMES:
        setattr(row, name, values.get(name, getattr(row, name)))
    row.save(force_insert=True)
    journal.record("session.scheduled", by=by, now=now, subject=("session", row.pk), status_after="scheduled")
    endings.follow([request.pk], by=by, now=now)
    return row


@transaction.atomic
def reschedule(key: uuid.UUID, values: Mapping[str, Any], *, by: actors.Actor, now: datetime.datetime) -> Session:
    """Another time or place. Missing, Forbidden, Invalid `ends_before_it_starts`, Conflict."""
    row, event = machine.begin(TABLE, "reschedule", key, by=by, now=now)
    merged = {name: values.get(name, getattr(row, name)) for name in TIMES}
    _check(merged)
    done: Session = machine.finish(row, event, **merged, times_changed=row.times_changed + 1)
    return done


@transaction.atomic
def hold(
    key: uuid.UUID, *, attendance: int | None = None, note: str = "", by: actors.Actor, now: datetime.datetime
) -> Session:
    """Say that it was held; the other side confirms, or may object for 14 days. Missing, Forbidden, Conflict."""
    return _stated("hold", key, by=by, now=now, attendance=attendance, note=note)


@transaction.atomic
def report_no_show(key: uuid.UUID, *, note: str = "", by: actors.Actor, now: datetime.datetime) -> Session:
    """Say that the other side did not come; the same holds. Missing, Forbidden, Conflict."""
    return _stated("report_no_show", key, by=by, now=now, note=note)


def _stated(action: str, key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime, **fields: Any) -> Session:
    row, event = machine.begin(TABLE, action, key, by=by, now=now)
    side = collaborations.side_of(row.agreed_line.collaboration, by)
    fields = {**fields, "note": fields.get("note") or row.note}
    done: Session = machine.finish(
        row, event, stated_by=side, final_due_at=now + sessions.OBJECTION, objection="", **fields
    )
    return done


@transaction.atomic
def confirm(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> Session:
    """Agree to what the other side stated: it is final and counted. Missing, Forbidden, Conflict `final_already`."""
    return _final("confirm", TABLE.lock(key, by), by=by, now=now)


@transaction.atomic
def object_to(key: uuid.UUID, *, reason: str, by: actors.Actor, now: datetime.datetime) -> Session:
    """Say that it was not so: it is open again. Missing, Forbidden, Conflict `final_already`."""
    row, event = machine.begin(TABLE, "object", key, by=by, now=now, reason=reason)
    done: Session = machine.finish(row, event, stated_by="", final_due_at=None, attendance=None, objection=reason)
    return done


@transaction.atomic
def cancel(key: uuid.UUID, *, note: str = "", by: actors.Actor, now: datetime.datetime) -> Session:
    """It does not take place; its units stay agreed, to be set to another time. Missing, Forbidden, Conflict."""
    row, event = machine.begin(TABLE, "cancel", key, by=by, now=now, reason=note)
    done: Session = machine.finish(row, event, note=note or row.note, times_changed=row.times_changed + 1)
    endings.follow([row.agreed_line.collaboration_id], by=by, now=now)
    return done


def finish_due(*, now: datetime.datetime) -> int:
    """Let statements stand to which nobody has objected in time. Returns how many."""
    due = Session.objects.filter(final_due_at__lte=now).order_by("final_due_at", "pk").values_list("pk", flat=True)
    return sum(_finish(key, now=now) for key in due[:BATCH])


@transaction.atomic
def _finish(key: uuid.UUID, *, now: datetime.datetime) -> bool:
    row = TABLE.lock(key, actors.SYSTEM)
    if row.final_due_at is None or row.final_due_at > now:
        return False
    _final("finish", row, by=actors.SYSTEM, now=now)
    return True


def _final(action: str, row: Session, *, by: actors.Actor, now: datetime.datetime) -> Session:
    row, event = machine.step(TABLE, action, row, by=by, now=now)
    came = row.units
    if row.status == "no_show":
        came = 0
    elif row.agreed_line.term_line.unit == "place" and row.attendance is not None:
        came = min(row.attendance, row.units)
    steps = {("reserved", "received"): came, ("reserved", "written_off"): row.units - came}
    moving.move({row.agreed_line_id: steps}, event=event)
    done: Session = machine.finish(row, event, is_final=True, final_due_at=None)
    endings.follow([row.agreed_line.collaboration_id], by=by, now=now)
    return done


@transaction.atomic
def set_attendees(key: uuid.UUID, names: Sequence[str], *, by: actors.Actor, now: datetime.datetime) -> Session:
    """The names for certificates, replaced whole; by either side until the statement is final, of trainings alone.

    Raises Missing, Forbidden, Conflict `wrong_kind`, `final_already`.
    """
    row = TABLE.lock(key, by)
    if "either" not in sessions.standing(row, by) or "collaborations:write" not in by.scopes:
        raise errors.Forbidden("role_needed", allowed="approver, editor")
    if row.agreed_line.collaboration.kind != "training":
        raise errors.Conflict("wrong_kind", value=row.agreed_line.collaboration.kind)
    if row.is_final:
        raise errors.Conflict("final_already")
    journal.record("session.attendees_set", by=by, now=now, subject=("session", key))
    Attendee.objects.filter(session=row).exclude(name__in=names).delete()
    there = set(Attendee.objects.filter(session=row).values_list("name", flat=True))
    Attendee.objects.bulk_create(Attendee(session=row, name=name) for name in dict.fromkeys(names) if name not in there)
    return row


def _check(values: Mapping[str, Any]) -> None:
    if values["ends_at"] <= values["starts_at"]:
        raise errors.Invalid("ends_before_it_starts", pointer="#/ends_at")
