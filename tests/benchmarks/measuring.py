"""The measurement itself: all stacks take turns, round by round, so that a noisy moment meets them all alike."""

import contextlib
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from tqdm import tqdm

from tests.benchmarks import agreement, capture, load, settling, stacks, writer
from tests.benchmarks.load import Measure
from tests.benchmarks.workload import Endpoint, Request

OURS, PGBENCH = "ours", stacks.PGBENCH
WARM, WARM_SECONDS = 4, 1  # connections, so that every worker's threads have been asked
Key = tuple[str, str, int]  # endpoint, stack, connections


class Plan(NamedTuple):
    """How long and how often."""

    endpoints: Sequence[Endpoint]
    stacks: Sequence[str]
    rounds: Mapping[int, int]  # connections -> rounds
    seconds: Mapping[int, int]  # connections -> of one run
    most_seconds: int  # for a stack too slow to answer twice on each connection, in fewer rounds
    compared_seconds: float  # of comparing the answers of one stack for one endpoint
    only_ours: Sequence[int] = ()  # connections with which no other stack is measured


class Results:
    """Everything found: what the report is made from."""

    def __init__(self) -> None:
        self.rounds: dict[Key, dict[int, Measure]] = defaultdict(dict)
        self.findings: dict[tuple[str, str], agreement.Finding] = {}
        self.refused: dict[tuple[str, str], str] = {}  # endpoint, stack -> why it is not measured, or is void
        self.memory: dict[tuple[str, int], float] = {}  # stack, connections -> megabytes a worker
        self.compared = self.wrong = 0  # kept answers under writes

    def median(self, endpoint: str, stack: str, connections: int) -> Measure | None:
        """The median of every figure over the rounds; None where nothing was measured or it is void."""
        rounds = [one for one in self.rounds.get((endpoint, stack, connections), {}).values() if one.answers]
        if not rounds or (endpoint, stack) in self.refused:
            return None
        return Measure(*(statistics.median(values) for values in zip(*rounds, strict=True)))

    def ratio(self, endpoint: str, stack: str, other: str, connections: int) -> float | None:
        """How many times as many answers a second as another stack; the median of the rounds' ratios."""
        if self.median(endpoint, stack, connections) is None or self.median(endpoint, other, connections) is None:
            return None
        one, two = (self.rounds[endpoint, name, connections] for name in (stack, other))
        shared = [one[number].rate / two[number].rate for number in one.keys() & two.keys() if two[number].rate]
        return statistics.median(shared) if shared else None


class Bench:
    """The running stacks with the requests, and what was found so far."""

    def __init__(
        self,
        plan: Plan,
        *,
        served: Mapping[str, stacks.Served],
        requests: Mapping[str, Sequence[Request]],
        environment: dict[str, str],
        folder: Path,
        mark: str,
    ) -> None:
        self.plan, self.served, self.requests = plan, served, requests
        self.environment, self.folder, self.mark = environment, folder, mark
        self.dsn = environment["BENCH_DSN"]
        self.results = Results()
        self.scripts: dict[str, load.Scripts] = {}
        self._lead = f"{time.time():.0f}"  # no run writes what an earlier one did

    def prepare(self) -> None:
        """Compare the answers, warm everything up, and write the scripts of the load generators."""
        (self.folder / "load").mkdir(parents=True, exist_ok=True)
        wanted: list[Endpoint] = []
        with (
            psycopg.connect(self.dsn, autocommit=True) as connection,
            tqdm(self.plan.endpoints, unit=" endpoints", desc="comparing", disable=None) as bar,
        ):
            for endpoint in bar:
                load.write_requests(self.requests[endpoint.name], self._file(endpoint))
                for name in self._all(endpoint):
                    if not self.requests[endpoint.name]:
                        self.results.refused[endpoint.name, name] = "the data has no such requests"
                    elif name == PGBENCH:
                        wanted.append(endpoint)
                    else:
                        self._check(endpoint, name, connection)
                settling.drain(connection)
        self._write_scripts(wanted)

    def _all(self, endpoint: Endpoint) -> list[str]:
        """The stacks that an endpoint is about."""
        own = {OURS} if endpoint.only_ours else set(self.plan.stacks)
        own |= {PGBENCH} & set(self.plan.stacks)
        return [name for name in self.plan.stacks if name in own and (name != PGBENCH or endpoint.in_pgbench)]

    def _check(self, endpoint: Endpoint, name: str, connection: "psycopg.Connection[Any]") -> None:
        asked, port = self.requests[endpoint.name], self.served[name].port
        if endpoint.compared == "write":
            mark = f"{self._lead}{name.replace('-', '')}x"
            found = agreement.check_write(asked, port=port, connection=connection, mark=mark)
        else:
            found = agreement.check(
                endpoint, asked, ours=self.served[OURS].port, port=port, seconds=self.plan.compared_seconds
            )
        self.results.findings[endpoint.name, name] = found
        if found.problem:
            self.results.refused[endpoint.name, name] = found.problem

    def _write_scripts(self, endpoints: Sequence[Endpoint]) -> None:
        asked = {endpoint.name: self.requests[endpoint.name][: load.MOST_SCRIPTS] for endpoint in endpoints}
        heard = capture.captured(asked, environment=self.environment, cwd=stacks.ROOT) if asked else {}
        for name, one in heard.items():
            self.scripts[name] = load.write_scripts(one, self.folder / "load" / name)

    def _file(self, endpoint: Endpoint) -> Path:
        return self.folder / "load" / f"{endpoint.name}.txt"

    def warm_up(self) -> None:
        """Load every stack once with everything, so that no worker or connection is new when it is measured."""
        for endpoint in self.plan.endpoints:
            for name in self._measured(endpoint):
                if self._seconds(endpoint, name, WARM) <= WARM_SECONDS:
                    self._run(endpoint, name, connections=WARM, number=0, seconds=WARM_SECONDS)
        self.settle()

    def _measured(self, endpoint: Endpoint) -> list[str]:
        return [name for name in self._all(endpoint) if (endpoint.name, name) not in self.results.refused]

    def _seconds(self, endpoint: Endpoint, name: str, connections: int) -> int:
        """Long enough for two answers on each connection, were requests to wait for each other."""
        found = self.results.findings.get((endpoint.name, name))
        needed = 2 * found.seconds * connections / stacks.WORKERS if found else 0
        planned = self.plan.seconds.get(connections, WARM_SECONDS)
        return max(planned, min(self.plan.most_seconds, math.ceil(needed)))

    def _rounds(self, endpoint: Endpoint, name: str, connections: int) -> int:
        if connections in self.plan.only_ours and name != OURS:
            return 0
        planned = self.plan.rounds[connections] * self.plan.seconds[connections]
        return max(1, planned // self._seconds(endpoint, name, connections))

    def measure(self) -> Results:
        """Everything of the plan, each number of connections after the other."""
        with (
            psycopg.connect(self.dsn, autocommit=True) as connection,
            tqdm(total=self._total(), unit=" s", desc="measuring", smoothing=0, disable=None) as bar,
        ):
            for connections, rounds in self.plan.rounds.items():
                for number in range(rounds):
                    self._round(connections, number, bar=bar, connection=connection)
                    self.settle()
                for name in self.served:
                    self.results.memory[name, connections] = stacks.memory(self.mark, name)
        return self.results

    def _total(self) -> int:
        """Seconds of load, if every stack answers."""
        return sum(
            self._rounds(endpoint, name, connections) * self._seconds(endpoint, name, connections)
            for connections in self.plan.rounds
            for endpoint in self.plan.endpoints
            for name in self._measured(endpoint)
        )

    def _round(self, connections: int, number: int, *, bar: Any, connection: "psycopg.Connection[Any]") -> None:
        for endpoint in self.plan.endpoints:
            names = self._measured(endpoint)
            turn = number % len(names) if names else 0
            with self._writing(endpoint) as beside:
                for name in names[turn:] + names[:turn]:
                    if number >= self._rounds(endpoint, name, connections):
                        continue
                    if beside:
                        beside.compares = name == OURS
                    self._one(endpoint, name, connections=connections, number=number)
                    settling.drain(connection)
                    bar.update(self._seconds(endpoint, name, connections))

    @contextlib.contextmanager
    def _writing(self, endpoint: Endpoint) -> Iterator[writer.Writer | None]:
        if not endpoint.under_writes or OURS not in self._measured(endpoint):
            yield None
            return
        asked = self.requests[endpoint.name][0]
        without_query = self.requests["facets"][0] if "facets" in self.requests else asked
        with writer.Writer(self.dsn, ours=self.served[OURS].port, asked=without_query) as beside:
            yield beside
        self.results.compared += beside.compared
        self.results.wrong += beside.wrong

    def _one(self, endpoint: Endpoint, name: str, *, connections: int, number: int) -> None:
        seconds = self._seconds(endpoint, name, connections)
        found = self._run(endpoint, name, connections=connections, number=number, seconds=seconds)
        self.results.rounds[endpoint.name, name, connections][number] = found
        if found.errors:
            self.results.refused[endpoint.name, name] = (
                f"{found.errors} of {found.answers} answers were errors at {connections} connections"
            )

    def _run(self, endpoint: Endpoint, name: str, *, connections: int, number: int, seconds: int) -> Measure:
        if name == PGBENCH:
            folder = self.folder / "load" / endpoint.name
            scripts = self.scripts[endpoint.name]
            return load.pgbench(scripts, dsn=self.dsn, clients=connections, seconds=seconds, folder=folder)
        first = number * 37  # every round begins elsewhere, and all stacks of a round at the same request
        mark = f"{self._lead}{name.replace('-', '')}c{connections}r{number}x"
        port = self.served[name].port
        return load.wrk(
            self._file(endpoint), port=port, connections=connections, seconds=seconds, first=first, mark=mark
        )

    def settle(self) -> None:
        """Leave the data as it was found."""
        settling.settle(self.folder, environment=self.environment)
