"""Days as people remember them: a day, a month or only a year, kept as its first day and how exact it is."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from directory import errors, vocabularies

ENDS = ("from", "until")


def check(values: Mapping[str, Any]) -> None:
    """Refuse a beginning and an end that are not whole, not at their first day, or not in order.

    `values` holds `from_date`, `from_precision`, `until_date` and `until_precision`, None or "" where nothing is
    known. Raises errors.Several with one Invalid for each fault: `precision_needed`, `not_first_day`,
    `dates_not_in_order`.
    """
    faults: list[errors.DomainError] = []
    for end in ENDS:
        date, precision = values.get(f"{end}_date"), values.get(f"{end}_precision") or ""
        if (date is None) != (precision == ""):
            missing = f"{end}_precision" if date else f"{end}_date"
            faults.append(errors.Invalid("precision_needed", pointer=f"#/{missing}", value=f"{end}_date"))
        elif date is not None and date != first_day(date, precision):
            faults.append(
                errors.Invalid("not_first_day", pointer=f"#/{end}_date", value=date.isoformat(), precision=precision)
            )
    begun, ended = values.get("from_date"), values.get("until_date")
    if not faults and begun and ended and ended <= begun:
        faults.append(errors.Invalid("dates_not_in_order", pointer="#/until_date", value=ended.isoformat()))
    if faults:
        raise errors.Several(faults)


def first_day(date: datetime.date, precision: str) -> datetime.date:
    """The first day of the month or year that a day lies in."""
    if precision == "year":
        return date.replace(month=1, day=1)
    return date.replace(day=1) if precision == "month" else date


def whole(end: str) -> Q:
    """The condition of a table that a date and its precision come together."""
    codes = vocabularies.codes("date_precision")
    return Q(**{f"{end}_date": None, f"{end}_precision": ""}) | Q(
        **{f"{end}_date__isnull": False, f"{end}_precision__in": codes}
    )


def at_first_day(end: str) -> Q:
    """The condition of a table that a month or a year is kept as its first day."""
    return (
        Q(**{f"{end}_date": None})
        | Q(**{f"{end}_precision": "day"})
        | Q(**{f"{end}_precision": "month", f"{end}_date__day": 1})
        | Q(**{f"{end}_precision": "year", f"{end}_date__day": 1, f"{end}_date__month": 1})
    )
