"""The members of an entry as fields of a form, made from the shape that the API reads, and what was typed into them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.text import capfirst
from rest_framework import serializers

from api.v1 import inputs
from partners import wording

LONG = 1000  # characters from which on a text has several lines
SPARE = 2  # empty rows for further names and identifiers
_ROWS = {"names": ("value", "type", "language"), "identifiers": ("scheme", "value")}


class Field(NamedTuple):
    """One field: what it is called, how it looks, what stands in it and what can be chosen."""

    name: str
    label: str
    look: str  # text, long, number, date, choice, choices, rows
    value: Any  # a text; of choices and rows a list
    choices: Sequence[tuple[Any, str]] = ()
    is_required: bool = False


def of(shape: inputs.Input, held: Mapping[str, Any], sent: QueryDict | None = None, *, above: str = "") -> list[Field]:
    """The fields of a shape with what the entry holds; or with what was sent, where a form was."""
    found = []
    for name, field in shape.fields.items():
        full = f"{above}{name}"
        if isinstance(field, inputs.Input):
            found += of(field, held.get(name) or {}, sent, above=f"{full}.")
            continue
        value = as_typed(name, field, held.get(name))
        if sent is not None:
            value = _sent(full, name, field, sent, value)
        if name in _ROWS:
            value = [*value, *[dict.fromkeys(_ROWS[name], "")] * SPARE]
        label = capfirst(str(wording.member(name)))
        found.append(Field(full, label, _look(name, field), value, _choices(name, field), field.required))
    return found


def changed(
    shape: inputs.Input, held: Mapping[str, Any], sent: QueryDict, *, above: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """The members that were typed otherwise than the entry holds them, as JSON has them, and their full names."""
    values: dict[str, Any] = {}
    names: list[str] = []
    for name, field in shape.fields.items():
        full = f"{above}{name}"
        if isinstance(field, inputs.Input):
            inner, below = changed(field, held.get(name) or {}, sent, above=f"{full}.")
            values |= {name: inner} if inner else {}
            names += below
            continue
        before = as_typed(name, field, held.get(name))
        after = _sent(full, name, field, sent, before)
        if after != before:
            values[name] = _plain(name, field, after)
            names.append(full)
    return values, names


def as_typed(name: str, field: Any, value: Any) -> Any:
    """What a form holds for a value."""
    if name in _ROWS:
        return [{part: one.get(part, "") for part in _ROWS[name]} for one in value or []]
    if _look(name, field) == "choices":
        return [str(code) for code in value or []]
    if name == "languages":
        return ", ".join(value or [])
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _sent(full: str, name: str, field: Any, sent: QueryDict, before: Any) -> Any:
    """What was typed; a field that the form did not have stays as it is."""
    if name in _ROWS:
        columns = [sent.getlist(f"{full}.{part}") for part in _ROWS[name]]
        if not columns[0]:
            return before
        rows = [
            dict(zip(_ROWS[name], (one.strip() for one in row), strict=True)) for row in zip(*columns, strict=False)
        ]
        return [row for row in rows if row["value"]]
    if full not in sent:
        return before
    if _look(name, field) == "choices":
        codes = [code for code in sent.getlist(full) if code]
        return before if set(codes) == set(before) else codes
    return sent[full].replace("\r\n", "\n").strip()


def _plain(name: str, field: Any, typed: Any) -> Any:
    """What was typed as the API takes it: numbers are read by the shape, what is empty is null."""
    if name in _ROWS:
        return typed
    if name == "languages":
        return [one.strip() for one in typed.split(",") if one.strip()]
    if isinstance(field, serializers.FloatField):
        typed = typed.replace(",", ".")
    if isinstance(typed, str) and not typed and field.allow_null:
        return None
    if _look(name, field) == "choices" and isinstance(field.child, serializers.ChoiceField):  # type: ignore[attr-defined]
        known = {str(code): code for code in field.child.choices}  # type: ignore[attr-defined]
        return [known.get(code, code) for code in typed]
    return typed


def _look(name: str, field: Any) -> str:
    if name in _ROWS:
        return "rows"
    if isinstance(field, serializers.ListField):
        return "choices" if isinstance(field.child, serializers.ChoiceField) else "text"
    if isinstance(field, serializers.ChoiceField | serializers.BooleanField):
        return "choice"
    if isinstance(field, serializers.IntegerField):
        return "number"
    if isinstance(field, serializers.DateField):
        return "date"
    return "long" if (getattr(field, "max_length", None) or 0) >= LONG else "text"


def _choices(name: str, field: Any) -> Sequence[tuple[Any, str]]:
    if isinstance(field, serializers.BooleanField):
        return [("true", wording.chosen("ya", "yes")), ("false", wording.chosen("tidak", "no"))]
    if name in _ROWS:
        which = field.child.fields[_ROWS[name][1 if name == "names" else 0]]
        return wording.labelled(which.choices.items())
    found = getattr(field, "child", field)
    codes = found.choices.items() if isinstance(found, serializers.ChoiceField) else ()
    return [(str(code), label) for code, label in wording.labelled(codes)]
