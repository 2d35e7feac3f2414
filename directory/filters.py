"""Filters that every FilterSet is made of: comma lists, dates, flags; a bad value is a ValidationError with a code."""

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.db.models import BooleanField, Func, QuerySet

from directory import errors

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(_DAY.pattern + r"T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)  # RFC 3339
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(E[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class _List(forms.Field):
    """A comma list of codes; with choices, each must be one of them."""

    def __init__(self, *, choices: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allowed = tuple(choices)

    def clean(self, value: Any) -> list[str]:
        """The codes in the order given, each once."""
        codes = list(dict.fromkeys(part.strip() for part in str(value).split(",")))
        for code in codes:
            if not code or (self.allowed and code not in self.allowed):
                raise forms.ValidationError(
                    code, code="invalid_choice", params={"value": code, "allowed": ", ".join(self.allowed)}
                )
        return codes


class _Moment(forms.Field):
    """A date, or a date and time with its offset."""

    def clean(self, value: Any) -> datetime.datetime:
        """The aware moment; a date means its first moment in UTC."""
        given = value.upper()
        try:
            if _DAY.fullmatch(given):
                given += "T00:00:00Z"
            if _MOMENT.fullmatch(given):
                return datetime.datetime.fromisoformat(given).astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            pass
        raise forms.ValidationError(value, code="invalid_datetime")


class _LastMoment(_Moment):
    """As `_Moment`, but a date means its last moment."""

    def clean(self, value: Any) -> datetime.datetime:
        """The aware moment."""
        return super().clean(f"{value}T23:59:59.999999Z" if _DAY.fullmatch(value) else value)


class _Day(forms.Field):
    def clean(self, value: Any) -> datetime.date:
        """The date."""
        try:
            if _DAY.fullmatch(value):
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        raise forms.ValidationError(value, code="invalid_date")


class _Flag(forms.Field):
    def clean(self, value: Any) -> bool:
        """True or false, as JSON writes them."""
        if value not in ("true", "false"):
            raise forms.ValidationError(value, code="invalid_choice", params={"allowed": "true, false"})
        return bool(value == "true")


def number(text: str) -> float:
    """The finite number of a decimal text; ValueError for all else that Python reads: `1_0`, `nan`, Arabic digits."""
    found = float(text) if _NUMBER.fullmatch(text.strip()) else math.nan
    if not math.isfinite(found):
        raise ValueError(text)
    return found


class _Number(forms.Field):
    def __init__(self, *, min_value: float, max_value: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = min_value, max_value

    def clean(self, value: Any) -> float:
        """The number."""
        try:
            found = number(value)
            if self.least <= found <= self.most:
                return found
        except ValueError:
            pass
        allowed = f"{self.least}-{self.most}"
        raise forms.ValidationError(value, code="invalid_number", params={"allowed": allowed})


class Plain(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """A filter whose method or field lookup always applies: the caller leaves out what was not given."""

    schema: dict[str, Any] = {"type": "string"}

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The queryset narrowed by a cleaned value."""
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": value})


class OneOf(Plain):
    """`name=a,b`: any of the codes."""

    field_class = _List

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, lookup_expr="in", **kwargs)
        self.codes = list(kwargs.get("choices", ()))


class Overlap(OneOf):
    """`name=a,b`: those whose list holds any of the codes."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows whose array holds one of the codes."""
        return qs.filter(**{f"{self.field_name}__overlap": value})


class Moment(Plain):
    """`name=2026-01-31` or `name=2026-01-31T10:00:00Z`."""

    field_class = _Moment
    schema = {"type": "string", "format": "date-time"}


class LastMoment(Moment):
    """As `Moment`, but `name=2026-01-31` means the last moment of that day in UTC."""

    field_class = _LastMoment


class Day(Plain):
    """`name=2026-01-31`."""

    field_class = _Day
    schema = {"type": "string", "format": "date"}


class Flag(Plain):
    """`name=true` or `name=false`."""

    field_class = _Flag
    schema = {"type": "boolean"}


class Number(Plain):
    """`name=12.5`, a finite number between `min_value` and `max_value`."""

    field_class = _Number
    schema = {"type": "number"}


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """A FilterSet that is used without a form: values are cleaned one by one, then narrow a queryset."""

    @classmethod
    def cleaned(cls, data: Mapping[str, str]) -> dict[str, Any]:
        """The values of the given filters; raises errors.Several with one Invalid for each bad value."""
        values, problems = {}, []
        for name in cls.base_filters.keys() & data.keys():
            try:
                values[name] = cls.base_filters[name].field.clean(data[name])
            except forms.ValidationError as error:
                params = getattr(error, "params", None) or {}
                told = {"value": data[name], **params}
                problems.append(errors.Invalid(error.code or "invalid", parameter=name, **told))
            except errors.Invalid as error:
                problems.append(errors.Invalid(error.code, parameter=name, **error.params))
        if problems:
            raise errors.Several(sorted(problems, key=lambda problem: str(problem.parameter)))
        return values

    @classmethod
    def narrow(cls, queryset: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
        """The queryset narrowed by cleaned values."""
        for name, value in values.items():
            queryset = cls.base_filters[name].filter(queryset, value)
        return queryset


class RowComparison(Func):
    """(a, b) > (x, y): one range of the index; written as OR, the planner scans from the beginning.

    Takes the left expressions and then as many right ones; `operator` is `>` or `<`.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        """The SQL of both rows."""
        half = len(self.source_expressions) // 2
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        left, right = (", ".join(sql for sql, _ in side) for side in (compiled[:half], compiled[half:]))
        params = [param for _, params in compiled for param in params]
        return f"(({left}) {self.extra['operator']} ({right}))", params
