"""What is written in several ways in names and queries alike, so that each way is looked for beside the other."""

from directory.search.matching import Reading

COST = 2  # tenths of a typing error

# Abbreviations that stand in names, too, or could mean several words. Those that always mean one thing are written out
# in the normal form of both sides (directory/text.py).
_SHORT = {
    **{"tj": "tanjung", "tg": "tanjung", "tjg": "tanjung", "gn": "gunung", "kp": "kampung", "pd": "pondok"},
    **{"brt": "barat", "tmr": "timur", "utr": "utara", "sel": "selatan", "slt": "selatan", "tgh": "tengah"},
    **{"kr": "kristen", "st": "santo santa", "pg": "pagi", "pt": "petang", "bdr": "bandar", "mns": "meunasah"},
}
_OTHERWISE: dict[str, tuple[str, ...]] = {short: tuple(long.split()) for short, long in _SHORT.items()}
for _short, _longs in list(_OTHERWISE.items()):
    for _long in _longs:
        _OTHERWISE[_long] = (*_OTHERWISE.get(_long, ()), _short)

# Written out, it is a name's form; nearly all names have it short.
_FORMS = {
    tuple(long.split()): short
    for short, long in {
        "sd": "sekolah dasar",
        "smp": "sekolah menengah pertama",
        "sma": "sekolah menengah atas",
        "smk": "sekolah menengah kejuruan",
        "slb": "sekolah luar biasa",
        "tk": "taman kanak kanak",
        "mi": "madrasah ibtidaiyah",
        "mts": "madrasah tsanawiyah",
        "ma": "madrasah aliyah",
    }.items()
}


def readings(words: list[str]) -> tuple[list[str], list[tuple[Reading, ...]]]:
    """The words with forms of schools shortened, and for each all the ways to write it, as it stands first."""
    kept: list[str] = []
    ways: list[tuple[Reading, ...]] = []
    place = 0
    while place < len(words):
        long = next((form for form in _FORMS if tuple(words[place : place + len(form)]) == form), None)
        word = _FORMS[long] if long else words[place]
        kept.append(word)
        others = [long] if long else [(other,) for other in _OTHERWISE.get(word, ())]
        ways.append((Reading((word,)), *(Reading(other, COST) for other in others)))
        place += len(long) if long else 1
    return kept, ways
