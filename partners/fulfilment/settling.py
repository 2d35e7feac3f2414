"""A request closes by itself when nothing of it is promised or on its way any more."""

import datetime
import uuid
from collections.abc import Iterable

from directory import actors
from partners import machine
from partners.collaborations import endings
from partners.collaborations.transitions import TABLE


def settle(collaborations: Iterable[uuid.UUID], *, by: actors.Actor, now: datetime.datetime) -> None:
    """Close those, locked by the caller, of which everything has ended, as the system within what `by` does."""
    system = actors.system(by)
    for key in sorted(set(collaborations)):
        row = TABLE.lock(key, system)
        if machine.refusal(TABLE, "settle", row, by=system, now=now) is None:
            endings.settle(key, by=system, now=now)
