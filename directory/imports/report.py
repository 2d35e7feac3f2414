"""The report of an import: one row for each problem, so that somebody can mend the file at its source."""

import array
import collections
import contextlib
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from directory.imports import files

COLUMNS = ("line", "column", "code", "message", "value")
# What each code means and what was done about it; docs/reference/import-problems.md lists them all.
MESSAGES = {
    # rows that cannot be read: quarantined
    "ragged_row": "The row has more or fewer cells than the header; it is quarantined.",
    "broken_quotes": "A quote is opened and not closed, or stands where none may; the line is quarantined.",
    "not_utf8": "The row has bytes that are no UTF-8; it is quarantined.",
    # schools that cannot be stored: quarantined
    "placeholder_npsn": "A placeholder stands where the NPSN should; the row is quarantined until there is one.",
    "scientific_npsn": "A spreadsheet wrote the NPSN as a power of ten and lost digits; the row is quarantined.",
    "short_npsn": "The NPSN has fewer than 8 characters, maybe it lost leading zeros; the row is quarantined.",
    "malformed_npsn": "The NPSN is not 8 digits, nor P or K and 7 digits; the row is quarantined.",
    "duplicate_npsn": "An earlier row of the file has this NPSN; this one is quarantined.",
    "no_name": "The name has no letter and no digit; the row is quarantined.",
    "long_name": "The name has more than 300 characters; the row is quarantined.",
    "unknown_form": "The form of education is not known; the row is quarantined.",
    # cells that were mended or left out
    "extra_spaces": "Spaces before, after or doubled were taken out.",
    "invisible_characters": "Control or invisible characters were taken out.",
    "long_address": "The address has more than 500 characters; it is left out.",
    "malformed_postal_code": "The postal code is not 5 digits; it is left out.",
    "unknown_ownership": "The status is neither state (N) nor private (S); it is left out.",
    "malformed_id": "The id is not one of the ministry's database; it is left out.",
    "half_coordinates": "Only one of latitude and longitude is given; both are left out.",
    "malformed_coordinates": "Latitude or longitude is not a number; both are left out.",
    "zero_coordinates": "Latitude and longitude are 0; both are left out.",
    "coordinates_outside": "The point lies outside Indonesia; latitude and longitude are left out.",
    "far_from_regency": "The point lies far outside the school's regency; it is kept with a low accuracy.",
    # regions
    "lost_leading_zero": "The region code has lost its leading zero; it was put back.",
    "unknown_region": "No region has this code; the school stays at the nearest level that is known.",
    "no_district": "The row names no district; the school stays at the nearest level that is known.",
    "district_of_another_regency": "The district lies in another regency than the row says; the regency counts.",
    # schools that are in the directory
    "npsn_of_another_kind": "The NPSN belongs to an entry that is not a school; nothing was changed.",
    "merged_school": "The school was merged into another, which this row does not change.",
    "second_npsn": "The school has another NPSN in this file, whose row counts; nothing was changed.",
    "closed_school": "The directory has this school as closed, and the file still lists it.",
    "retired_npsn": "The NPSN had been retired; the row made a new school.",
    "kept_stronger_value": "A person, or a source that is stronger or at least as new, set another value; it stays.",
    "id_taken": "Another school has this id, or an earlier row of the file; it was not added.",
    "id_retired": "This id of the school was retired; it was not added again.",
    "missing_school": "An earlier file of this source had this school; this one covers its regency without it.",
    # files of regions; what is set aside stands in this report only
    "malformed_region_code": "The code has not the form of its scheme (a lost leading zero?); the row is set aside.",
    "malformed_region_name": "The name has no letter or more than 120 characters; the row is set aside.",
    "repeated_region_code": "An earlier row of the file has this code; this one is set aside.",
    "unknown_parent_region": "The region above this one is neither known nor in the file; the row is set aside.",
    "no_such_region": "No region has this code; the row is set aside.",
    "code_without_region": "The row names no region for its code; it is set aside.",
    "level_differs_from_code": "The code says another level, which counts.",
    "parent_differs_from_code": "The code says another region above this one, which counts.",
    "malformed_number": "This is not a number that can be kept; it is left out.",
    "unknown_time_zone": "This is none of Indonesia's time zones; it is left out.",
    "ambiguous_province_code": "Regencies under this code lie in several provinces today; it is given to none.",
    "region_not_in_file": "The file covers this region's level and province without it; the region stays.",
    "region_code_not_in_file": "The file covers this code's scheme and level without it; the code stays.",
    "region_flag_not_in_file": "An earlier file of this legal basis had this region; its flag stays.",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Report:
    """Where problems are written as they are met; `counts` by code for the summary."""

    def __init__(self, writer: Any, path: Path) -> None:
        self._writer = writer
        self.path = path
        self.counts: collections.Counter[str] = collections.Counter()
        self.lines = array.array("i")  # that something was told of

    def add(self, line: int | None, column: str, code: str, value: str = "") -> None:
        """One problem; `line` is None when it is about what the file does not have. `code` is a key of MESSAGES."""
        self.counts[code] += 1
        if line is not None:
            self.lines.append(line)
        self._writer.writerow(("" if line is None else line, column, code, MESSAGES[code], _guarded(value)))

    def summary(self) -> str:
        """The counts as lines of text, most frequent first."""
        return "\n".join(f"{count:>9,}  {code}" for code, count in self.counts.most_common())


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Report]:
    """A report that is written to the file `path`, in place of what was there; Refused when it cannot be."""
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise files.Refused(f"The report {path} cannot be written: {error.strerror}.") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield Report(writer, path)


def _guarded(value: str) -> str:
    """The value with a mark before what a spreadsheet would take for a formula; numbers stay as they are."""
    if not value.startswith(_FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
