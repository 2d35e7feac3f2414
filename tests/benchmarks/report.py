"""The report: docs/reference/performance.md with a part for each size, of which a run writes its own anew."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import stacks, targets, workload
from tests.benchmarks.measuring import OURS, PGBENCH, Plan, Results

ROOT = stacks.ROOT
PAGE = ROOT / "docs" / "reference" / "performance.md"
HEAD = """# Performance

What `make bench` measured: our own server beside the stacks that people would take instead, all of them started at once
on one machine and one database, with 2 worker processes each and 2 database connections a worker. Rounds take turns,
stack after stack, and the order rotates. Machines and moments differ, so ratios are what counts. The command writes
this page; do not edit it.

Repeat it with `make bench` (wrk must be installed), for another size with `make bench SIZE=6000000`; `make bench-quick`
asks everything once of 60,000 entries and writes nothing here. The directory is made up, always the same, and kept
between runs. What makes the answers fast: [fast answers](../explanation/fast-answers.md).
"""
SECTION = "<!-- {size} entries: written by the command -->\n{text}<!-- end of {size} entries -->\n"


class Told(NamedTuple):
    """What the report says of a run beside its results."""

    size: int
    date: str
    machine: str
    versions: str
    bulk: str = ""  # the table of imports and exports


def text(results: Results, *, plan: Plan, told: Told, before: targets.Figures) -> str:
    """The part of one size, as Markdown."""
    parts = [
        f"## {told.size:,} entries\n",
        _circumstances(plan, told),
        "### Ratios\n",
        f"Answers a second of ours, as many times those of the other stack; {targets.MANY} connections."
        " `-`: not compared.\n",
        _ratios(results, plan),
        "### Targets\n",
        _targets(results, told=told, before=before),
        f"### Imports and exports\n\n{told.bulk}\n" if told.bulk else "",
        "### Figures\n",
        "Answers a second (/s) and milliseconds of an answer, with so many connections at once.\n",
        _figures(results, plan),
        "### Memory\n",
        "Megabytes of a worker process after the load; what processes share is counted once (PSS).\n",
        _memory(results, plan),
        "### What was compared\n",
        _compared(results, plan),
    ]
    return "\n".join(part for part in parts if part)


def _circumstances(plan: Plan, told: Told) -> str:
    rounds = ", ".join(
        f"{rounds} of {plan.seconds[connections]} s with {connections}" for connections, rounds in plan.rounds.items()
    )
    return (
        f"{told.date}; {told.machine}. {told.versions}.\n\nRounds: {rounds} connections;"
        " medians. wrk asks the servers and corrects its percentiles for answers that held back the next question;"
        " pgbench runs the statements that our server sends, on as many connections of its own. No stack writes a line"
        " for each request.\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float | None) -> str:
    """A figure with as many digits as it deserves."""
    if value is None:
        return "-"
    digits = 0 if value == 0 or value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def _ratios(results: Results, plan: Plan) -> str:
    others = [name for name in plan.stacks if name != OURS]
    rows = (
        [endpoint.name, *(number(results.ratio(endpoint.name, OURS, other, targets.MANY)) for other in others)]
        for endpoint in plan.endpoints
    )
    return table(["Endpoint", *others], rows)


def _targets(results: Results, *, told: Told, before: targets.Figures) -> str:
    rows = []
    for target, value, is_met in targets.verdicts(results, size=told.size, before=before):
        bound = f"{'at least' if target.is_least else 'at most'} {target.bound:g}{target.unit}"
        met = {True: "met", False: "**not met**", None: "not measured"}[is_met]
        rows.append([target.title, bound, f"{number(value)}{target.unit if value is not None else ''}", met])
    return table(["Target", "Bound", "Measured", ""], rows)


def _figures(results: Results, plan: Plan) -> str:
    head = ["Endpoint", "Stack"]
    for connections in plan.rounds:
        head += [f"{connections}: /s", "p50", "p99"]
    rows = []
    for endpoint in plan.endpoints:
        for name in plan.stacks:
            found = [results.median(endpoint.name, name, connections) for connections in plan.rounds]
            if any(found):
                cells = [number(value) for one in found for value in (one[0:2] + one[3:4] if one else [None] * 3)]
                rows.append([endpoint.name, name, *cells])
    return table(head, rows)


def _memory(results: Results, plan: Plan) -> str:
    head = ["Stack", *(f"after {connections} connections" for connections in plan.rounds)]
    rows = (
        [name, *(number(results.memory.get((name, connections))) for connections in plan.rounds)]
        for name in plan.stacks
        if name != PGBENCH
    )
    return table(head, rows)


def _compared(results: Results, plan: Plan) -> str:
    rows = []
    for endpoint in plan.endpoints:
        own = [(name, results.findings.get((endpoint.name, name))) for name in plan.stacks]
        counts = {found.compared for _, found in own if found and not found.problem}
        least = f"{min(counts)}{f' to {max(counts)}' if len(counts) > 1 else ''}" if counts else "0"
        met = ", ".join(f"{name} {found.met} of {found.meant}" for name, found in own if found and found.meant)
        rows.append([endpoint.name, endpoint.title, least, HOW[endpoint.compared] + (f": {met}" if met else "")])
    told = table(["Endpoint", "What is asked", "Compared answers", "What agrees"], rows)
    if results.compared:
        told += (
            f"\nUnder one write a second, {results.compared} answers of ours were compared with the count that the"
            f" write had made true; {results.wrong} were wrong.\n"
        )
    refused = [f"- {endpoint}, {name}: {why}\n" for (endpoint, name), why in results.refused.items()]
    return told + ("\nNot measured, or void:\n\n" + "".join(map(_without_paths, refused)) if refused else "")


HOW = {
    "one": "the document",
    "list": "the documents and their order",
    "set": "the documents, in any order",
    "meant": "the entry meant is found",
    "facets": "the counts and the document",
    "write": "the rows written",
}


def _without_paths(line: str) -> str:
    return line.replace("|", "\\|")


def renewed(page: str, *, size: int, part: str) -> str:
    """The page with the part of one size in its place; sizes ascend."""
    parts = {int(found[1]): found[2] for found in _sections(page)}
    parts[size] = part
    return HEAD + "".join("\n" + SECTION.format(size=each, text=parts[each]) for each in sorted(parts))


def _sections(page: str) -> Iterable[re.Match[str]]:
    return re.finditer(r"<!-- (\d+) entries:[^\n]*-->\n(.*?)<!-- end of \1 entries -->", page, re.DOTALL)


def figures(page: str, *, size: int) -> dict[tuple[str, str], float]:
    """The p50 of a single reader by endpoint and stack, as the page has them for one size."""
    names = "|".join(endpoint.name for endpoint in workload.ENDPOINTS)
    for found in _sections(page):
        if int(found[1]) == size:
            rows = re.findall(rf"^\| ({names}) \| ([a-z-]+) \| [0-9.,-]+ \| ([0-9.,]+) \|", found[2], re.MULTILINE)
            return {(endpoint, stack): float(p50.replace(",", "")) for endpoint, stack, p50 in rows}
    return {}


def read() -> str:
    """The page as it stands."""
    return PAGE.read_text() if PAGE.exists() else ""


def write(part: str, *, size: int, page: Path = PAGE) -> None:
    """Put the part of one size into the page."""
    page.write_text(renewed(page.read_text() if page.exists() else "", size=size, part=part))
