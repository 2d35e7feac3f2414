"""Columns: by any of their names, in any order."""

import pytest

from directory.imports import columns, files


def test_columns_are_found_by_alias_in_any_order():
    header = ["bujur", "sekolah", "lintang", "kode_kec", "npsn", "propinsi"]
    places = columns.match(header, required=["npsn", "name"], optional=["latitude", "longitude", "district_code"])
    assert places == {"npsn": 4, "name": 1, "latitude": 2, "longitude": 0, "district_code": 3}


def test_a_missing_column_is_named_with_its_aliases_and_what_there_is():
    with pytest.raises(files.Refused, match=r"npsn or no_npsn.*The file has: nama, \(no name\)"):
        columns.match(["nama", ""], required=["npsn", "name"])


def test_two_columns_that_mean_the_same_are_refused():
    with pytest.raises(files.Refused, match="nama, sekolah all mean name"):
        columns.match(["nama", "sekolah"], required=["name"])


def test_an_optional_column_may_be_missing_and_an_unknown_one_is_left_aside():
    assert columns.match(["npsn", "warna"], required=["npsn"], optional=["address"]) == {"npsn": 0}
