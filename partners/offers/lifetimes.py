"""How long an offer or need runs: to its last day, to the end of its term, a need to the end of the school year."""

import datetime
from typing import Any

TERM = datetime.timedelta(days=180)  # of an offer
SCHOOL_YEAR_ENDS = (6, 30)  # month and day; the new one begins in July
MIDNIGHT = datetime.time(17, tzinfo=datetime.UTC)  # in Jakarta


def end_of(day: datetime.date) -> datetime.datetime:
    """The midnight in Jakarta with which a day ends."""
    return datetime.datetime.combine(day, MIDNIGHT)


def is_over(row: Any, *, now: datetime.datetime) -> bool:
    """Whether its last day has passed."""
    return row.deadline is not None and end_of(row.deadline) <= now


def ends_at(row: Any, *, now: datetime.datetime) -> datetime.datetime:
    """When it expires if it is published or renewed now; none runs beyond its last day."""
    end = now + TERM
    if row.direction == "need":
        end = end_of(datetime.date(now.year, *SCHOOL_YEAR_ENDS))
        if end <= now:
            end = end_of(datetime.date(now.year + 1, *SCHOOL_YEAR_ENDS))
    return end if row.deadline is None else min(end, end_of(row.deadline))
