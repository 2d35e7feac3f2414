"""What writers send: shapes that refuse unknown members, and every fault with the place where it stands."""

import difflib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from api import language
from api.openapi import components
from directory import errors, ids

# Codes of Django REST framework -> ours; what is not here is `invalid_value`.
_CODES = {
    "required": "required_member",
    "null": "null_member",
    "blank": "blank_member",
    "max_length": "too_long",
    "max_string_length": "too_long",
    "min_length": "too_short",
    "max_value": "out_of_range",
    "min_value": "out_of_range",
    "invalid_choice": "unknown_choice",
    "unknown_member": "unknown_field",
    "invalid_id": "invalid_id",
    "invalid_isbn": "invalid_isbn",
    "null_characters_not_allowed": "invalid_text",
    "surrogate_characters_not_allowed": "invalid_text",
}
_SAID = {"invalid_isbn"}  # by the catalogue


class Input(serializers.Serializer):  # type: ignore[type-arg]
    """The base of all shapes that are sent; a member that is not declared is refused."""

    example: ClassVar[dict[str, Any]] = {}  # for the document
    media_type: ClassVar[str] = "application/json"

    def to_internal_value(self, data: Any) -> Any:
        """The declared members, cleaned."""
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        faults: dict[str, Any] = {name: [_unknown(name, list(self.fields))] for name in unknown}
        try:
            cleaned = super().to_internal_value(data)
        except exceptions.ValidationError as error:
            raise exceptions.ValidationError({**error.detail, **faults}) from None  # type: ignore[dict-item]
        if faults:
            raise exceptions.ValidationError(faults)
        return cleaned


def _unknown(name: str, known: list[str]) -> exceptions.ErrorDetail:
    close = difflib.get_close_matches(str(name)[:100].lower(), known, n=1, cutoff=0.6)
    return exceptions.ErrorDetail(close[0] if close else "", "unknown_member")


class Text(serializers.CharField):
    """A text for people: trimmed, and never made of what nobody can see."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):  # Django REST framework takes numbers for texts
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        if value and not any(character.isprintable() and not character.isspace() for character in value):
            self.fail("blank")
        return value


class Id(serializers.Field):  # type: ignore[type-arg]
    """A public id of one of the object types, as its key; whether there is such an object says the verb."""

    def __init__(self, *names: str, **kwargs: Any) -> None:
        self.names = names
        extend_schema_field(components.public_id(*names))(self)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> uuid.UUID:
        """The key."""
        try:
            name, key = ids.decode(data) if isinstance(data, str) else ("", uuid.UUID(int=0))
        except errors.Invalid:
            name = ""
        if name not in self.names:
            raise exceptions.ValidationError(code="invalid_id")
        return key

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.names[0], value)


def cleaned(shape: type[Input], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The members of the body as the shape cleans them; raises errors.Several with every fault found."""
    return checked(shape, request.data, lang=language.of(request._request), partial=partial)


def checked(shape: type[Input], data: Any, *, lang: str, partial: bool = False, pointer: str = "#") -> dict[str, Any]:
    """The members of a value that stands at `pointer` in the body; raises errors.Several with every fault found."""
    filled = shape(data=data)
    if partial:
        _loosen(filled)
    with translation.override(lang):
        if not filled.is_valid():
            raise errors.Several(list(_faults(filled.errors, pointer)))
    found: dict[str, Any] = filled.validated_data
    return found


def _loosen(shape: Input) -> None:
    """Let members be left out, also inside objects; an item of a list is always whole (RFC 7396)."""
    for field in shape.fields.values():
        field.required, field.default = False, serializers.empty
        if isinstance(field, Input):
            _loosen(field)


def _faults(found: Any, pointer: str) -> Iterator[errors.Invalid]:
    if isinstance(found, exceptions.ErrorDetail):
        code = _CODES.get(found.code, "invalid_value")
        told = {"suggestion": str(found) or None} if code == "unknown_field" else {"message": str(found)}
        if found.code in _SAID:
            told = {}
        yield errors.Invalid(code, pointer=pointer, value=pointer.rpartition("/")[2], **told)
    elif isinstance(found, Mapping):
        for name, one in found.items():
            step = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from _faults(one, pointer + step)
    elif all(isinstance(one, exceptions.ErrorDetail) for one in found):
        for one in found:
            yield from _faults(one, pointer)
    else:  # the faults of a list's items, {} for those that are well
        for number, one in enumerate(found):
            yield from _faults(one, f"{pointer}/{number}")
