"""One uploaded file: multipart/form-data (RFC 7578) with one part called `file`, read strictly and never unpacked."""

import hashlib
import re
import unicodedata
from typing import Any

from rest_framework import parsers

from directory import errors

MOST_BYTES = 10 << 20  # of the file
_AROUND = 16 << 10  # of boundary and headers
_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{1,70}")  # RFC 2046, 5.1.1, without the blank
_PARAMETER = re.compile(r'([a-z]+)="((?:[^"\\\r\n]|\\.)*)"')
_HEADER = re.compile(r"[A-Za-z0-9-]+:[ \t]*[^\r\n]*")
_ALLOWED = {"content-disposition", "content-type"}


class Upload(dict[str, str]):
    """What was sent: name and digest as members, which tell it from another upload; `content` are the bytes."""

    content: bytes


class OneFile(parsers.BaseParser):
    """The body of an upload: `{"file": Upload}`."""

    media_type = "multipart/form-data"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Upload]:
        """The file; raises `file_too_large` or Invalid `invalid_multipart`."""
        _, _, given = (media_type or "").partition("boundary=")
        boundary = given.partition(";")[0].strip().strip('"')
        raw = stream.read(MOST_BYTES + _AROUND + 1)
        if len(raw) > MOST_BYTES + _AROUND:
            raise errors.DomainError("file_too_large")
        return loads(raw, boundary)


def loads(raw: bytes, boundary: str) -> dict[str, Upload]:
    """The one part of a body; {} for a form without parts. Raises as `OneFile.parse`."""
    if not _BOUNDARY.fullmatch(boundary):
        raise errors.Invalid("invalid_multipart")
    delimiter = b"--" + boundary.encode()
    if raw.rstrip(b"\r\n") == delimiter + b"--":
        return {}
    start, end = delimiter + b"\r\n", b"\r\n" + delimiter + b"--"
    body = raw.removesuffix(b"\r\n")
    # The delimiter stands in the body twice, at its beginning and at its end: what is between is one part.
    if not body.startswith(start) or not body.endswith(end) or body.count(delimiter) != 2:
        raise errors.Invalid("invalid_multipart")
    head, blank, content = body[len(start) : -len(end)].partition(b"\r\n\r\n")
    if not blank or len(head) > _AROUND:
        raise errors.Invalid("invalid_multipart")
    if len(content) > MOST_BYTES:
        raise errors.DomainError("file_too_large")
    field, name = _named(head)
    upload = Upload(name=name, sha256=hashlib.sha256(content).hexdigest())
    upload.content = content
    return {field: upload}


def _named(head: bytes) -> tuple[str, str]:
    """The names of the field and of the file, as the part's headers tell."""
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise errors.Invalid("invalid_multipart") from None
    if not all(_HEADER.fullmatch(line) for line in lines):
        raise errors.Invalid("invalid_multipart")
    given = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
    # An encoding of the content would be something to unpack; nobody who uploads files uses one (RFC 7578, 4.7).
    if len(given) < len(lines) or given.keys() - _ALLOWED:
        raise errors.Invalid("invalid_multipart")
    kind, _, rest = given.get("content-disposition", "").partition(";")
    found = _PARAMETER.findall(rest)
    named = dict(found)
    is_whole = not _PARAMETER.sub("", rest).strip(" ;\t")
    if kind.strip() != "form-data" or not is_whole or len(named) < len(found) or named.keys() != {"name", "filename"}:
        raise errors.Invalid("invalid_multipart")
    if any(unicodedata.category(character) == "Cc" for text in named.values() for character in text):
        raise errors.Invalid("invalid_multipart")
    return named["name"], named["filename"]
