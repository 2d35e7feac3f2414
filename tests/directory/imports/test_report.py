"""The report: one row for each problem."""

import csv

import pytest

from directory.imports import files, report


def test_each_problem_is_a_row_with_its_message(tmp_path):
    path = tmp_path / "report.csv"
    with report.opened(path) as problems:
        problems.add(7, "npsn", "placeholder_npsn", "NP123456")
        problems.add(None, "npsn", "missing_school", "20106343 SD")
    with path.open(newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "line": "7",
        "column": "npsn",
        "code": "placeholder_npsn",
        "message": report.MESSAGES["placeholder_npsn"],
        "value": "NP123456",
    }
    assert second["line"] == ""


def test_the_summary_counts_by_code(tmp_path):
    with report.opened(tmp_path / "report.csv") as problems:
        for code in ("extra_spaces", "no_name", "extra_spaces"):
            problems.add(1, "nama", code)
    assert [line.split() for line in problems.summary().splitlines()] == [["2", "extra_spaces"], ["1", "no_name"]]


@pytest.mark.parametrize(("value", "written"), [("=1+1", "'=1+1"), ("-6.1", "-6.1"), ("@x", "'@x"), ("x", "x")])
def test_a_value_is_never_a_formula(tmp_path, value, written):
    path = tmp_path / "report.csv"
    with report.opened(path) as problems:
        problems.add(1, "nama", "no_name", value)
    assert path.read_text().splitlines()[1].endswith(f",{written}")


def test_a_report_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(files.Refused, match="cannot be written"), report.opened(tmp_path / "none" / "report.csv"):
        pass
