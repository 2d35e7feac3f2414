"""What the load generators print is read right: a figure misread would be believed."""

import pytest

from api.stack.accounts import Problem
from tests.benchmarks import load

WRK = """Running 1s test @ http://127.0.0.1:8931
  1 threads and 4 connections
  Non-2xx or 3xx responses: 20

RESULT {"requests": 120, "microseconds": 2000000, "statuses": 20, "refused": 1, "p50": 1500, "p95": 2500, "p99": 9000, \
"max": 12345}

"""
PGBENCH = """number of transactions actually processed: 4 of 5
number of failed transactions: 1 (20.000%)
latency average = 1.115 ms
initial connection time = 3.514 ms
tps = 896.941 (without initial connection time)
"""


def test_what_wrk_printed_becomes_good_answers_a_second_milliseconds_and_errors():
    found = load.read_wrk(WRK)

    assert (found.rate, found.answers, found.errors) == (50.0, 120, 21)
    assert (found.p50, found.p95, found.p99, found.max) == (1.5, 2.5, 9.0, 12.345)


def test_silence_of_wrk_is_no_result():
    with pytest.raises(Problem, match="wrk said nothing"):
        load.read_wrk("Running 1s test\n")


def test_what_pgbench_printed_becomes_a_rate_percentiles_of_its_log_and_errors():
    found = load.read_pgbench(PGBENCH, [4.0, 1.0, 2.0, 3.0], errors=2)

    assert (found.rate, found.answers, found.errors) == (896.941, 4, 3)
    assert (found.p50, found.p99, found.max) == (2.0, 4.0, 4.0)


def test_a_run_of_pgbench_that_ended_early_is_an_error():
    assert load.read_pgbench("pgbench: error: connection failed", [], errors=0).errors == 1


@pytest.mark.parametrize(("share", "value"), [(50, 50), (95, 95), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert load.percentile(list(range(1, 101)), share) == value


def test_a_missing_load_generator_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(Problem, match="sudo apt-get install wrk"):
        load.need_wrk()
