"""Tables in files: what is read, what is mended, what is refused."""

import csv
import gzip

import pytest

from directory.imports import files


def rows(path):
    with files.opened(path) as table:
        return table.header, list(table)


def write(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_same_table_is_read_however_it_is_written(tmp_path, delimiter, mark, pack):
    text = delimiter.join(["NPSN ", "Nama"]) + "\r\n" + delimiter.join(["1", '"SD ""A"""']) + "\r\n"
    header, found = rows(write(tmp_path, pack(mark + text.encode())))
    assert header == ["npsn", "nama"]
    assert found == [files.Row(2, ["1", 'SD "A"'], text=f'1{delimiter}"SD ""A"""')]


def test_empty_lines_are_no_rows_and_lines_are_counted(tmp_path):
    _, found = rows(write(tmp_path, 'a,b\n\n1,"two\nlines"\n\n3,4'))
    assert found == [files.Row(3, ["1", "two\nlines"]), files.Row(6, ["3", "4"], text="3,4")]


def test_a_ragged_row_is_told_and_kept(tmp_path):
    _, found = rows(write(tmp_path, "a,b\n1\n1,2,3\n1,2\n"))
    assert [row.problem for row in found] == ["ragged_row", "ragged_row", ""]
    assert found[1].cells == ["1", "2", "3"]


@pytest.mark.parametrize(
    "broken",
    ['1,"Jl. A', '1,"Jl. A,x"y', '1,"Jl. A","', '"'],
)
def test_a_quote_that_is_never_closed_loses_its_own_line_only(tmp_path, broken):
    _, found = rows(write(tmp_path, f'a,b\n{broken}\n2,"x"\n3,y\n4,"z"\n'))
    assert found[0] == files.Row(2, [f"{broken}\n"], "broken_quotes")
    assert [row.cells for row in found[1:]] == [["2", "x"], ["3", "y"], ["4", "z"]]


def test_a_cell_of_several_lines_that_makes_a_row_too_long_loses_its_first_line_only(tmp_path):
    _, found = rows(write(tmp_path, 'a,b\n1,"x\n2,y\n3","z"\n4,w\n'))
    assert [(row.line, row.problem) for row in found] == [(2, "broken_quotes"), (3, ""), (4, ""), (5, "")]
    assert found[1].cells == ["2", "y"]


def test_bytes_that_are_no_utf8_are_told_and_made_legible(tmp_path):
    _, found = rows(write(tmp_path, b"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n3\xff\n"))
    assert [row.problem for row in found] == ["not_utf8", "", "ragged_row"]
    assert found[0].cells == ["1", "caf\ufffd"]
    assert found[1].cells == ["2", "café"]
    assert found[2].cells == ["3\ufffd"]


def test_a_nul_is_left_for_the_importer_to_tell(tmp_path):
    _, found = rows(write(tmp_path, b"a,b\n1,x\0y\n"))
    assert found == [files.Row(2, ["1", "x\0y"], text="1,x\0y")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04rest of a workbook", "save the table as CSV"),
        (gzip.compress(b"PK\x03\x04rest of a workbook", mtime=0), "save the table as CSV"),
        (b"\xd0\xcf\x11\xe0 old", "xls"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"<!DOCTYPE html><title>404</title>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b,A\n", "more than one column named a"),
        (b'a,"b\n', "unclosed quote"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 1000, mtime=0)[:-20], "damaged or cut off"),
        (b"\x1f\x8b\x08\x00 nonsense", "damaged or cut off"),
        (b"a,b\n1," + b"x" * files.LONGEST_LINE, "Line 2 is longer"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, content, sentence):
    with pytest.raises(files.Refused, match=sentence):
        rows(write(tmp_path, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(files.Refused, match="cannot be read"):
            rows(path)


def test_an_error_of_the_disk_is_refused(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(5, "Input/output error")

    with files.opened(write(tmp_path, "a,b\n1,2\n")) as table:
        monkeypatch.setattr(table, "_next", fail)
        with pytest.raises(files.Refused, match="Input/output error"):
            list(table)


def test_the_position_comes_to_the_end(tmp_path):
    path = write(tmp_path, "a,b\n" + "1,2\n" * 10_000)
    with files.opened(path) as table:
        assert table.position < table.size
        for _ in table:
            pass
        assert table.position == table.size == path.stat().st_size


def test_a_cell_longer_than_the_parser_takes_is_a_broken_line(tmp_path):
    long = "x" * (csv.field_size_limit() + 1)
    _, found = rows(write(tmp_path, f"a,b\n1,{long}\n2,y\n"))
    assert [row.problem for row in found] == ["broken_quotes", ""]
