"""What the system does when deadlines come, and what becomes of one that fails."""

import datetime
import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from directory import actors, errors, ids
from partners import mail
from partners.accounts.moderators import Moderator
from partners.collaborations import deadlines, endings, letters, moves
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.deadlines import MOST_TRIES, Deadline
from partners.fulfilment import dispute_table, disputing, shipment_table, shipping

VERBS: dict[str, Callable[..., object]] = {
    "expire": moves.expire,
    "not_signed": endings.not_signed,
    "remind_1": endings.remind,
    "remind_2": endings.remind,
    "not_shipped": endings.not_shipped,
    "unconfirmed": shipping.mark_unconfirmed,
    "escalate": disputing.escalate,
    "lapse": disputing.lapse,
}
_log = logging.getLogger(__name__)


def _request(key: uuid.UUID) -> Any:
    return Collaboration.objects.select_for_update(no_key=True).get(pk=key)


# The object under lock, and the entry whose region's moderators are told when it fails.
LOCKS: dict[str, Callable[[uuid.UUID], Any]] = {
    "collaboration": _request,
    "shipment": shipment_table.lock_all,
    "dispute": dispute_table.lock_all,
}
REGIONS: dict[str, Callable[[Any], Any]] = {
    "collaboration": lambda row: row.initiator.region_id,
    "shipment": lambda row: row.sender.region_id,
    "dispute": lambda row: row.shipment.sender.region_id,
}


def work(*, now: datetime.datetime) -> int:
    """Do what is due, each in a transaction of its own. Returns to how many objects something happened.

    What fails is tried again after a while; what fails too often is told to moderators.
    """
    return sum(_worked(held, now=now) for held in deadlines.lease(now=now))


def _worked(held: Deadline, *, now: datetime.datetime) -> bool:
    try:
        return _act(held, now=now)
    except Exception:  # whatever it is: the others are worked, and somebody hears of it
        _log.exception("deadline %s of %s failed", held.name, ids.encode(*held.of))
        if held.tries >= MOST_TRIES:
            _raise(held, now=now)
        return False


@transaction.atomic
def _act(held: Deadline, *, now: datetime.datetime) -> bool:
    # Who holds the object's lock moves its deadlines: what stands behind it stands.
    what, key = held.of
    row = LOCKS[what](key)
    if not deadlines.is_held(held, now=now) or (held.name == "expire" and letters.wait(row, now=now)):
        return False
    deadlines.finish(held, now=now)
    try:
        VERBS[held.name](key, by=actors.SYSTEM, now=now)
    except errors.Conflict:  # overtaken: something was sent, say
        return False
    return True


@transaction.atomic
def _raise(held: Deadline, *, now: datetime.datetime) -> None:
    """Tell the moderators of whoever began it, and note that they know."""
    what, key = held.of
    region = REGIONS[what](LOCKS[what](key)) or ""
    Deadline.objects.filter(pk=held.pk).update(raised_at=now)
    people = Moderator.objects.of_region(region).filter(user__is_active=True)
    for address in sorted(set(people.values_list("user__email", flat=True))):
        mail.put(
            to=address,
            subject=f"Tenggat gagal dikerjakan: {ids.encode(what, key)}",
            text=(
                f"Tenggat {held.name} dari {ids.encode(what, key)} gagal dikerjakan {MOST_TRIES} kali."
                " Periksalah dan beri tahu operator layanan.\n"
            ),
            now=now,
        )
