"""School days, by property: an answer falls on a school day, and the days between are as many as were asked for."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from partners import school_days

MOMENTS = st.datetimes(
    min_value=datetime.datetime(2020, 1, 1),
    max_value=datetime.datetime(2035, 12, 31),
    timezones=st.just(datetime.UTC),
)
DAY = datetime.timedelta(days=1)


def between(first: datetime.date, last: datetime.date) -> int:
    """School days after the first day, up to and with the last."""
    days = (last - first).days
    return sum(school_days.is_school_day(first + DAY * number) for number in range(1, days + 1))


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(1, 40))
def test_so_many_school_days_lie_between_and_the_last_is_one(moment: datetime.datetime, days: int) -> None:
    until = school_days.after(moment, days=days)
    local = [one.astimezone(school_days.JAKARTA) for one in (moment, until)]
    assert between(local[0].date(), local[1].date()) == days
    assert school_days.is_school_day(local[1].date())
    assert local[1].time() == local[0].time()


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.integers(0, 20), st.integers(0, 20))
def test_days_add_up_and_never_turn_back(moment: datetime.datetime, some: int, more: int) -> None:
    first = school_days.after(moment, days=some)
    assert school_days.after(first, days=more) == school_days.after(moment, days=some + more)
    assert first >= moment


def test_weekends_holidays_and_breaks_are_none() -> None:
    for day in ("2026-03-20", "2026-08-17", "2031-12-25", "2026-11-28", "2027-07-05", "2026-12-24", "2026-05-28"):
        assert not school_days.is_school_day(datetime.date.fromisoformat(day)), day
    for day in ("2026-11-25", "2026-03-17", "2027-07-13"):
        assert school_days.is_school_day(datetime.date.fromisoformat(day)), day


def test_the_night_in_jakarta_belongs_to_its_own_day() -> None:
    friday_night = datetime.datetime(2026, 11, 27, 18, tzinfo=datetime.UTC)  # Saturday there
    assert school_days.after(friday_night, days=1) == datetime.datetime(2026, 11, 29, 18, tzinfo=datetime.UTC)


def test_every_holiday_says_where_it_comes_from() -> None:
    import csv

    with school_days.FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row["name"] and row["source"] and row["first"] <= row["last"] for row in rows)
    assert sum("2026" in row["first"] for row in rows) == 12
