"""Contacts that the two sides show each other once they have agreed; each reading is told to whose they are."""

import datetime
import uuid

from directory import actors, errors, ids
from directory import permissions as rules
from directory.entries import contacts
from partners import permissions
from partners.collaborations import blocks
from partners.collaborations.collaborations import Collaboration, side_of

AGREED = ("accepted", "active", "closed")


def counterparties_contacts(key: uuid.UUID, *, by: actors.Actor, now: datetime.datetime) -> list[contacts.Contact]:
    """The contacts that the other side keeps for `counterparties`; that they were read is an event of that entry.

    Raises Missing, Forbidden `role_needed` for who is of neither side, `agreement_needed` before and after the
    agreement, `verified_entry_needed` for who acts by a claim that nobody has decided, and as `blocks.refuse`.
    """
    row = Collaboration.objects.visible_to(by).filter(pk=key).first()
    if row is None:
        raise errors.Missing("not_found")
    side = side_of(row, by)
    rules.require(permissions.RULES["read_counterparty"], by=by, entry=by.acting_entry if side else None)
    if by.is_provisional:
        raise errors.Forbidden("verified_entry_needed")
    if row.status not in AGREED:
        raise errors.Forbidden("agreement_needed")
    own, other = row.initiator_id, row.counterparty_id
    if side == "counterparty":
        own, other = other, own
    blocks.refuse(own, other)
    shown = contacts.Contact.objects.filter(entry=other, visibility="counterparties")
    found = list(shown.select_related("entry", "first_event", "event").order_by("pk"))
    contacts.reveal(found, reason=ids.encode("collaboration", row.pk), by=by, now=now)
    return found
