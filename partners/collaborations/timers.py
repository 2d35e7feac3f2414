"""What the system does to collaboration requests when their deadlines come, and what becomes of one that fails."""

import datetime
import logging

from django.db import transaction

from directory import actors, errors, ids
from partners import mail
from partners.accounts.moderators import Moderator
from partners.collaborations import deadlines, endings, moves
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.deadlines import MOST_TRIES, Deadline

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
