"""The smallest files of each type, beginnings of pictures, and the form in which one is sent."""

import io
import struct

from PIL import Image


def picture(type, size=(2, 2), **more):
    """A picture, black but for its upper left corner; `more` is what is written beside it."""
    written = io.BytesIO()
    made = Image.new("RGB", size)
    made.paste("white", (0, 0, size[0] // 2, size[1] // 2))
    made.save(written, format=type, **more)
    return written.getvalue()


def png(width=2, height=2):
    """A PNG."""
    return picture("png", (width, height))


def jpeg():
    """A JPEG."""
    return picture("jpeg")


def webp():
    """A WebP."""
    return picture("webp")


def png_begun(width=2, height=2):
    """The beginning of a PNG."""
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0"
    )


def jpeg_begun(width=2, height=2, *, before=b""):
    """The beginning of a JPEG; `before` are segments in front of the frame."""
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8" + (before or b"\xff\xe0\x00\x10JFIF\0" + b"\0" * 9) + frame


def webp_begun(form=b"VP8X", width=2, height=2):
    """The beginning of a WebP in one of its three forms."""
    if form == b"VP8X":
        data = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == b"VP8L":
        data = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\0" * 5
    else:
        data = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF" + struct.pack("<I", 22) + b"WEBP" + form + struct.pack("<I", 10) + data


def pdf():
    """A file that says it is a PDF, with its end."""
    return b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n0\n%%EOF\n"


FORM = "multipart/form-data; boundary=batas"


def form(content, *, filename="surat.png", field="file", boundary="batas", headers=None):
    """The body of an upload; `headers` are those of its part."""
    named = f'Content-Disposition: form-data; name="{field}"; filename="{filename}"'
    head = "\r\n".join(headers or [named, "Content-Type: image/png"]).encode()
    edge = b"--" + boundary.encode()
    return edge + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" + edge + b"--\r\n"
