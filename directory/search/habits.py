"""How people write a name otherwise than it stands, without an error: abbreviated, in another order, cut off."""

import re
from random import Random

from directory import text

_SHORT = (
    *((rf"({form}) (NEGERI|N)", (r"\1N", r"\1N.", r"\1 N")) for form in ("SD", "SMP", "SMA", "SMK", "SLB")),
    *(("ISLAM TERPADU", ("IT",)), ("MUHAMMADIYAH", ("MUH", "MUH.")), ("SATU ATAP", ("SATAP",)), ("KRISTEN", ("KR.",))),
    *(("SANTA|SANTO", ("ST", "ST.")), ("TANJUNG", ("TJ.", "TG")), ("GUNUNG", ("GN", "GN.")), ("SUNGAI", ("SEI",))),
    *(("KAMPUNG", ("KP", "KP.")), ("PONDOK PESANTREN", ("PONPES",)), ("BARAT", ("BRT",)), ("TIMUR", ("TMR",))),
    *(("SELATAN", ("SEL.",)), ("UTARA", ("UTR",)), ("KABUPATEN", ("KAB", "KAB."))),
)
_NUMERALS = {value: numeral.upper() for numeral, value in text.ROMAN.items()}
_NUMBER = re.compile(r"\b(0*(?:[1-9]|1[0-9]|20)|[IVX]+)\b")
_AROUND = ("sekolah {}", "perpustakaan {}", "alamat {}", "npsn {}", "data {}", "{} npsn", '"{}"?', "  {}  ", "{}!")
_BETWEEN = ("  ", ", ", " - ", ". ", "/", "_")
LEAST_OF_LAST = 3  # letters of a word that is only begun


def short(name: str, throws: Random) -> str:
    """One part of it abbreviated; "" where nobody would."""
    ways = [(long, way) for long, ways in _SHORT for way in ways if re.search(rf"(?i)\b({long})\b", name)]
    if not ways:
        return ""
    long, way = throws.choice(ways)
    return re.sub(rf"(?i)\b(?:{long})\b", way, name, count=1)


def other_numerals(name: str, throws: Random) -> str:
    """The number in Roman numerals if it stands there in Arabic ones, or the other way round; "" without a number."""
    numbers = [found for found in _NUMBER.finditer(name) if found[0].isdigit() or found[0].lower() in text.ROMAN]
    if not numbers:
        return ""
    found = throws.choice(numbers)
    other = _NUMERALS[found[0].lstrip("0")] if found[0].isdigit() else text.ROMAN[found[0].lower()]
    return name[: found.start()] + other + name[found.end() :]


def other_order(name: str, throws: Random) -> str:
    """Two neighbours changed, or all words after the first mixed; "" for fewer than three words."""
    words = name.split()
    if len(words) < 3:
        return ""
    if throws.random() < 0.5:
        at = throws.randrange(1, len(words) - 1)
        words[at : at + 2] = words[at + 1], words[at]
    else:
        words[1:] = throws.sample(words[1:], len(words) - 1)
    return " ".join(words)


def one_missing(name: str, throws: Random) -> str:
    """Without one word, not the first; "" for fewer than four words."""
    words = name.split()
    if len(words) < 4:
        return ""
    del words[throws.randrange(1, len(words))]
    return " ".join(words)


def begun(name: str, throws: Random) -> str:
    """The last word only begun; "" where it is too short or a number."""
    *before, last = name.split()
    if len(last) <= LEAST_OF_LAST or not last.isalpha():
        return ""
    return " ".join((*before, last[: throws.randrange(LEAST_OF_LAST, len(last))]))


def noisy(name: str, throws: Random) -> str:
    """Words or marks around it, other marks between its words, or letters in any case."""
    way = throws.randrange(3)
    if way == 0:
        return throws.choice(_AROUND).format(name)
    if way == 1:
        return name.replace(" ", throws.choice(_BETWEEN))
    return "".join(throws.choice((letter.upper(), letter.lower())) for letter in name)
