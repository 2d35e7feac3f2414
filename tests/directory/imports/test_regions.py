"""Importing regions: all of a file or a reason why not, and nothing twice."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.models import Event, History, Region, RegionCode, RegionFlag
from tests import factories

pytestmark = pytest.mark.django_db
HEADER = "kode,nama,level,kode_induk,lat,lng,kodepos,luas_km2,penduduk"
WEST_JAVA = "32,Jawa Barat,1,,-6.89,107.64,,37040.04,50345189"
BOGOR = "32.71,Kota Bogor,2,32,-6.5971,106.806,,111.366,1114018"
SOUTH = "32.71.01,Bogor Selatan,3,32.71,-6.63,106.81,,,"
VILLAGE = "32.71.01.1001,Batu Tulis,4,32.71.01,-6.62,106.81,16133,,"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # reports are written where the command runs


def run(command, *rows, name="file.csv", **options):
    """What the command printed, and the (line, column, code, value) of its report."""
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        file.write("\r\n".join(rows) + "\r\n")
    out = io.StringIO()
    call_command(command, name, stdout=out, stderr=out, **options)
    return out.getvalue(), reported(name)


def reported(name):
    """The (line, column, code, value) of each problem in the report."""
    with Path(f"{name}.report.csv").open(encoding="utf-8", newline="") as file:
        return [(row["line"], row["column"], row["code"], row["value"]) for row in csv.DictReader(file)]


def load(*rows, **options):
    return run("import_regions", HEADER, *rows, **options)


def test_all_levels_are_loaded_under_one_event_whatever_their_order():
    out, problems = load(VILLAGE, SOUTH, BOGOR, WEST_JAVA)
    assert "4 rows read: 4 regions new, 0 changed, 0 unchanged, 0 set aside." in out
    assert problems == []
    village = Region.objects.get(code="32.71.01.1001")
    assert [region.name for region in village.lineage()] == ["Jawa Barat", "Kota Bogor", "Bogor Selatan", "Batu Tulis"]
    assert (village.level, village.postal_code, village.name_key) == (4, "16133", "batu tulis")
    province = Region.objects.get(code="32")
    assert (province.area_km2, province.population, province.latitude) == (37040.04, 50345189, -6.89)
    assert Event.objects.get().reason == "file.csv"


def test_the_same_file_again_changes_nothing_and_leaves_no_event():
    load(WEST_JAVA, BOGOR)
    out, _ = load(WEST_JAVA, BOGOR)
    assert "0 regions new, 0 changed, 2 unchanged" in out
    assert Event.objects.count() == 1
    assert not History.objects.exists()


def test_a_newer_file_changes_exactly_the_changed_rows():
    load(WEST_JAVA, BOGOR, SOUTH)
    out, _ = load(WEST_JAVA, BOGOR.replace("Kota Bogor", "Kota Bogor Raya"), SOUTH)
    assert "0 regions new, 1 changed, 2 unchanged" in out
    assert History.objects.get().row_id == "32.71"
    assert list(Region.objects.order_by("code").values_list("version", flat=True)) == [1, 2, 1]


def test_what_a_file_leaves_blank_or_has_no_column_for_stays():
    load(WEST_JAVA, BOGOR, SOUTH, VILLAGE)
    run("import_regions", "kodepos;nama;kode", ";Batu Tulis Baru;3271011001")
    village = Region.objects.get(code="32.71.01.1001")
    assert (village.name, village.postal_code, village.latitude) == ("Batu Tulis Baru", "16133", -6.62)


def test_a_region_that_a_newer_file_lacks_is_reported_and_stays():
    load(WEST_JAVA, BOGOR, SOUTH)
    factories.region("33.74", "Kota Semarang")  # a province that the file does not speak of
    _, problems = load(WEST_JAVA, "32.04,Kabupaten Bandung,2,32,,,,,")
    assert problems == [("", "kode", "region_not_in_file", "32.71")]  # districts are not in the file at all
    assert Region.objects.filter(code="32.71").exists()


def test_each_unusable_row_is_set_aside_with_its_line_and_reason():
    out, problems = load(
        WEST_JAVA,
        "3,Jawa,1,,,,,,",
        "32.71,...,2,32,,,,,",
        "32.72,Kota Sukabumi,2",
        BOGOR,
        "32.71,Kota Bogor lagi,2,32,,,,,",
        "33.01,Kabupaten Cilacap,2,33,,,,,",
        "33.01.01,Kedungreja,3,33.01,,,,,",
    )
    assert "8 rows read: 2 regions new, 0 changed, 0 unchanged, 6 set aside." in out
    assert problems == [
        ("3", "kode", "malformed_region_code", "3"),
        ("4", "nama", "malformed_region_name", "..."),
        ("5", "", "ragged_row", "32.72"),
        ("7", "kode", "repeated_region_code", "32.71"),
        ("8", "kode", "unknown_parent_region", "33"),
        ("9", "kode", "unknown_parent_region", "33.01"),
    ]
    assert Region.objects.get(code="32.71").name == "Kota Bogor"


def test_unusable_cells_are_left_out_and_reported_and_the_row_is_kept():
    _, problems = load(
        WEST_JAVA,
        "32.71,Kota  Bogor ,3,33,0,0,1611,besar,1e6",
        '32.04,Kabupaten Bandung,regency,32,51.5,-0.1,,"1.767,96",',
    )
    assert [problem[:3] for problem in problems] == [
        ("3", "nama", "extra_spaces"),
        ("3", "level", "level_differs_from_code"),
        ("3", "kode_induk", "parent_differs_from_code"),
        ("3", "lat", "zero_coordinates"),
        ("3", "kodepos", "malformed_postal_code"),
        ("3", "luas_km2", "malformed_number"),
        ("3", "penduduk", "malformed_number"),
        ("4", "lat", "coordinates_outside"),
        ("4", "luas_km2", "malformed_number"),
    ]
    bogor = Region.objects.get(code="32.71")
    assert (bogor.name, bogor.level, bogor.parent_id, bogor.latitude, bogor.population) == (
        "Kota Bogor",
        2,
        "32",
        None,
        None,
    )


@pytest.mark.parametrize(("delimiter", "pack", "mark"), [(";", bytes, ""), ("\t", gzip.compress, "\ufeff")])
def test_semicolons_tabs_a_byte_order_mark_and_gzip_are_read(delimiter, pack, mark):
    text = mark + "\n".join((HEADER, WEST_JAVA, BOGOR)).replace(",", delimiter)
    Path("packed").write_bytes(pack(text.encode()))
    out = io.StringIO()
    call_command("import_regions", "packed", stdout=out)
    assert "2 rows read: 2 regions new" in out.getvalue()


def test_a_dry_run_reports_everything_and_keeps_nothing():
    out, problems = load(WEST_JAVA, "3,Jawa,1,,,,,,", dry_run=True)
    assert "1 regions new" in out
    assert "nothing was kept" in out
    assert len(problems) == 1
    assert not Region.objects.exists()
    assert not Event.objects.exists()


def test_a_file_without_the_columns_is_refused():
    with pytest.raises(CommandError, match="A column is missing: name or nama"):
        run("import_regions", "kode", "32")


def codes(*rows, scheme="dapodik", **options):
    return run("import_region_codes", *rows, scheme=scheme, **options)


@pytest.fixture
def java():
    load(WEST_JAVA, BOGOR, SOUTH, "32.04,Kabupaten Bandung,2,32,,,,,")


def test_the_ministrys_codes_are_loaded_and_give_their_provinces_code(java):
    out, problems = codes(
        "kode_kab_kota_kemdikbud,kode_kemendagri,nama_kemdikbud,cara",
        "026100,32.71,Kota Bogor,exact",
        "020800,32.04,Kab. Bandung,fuzzy",
    )
    assert "2 rows read: 2 codes new" in out
    assert "1 province codes new" in out
    assert problems == []
    found = RegionCode.objects.filter(scheme="dapodik").order_by("code").values_list("code", "region_id", "note")
    assert list(found) == [("020000", "32", "derived"), ("020800", "32.04", "fuzzy"), ("026100", "32.71", "exact")]
    assert Region.objects.resolve("dapodik:026100").name == "Kota Bogor"


def test_the_same_codes_again_change_nothing(java):
    rows = ("kode_kec_kemdikbud,kode_kemendagri,cara", "026101,32.71.01,exact")
    codes(*rows)
    before = Event.objects.count()
    out, _ = codes(*rows)
    assert "0 codes new, 0 changed, 1 unchanged, 0 set aside." in out
    assert Event.objects.count() == before


def test_a_province_code_that_a_file_gives_is_not_derived(java):
    codes("kode_prop_kemdikbud,kode_kemendagri", "020000,32")
    codes("kode_kab_kota_kemdikbud,kode_kemendagri", "026100,32.71")
    assert RegionCode.objects.get(code="020000").note == ""


def test_a_province_code_over_several_provinces_is_given_to_none(java):
    factories.region("33.74", "Kota Semarang")
    _, problems = codes("kode_dapodik,kode_kemendagri", "026100,32.71", "026200,33.74")
    assert problems == [("", "kode_dapodik", "ambiguous_province_code", "020000")]
    assert not RegionCode.objects.filter(code="020000").exists()


def test_codes_without_a_region_or_a_form_are_set_aside(java):
    out, problems = codes(
        "kode_kec_kemdikbud,kode_kemendagri,cara",
        "021129,,none",
        "26101,32.71.01,exact",
        "026101,32.71.99,exact",
        "026102,x,exact",
        "026103,32.71.01,exact",
        "026103,32.71.01,exact",
    )
    assert "6 rows read: 1 codes new, 0 changed, 0 unchanged, 5 set aside." in out
    assert [problem[:3] for problem in problems] == [
        ("2", "kode_kemendagri", "code_without_region"),
        ("3", "kode_kec_kemdikbud", "malformed_region_code"),
        ("5", "kode_kemendagri", "malformed_region_code"),
        ("7", "kode_kec_kemdikbud", "repeated_region_code"),
        ("4", "kode_kemendagri", "no_such_region"),
    ]


def test_a_code_that_a_newer_file_lacks_is_reported_and_stays(java):
    codes("kode_kab_kota_kemdikbud,kode_kemendagri", "026100,32.71", "020800,32.04")
    _, problems = codes("kode_kab_kota_kemdikbud,kode_kemendagri", "026100,32.71")
    assert problems == [("", "kode_kab_kota_kemdikbud", "region_code_not_in_file", "020800")]


def test_one_crosswalk_gives_bps_codes_iso_codes_and_time_zones(java):
    rows = (
        "kode_kemendagri,nama,iso_3166_2,kode_bps,iana_tz,zona",
        "32,Jawa Barat,ID-JB,32,Asia/Jakarta,WIB",
        "32.71,Kota Bogor,ID-XX,3271,Asia/Bogor,WIB",
        "99,Entah,ID-ZZ,99,Asia/Jakarta,WIB",
    )
    out, problems = codes(*rows, scheme="bps")
    assert "1 time zones new or changed." in out
    assert ("3", "iana_tz", "unknown_time_zone", "Asia/Bogor") in problems
    codes(*rows, scheme="iso")
    west_java = Region.objects.get(code="32")
    assert west_java.time_zone == "Asia/Jakarta"
    assert set(west_java.codes.values_list("scheme", "code")) == {("bps", "32"), ("iso", "ID-JB")}


def flags(*rows, legal_basis="Perpres 63/2020", valid_from="2020-04-27", valid_until="2024-12-31", **options):
    given = [f"--legal-basis={legal_basis}", f"--valid-from={valid_from}", "--flag=remote_area"]
    if valid_until:
        given.append(f"--valid-until={valid_until}")
    with Path("flags.csv").open("w", encoding="utf-8") as file:
        file.write("\n".join(rows))
    out = io.StringIO()
    call_command("import_region_flags", "flags.csv", *given, stdout=out, stderr=out, **options)
    return out.getvalue(), reported("flags.csv")


def test_flags_are_loaded_with_legal_basis_dates_and_note(java):
    out, problems = flags("kode,nama,sumber", "32.71,Kota Bogor,pers", "32.99,Entah,pers", "3,x,y", "32.71,Bogor,z")
    assert "4 rows read: 1 flags new, 0 changed, 0 unchanged, 3 set aside." in out
    assert [problem[:3] for problem in problems] == [
        ("4", "kode", "malformed_region_code"),
        ("5", "kode", "repeated_region_code"),
        ("3", "kode", "no_such_region"),
    ]
    flag = RegionFlag.objects.get()
    assert (flag.region_id, flag.flag, flag.legal_basis, flag.note) == (
        "32.71",
        "remote_area",
        "Perpres 63/2020",
        "pers",
    )
    assert (str(flag.valid_from), str(flag.valid_until)) == ("2020-04-27", "2024-12-31")


def test_the_same_flags_again_change_nothing_and_a_missing_one_is_reported(java):
    flags("kode", "32.71", "32.04")
    before = Event.objects.count()
    out, _ = flags("kode", "32.71", "32.04")
    assert "0 flags new, 0 changed, 2 unchanged" in out
    assert Event.objects.count() == before
    _, problems = flags("kode", "32.71")
    assert problems == [("", "kode", "region_flag_not_in_file", "32.04")]
    assert RegionFlag.objects.count() == 2


def test_a_flag_without_an_end_stays_open(java):
    flags("kode", "32.71", valid_until=None)
    assert RegionFlag.objects.get().valid_until is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"legal_basis": " "}, "legal basis"),
        ({"valid_until": "2019-01-01"}, "before it begins"),
        ({"valid_from": "27/4/2020"}, "is no date"),
    ],
)
def test_a_flag_without_basis_or_with_wrong_dates_is_refused(java, wrong, message):
    with pytest.raises(CommandError, match=message):
        flags("kode", "32.71", **wrong)
    assert not RegionFlag.objects.exists()


def test_the_real_files_go_in_as_they_are(shared_data):
    """Slow: 91,599 regions and the crosswalks, and each a second time."""
    files = shared_data / "regions"
    steps = [
        ("import_regions", "wilayah_kemendagri_2025.csv", (), 91_599),
        ("import_region_codes", "provinces_crosswalk.csv", ("--scheme=bps",), 38),
        ("import_region_codes", "provinces_crosswalk.csv", ("--scheme=iso",), 38),
        ("import_region_codes", "xwalk_kemdikbud_kab_kota.csv", ("--scheme=dapodik",), 514),
        ("import_region_codes", "xwalk_kemdikbud_kecamatan.csv", ("--scheme=dapodik",), 6_919),
    ]
    aside = {"xwalk_kemdikbud_kecamatan.csv": 107}
    for again in (False, True):
        for command, name, options, rows in steps:
            out = io.StringIO()
            call_command(command, str(files / name), *options, stdout=out, stderr=out)
            good = rows - aside.get(name, 0)
            news, same = (0, good) if again else (good, 0)
            assert f"{rows:,} rows read: {news:,} " in out.getvalue()
            assert f"0 changed, {same:,} unchanged, {aside.get(name, 0)} set aside." in out.getvalue()
    assert dict(RegionCode.objects.filter(note="derived").values_list("code", "region_id"))["010000"] == "31"
    assert not RegionCode.objects.filter(code="250000").exists()  # Papua, of which there are several now
    assert Region.objects.exclude(time_zone="").count() == 38
    assert not History.objects.filter(table_name="directory_regioncode").exists()
