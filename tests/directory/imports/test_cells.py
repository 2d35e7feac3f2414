"""Single cells: what is mended and what is wrong."""

import pytest

from directory import vocabularies
from directory.imports import cells


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("SD Negeri 1", "SD Negeri 1", ""),
        (" SD  Negeri 1 ", "SD Negeri 1", "extra_spaces"),
        ("Jl. A\nRt. 1", "Jl. A Rt. 1", "extra_spaces"),
        ("SD\u00a0Negeri", "SD Negeri", "extra_spaces"),
        ("SD\0Negeri", "SD Negeri", "invisible_characters"),
        ("\ufeffSD Ne\u200bge\u00adri", "SD Negeri", "invisible_characters"),
        ("Cafe\u0301", "Café", ""),
        ("SD \ue000", "SD \ue000", ""),
        ("", "", ""),
    ],
)
def test_text_is_made_tidy(raw, value, code):
    assert cells.tidy(raw) == (value, code)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("20106343", ""),
        ("P2010634", ""),
        ("K2010634", ""),
        ("NP123456", "placeholder_npsn"),
        ("2.01E+07", "scientific_npsn"),
        ("2,01E+07", "scientific_npsn"),
        ("106343", "short_npsn"),
        ("", "malformed_npsn"),
        ("201063430", "malformed_npsn"),
        ("p2010634", "malformed_npsn"),
        ("２０１０６３４３", "malformed_npsn"),
        ("20106343.0", "malformed_npsn"),
    ],
)
def test_a_number_that_is_no_npsn_is_told_apart(value, code):
    assert cells.npsn_problem(value) == code


def test_every_form_is_read_by_its_code_and_its_label():
    for term in vocabularies.VOCABULARIES["form"]:
        assert cells.form(term.code) == cells.form(term.id) == term.code


@pytest.mark.parametrize(
    ("value", "code"),
    [("SMLB", "smalb"), ("MTs", "mts"), ("SPK SD", "spk_sd"), ("spk-smp", "spk_smp"), ("X", ""), ("", "")],
)
def test_forms_of_older_files_are_known(value, code):
    assert cells.form(value) == code


@pytest.mark.parametrize(("value", "code"), [("N", "state"), ("swasta", "private"), ("S", "private"), ("Q", "")])
def test_ownership_is_state_or_private(value, code):
    assert cells.ownership(value) == code


@pytest.mark.parametrize("form", vocabularies.codes("form"))
def test_madrasah_are_under_the_ministry_of_religious_affairs(form):
    assert cells.ministry(form) == ("kemenag" if form in {"ra", "mi", "mts", "ma", "mak"} else "kemendikdasmen")


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("-6.2", "106.8", (-6.2, 106.8, "")),
        ("-6,2", "106,8", (-6.2, 106.8, "")),
        (".95", "97.8", (0.95, 97.8, "")),
        ("-.5", "100", (-0.5, 100.0, "")),
        ("0", "109.3", (0.0, 109.3, "")),  # Pontianak lies on the equator
        ("-6.2E+00", "1.068e2", (-6.2, 106.8, "")),
        ("", "", (None, None, "")),
        ("-6.2", "", (None, None, "half_coordinates")),
        ("0", "0.0000000", (None, None, "zero_coordinates")),
        ("106.8", "-6.2", (None, None, "coordinates_outside")),
        ("6.3", "106.8", (None, None, "coordinates_outside")),
        ("nan", "106.8", (None, None, "malformed_coordinates")),
        ("1_0", "106.8", (None, None, "malformed_coordinates")),
        ("-6.2", "106.8 E", (None, None, "malformed_coordinates")),
        ("1e99", "106.8", (None, None, "coordinates_outside")),
    ],
)
def test_points_are_in_indonesia_or_left_out(latitude, longitude, expected):
    assert cells.point(latitude, longitude) == expected


def test_ids_of_the_ministry_are_written_in_capitals():
    assert cells.dapodik_id("40c6e595-2bf5-e011-b2f2-796762867641") == "40C6E595-2BF5-E011-B2F2-796762867641"
    assert cells.dapodik_id("12345") == ""


def test_a_postal_code_is_five_digits():
    assert cells.is_postal_code("16151")
    assert not cells.is_postal_code("1615")
