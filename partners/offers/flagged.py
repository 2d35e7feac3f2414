"""Offers and needs can be flagged, as whatever can be seen: the moderators of the entry's region answer."""

import functools
import uuid
from typing import Any

from directory import actors
from partners.offers.proposals import DIRECTIONS, Proposal
from partners.trust import flags


def _seen(direction: str, actor: actors.Actor, key: uuid.UUID) -> Any:
    return Proposal.objects.visible_to(actor).filter(direction=direction, pk=key)


for _direction in DIRECTIONS:
    flags.SUBJECTS[_direction] = functools.partial(_seen, _direction)
    flags.ENTRY_OF[_direction] = "entry_id"
