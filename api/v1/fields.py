"""What the shapes of /v1 are declared with: the base of all serializers, ids, constants, members written out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.openapi import components
from directory import ids


class Serializer(serializers.Serializer):  # type: ignore[type-arg]
    """The base of all shapes; fields are declared, never derived from a table."""


class Described(serializers.Field):  # type: ignore[type-arg]
    """A member whose schema is written out, of a document that a view puts together itself."""

    def __init__(self, schema: dict[str, Any], **kwargs: Any) -> None:
        extend_schema_field(schema)(self)
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value


class PublicId(serializers.Field):  # type: ignore[type-arg]
    """The TypeID of a row, or of another row it points to, of the object type `name`."""

    def __init__(self, name: str, *, shape: str = "", **kwargs: Any) -> None:
        self.name = name
        # With `shape`, `expand` can replace the id by such an object.
        schema = components.expandable(shape, name) if shape else components.public_id(name)
        extend_schema_field(schema)(self)
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.name, value)


class ObjectName(serializers.Field):  # type: ignore[type-arg]
    """The constant `object` member."""

    def __init__(self, name: str) -> None:
        self.name = name
        extend_schema_field({"type": "string", "const": name})(self)
        super().__init__(read_only=True, source="*")

    def to_representation(self, value: Any) -> str:
        return self.name
