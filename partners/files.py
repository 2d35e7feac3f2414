"""What may be handed in as a file: known by its first bytes and its ending, and small.

A picture is written anew, so that nothing but the picture is kept: a phone writes into each where it was taken.
"""

import hashlib
import io
import struct
from typing import NamedTuple

from PIL import Image, ImageOps

from directory import errors

MOST_BYTES = 10 << 20
MOST_PIXELS = 40_000_000
ENDINGS = {"pdf": ("pdf",), "png": ("png",), "jpeg": ("jpg", "jpeg"), "webp": ("webp",)}
_STARTS_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


class File(NamedTuple):
    """A file that was looked at; a picture without anything that was written beside it."""

    type: str  # a key of ENDINGS
    content: bytes
    sha256: str


def checked(name: str, content: bytes) -> File:
    """The file, if it is one of the types and its name ends as that type does.

    Raises DomainError `file_too_large`, Invalid `invalid_file`, `image_too_large`.
    """
    if len(content) > MOST_BYTES:
        raise errors.DomainError("file_too_large")
    type = _type_of(content)
    if type is None or name.rpartition(".")[2].lower() not in ENDINGS[type]:
        raise errors.Invalid("invalid_file", pointer="#/file")
    if type != "pdf":
        width, height = _SIZES[type](content)
        if not width or not height:
            raise errors.Invalid("invalid_file", pointer="#/file")
        if width * height > MOST_PIXELS:
            raise errors.Invalid("image_too_large", pointer="#/file")
        content = _bare(type, content)
    return File(type, content, hashlib.sha256(content).hexdigest())


def _bare(type: str, content: bytes) -> bytes:
    """The picture alone, upright: no place, time, device, comment, colour profile or second picture."""
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[type]) as picture:
            ImageOps.exif_transpose(picture, in_place=True)
            # What is left of it decides which bytes are the picture; the plugins write the rest of it out again.
            picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
            picture.save(written, format=type, quality=90)
    except Exception:  # the decoders raise whatever a broken picture leads them to
        raise errors.Invalid("invalid_file", pointer="#/file") from None
    return written.getvalue()


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    is_pdf = content.startswith((b"%PDF-1.", b"%PDF-2.")) and b"%%EOF" in content[-2048:]
    return "pdf" if is_pdf else None


def _size_of_png(content: bytes) -> tuple[int, int]:
    """Of the chunk IHDR, which comes first (PNG, 11.2.1)."""
    if len(content) < 24 or content[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    """Of the first frame; the segments before it are passed over by their lengths (ITU T.81, B.1.1)."""
    place = 2
    while place + 9 <= len(content):
        if content[place] != 0xFF:
            return 0, 0
        marker = content[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
        elif marker in _STARTS_OF_FRAME:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        elif marker in (0x01, 0xD8, 0xD9, 0xDA) or 0xD0 <= marker <= 0xD7:  # no frame came before the picture itself
            return 0, 0
        else:
            length = int.from_bytes(content[place + 2 : place + 4])
            if length < 2:
                return 0, 0
            place += 2 + length
    return 0, 0


def _size_of_webp(content: bytes) -> tuple[int, int]:
    """Of the first chunk, in one of its three forms (RFC 9649, 2.5 to 2.7)."""
    form, data = content[12:16], content[20:30]
    if len(data) < 10:
        return 0, 0
    if form == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if form == b"VP8L" and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


_SIZES = {"png": _size_of_png, "jpeg": _size_of_jpeg, "webp": _size_of_webp}
