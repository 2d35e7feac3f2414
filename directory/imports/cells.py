"""Single cells of a school file: what is read, what is mended, and the code of what is wrong with it."""

import re
import unicodedata
from typing import NamedTuple

from directory import vocabularies
from directory.entries import identifiers

# Control and invisible characters: never part of a name, often left by copying from a page or a spreadsheet.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_PLACEHOLDER = re.compile(r"NP[0-9]{6}", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+", re.ASCII)
_FEW_DIGITS = re.compile(r"[0-9]{1,7}", re.ASCII)
# Databases that save space write -.5 for -0.5.
_NUMBER = re.compile(r"[+-]?([0-9]{1,6}([.,][0-9]{0,30})?|[.,][0-9]{1,30})([eE][+-]?[0-9]{1,2})?", re.ASCII)
_POSTAL_CODE = re.compile(r"[0-9]{5}", re.ASCII)


class Box(NamedTuple):
    """A range of latitudes and longitudes in degrees."""

    south: float
    north: float
    west: float
    east: float


# Dana 11°00'S, Benggala 6°05'N 94°58'E, the border on New Guinea 141°01'E, and a tenth of a degree of sea around.
INDONESIA = Box(south=-11.1, north=6.2, west=94.85, east=141.15)

_LETTERS = re.compile(r"[^a-z]")
FORMS = {code.replace("_", ""): code for code in vocabularies.codes("form")} | {"smlb": "smalb"}  # SMLB until 2020
OWNERSHIPS = {
    "n": "state",
    "negeri": "state",
    "state": "state",
    "s": "private",
    "swasta": "private",
    "private": "private",
}
MADRASAH = frozenset({"ra", "mi", "mts", "ma", "mak"})  # under the Ministry of Religious Affairs; all others are not


def tidy(value: str) -> tuple[str, str]:
    """The text in NFC, with single spaces and nothing invisible, and the code of what had to be mended, if any."""
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    single_spaced = " ".join(value.split())
    if single_spaced == value and value.isprintable():
        return value, ""  # nearly every cell; the pattern alone takes six times as long
    if _INVISIBLE.search(value):
        # Control characters stand between words, invisible marks inside them.
        visible = _INVISIBLE.sub(lambda found: " " if found.group() < "\xa0" else "", value)
        return " ".join(visible.split()), "invisible_characters"
    return single_spaced, "" if single_spaced == value else "extra_spaces"


def npsn_problem(value: str) -> str:
    """The code of what is wrong with a school's national number; empty when nothing is."""
    if identifiers.NPSN.fullmatch(value):
        return ""
    for pattern, code in (
        (_PLACEHOLDER, "placeholder_npsn"),
        (_SCIENTIFIC, "scientific_npsn"),
        (_FEW_DIGITS, "short_npsn"),
    ):
        if pattern.fullmatch(value):
            return code
    return "malformed_npsn"


def form(value: str) -> str:
    """The code of a form of education, however it is spaced and cased; empty when there is none."""
    return FORMS.get(_LETTERS.sub("", value.casefold()), "")


def ownership(value: str) -> str:
    """The code of state or private; empty when it is neither."""
    return OWNERSHIPS.get(value.casefold(), "")


def ministry(form: str) -> str:
    """The ministry in charge of schools of this form."""
    return "kemenag" if form in MADRASAH else "kemendikdasmen"


def point(latitude: str, longitude: str) -> tuple[float | None, float | None, str]:
    """Latitude and longitude in degrees, and the code of what is wrong; with a problem both are None."""
    if not latitude and not longitude:
        return None, None, ""
    if not latitude or not longitude:
        return None, None, "half_coordinates"
    if not _NUMBER.fullmatch(latitude) or not _NUMBER.fullmatch(longitude):
        return None, None, "malformed_coordinates"
    lat, lng = (float(text.replace(",", ".")) for text in (latitude, longitude))
    if lat == lng == 0:
        return None, None, "zero_coordinates"
    if not (INDONESIA.south <= lat <= INDONESIA.north and INDONESIA.west <= lng <= INDONESIA.east):
        return None, None, "coordinates_outside"
    return lat, lng, ""


def is_postal_code(value: str) -> bool:
    """Whether the text is five digits."""
    return _POSTAL_CODE.fullmatch(value) is not None


def dapodik_id(value: str) -> str:
    """The id of the ministry's database in normal form; empty when it is none."""
    try:
        return identifiers.SCHEMES["dapodik_id"].clean(value)
    except ValueError:
        return ""
