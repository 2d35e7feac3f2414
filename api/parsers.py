"""The body of a request: JSON in UTF-8, small, flat, without anything that two readers could understand differently."""

import json
import unicodedata
from typing import Any, NoReturn

from rest_framework import parsers

from directory import errors

MOST_BYTES = 1 << 20
DEEPEST = 32


class Json(parsers.BaseParser):
    """RFC 8259, and refused: duplicate members, NaN, NUL, lone surrogates, more than 32 levels, more than 1 MiB."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value; raises `body_too_large` or Invalid `invalid_json`, `duplicate_member`, `invalid_text`."""
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise errors.DomainError("body_too_large")
        return loads(raw)


class MergePatch(Json):
    """The body of PATCH under its own name (RFC 7396)."""

    media_type = "application/merge-patch+json"


def loads(raw: bytes) -> Any:
    """The value of a JSON text; texts come in NFC."""
    try:
        text = raw.decode("utf-8-sig")
        if _depth(text) > DEEPEST:  # before json recurses into it
            raise errors.Invalid("invalid_json")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):  # a number of 5,000 digits is a ValueError too
        raise errors.Invalid("invalid_json") from None
    return _plain(value)


def _depth(text: str) -> int:
    """The deepest level of brackets outside strings."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise errors.Invalid("duplicate_member")
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise errors.Invalid("invalid_text")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {_plain(name): _plain(one) for name, one in value.items()}
    return value
