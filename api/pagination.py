"""Pages by position in the order, not by offset: stable under equal values and inserts, equally fast at any depth."""

import base64
import binascii
import datetime
import json
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet, Value

from directory import errors, filters


class Page(NamedTuple):
    """One page: the documents it shows, in order, and where the next begins ("" at the end)."""

    documents: Sequence[bytes]
    next_cursor: str


class Order(NamedTuple):
    """Columns with their direction; the last is unique."""

    columns: tuple[str, ...]
    descending: tuple[bool, ...]

    def by(self) -> list[str]:
        """As order_by takes it."""
        return [f"-{name}" if down else name for name, down in zip(self.columns, self.descending, strict=True)]


def order(sort: Sequence[str], sorts: dict[str, str], *, key: str) -> Order:
    """The order of `sort` (names of `sorts`, `-` for descending), made total by the key column."""
    names = [*sort]
    if not any(sorts.get(name.lstrip("-")) == key for name in names):
        names.append(("-" if names and names[-1].startswith("-") else "") + "id")
    columns = {**sorts, "id": key}
    return Order(tuple(columns[n.lstrip("-")] for n in names), tuple(n.startswith("-") for n in names))


def ordered(queryset: QuerySet[Any], by: Order, *, after: Sequence[Any] | None = None) -> QuerySet[Any]:
    """The rows in order, those behind the one that has the values `after` in the columns of the order."""
    if after is not None:
        queryset = queryset.filter(_after(queryset.model, by, list(after)))
    return queryset.order_by(*by.by())


def _after(model: type[Model], by: Order, values: list[Any]) -> Any:
    if len(values) != len(by.columns):
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    try:
        fields = [model._meta.get_field(name) for name in by.columns]
        cleaned = [field.to_python(value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]
    except (ValidationError, TypeError):
        raise errors.Invalid("invalid_cursor", parameter="cursor") from None
    if None in cleaned:
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    if len(set(by.descending)) == 1:
        places = [Value(value, output_field=field) for value, field in zip(cleaned, fields, strict=True)]  # type: ignore[arg-type]
        operator = "<" if by.descending[0] else ">"
        return filters.RowComparison(*map(F, by.columns), *places, operator=operator)
    condition, equal = Q(), Q()
    for name, down, value in zip(by.columns, by.descending, cleaned, strict=True):
        condition |= equal & Q(**{f"{name}__{'lt' if down else 'gt'}": value})
        equal &= Q(**{name: value})
    return condition


def encode(values: Sequence[Any]) -> str:
    """An opaque cursor of JSON-able values, UUIDs, days and moments."""

    def plain(value: Any) -> str:
        if isinstance(value, uuid.UUID):
            return str(value)
        assert isinstance(value, datetime.date)  # or a moment
        return value.isoformat()

    text = json.dumps(list(values), separators=(",", ":"), default=plain, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_marked(cursor: str, mark: str) -> list[Any] | None:
    """The values behind the mark of a cursor of this order; None without a cursor."""
    if not cursor:
        return None
    values = decode(cursor)
    if values[0] != mark:
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    return values[1:]


def decode(cursor: str) -> list[Any]:
    """The values of a cursor, at least one; Invalid `invalid_cursor` when it is none of ours."""
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    plain = (str, int, float, bool)
    if not isinstance(values, list) or not values or not all(isinstance(value, plain) for value in values):
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    if any(isinstance(value, str) and ("\x00" in value or not value.isprintable()) for value in values):
        raise errors.Invalid("invalid_cursor", parameter="cursor")
    return values
