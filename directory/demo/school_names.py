"""How demo schools are called: the habits of state schools, madrasah and foundations, and their repetitions."""

import itertools
import random
from collections.abc import Iterator

from directory.demo import names
from directory.demo.drafts import Regency

MADRASAH = {"mi", "mts", "ma", "ra"}
STATE_MADRASAH = {"mi": "MIN", "mts": "MTSN", "ma": "MAN"}
# What people type when they try a search, and what the documents show: (form, whether the state's, name).
EXAMPLES = {
    "32.01": [("sd", True, "SD NEGERI 3 SUKAMAJU")],
    "32.04": [("smp", True, "SMP NEGERI II MARGAHAYU")],
    "32.71": [("smp", True, "SMP NEGERI 2 KOTA BOGOR"), ("sd", True, "SD NEGERI 1 KOTA BOGOR")],
    "33.74": [("sma", True, "SMA NEGERI 1 SEMARANG")],
    "34.71": [("smk", False, "SMK MUHAMMADIYAH 1 YOGYAKARTA")],
    "73.71": [("mts", True, "MTSN 1 KOTA MAKASSAR")],
}


def of(regency: Regency, *, forms: list[tuple[str, bool]], throws: random.Random) -> Iterator[tuple[str, bool, str]]:
    """(form, whether the state's, name) of the schools of a regency: its examples, then one for each of `forms`.

    Names differ within a regency; across regencies they repeat, as they do in the real list.
    """
    examples = EXAMPLES.get(regency.code, [])
    yield from examples
    taken = {name for _, _, name in examples}
    for form, is_state in forms:
        make = _state_name if is_state else _private_name
        drawn = (make(form, regency, throws) for _ in itertools.count())
        name = next(name for name in drawn if name not in taken)
        taken.add(name)
        yield form, is_state, name


def _state_name(form: str, regency: Regency, throws: random.Random) -> str:
    place = throws.choice(names.PLACES).upper()
    number = throws.choice((1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 12))
    town = regency.short.upper()
    if form in STATE_MADRASAH:
        return f"{STATE_MADRASAH[form]} {number} {town}"
    if form == "skb":
        return f"SKB {regency.name.upper()}" if throws.random() < 0.7 else f"SKB {place}"
    label = form.upper()
    if form == "sd":
        return throws.choices(
            (
                f"SD NEGERI {number} {place}",
                f"SD NEGERI {place} {number:02d}",
                f"SDN {place} {throws.choice(names.ROMAN)}",
                f"SD NEGERI {place}",
                f"SD INPRES {place}",
                f"SD NEGERI {number} {place} {town}",
            ),
            (40, 20, 12, 14, 6, 8),
        )[0]
    if form == "tk":
        return f"TK NEGERI PEMBINA {place}"
    return throws.choices(
        (
            f"{label} NEGERI {number} {place}",
            f"{label} NEGERI {number} {'KOTA ' if regency.is_city else ''}{town}",
            f"{label}N {number} {place}",
            f"{label} NEGERI {throws.choice(names.ROMAN)} {place}",
            f"{label} NEGERI SATU ATAP {number} {place}",
        ),
        (40, 30, 12, 8, 10 if form == "smp" else 0),
    )[0]


def _private_name(form: str, regency: Regency, throws: random.Random) -> str:
    place = throws.choice((*names.PLACES, regency.short))
    number = throws.randint(1, 4)
    virtue, islamic = throws.choice(names.VIRTUES), throws.choice(names.ISLAMIC)
    label = form.upper()
    if form in MADRASAH:
        return f"{label} {islamic} {place}".upper()
    if form in ("pkbm", "lkp", "kb", "slb", "skb"):
        return f"{label} {virtue} {place}".upper()
    if form == "tk":
        return f"TK {throws.choice(('Aisyiyah Bustanul Athfal', 'Pertiwi', virtue))} {place}".upper()
    return throws.choices(
        (
            f"{label} Muhammadiyah {number} {place}",
            f"{label} {throws.choice(names.CHRISTIAN)} {place}",
            f"{label} Islam {islamic} {place}",
            f"{label}IT {virtue} {place}",
            f"{label} {virtue} {place}",
            f"{label} PGRI {number} {place}",
            f"SMK {throws.choice(names.TRADES)} {place}" if form == "smk" else f"{label} {virtue}",
        ),
        (22, 18, 14, 0 if form == "smk" else 12, 18, 8, 30 if form == "smk" else 8),
    )[0].upper()
