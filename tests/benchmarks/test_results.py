"""Ratios, targets and the page: what the measurement is boiled down to."""

import re

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import agreement, measuring, report, stacks, targets
from tests.benchmarks.load import Measure


def measure(rate, *, time=1.0, answers=10):
    return Measure(rate, time, time * 2, time * 3, time * 4, errors=0, answers=answers)


@pytest.fixture
def results():
    found = measuring.Results()
    found.rounds["list", "ours", 16] = {0: measure(300), 1: measure(100), 2: measure(900)}
    found.rounds["list", "drf", 16] = {0: measure(10), 1: measure(10), 2: measure(10)}
    return found


def test_a_ratio_is_the_median_of_the_rounds_that_both_stacks_ran(results):
    results.rounds["list", "drf", 16][3] = measure(1)

    assert results.ratio("list", "ours", "drf", 16) == 30


def test_a_figure_is_the_median_of_its_rounds(results):
    assert results.median("list", "ours", 16).rate == 300


def test_a_round_without_an_answer_counts_for_nothing(results):
    results.rounds["list", "drf", 16] = {0: measure(0, answers=0)}

    assert results.median("list", "drf", 16) is None
    assert results.ratio("list", "ours", "drf", 16) is None


def test_a_stack_that_was_refused_has_no_figures(results):
    results.refused["list", "drf"] = "3 of 10 answers were errors"

    assert results.median("list", "drf", 16) is None
    assert results.ratio("list", "ours", "drf", 16) is None


def verdict(results, title, **about):
    told = targets.verdicts(results, size=about.get("size", 600_000), before=about.get("before", {}))
    (found,) = [one for one in told if one.target.title.startswith(title)]
    return found


def test_a_target_is_met_at_its_bound_and_not_below(results):
    assert verdict(results, "list: answers a second, compared with drf").is_met
    results.rounds["list", "ours", 16] = {0: measure(149)}
    assert verdict(results, "list: answers a second, compared with drf").is_met is False


def test_what_was_not_measured_is_neither_met_nor_missed(results):
    assert verdict(results, "write: answers").is_met is None


def test_times_are_compared_for_a_single_reader(results):
    results.rounds["search-typo", "ours", 1] = {0: measure(1, time=5.2)}
    results.rounds["search-selective", "ours", 1] = {0: measure(1, time=2)}

    found = verdict(results, "search-typo: p50")

    assert (found.value, found.is_met) == (2.6, False)


def test_one_untrue_kept_answer_misses_the_target(results):
    results.compared = 100
    assert verdict(results, "facets: answers that were not true").is_met
    results.wrong = 1
    assert verdict(results, "facets: answers that were not true").is_met is False


def test_growth_is_compared_with_the_figures_of_the_page(results):
    results.rounds["detail", "ours", 1] = {0: measure(1, time=1.2)}
    page = report.renewed(
        "", size=600_000, part="| detail | drf | 9 | 7.0 | 9.0 |\n| detail | ours | 1,234 | 1.00 | 2 |\n"
    )
    before = report.figures(page, size=600_000)

    found = verdict(results, "detail: p50, compared with 600,000", size=6_000_000, before=before)

    assert before == {("detail", "drf"): 7.0, ("detail", "ours"): 1.0}
    assert (found.value, found.is_met) == (1.2, True)


def test_the_page_keeps_the_parts_of_other_sizes():
    page = report.renewed("", size=6_000_000, part="## big\n")
    page = report.renewed(page, size=600_000, part="## old\n")
    page = report.renewed(page, size=600_000, part="## new\n")

    assert re.findall(r"^## (\w+)", page, re.MULTILINE) == ["new", "big"]


def test_the_report_shows_what_was_found_and_what_is_void(results):
    plan = command.plan_of(command.options(["--endpoints", "list", "--stacks", "drf,ninja"]))
    results.findings["list", "drf"] = agreement.Finding("", 10, 0.1)
    results.refused["list", "ninja"] = "answered 500"
    told = report.Told(600_000, "1 May 2026", "2 processors", "Python 3")

    text = report.text(results, plan=plan, told=told, before={})

    assert "| list | 30.0 | - |" in text
    assert "| list: answers a second, compared with drf | at least 15 | 30.0 | met |" in text
    assert "- list, ninja: answered 500" in text


def test_a_slow_stack_gets_more_time_in_fewer_rounds():
    plan = command.plan_of(command.options(["--endpoints", "list"]))
    bench = measuring.Bench(
        plan, served={}, requests={}, environment={"BENCH_DSN": ""}, folder=stacks.ROOT, mark="test"
    )
    bench.results.findings["list", "drf"] = agreement.Finding("", 3, 0.5)
    (endpoint,) = plan.endpoints

    spent = [(bench._seconds(endpoint, name, 16), bench._rounds(endpoint, name, 16)) for name in ("ours", "drf")]

    assert spent == [(2, 5), (6, 1)]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "-"), (0, "0"), (0.945, "0.945"), (1.499, "1.50"), (16.94, "16.9"), (15486.2, "15,486")]
)
def test_a_share_just_below_its_bound_does_not_look_met(value, shown):
    assert report.number(value) == shown
