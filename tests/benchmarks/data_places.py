"""Made-up districts and villages in the country's own regencies, with how many entries stand in each."""

import bisect
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from directory.demo import drafts
from tests.benchmarks import data_names

VILLAGES = 3  # in every fourth district: the others have none, as after an import that stops at districts
JAVA = frozenset({"31", "32", "33", "34", "35", "36"})


class District(NamedTuple):
    """A district that entries stand in, with its centre; its villages have the codes .1001, .1002 ..."""

    code: str
    name: str
    latitude: float
    longitude: float
    weight: float
    villages: tuple[str, ...]  # names


def districts() -> list[District]:
    """About 7,000 districts in the order of their codes, the same in every run."""
    throws = data_names.dice("districts")
    names = data_names.Names(data_names.vocabulary(20_000), part="district names")
    made = []
    for regency in drafts.regencies():
        share = throws.lognormvariate(0, 0.7) * (2 if regency.code[:2] in JAVA else 1)
        number = min(40, max(3, round(throws.lognormvariate(2.5, 0.45))))
        for place in range(1, number + 1):
            villages = tuple(names.phrase().title() for _ in range(0 if place % 4 else VILLAGES))
            made.append(
                District(
                    f"{regency.code}.{place:02d}",
                    names.phrase().title(),
                    round(regency.latitude + throws.gauss(0, 0.12), 5),
                    round(regency.longitude + throws.gauss(0, 0.12), 5),
                    share * throws.lognormvariate(0, 0.4) / number,
                    villages,
                )
            )
    return made


class Country:
    """Where the n-th of `size` entries stands: in the order of the codes, as a national list is sorted."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.districts = districts()
        self._ends = list(itertools.accumulate(district.weight for district in self.districts))

    def district(self, number: int) -> District:
        """The district of the entry `number`, from 0."""
        return self.districts[bisect.bisect_right(self._ends, (number + 0.5) / self.size * self._ends[-1])]


def regions(made: list[District]) -> Iterator[tuple[str, str, int, str, float, float]]:
    """(code, name, level, code above, latitude, longitude) of the districts and villages, those above first."""
    for each in made:
        yield each.code, each.name, 3, each.code[:5], each.latitude, each.longitude
    for each in made:
        for number, name in enumerate(each.villages, start=1001):
            yield f"{each.code}.{number}", name, 4, each.code, each.latitude, each.longitude
