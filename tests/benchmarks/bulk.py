"""Bulk work beside plain SQL: `python -m tests.benchmarks.bulk [--rounds R] [--size N] [--only import|export]`.

Imports: the command against a script for psql (bulk_sql.py). Export: NDJSON of everything against COPY as CSV.
"""

import argparse
import statistics
import sys
from typing import NamedTuple

from tests.benchmarks import bulk_export, bulk_import

ROUNDS = 3
SIZE = 600_000
RATIOS = {"first": 0.5, "unchanged": 3.0, "changed": 1.5}
LABELS = {"first": "import, first load", "unchanged": "import, same file again", "changed": "import, 1 % changed"}
IMPORT_MEGABYTES = 500
EXPORT_RATIO, EXPORT_MEGABYTES = 0.45, 100


class Row(NamedTuple):
    """One line of the report: a target, what was measured, and whether it is met. None: shown, no target."""

    name: str
    ours: str
    other: str
    ratio: float  # how many times as fast as the other; for memory the share of what is allowed
    target: str
    is_met: bool | None


def measure(*, rounds: int = ROUNDS, size: int = SIZE, only: str = "") -> list[Row]:
    """All rows for the report; medians over rounds in which the arms take turns."""
    rows: list[Row] = []
    if only in ("", "import"):
        rows += _imports(rounds)
    if only in ("", "export"):
        rows += _exports(size, rounds)
    return rows


def _imports(rounds: int) -> list[Row]:
    found = bulk_import.measure(rounds)
    ours, others = found[bulk_import.Ours.name], [bulk_import.Plain.name, bulk_import.Careful.name]
    rows = []
    for step in bulk_import.STEPS:
        seconds = statistics.median(run.seconds for run in ours[step])
        for other in others:
            theirs = statistics.median(run.seconds for run in found[other][step])
            is_target = other == bulk_import.Plain.name
            ratio = theirs / seconds
            rows.append(
                Row(
                    LABELS[step],
                    f"{seconds:.1f} s",
                    f"{theirs:.1f} s ({other})",
                    ratio,
                    f">= {RATIOS[step]}" if is_target else "",
                    ratio >= RATIOS[step] if is_target else None,
                )
            )
    return [*rows, _memory("import", max(run.megabytes for runs in ours.values() for run in runs), IMPORT_MEGABYTES)]


def _exports(size: int, rounds: int) -> list[Row]:
    ours, plain, megabytes = bulk_export.measure(size, rounds)
    rates = [statistics.median(run.entries / run.seconds for run in runs) for runs in (ours, plain)]
    ratio = rates[0] / rates[1]
    speed = Row(
        f"NDJSON of {ours[0].entries:,} entries",
        f"{rates[0]:,.0f} entries/s",
        f"{rates[1]:,.0f} entries/s (COPY CSV)",
        ratio,
        f">= {EXPORT_RATIO}",
        ratio >= EXPORT_RATIO,
    )
    return [speed, _memory("NDJSON", megabytes, EXPORT_MEGABYTES)]


def _memory(what: str, megabytes: float, most: int) -> Row:
    return Row(f"{what}, peak memory", f"{megabytes:.0f} MB", "", megabytes / most, f"<= {most} MB", megabytes <= most)


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    verdicts = {True: "met", False: "**not met**", None: ""}
    lines = ["| | ours | beside | ratio | target | |", "|---|---|---|---|---|---|"]
    lines += [f"| {r.name} | {r.ours} | {r.other} | {r.ratio:.2f} | {r.target} | {verdicts[r.is_met]} |" for r in rows]
    return "\n".join(lines)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--size", type=int, default=SIZE, help="entries of the directory that is exported")
    parser.add_argument("--only", choices=("import", "export"), default="")
    options = parser.parse_args()
    try:
        print(table(measure(rounds=options.rounds, size=options.size, only=options.only)))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
