"""Files that are handed in: four types by their bytes and their ending, and every odd one refused without a crash."""

import contextlib

import pytest

from directory import errors
from partners import files
from tests.partners.trust.pictures import jpeg, pdf, png, webp

GOOD = {
    "surat.png": png(),
    "surat.PNG": png(8000, 5000),
    "surat.jpg": jpeg(),
    "foto dari hp.JPEG": jpeg(before=b"\xff\xe1\x40\x00" + b"x" * 0x3FFE + b"\xff\xff\xdb\x00\x04ab"),
    "a.webp": webp(),
    "b.webp": webp(b"VP8L", 100, 50),
    "c.webp": webp(b"VP8 ", 100, 50),
    "surat.tugas.pdf": pdf(),
}
BAD = {
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
        files.checked("a.png", png() + b"\0" * files.MOST_BYTES)


@pytest.mark.parametrize("good", GOOD.values(), ids=list(GOOD))
def test_a_file_that_breaks_off_anywhere_is_refused_or_known_and_nothing_else(good):
    for end in range(len(good[:200])):
        for name in ("a.png", "a.jpg", "a.webp", "a.pdf"):
            with contextlib.suppress(errors.Invalid):
                assert files.checked(name, good[:end]).content == good[:end]
