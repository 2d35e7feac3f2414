"""What the values of filters may look like."""

import datetime

import pytest

from directory import errors, filters
from directory.entries import filters as entry_filters
from directory.regions import filters as region_filters


class Everything(filters.Filters):
    since = filters.Moment()
    day = filters.Day()
    number = filters.Number(min_value=0, max_value=10)
    flag = filters.Flag()
    near = entry_filters.Near()
    bbox = entry_filters.Box()
    name = region_filters.Name(max_length=120)


def refusal(**given):
    with pytest.raises(errors.Several) as refused:
        Everything.cleaned(given)
    return [(problem.parameter, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)),
        ("2026-01-31T10:00:00Z", datetime.datetime(2026, 1, 31, 10, tzinfo=datetime.UTC)),
        ("2026-01-31t10:00:00z", datetime.datetime(2026, 1, 31, 10, tzinfo=datetime.UTC)),
        ("2026-01-31T10:00:00.123456789+07:00", datetime.datetime(2026, 1, 31, 3, 0, 0, 123456, tzinfo=datetime.UTC)),
    ],
)
def test_a_moment_is_a_date_or_a_time_with_its_offset(text, moment):
    assert Everything.cleaned({"since": text}) == {"since": moment}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kemarin",
        "2026-01-31T10:00:00",  # whose time?
        "2026-01-31T10:00:00 07:00",  # a plus that was not encoded
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "20260131",
        "2026-W05",
        "0001-01-01T00:00:00+23:59",
        "٢٠٢٦-٠١-٣١",
        "2026-01-31\n",
        "-2026-01-31",
        "99999-01-01",
    ],
)
def test_other_texts_are_no_moments(text):
    assert refusal(since=text) == [("since", "invalid_datetime")]


@pytest.mark.parametrize("text", ["", "2026-1-1", "20260131", "2026-02-30", "٢٠٢٦-٠١-٣١", "2026-01-31T00:00:00Z"])
def test_a_day_has_one_form(text):
    assert refusal(day=text) == [("day", "invalid_date")]


@pytest.mark.parametrize("text", ["2", "2.0", "+2", " 2 ", "0.2e1", "02"])
def test_a_number_may_be_written_as_programs_do(text):
    assert Everything.cleaned({"number": text}) == {"number": 2}


@pytest.mark.parametrize(
    "text", ["", "x", "nan", "inf", "1e999", "-0.1", "11", "1_0", "٢", "2,5", "0x2", "--2", "1" * 400]
)
def test_other_texts_are_no_numbers(text):
    assert refusal(number=text) == [("number", "invalid_number")]


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "1_0,2", "٢,٢", "91,0", "0,181", "nan,0", "1e400,0", "1,x"])
def test_other_texts_are_no_places(text):
    assert refusal(near=text) == [("near", "invalid_coordinates")]


def test_a_place_may_have_a_space_behind_its_comma():
    assert Everything.cleaned({"near": "-6.5, 106.8"}) == {"near": (-6.5, 106.8)}


@pytest.mark.parametrize("text", ["1,1,0,2", "0,2,1,1", "0,0,1", "-181,0,0,1", "0,0,1,91"])
def test_a_box_is_the_right_way_round(text):
    assert refusal(bbox=text) == [("bbox", "invalid_coordinates")]


@pytest.mark.parametrize("text", ["", "True", "1", "yes"])
def test_a_flag_is_written_as_in_json(text):
    assert refusal(flag=text) == [("flag", "invalid_choice")]


def test_a_name_has_an_end():
    assert refusal(name="a" * 121) == [("name", "query_too_long")]


def test_every_fault_is_told():
    assert refusal(day="x", number="y", since="z") == [
        ("day", "invalid_date"),
        ("number", "invalid_number"),
        ("since", "invalid_datetime"),
    ]
