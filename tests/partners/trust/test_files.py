"""Files that are handed in: four types by their bytes and their ending, and every odd one refused without a crash."""

import contextlib
import io
import os

import pytest
from PIL import Image

from directory import errors
from partners import files
from tests.partners.trust import pictures
from tests.partners.trust.pictures import jpeg_begun as jpeg
from tests.partners.trust.pictures import pdf, picture
from tests.partners.trust.pictures import png_begun as png
from tests.partners.trust.pictures import webp_begun as webp

GOOD = {
    "surat.png": pictures.png(),
    "surat.PNG": pictures.png(800, 500),
    "surat.jpg": pictures.jpeg(),
    "foto dari hp.JPEG": picture("jpeg", comment=b"x" * 0x3FFE, exif=b"Exif\0\0" + b"y" * 0x3FFE),
    "a.webp": pictures.webp(),
    "b.webp": picture("webp", (100, 50), lossless=True),
    "surat.tugas.pdf": pdf(),
}
BEGUN = {
    "surat.png": png(),
    "surat.jpg": jpeg(before=b"\xff\xe1\x40\x00" + b"x" * 0x3FFE + b"\xff\xff\xdb\x00\x04ab"),
    "a.webp": webp(),
    "b.webp": webp(b"VP8L", 100, 50),
    "c.webp": webp(b"VP8 ", 100, 50),
}
BAD = {
    **BEGUN,
    "empty.png": b"",
    "text.png": b"halo",
    "ending.pdf": png(),
    "no-ending": png(),
    "ending.png.exe": png(),
    "picture.png": jpeg(),
    "picture.jpg": webp(),
    "gif.png": b"GIF89a" + b"\0" * 40,
    "page.pdf": b"<html><script>alert(1)</script>%PDF-1.7 %%EOF",
    "cut.pdf": pdf()[:-8],
    "old.pdf": b"%PDF-0.9\n%%EOF",
    "word.pdf": b"PK\x03\x04" + b"\0" * 100,
    "vector.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "cut.png": png()[:20],
    "chunk.png": png().replace(b"IHDR", b"IDAT"),
    "flat.png": png(0, 10),
    "signature.jpg": b"\xff\xd8\xff",
    "frameless.jpg": b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9" + b"\0" * 20,
    "scan-first.jpg": b"\xff\xd8\xff\xda\x00\x08" + b"\0" * 20,
    "zero-length.jpg": b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 20,
    "long-segment.jpg": b"\xff\xd8\xff\xe0\xff\xff" + b"\0" * 20,
    "fill.jpg": b"\xff\xd8" + b"\xff" * 100_000,
    "no-marker.jpg": b"\xff\xd8\xff\xe0\x00\x04ab" + b"\0" * 20,
    "flat.jpg": jpeg(0, 5),
    "cut.webp": webp()[:25],
    "audio.webp": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    "unknown.webp": webp(b"VP9 "),
    "unsigned.webp": webp(b"VP8L").replace(b"\x2f", b"\x30"),
}
HUGE = {
    "bomb.png": png(65_535, 65_535),
    "wide.png": png(2**31 - 1, 1),
    "bomb.jpg": jpeg(65_535, 65_535),
    "bomb.webp": webp(b"VP8X", 1 << 24, 1 << 24),
    "bomb2.webp": webp(b"VP8L", 1 << 14, 1 << 14),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_known_by_its_bytes(name):
    found = files.checked(name, GOOD[name])
    assert name.lower().endswith(files.ENDINGS[found.type])
    assert len(found.sha256) == 64


@pytest.mark.parametrize("name", BAD)
def test_an_odd_file_is_refused(name):
    with pytest.raises(errors.Invalid, match="invalid_file"):
        files.checked(name, BAD[name])


@pytest.mark.parametrize("name", HUGE)
def test_a_picture_too_large_to_open_is_refused_by_its_header(name):
    with pytest.raises(errors.Invalid, match="image_too_large"):
        files.checked(name, HUGE[name])


def test_a_heavy_file_is_refused():
    with pytest.raises(errors.DomainError, match="file_too_large"):
        files.checked("a.png", pictures.png() + b"\0" * files.MOST_BYTES)


@pytest.mark.parametrize("good", GOOD.values(), ids=list(GOOD))
def test_a_file_that_breaks_off_anywhere_is_refused_or_known_and_nothing_else(good):
    for end in range(len(good[:200])):
        for name in ("a.png", "a.jpg", "a.webp", "a.pdf"):
            with contextlib.suppress(errors.Invalid):
                assert files.checked(name, good[:end]).content


PLACE = b"6 35 24 S, 106 48 23 E"  # where it was taken
_XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"


def _taken(type, *, turned=1):
    """A picture as a phone takes it: where, when and with what stands in it, and how it was held."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, PLACE.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 35.0, 24.0), 3: "E", 4: (106.0, 48.0, 23.0), 29: PLACE.decode()})
    more = {"exif": exif, "xmp": _XMP, "icc_profile": PLACE, "comment": PLACE} if type != "png" else {"exif": exif}
    return picture(type, (8, 4), **more) + (b"" if type == "png" else PLACE)  # some phones append a second picture


@pytest.mark.parametrize("type", ["png", "jpeg", "webp"])
def test_where_a_picture_was_taken_is_not_kept(type):
    taken = _taken(type)
    assert PLACE in taken
    assert Image.open(io.BytesIO(taken)).getexif().get_ifd(0x8825)

    kept = files.checked(f"foto.{type}", taken)

    assert PLACE not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert (picture.format.lower(), picture.size) == (type, (8, 4))
        assert not picture.getexif()
        assert picture.getpixel((0, 0))[0] > 200 > 60 > picture.getpixel((7, 3))[0]


@pytest.mark.parametrize("type", ["png", "jpeg", "webp"])
def test_a_picture_taken_upright_stays_so(type):
    kept = files.checked(f"foto.{type}", _taken(type, turned=6))  # to be turned right by a quarter
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (4, 8)
        assert picture.getpixel((3, 0))[0] > 200 > 60 > picture.getpixel((0, 7))[0]


def test_noise_behind_a_good_beginning_is_refused():
    with pytest.raises(errors.Invalid, match="invalid_file"):
        files.checked("a.jpg", jpeg() + os.urandom(2000))
