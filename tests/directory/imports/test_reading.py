"""Reading the real files of the ministry: every row comes out, and every problem is told."""

import pytest

from directory.imports import files, reading, report, schools, seen
from tests import factories


# Slow (some seconds): 246,958 rows. It is the one test that meets what the field really writes.
@pytest.mark.parametrize(
    ("name", "scheme", "expected"),
    [
        (
            "sekolah_2019_kode_kemendagri.csv",
            "kemendagri",
            {"read": 215_371, "quarantined": 39, "placeholder_npsn": 39, "extra_spaces": 4_030},
        ),
        (
            "sekolah_kemdikbud_2019_enam_provinsi.csv",
            "dapodik",
            {"read": 31_587, "quarantined": 32, "placeholder_npsn": 32, "extra_spaces": 449}
            | {"zero_coordinates": 28, "coordinates_outside": 140},
        ),
    ],
)
def test_the_real_files_are_read_to_the_last_row(db, shared_data, tmp_path, name, scheme, expected):
    with (
        files.opened(shared_data / "schools" / name) as table,
        report.opened(tmp_path / "report.csv") as problems,
    ):
        known = seen.Known(factories.uuid_of_nobody(), key=b"")
        reader = reading.Reader(table, schools.places(table.header), scheme=scheme, problems=problems, known=known)
        bad = sum(row[1] is not None for row in reader.staged(table))
    counts = {code: count for code, count in problems.counts.items() if code != "invisible_characters"}
    assert {"read": reader.read_count, "quarantined": bad, **counts} == expected
