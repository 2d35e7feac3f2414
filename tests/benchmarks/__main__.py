"""`python -m tests.benchmarks`: builds the directory, starts the stacks, compares, measures and reports."""

import argparse
import contextlib
import datetime
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from api.stack import processes
from api.stack.accounts import Problem
from tests.benchmarks import bulk, data, load, machine, measuring, report, stacks, targets, workload

QUICK_SIZE = 60_000
SIZE = 600_000
ROUNDS = {1: 3, 16: 5, 64: 2}
QUICK_ROUNDS = {1: 1, 16: 1}  # alone only ours
GROWN = ("ours", stacks.PGBENCH)  # what growth is measured of


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, help=f"entries of the directory ({SIZE:,})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SIZE:,} entries, one round of one second")
    parser.add_argument("--seconds", type=int, help="of one run with 16 connections (2); half of it with 1 and 64")
    parser.add_argument("--rounds", type=int, help="with 16 connections (5); fewer with 1 and 64")
    parser.add_argument("--connections", type=_numbers, help="only with these, e.g. 1,16")
    parser.add_argument("--stacks", type=_names(stacks.NAMES), help=f"of {','.join(stacks.NAMES)}; ours always")
    parser.add_argument("--endpoints", type=_names(workload.BY_NAME), help=f"of {','.join(workload.BY_NAME)}")
    parser.add_argument("--without-bulk", action="store_true", help="leave imports and exports out")
    parser.add_argument("--write-report", action="store_true", help="write docs/reference/performance.md")
    asked = parser.parse_args(arguments)
    asked.size = asked.size or (QUICK_SIZE if asked.quick else SIZE)
    return asked


def _names(known: Sequence[str] | dict[str, workload.Endpoint]):
    def names(text: str) -> list[str]:
        given = text.split(",")
        if unknown := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
        return given

    return names


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def plan_of(asked: argparse.Namespace) -> measuring.Plan:
    """How long and how often, by the options."""
    rounds = dict(QUICK_ROUNDS if asked.quick else ROUNDS)
    if asked.rounds:
        rounds = {each: max(1, asked.rounds * own // rounds[targets.MANY]) for each, own in rounds.items()}
    if asked.connections:
        rounds = {each: rounds.get(each, 1) for each in asked.connections}
    # Of ten times the data, building what peers would need is not the point.
    names = asked.stacks or (GROWN if asked.size >= targets.GROWTH_TO else stacks.NAMES)
    wanted = asked.endpoints or workload.BY_NAME
    seconds = asked.seconds or (1 if asked.quick else 2)
    return measuring.Plan(
        endpoints=[endpoint for endpoint in workload.ENDPOINTS if endpoint.name in wanted],
        stacks=[name for name in stacks.NAMES if name in {*names, measuring.OURS}],
        rounds=rounds,
        seconds={each: seconds if each == targets.MANY else max(1, seconds // 2) for each in rounds},
        most_seconds=3 if asked.quick else 6,
        compared_seconds=0.5 if asked.quick else 2,
        only_ours=[targets.ONE] if asked.quick else [],
    )


@contextlib.contextmanager
def prepared(asked: argparse.Namespace, plan: measuring.Plan) -> Iterator[measuring.Bench]:
    """The built directory with all stacks running on it; everything that was started ends with the block."""
    with data.served(asked.size) as built, processes.only_run(built.folder) as mark:
        environment = stacks.environment(built.environment, dsn=built.dsn)
        say("Choosing the requests ...")
        with psycopg.connect(built.dsn, autocommit=True) as connection:
            requests = workload.requests(connection, kept=built.folder / "workload.json")
        names = [name for name in plan.stacks if name != stacks.PGBENCH]
        say(f"Starting {', '.join(names)} ...")
        with stacks.started(names, base=environment, mark=mark, logs=data.FOLDER / "logs") as served:
            yield measuring.Bench(
                plan, served=served, requests=requests, environment=environment, folder=built.folder, mark=mark
            )


def run(asked: argparse.Namespace) -> None:
    """Everything, and the report at the end."""
    load.need_wrk()
    plan, code = plan_of(asked), machine.code()
    with prepared(asked, plan) as bench:
        bench.prepare()
        for (endpoint, name), why in bench.results.refused.items():
            say(f"  not measured: {endpoint}, {name}: {why}")
        if not asked.quick:
            say("Warming up ...")
            bench.warm_up()
        results = bench.measure()
        with psycopg.connect(bench.dsn) as connection:
            versions = machine.versions(connection)
    told = report.Told(asked.size, f"{datetime.date.today():%d %B %Y}", machine.description(), versions, _bulk(asked))
    before = report.figures(report.read(), size=targets.GROWTH_FROM)
    finish(report.text(results, plan=plan, told=told, before=before), folder=bench.folder, results=results)
    if machine.code() != code:
        raise Problem(
            "The code changed meanwhile, so the stacks ran another one than the bodies were kept by: run again."
        )
    if asked.write_report:
        report.write((bench.folder / "report.md").read_text(), size=asked.size)
        say(f"Written to {report.PAGE.relative_to(report.ROOT)}.")


def _bulk(asked: argparse.Namespace) -> str:
    """The table of imports and exports, measured with nothing else running."""
    if asked.quick or asked.without_bulk or asked.size >= targets.GROWTH_TO:
        return ""
    say("Imports and exports ...")
    return bulk.table(bulk.measure(size=asked.size))


def finish(text: str, *, folder: Path, results: measuring.Results) -> None:
    """Print the report, and keep it with every round's figures beside the data."""
    print(text)
    (folder / "report.md").write_text(text)
    rounds = [[*key, number, *one] for key, rounds in results.rounds.items() for number, one in rounds.items()]
    (folder / "rounds.json").write_text(json.dumps(rounds))


def say(text: str) -> None:
    """A line for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Run; a problem is one sentence, and an interrupted run leaves nothing behind."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        run(options(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"{problem}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
