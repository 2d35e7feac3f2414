"""A session for calendars (RFC 5545), known by the same UID however often it is moved."""

import datetime

import icalendar

from directory import ids
from partners.fulfilment.sessions import Session

_STATUS = {"scheduled": "CONFIRMED", "held": "CONFIRMED", "no_show": "CONFIRMED", "cancelled": "CANCELLED"}


def of(row: Session, *, host: str) -> bytes:
    """The calendar of one session. That somebody did not come stands in none."""
    request = row.agreed_line.collaboration
    event = icalendar.Event()
    event.add("uid", f"{ids.encode('session', row.pk)}@{host}")
    event.add("sequence", row.times_changed)
    event.add("dtstamp", row.updated_at.astimezone(datetime.UTC))
    event.add("dtstart", row.starts_at.astimezone(datetime.UTC))
    event.add("dtend", row.ends_at.astimezone(datetime.UTC))
    event.add("summary", row.agreed_line.term_line.title)
    event.add("description", f"{request.initiator.name} - {request.counterparty.name}")
    if row.place:
        event.add("location", row.place)
    event.add("status", _STATUS[row.status])
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Mitra Pustaka//ID")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
