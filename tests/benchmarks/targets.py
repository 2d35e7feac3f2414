"""The targets as data: what is compared with what, and the bound that has to hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tests.benchmarks.measuring import OURS, PGBENCH, Results

MANY = 16  # connections at which stacks are compared
ONE = 1  # a single reader: how long an answer itself takes
Figures = Mapping[tuple[str, str], float]  # endpoint and stack -> p50 of a single reader, at another size
GROWTH_FROM, GROWTH_TO = 600_000, 6_000_000


class Target(NamedTuple):
    """One bound; `measured` gives None where this run cannot tell."""

    title: str
    bound: float
    is_least: bool
    measured: Callable[[Results], float | None]
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Whether a measured value keeps the bound."""
        return value >= self.bound if self.is_least else value <= self.bound


class Verdict(NamedTuple):
    """A target and what this run says of it."""

    target: Target
    value: float | None
    is_met: bool | None


def faster(endpoint: str, *, than: str, least: float) -> Target:
    """At least so many times the answers a second of another stack."""
    return Target(
        f"{endpoint}: answers a second, compared with {than}",
        least,
        True,
        lambda results: results.ratio(endpoint, OURS, than, MANY),
    )


def quicker(endpoint: str, figure: str, *, than: str, most: float) -> Target:
    """At most so many times a figure of our own other endpoint, for a single reader."""

    def measured(results: Results) -> float | None:
        one, other = (results.median(name, OURS, ONE) for name in (endpoint, than))
        return getattr(one, figure) / getattr(other, figure) if one and other and getattr(other, figure) else None

    return Target(f"{endpoint}: {figure}, compared with {than}", most, False, measured)


def within(endpoint: str, figure: str, *, most: float) -> Target:
    """At most so many milliseconds, for a single reader."""

    def measured(results: Results) -> float | None:
        found = results.median(endpoint, OURS, ONE)
        return getattr(found, figure) if found else None

    return Target(f"{endpoint}: {figure}", most, False, measured, " ms")


def _recall(results: Results) -> float | None:
    found = results.findings.get(("search-typo", OURS))
    return found.met / found.meant if found and found.meant else None


def _truth(results: Results) -> float | None:
    return results.wrong if results.compared else None


TARGETS: Sequence[Target] = (
    faster("list", than="fastapi-sql", least=1.5),
    faster("list", than="fastapi-orm", least=4),
    faster("list", than="ninja", least=4),
    faster("list", than="drf", least=15),
    faster("detail", than="fastapi-sql", least=0.9),
    faster("detail", than="fastapi-orm", least=3),
    faster("detail", than="drf", least=6),
    faster("list", than="fastapi-bodies", least=0.7),
    faster("detail", than="fastapi-bodies", least=0.7),
    faster("search-selective", than=PGBENCH, least=0.65),
    faster("write", than="fastapi-sql", least=0.6),
    quicker("search-broad", "p95", than="search-selective", most=4),
    quicker("search-never", "max", than="search-selective", most=8),
    quicker("search-typo", "p50", than="search-selective", most=2.5),
    Target("search-typo: share of the schools meant that are among the first 20", 0.95, True, _recall),
    within("facets", "p50", most=3),
    Target("facets: answers that were not true under one write a second", 0, False, _truth),
    quicker("feed-deep", "p50", than="feed", most=1.2),
    within("suggest", "p95", most=10),
)


def growth(before: Figures) -> list[Target]:
    """The targets of growth, compared with the figures of the smaller size."""

    def grown(endpoint: str, most: float) -> Target:
        def measured(results: Results) -> float | None:
            now, then = results.median(endpoint, OURS, ONE), before.get((endpoint, OURS))
            return now.p50 / then if now and then else None

        return Target(f"{endpoint}: p50, compared with {GROWTH_FROM:,} entries", most, False, measured)

    return [*(grown(name, 1.3) for name in ("list", "detail", "nearest", "feed")), grown("search-selective", 8)]


def verdicts(results: Results, *, size: int, before: Figures) -> list[Verdict]:
    """What this run says of every target; those of growth only where it is measured."""
    told = []
    for target in [*TARGETS, *(growth(before) if size >= GROWTH_TO else ())]:
        value = target.measured(results)
        told.append(Verdict(target, value, None if value is None else target.is_met(value)))
    return told
