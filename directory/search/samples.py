"""Queries as people type them, made from the schools of the directory by class, each with what it must find."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from django.db import connection

from directory import text
from directory.search import habits, mistakes

HALVES = ("tuning", "held-out")
_SCHOOLS = """
SELECT npsn.value, entry.name, entry.name_key, entry.region_id
FROM directory_entry entry
JOIN directory_identifier npsn ON npsn.entry_id = entry.id AND npsn.scheme = 'npsn' AND npsn.retired_at IS NULL
WHERE entry.kind = 'school' AND entry.status = 'active' AND length(entry.region_id) >= 5
ORDER BY npsn.value
"""
_REGIONS = """
SELECT code, name, ARRAY(SELECT name FROM directory_regionalias WHERE region_id = code ORDER BY name)
FROM directory_region WHERE level <= 3
"""


class School(NamedTuple):
    """A school that may be looked for."""

    npsn: str
    name: str
    key: str  # the normal form of the name
    region: str

    @property
    def half(self) -> str:
        """The half it belongs to: by its number alone, so the same in every directory and for every seed."""
        return HALVES[hashlib.sha256(self.npsn.encode()).digest()[0] & 1]

    @property
    def bag(self) -> str:
        """The words of the name, in no order."""
        return " ".join(sorted(self.key.split()))


class Asked(NamedTuple):
    """A text that means a school, before anything is done to it."""

    school: School
    text: str
    region: str  # the part of the text that says where


class Query(NamedTuple):
    """What is typed, and the numbers of the schools that it may mean: any of them is right."""

    kind: str
    typed: str
    npsns: tuple[str, ...]


_Way = Callable[[str, Random], str]  # gives "" for a text that it does not apply to
# The first four are never written in another case: it is part of them, or they have none.
CLASSES: dict[str, _Way] = {
    "exact": lambda name, throws: name,
    "npsn": lambda name, throws: name,
    "noise": habits.noisy,
    "roman": habits.other_numerals,
    "abbreviation": habits.short,
    "region": lambda name, throws: name,
    "order": habits.other_order,
    "one_typo": mistakes.made,
    "two_typos": lambda name, throws: mistakes.made(mistakes.made(name, throws), throws),
    "abbreviation_typo": lambda name, throws: mistakes.made(habits.short(name, throws), throws),
    "region_typo": mistakes.made,
    "missing_word": habits.one_missing,
    "prefix": habits.begun,
}
_AS_WRITTEN = ("exact", "npsn", "noise", "roman")


class Samples:
    """The schools of one half, and the queries made of them."""

    def __init__(self, half: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SCHOOLS)
            everyone = [School(*row) for row in cursor.fetchall()]
            cursor.execute(_REGIONS)
            self._regions: dict[str, tuple[str, tuple[str, ...]]] = {
                code: (name, tuple(aliases)) for code, name, aliases in cursor.fetchall()
            }
        self.half = half
        self.schools = [school for school in everyone if school.half == half]
        self.of = len(everyone)
        self._namesakes: dict[str, list[School]] = defaultdict(list)
        for school in everyone:
            self._namesakes[school.bag].append(school)

    def queries(self, kind: str, *, most: int, seed: int) -> Iterator[Query]:
        """So many queries of a class, the same for the same seed; fewer where too few schools give one."""
        throws = Random(f"{seed} {self.half} {kind}")  # noqa: S311 - no secret
        for school in throws.sample(self.schools, len(self.schools)):
            if not most:
                return
            asked = self._asked(kind, school, throws)
            typed = CLASSES[kind](asked.text, throws)
            if typed:
                most -= 1
                ways = (typed,) if kind in _AS_WRITTEN else (typed.lower(), typed.lower(), typed.upper(), typed.title())
                yield Query(kind, throws.choice(ways), self._meant(asked))

    def _asked(self, kind: str, school: School, throws: Random) -> Asked:
        if kind == "npsn":
            return Asked(school, school.npsn, "")
        region = self._somewhere(school, throws) if kind.startswith("region") else self._apart(school)
        return Asked(school, f"{school.name} {region}".strip(), region)

    def _apart(self, school: School) -> str:
        """Where others have the name too: the regency, with the district where even that is not enough."""
        others = [other.region for other in self._namesakes[school.bag] if other != school]
        if not others:
            return ""
        regency, district = self._name(school.region[:5]), self._name(school.region[:8])
        if district == regency or not any(other.startswith(school.region[:5]) for other in others):
            return regency
        return f"{district} {regency}"

    def _somewhere(self, school: School, throws: Random) -> str:
        """The regency as people write it, the district, both, or the province or another name of it."""
        regency, district = self._name(school.region[:5]), self._name(school.region[:8])
        bare = re.sub("^(Kabupaten|Kota)( Administrasi)? ", "", regency)
        province, aliases = self._regions[school.region[:2]]
        ways = [regency, bare, bare, regency.replace("Kabupaten", "Kab."), throws.choice((province, *aliases))]
        return throws.choice([*ways, district, f"{district} {bare}"])

    def _name(self, code: str) -> str:
        return self._regions[code][0]

    def _meant(self, asked: Asked) -> tuple[str, ...]:
        """The school, and those of the same words in the same place, as far as it is said: nothing tells them apart."""
        said = set(text.words(asked.region))
        others = (
            other.npsn
            for other in self._namesakes[asked.school.bag]
            if other != asked.school and said <= self._places(other.region)
        )
        return (asked.school.npsn, *others)

    def _places(self, region: str) -> set[str]:
        rows = (self._regions[code] for code in {region[:2], region[:5], region[:8]})
        return {word for name, aliases in rows for each in (name, *aliases) for word in text.words(each)}
