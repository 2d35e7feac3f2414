"""School days: periods in which somebody has to answer skip weekends, public holidays and school breaks.

The holidays stand in school_holidays.csv, each with its source: rows with a year, and rows for every year. Islamic,
Chinese, Hindu and Buddhist feasts are known only as far as the yearly joint decree of three ministers (SKB) is in that
file; for later years a period may end a few days earlier than it should. Breaks are set by provinces: the file has an
estimate for all of them.
"""

import csv
import datetime
import functools
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_name("school_holidays.csv")
JAKARTA = datetime.timezone(datetime.timedelta(hours=7), "WIB")  # a day is a day in Jakarta
_DAY = datetime.timedelta(days=1)


def is_school_day(day: datetime.date) -> bool:
    """Whether most schools are open."""
    dated, yearly = _holidays()
    return day.weekday() < 5 and day not in dated and (day.month, day.day) not in yearly


def after(moment: datetime.datetime, *, days: int) -> datetime.datetime:
    """The moment so many school days later, at the same time of the day; it falls on a school day."""
    day, left = moment.astimezone(JAKARTA), days
    while left:
        day += _DAY
        left -= is_school_day(day.date())
    return day.astimezone(datetime.UTC)


@functools.cache
def _holidays() -> tuple[frozenset[datetime.date], frozenset[tuple[int, int]]]:
    """Dates of a certain year, and (month, day) of every year."""
    dated: set[datetime.date] = set()
    yearly: set[tuple[int, int]] = set()
    with FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            is_yearly = len(row["first"]) == len("01-01")
            # 2028 is a leap year, so that a yearly period could hold the 29th of February.
            first, last = (f"2028-{row[name]}" if is_yearly else row[name] for name in ("first", "last"))
            days = set(_days(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)))
            if is_yearly:
                yearly |= {(day.month, day.day) for day in days}
            else:
                dated |= days
    return frozenset(dated), frozenset(yearly)


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    while first <= last:
        yield first
        first += _DAY
