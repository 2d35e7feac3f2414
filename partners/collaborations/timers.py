"""What the system does to collaboration requests when their deadlines come, and what becomes of one that fails."""

import datetime
import logging
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q

from directory import actors, errors, ids
from partners import mail
from partners.accounts.moderators import Moderator
from partners.collaborations import deadlines, endings, guards, moves
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.deadlines import BATCH, MOST_TRIES, Deadline

VERBS = {
    "expire": moves.expire,
    "not_signed": endings.not_signed,
    "remind_1": endings.remind,
    "remind_2": endings.remind,
    "not_shipped": endings.not_shipped,
}
_log = logging.getLogger(__name__)


def work(*, now: datetime.datetime) -> int:
    """Do what is due, each in a transaction of its own. Returns how many requests something happened to.

    What fails is tried again after a while; what fails too often is told to moderators.
    """
    return sum(_worked(held, now=now) for held in deadlines.lease(now=now))


def follow_goods(*, now: datetime.datetime) -> int:
    """See what became of what was sent: settle what has all arrived, give back what came back after the end, and wait
    no longer for a first parcel that is on its way. Returns how many requests were settled or given back.
    """
    begun = Collaboration.objects.with_agreed(Q(in_transit__gt=0) | Q(received__gt=0) | Q(written_off__gt=0))
    for key in begun.filter(status="active", due_at__isnull=False).values_list("pk", flat=True)[:BATCH]:
        _no_longer_wait(key)
    held = Q(reserved__gt=0) | Q(in_transit__gt=0)
    counted = Collaboration.objects.with_agreed().exclude(pk__in=Collaboration.objects.with_agreed(held).values("pk"))
    returned = Collaboration.objects.with_agreed(Q(reserved__gt=0))
    due = [(endings.settle, key) for key in counted.filter(status="active").values_list("pk", flat=True)[:BATCH]]
    due += [(endings.release, key) for key in returned.filter(status="closed").values_list("pk", flat=True)[:BATCH]]
    return sum(_done(verb, key, now=now) for verb, key in due)


def _done(verb: Any, key: uuid.UUID, *, now: datetime.datetime) -> bool:
    try:
        verb(key, by=actors.SYSTEM, now=now)
    except errors.Conflict:  # overtaken meanwhile
        return False
    return True


@transaction.atomic
def _no_longer_wait(key: uuid.UUID) -> None:
    row = Collaboration.objects.select_for_update(no_key=True).get(pk=key)
    if row.status == "active" and guards.is_begun(guards.agreed(row)):
        row.due_at = deadlines.replace(row, {})
        row.save(update_fields=["due_at"])


def _worked(held: Deadline, *, now: datetime.datetime) -> bool:
    try:
        return _act(held, now=now)
    except Exception:  # whatever it is: the others are worked, and somebody hears of it
        _log.exception("deadline %s of %s failed", held.name, ids.encode("collaboration", held.collaboration_id))
        if held.tries >= MOST_TRIES:
            _raise(held, now=now)
        return False


@transaction.atomic
def _act(held: Deadline, *, now: datetime.datetime) -> bool:
    # Who holds the request's lock moves its deadlines: what stands behind it stands.
    Collaboration.objects.select_for_update(no_key=True).get(pk=held.collaboration_id)
    if not deadlines.is_held(held, now=now):
        return False
    deadlines.finish(held, now=now)
    try:
        VERBS[held.name](held.collaboration_id, by=actors.SYSTEM, now=now)
    except errors.Conflict:  # overtaken: something was sent, say
        return False
    return True


@transaction.atomic
def _raise(held: Deadline, *, now: datetime.datetime) -> None:
    """Tell the moderators of the side that asked, and note that they know."""
    row = Collaboration.objects.select_related("initiator").get(pk=held.collaboration_id)
    Deadline.objects.filter(pk=held.pk).update(raised_at=now)
    people = Moderator.objects.of_region(row.initiator.region_id or "").filter(user__is_active=True)
    for address in sorted(set(people.values_list("user__email", flat=True))):
        mail.put(
            to=address,
            subject=f"Tenggat gagal dikerjakan: {row.subject}",
            text=(
                f"Tenggat {held.name} dari permintaan kolaborasi {ids.encode('collaboration', row.pk)}"
                f" gagal dikerjakan {MOST_TRIES} kali. Periksa permintaan itu dan beri tahu operator layanan.\n"
            ),
            now=now,
        )
