"""The columns of CSV, read from the serializers: a member more in a shape is a column more, here nothing changes."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers


class Joined(NamedTuple):
    """How a list of objects stands in CSV: each as `text`, all in one cell; some by their `by` in own columns.

    `text` is a format string over the object's members, "" for no common cell. An object whose `by` is one of `own`
    stands in the column of that name with its `show`; one whose `by` is in `left_out` stands nowhere.
    """

    text: str
    by: str = ""
    show: str = "value"
    own: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class Column(NamedTuple):
    """One column: where its value stands in a document, and which objects of a list belong to it."""

    name: str
    path: tuple[str, ...]
    joined: Joined | None = None
    only: str = ""  # of a list, the objects whose `by` is this

    def value(self, document: Any) -> Any:
        """A text, number, flag or None, or a list of texts."""
        for member in self.path:
            document = document.get(member) if document else None
        if self.joined is None:
            return document
        return [text for text in map(self._text, document or ()) if text is not None]

    def _text(self, item: dict[str, Any]) -> str | None:
        rule = self.joined
        assert rule
        key = item[rule.by] if rule.by else ""
        if self.only:
            return str(item[rule.show]) if key == self.only else None
        if key in rule.own or key in rule.left_out:
            return None
        return rule.text.format_map({name: "" if value is None else value for name, value in item.items()})


def of(shape: Any) -> list[Column]:
    """The columns of a serializer, always the same; of all kinds together those of any kind."""
    if isinstance(shape, PolymorphicProxySerializer):
        every = [column for one in shape.serializers.values() for column in of(one)]
        return list({column.name: column for column in every}.values())
    return list(_of_shape(shape() if isinstance(shape, type) else shape, path=(), prefix=""))


def chosen(columns: Sequence[Column], members: frozenset[str]) -> list[Column]:
    """The columns of the members that ?fields= names, id and object among them; all when it names none."""
    wanted = members | {"id", "object"}
    return [column for column in columns if not members or column.path[0] in wanted]


def _of_shape(shape: Any, *, path: tuple[str, ...], prefix: str) -> Iterator[Column]:
    for name, field in shape.fields.items():
        inner = _declared(shape, field)
        if isinstance(inner, serializers.ListSerializer):
            yield from _of_list(inner.child, path=(*path, name), name=prefix + name)
        elif isinstance(inner, serializers.BaseSerializer):
            yield from _of_shape(inner, path=(*path, name), prefix=f"{prefix}{name}_")
        else:
            yield Column(prefix + name, (*path, name))


def _of_list(item: Any, *, path: tuple[str, ...], name: str) -> Iterator[Column]:
    rule: Joined = item.in_csv
    for own in rule.own:
        yield Column(own, path, rule, own)
    if rule.text:
        yield Column(name, path, rule)


def _declared(shape: Any, field: Any) -> Any:
    """What a field holds; of a method field what the API's document says of it."""
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(shape, field.method_name)
        field = getattr(method, "_spectacular_annotation", {}).get("field")
    return field() if isinstance(field, type) and issubclass(field, serializers.BaseSerializer) else field
