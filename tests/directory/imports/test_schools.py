"""`manage.py import_schools`: what each row of a file does to the directory."""

import gzip

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, OperationalError
from django.utils.timezone import datetime

from directory.imports import seen, staging, writing
from directory.models import Entry, Event, History, Identifier, QuarantinedRow, RegionCode, School, Source
from directory.search.words import Word
from tests import factories
from tests.directory.imports.school_files import HEADER, OTHER, ROW, SOURCE_B, school, set_by_person, traces


def test_a_new_school_has_everything_the_file_says(run):
    assert run(ROW) == []
    entry = school()
    assert (entry.kind, entry.status, entry.name, entry.name_key) == (
        "school",
        "active",
        "SD NEGERI 1 SUKAMAJU",
        "sd negeri 1 sukamaju",
    )
    assert (entry.region_id, entry.address, entry.location_accuracy) == ("33.73.04", "Jl. Melati 1", "point")
    assert (entry.latitude, entry.longitude, entry.trust_level) == (-7.33, 110.5, "listed")
    assert (entry.school.form, entry.school.ownership, entry.school.ministry) == ("sd", "state", "kemendikdasmen")
    event = entry.first_event
    assert (event.type, event.source.name, event.reason) == ("source.imported", "a", "schools.csv")
    assert (event.actor_kind, event.actor_reference) == ("command", "import_schools")
    assert not History.objects.exists()


def test_typing_errors_in_new_names_are_mended_as_soon_as_they_are_imported(run):
    run(ROW, dry_run=True)
    assert not Word.objects.exists()
    run(ROW)
    assert Word.objects.get(word="sukamaju").entries == 1


def test_a_ministry_file_goes_through_its_region_codes(run):
    with factories.recorded():
        for code, region in (("030000", "33"), ("036300", "33.73"), ("036304", "33.73.04")):
            RegionCode.objects.create(scheme="dapodik", code=code, region_id=region)
    problems = run(
        "20106343;SMLB X;SMLB;S;Jl. A;030000;Prov.;036300;Kota;036304;Kec.;-7,33;110,5;"
        "40c6e595-2bf5-e011-b2f2-796762867641",
        "20106344;MTs Y;MTs;S;;30000;Prov.;36300;Kota;036399;Kec.;;;",
        header="npsn;sekolah;bentuk;status;alamat_jalan;kode_prop;propinsi;kode_kab_kota;kabupaten_kota;kode_kec;"
        "kecamatan;lintang;bujur;id",
        region_scheme="dapodik",
    )
    assert problems == [
        ("3", "kode_prop", "lost_leading_zero", "30000"),
        ("3", "kode_kab_kota", "lost_leading_zero", "36300"),
        ("3", "kode_kec", "unknown_region", "036399"),
    ]
    entry = school()
    assert (entry.region_id, entry.latitude, entry.school.form) == ("33.73.04", -7.33, "smalb")
    assert entry.identifiers.get(scheme="dapodik_id").value == "40C6E595-2BF5-E011-B2F2-796762867641"
    assert (school("20106344").region_id, school("20106344").school.ministry) == ("33.73", "kemenag")


def test_a_packed_file_is_the_same_file(run):
    run(ROW)
    before = traces()
    run(content=gzip.compress(b"\xef\xbb\xbf" + f"{HEADER}\r\n{ROW}\r\n".encode()))
    assert traces() == before


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (ROW.replace("20106343", "NP106343"), "npsn", "placeholder_npsn"),
        (ROW.replace("20106343", "2.01E+07"), "npsn", "scientific_npsn"),
        (ROW.replace("20106343", "106343"), "npsn", "short_npsn"),
        (ROW.replace("20106343", "2010634X"), "npsn", "malformed_npsn"),
        (ROW.replace("SD NEGERI 1 SUKAMAJU", "--"), "nama", "no_name"),
        (ROW.replace("SUKAMAJU", "S" * 300), "nama", "long_name"),
        (ROW.replace(",SD,", ",SX,"), "bentuk", "unknown_form"),
        (f"{ROW},more", "", "ragged_row"),
        (ROW.replace("Jl.", '"Jl.'), "", "broken_quotes"),
    ],
)
def test_a_row_that_cannot_be_stored_is_quarantined_as_it_came(run, row, column, code):
    problems = run(row, OTHER)
    assert [problem[:3] for problem in problems] == [("2", column, code)]
    kept = QuarantinedRow.objects.get()
    assert (kept.line, kept.code, kept.source.name, kept.event) == (
        2,
        code,
        "a",
        Event.objects.get(type="source.imported"),
    )
    assert "Melati" in str(kept.raw)
    assert Entry.objects.count() == 1
    assert str(kept) == f"line 2: {code}"


def test_bytes_that_are_no_utf8_and_nul_are_kept_as_well_as_a_database_can(run):
    content = f"{HEADER}\n{ROW}".encode().replace(b"SUKAMAJU", b"SUKA\xffMAJU") + b"\n" + OTHER.encode() + b"\0X\n"
    run(content=content.replace(b"20106344", b"2010\x00634"))
    assert {row.code for row in QuarantinedRow.objects.all()} == {"not_utf8", "malformed_npsn"}
    assert "\ufffd" in str(QuarantinedRow.objects.get(code="malformed_npsn").raw)


def test_a_quarantined_row_keeps_cells_of_columns_without_a_name(run):
    run(f"{ROW.replace('20106343', 'NP106343')},x", header=f"{HEADER},")
    assert QuarantinedRow.objects.get().raw["column 11"] == "x"


def test_of_two_rows_with_one_npsn_the_first_counts(run):
    second = OTHER.replace("20106344", "20106343")
    problems = run(ROW, second, "P2010634" + ROW[8:], "K2010634" + ROW[8:])
    assert problems == [("3", "npsn", "duplicate_npsn", "20106343")]
    assert school().name == "SD NEGERI 1 SUKAMAJU"
    assert QuarantinedRow.objects.get().raw["nama"] == "SMP SWASTA 2"
    assert Entry.objects.count() == 3


def test_equal_bad_rows_are_each_kept_and_only_once_over_all_imports(run):
    bad = "NP106343" + ROW[8:]
    run(bad, bad, ROW)
    assert QuarantinedRow.objects.count() == 2
    before = traces()
    run(bad, bad, ROW)
    assert traces() == before
    assert "(0 not known before)" in run.said
    run(bad, bad, bad, ROW)
    assert sorted(QuarantinedRow.objects.values_list("copy", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [("0", "0", "zero_coordinates"), ("51.5", "-0.1", "coordinates_outside"), ("x", "1", "malformed_coordinates")],
)
def test_points_that_cannot_be_are_left_out_and_reported(run, latitude, longitude, code):
    problems = run(ROW.replace("-7.33,110.5", f"{latitude},{longitude}"))
    assert problems == [("2", "lat", code, f"{latitude} {longitude}")]
    assert (school().latitude, school().longitude, school().location_accuracy) == (None, None, "")


def test_a_point_beyond_the_regencys_farthest_district_is_kept_with_low_accuracy(run):
    # The district lies 2 km from the regency's point; 30 km beyond that is a third of a degree.
    problems = run(ROW.replace("-7.33,110.5", "-7.8,110.5"), OTHER.replace("-7.34", "-7.5"))
    assert problems == [("2", "lat", "far_from_regency", "52 km")]
    assert (school().latitude, school().location_accuracy) == (-7.8, "low")
    assert school("20106344").location_accuracy == "point"


def test_without_districts_a_point_is_far_at_150_km(run):
    near = ROW.replace("33.73,33.73.04,-7.33,110.5", "33.74,,-7.0,111.6")
    far = OTHER.replace("33.73,33.73.04,-7.34,110.51", "33.74,,-7.0,111.9")
    assert run(near, far) == [
        ("2", "kode_kecamatan", "no_district", ""),
        ("3", "kode_kecamatan", "no_district", ""),
        ("3", "lat", "far_from_regency", "166 km"),
    ]


@pytest.mark.parametrize(
    ("codes", "region", "problem"),
    [
        ("33,33.73,33.73.99", "33.73", ("kode_kecamatan", "unknown_region", "33.73.99")),
        ("33,33.99,", "33", ("kode_kab_kota", "unknown_region", "33.99")),
        ("99,,", None, ("kode_provinsi", "unknown_region", "99")),
        ("33,33.74,33.73.04", "33.74", ("kode_kecamatan", "district_of_another_regency", "33.73.04")),
        ("33,,33.73.04", "33.73.04", None),
        ("99,33.73,33.73.04", "33.73.04", None),
        ("33,3373,337304", "33.73.04", None),
    ],
)
def test_a_school_stays_at_the_nearest_region_that_is_known(run, codes, region, problem):
    problems = run(ROW.replace("33,33.73,33.73.04", codes).replace("-7.33,110.5", ","))
    assert school().region_id == region
    assert [found[1:] for found in problems if found[2] != "no_district"] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("district", "region"),
    [
        ("33.73.99", "33.73"),
        ("33.73", "33.73"),
        ("337399", "33.73"),
        ("33.99.01", "33"),
        ("33", "33"),
        ("99.01.01", None),
    ],
)
def test_an_unknown_district_alone_still_says_which_regency_or_province(run, district, region):
    problems = run(f"20106343,SD A,SD,N,{district}", header="npsn,nama,bentuk,status,kode_kec")
    assert school().region_id == region
    assert [problem[2] for problem in problems] == ["unknown_region"]


def test_an_unknown_ministry_district_alone_still_says_which_regency(run):
    with factories.recorded():
        RegionCode.objects.create(region_id="33.73", scheme="dapodik", code="036200")
    run("20106343,SD A,SD,N,036299", header="npsn,nama,bentuk,status,kode_kec", region_scheme="dapodik")
    assert school().region_id == "33.73"


def test_cells_that_are_wrong_are_left_out_and_the_row_is_kept(run):
    problems = run(
        f" 20106343 ,SD  X,SD,Q,{'x' * 501},33,33.73,33.73.04,,,1234,abc",
        header=f"{HEADER},kodepos,id",
    )
    assert [problem[1:3] for problem in problems] == [
        ("npsn", "extra_spaces"),
        ("nama", "extra_spaces"),
        ("status", "unknown_ownership"),
        ("alamat", "long_address"),
        ("kodepos", "malformed_postal_code"),
        ("id", "malformed_id"),
    ]
    assert (school().name, school().address, school().school.ownership) == ("SD X", "", "")


def test_a_file_may_have_no_more_than_it_needs(run):
    assert run("20106343,SD X,SD,33.73", header="npsn,nama,bentuk,kode_kab_kota") == []
    assert (school().region_id, school().school.ownership) == ("33.73", "")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("npsn,nama,kode_kec", "column is missing: form or bentuk"),
        ("npsn,nama,bentuk", "no column with region codes"),
        ("npsn,nama,bentuk,kode_kec,lat", "only one of the columns latitude and longitude"),
    ],
)
def test_a_file_without_the_columns_it_needs_is_refused(run, header, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(ROW, header=header)


def test_the_same_file_again_changes_nothing(run):
    run(ROW, OTHER)
    before = traces()
    run(ROW, OTHER)
    assert traces() == before
    assert "0  changed" in run.said


def test_of_a_changed_file_exactly_the_changed_rows_change(run):
    run(ROW, OTHER, header=HEADER)
    untouched = Entry.objects.values().get(pk=school("20106344").pk)
    run(ROW.replace("Jl. Melati 1", "Jl. Melati 9").replace(",N,", ",S,"), OTHER)
    entry = school()
    assert (entry.version, entry.address, entry.school.ownership) == (2, "Jl. Melati 9", "private")
    assert set(entry.sources) == {"address"}
    assert set(entry.school.sources) == {"ownership"}
    assert Entry.objects.values().get(pk=untouched["id"]) == untouched
    assert sorted(History.objects.values_list("table_name", flat=True)) == ["directory_entry", "directory_school"]
    assert "1  changed" in run.said


def test_a_source_takes_back_what_it_said(run):
    run(ROW)
    run(ROW.replace("Jl. Melati 1", "").replace("33.73.04", "").replace("-7.33,110.5", ",").replace(",N,", ",,"))
    assert (school().address, school().region_id, school().latitude) == ("", "33.73", None)
    assert school().school.ownership == ""


def test_what_a_person_set_stays_and_is_reported(run):
    run(ROW)
    set_by_person(address="Jl. Kenanga 7", latitude=-7.331)
    problems = run(ROW.replace("SUKAMAJU", "SUKAMAKMUR"))
    assert problems == [
        ("2", "alamat", "kept_stronger_value", "Jl. Melati 1"),
        ("2", "lat", "kept_stronger_value", "'-7.33 110.5 point"),
    ]
    assert (school().name, school().address, school().latitude) == ("SD NEGERI 1 SUKAMAKMUR", "Jl. Kenanga 7", -7.331)
    before = traces()
    run(ROW.replace("SUKAMAJU", "SUKAMAKMUR"))
    assert traces() == before


def test_what_a_person_emptied_stays_empty(run):
    run(ROW)
    set_by_person(address="")
    assert [problem[2] for problem in run(ROW)] == ["kept_stronger_value"]
    assert school().address == ""


def test_a_school_that_a_person_entered_is_only_filled_up(run):
    factories.entry(name="SD Melati", identifiers={"npsn": "20106343"}, kind_row={"form": "sd"})
    problems = run(ROW)
    assert problems == [("2", "nama", "kept_stronger_value", "SD NEGERI 1 SUKAMAJU")]
    entry = school()
    assert (entry.name, entry.region_id, entry.latitude) == ("SD Melati", "33.73.04", -7.33)
    assert (entry.school.ministry, entry.school.ownership) == ("kemendikdasmen", "state")


@pytest.mark.parametrize(
    ("rank", "date", "name"),
    [
        (101, "2019-01-01", "SD BARU"),  # stronger
        (100, "2021-01-01", "SD BARU"),  # as strong and newer
        (100, "2020-01-01", "SD NEGERI 1 SUKAMAJU"),  # of the same day: no turn-taking
        (100, "2019-01-01", "SD NEGERI 1 SUKAMAJU"),  # older
        (100, None, "SD BARU"),  # of no known day: the later import
        (99, "2021-01-01", "SD NEGERI 1 SUKAMAJU"),  # weaker
    ],
)
def test_between_sources_the_stronger_wins_and_then_the_newer(run, rank, date, name):
    run(ROW)
    day = date and datetime.fromisoformat(date).date()
    run(ROW.replace("SD NEGERI 1 SUKAMAJU", "SD BARU"), **{**SOURCE_B, "rank": rank, "source_date": day})
    assert school().name == name
    assert run.codes() == ([] if name == "SD BARU" else ["kept_stronger_value"])


def test_a_source_that_says_less_takes_nothing_away_from_another(run):
    run(ROW)
    problems = run(ROW.replace("Jl. Melati 1", "").replace("33.73.04,-7.33,110.5", ",,"), **SOURCE_B)
    assert [problem[2] for problem in problems] == ["no_district"]
    assert (school().address, school().region_id, school().latitude) == ("Jl. Melati 1", "33.73.04", -7.33)
    assert "1  unchanged" in run.said


def test_a_missing_school_is_reported_where_the_file_covers_its_regency_and_stays(run):
    elsewhere = OTHER.replace("20106344", "20106345").replace("33.73,33.73.04", "33.74,")
    run(ROW, OTHER, elsewhere.replace("-7.34,110.51", ","))
    problems = run(ROW)
    assert problems == [("", "npsn", "missing_school", "20106344 SMP SWASTA 2")]
    assert school("20106344").status == "active"
    assert school("20106344").version == 1


def test_a_school_of_another_source_is_not_missing_until_this_one_said_something_of_it(run):
    run(ROW, OTHER)
    assert run(ROW, **SOURCE_B) == []
    run(ROW, OTHER.replace("Jl. Mawar 2", "Jl. Mawar 3"), **SOURCE_B)
    assert [problem[2] for problem in run(ROW, **SOURCE_B)] == ["missing_school"]


def test_a_school_whose_row_is_quarantined_is_not_missing(run):
    run(ROW, OTHER)
    assert run.codes() == []
    run(ROW, OTHER.replace(",SMP,", ",XYZ,"))
    assert run.codes() == ["unknown_form"]


def test_a_hidden_school_is_updated_and_stays_hidden(run):
    run(ROW)
    set_by_person(status="hidden")
    assert run(ROW.replace("Jl. Melati 1", "Jl. Melati 9")) == []
    assert (school().status, school().address) == ("hidden", "Jl. Melati 9")


def test_a_closed_school_that_is_still_listed_is_reported_and_stays_closed(run):
    run(ROW)
    set_by_person(status="closed")
    assert run(ROW) == [("2", "npsn", "closed_school", "20106343")]
    assert school().status == "closed"


def test_a_merged_schools_row_does_not_write_over_its_survivor(run):
    run(ROW, OTHER)
    set_by_person("20106344", status="merged", merged_into=school())
    before = traces()
    assert run(ROW, OTHER.replace("SWASTA", "BARU")) == [("3", "npsn", "merged_school", "20106344")]
    assert traces() == before


def test_after_the_number_moved_too_the_survivors_own_row_counts(run):
    run(ROW, OTHER)
    survivor, loser = school(), school("20106344")
    with factories.recorded():
        Entry.objects.filter(pk=loser.pk).update(status="merged", merged_into=survivor)
        Identifier.objects.filter(entry=loser).update(entry=survivor)
    assert run(OTHER, ROW) == [("2", "npsn", "second_npsn", "20106344")]
    assert school().name == "SD NEGERI 1 SUKAMAJU"
    run(OTHER)  # the survivor's first number is gone from the file
    assert school().name == "SMP SWASTA 2"


def test_a_number_of_an_entry_that_is_no_school_changes_nothing(run):
    factories.entry("organisation", identifiers={"npsn": "20106343"})
    assert run(ROW) == [("2", "npsn", "npsn_of_another_kind", "20106343")]
    assert not School.objects.exists()


def test_a_retired_number_makes_a_new_school_and_is_reported(run):
    old = factories.entry(identifiers={"npsn": "20106343"})
    with factories.recorded() as event:
        Identifier.objects.update(retired_at=event.at)
    assert run(ROW) == [("2", "npsn", "retired_npsn", "20106343")]
    assert Identifier.objects.get(retired_at=None).entry_id != old.pk


def test_a_school_entry_without_a_schools_row_gets_one(run):
    with factories.recorded():
        entry = Entry.objects.create(kind="school", name="SD NEGERI 1 SUKAMAJU", region_id="33.73.04")
        Identifier.objects.create(entry=entry, scheme="npsn", value="20106343")
    run(ROW)
    assert School.objects.get().form == "sd"
    assert "1  changed" in run.said
    run(ROW)
    assert "1  unchanged" in run.said


ID_A, ID_B = "40C6E595-2BF5-E011-B2F2-796762867641", "80D5E595-2BF5-E011-B48B-FDC34486D625"


def with_id(row, value):
    return f"{row},{value}"


@pytest.fixture
def run_with_ids(run):
    def call(*lines, **options):
        return run(*lines, header=f"{HEADER},id", **options)

    return call


def ids(npsn="20106343"):
    rows = school(npsn).identifiers.filter(scheme="dapodik_id").order_by("id")
    return [(row.value, row.retired_at is None) for row in rows]


def test_an_id_that_changes_is_retired_and_the_new_one_added(run_with_ids):
    run_with_ids(with_id(ROW, ID_A))
    run_with_ids(with_id(ROW, ID_B))
    assert ids() == [(ID_A, False), (ID_B, True)]
    assert school().version == 2
    before = traces()
    assert run_with_ids(with_id(ROW, ID_B)) == []
    assert traces() == before


def test_an_id_of_another_school_is_reported_and_not_added(run_with_ids):
    run_with_ids(with_id(ROW, ID_A))
    assert run_with_ids(with_id(ROW, ID_A), with_id(OTHER, ID_A)) == [("3", "id", "id_taken", ID_A)]
    assert ids("20106344") == []


def test_of_two_new_schools_with_one_id_the_first_gets_it(run_with_ids):
    assert run_with_ids(with_id(ROW, ID_A), with_id(OTHER, ID_A)) == [("3", "id", "id_taken", ID_A)]
    assert (ids(), ids("20106344")) == ([(ID_A, True)], [])


def test_a_retired_id_stays_retired(run_with_ids):
    run_with_ids(with_id(ROW, ID_A))
    with factories.recorded() as event:
        Identifier.objects.filter(scheme="dapodik_id").update(retired_at=event.at)
    assert run_with_ids(with_id(ROW, ID_A)) == [("2", "id", "id_retired", ID_A)]
    assert ids() == [(ID_A, False)]


def test_an_id_that_a_person_entered_is_not_replaced(run_with_ids):
    factories.entry(identifiers={"npsn": "20106343", "dapodik_id": ID_A})
    assert ("2", "id", "kept_stronger_value", ID_B) in run_with_ids(with_id(ROW, ID_B))
    assert ids() == [(ID_A, True)]


def test_a_dry_run_checks_and_reports_everything_and_keeps_nothing(run):
    run(ROW)
    before = traces()
    problems = run(ROW.replace("SUKAMAJU", "BARU"), OTHER, "NP106343" + ROW[8:], dry_run=True)
    assert [problem[2] for problem in problems] == ["placeholder_npsn"]
    assert "1  new schools" in run.said
    assert "1  changed" in run.said
    assert "Dry run: nothing was kept." in run.said
    assert traces() == before


def test_the_summary_adds_up(run):
    run(ROW)
    run(ROW, OTHER, "NP106343" + ROW[8:], "")
    numbers = [int(line.split()[0]) for line in run.said.splitlines()[:5]]
    assert numbers == [3, 1, 0, 1, 1]


def test_rows_that_do_not_add_up_stop_the_import(run, monkeypatch):
    monkeypatch.setattr(writing, "changed_count", lambda: 5)
    monkeypatch.setattr(staging, "count", lambda *_: 1)
    with pytest.raises(RuntimeError, match="lost or invented"):
        run(ROW)
    assert not Entry.objects.exists()


def test_writes_that_are_not_what_was_counted_stop_the_import(run, monkeypatch):
    monkeypatch.setattr(writing, "new_entries", lambda: 0)
    with pytest.raises(RuntimeError, match="0 schools were made instead of 1"):
        run(ROW)
    assert not Source.objects.exists()


def test_numbers_that_are_not_unique_after_all_stop_the_import(run, monkeypatch):
    monkeypatch.setattr(seen.Numbers, "first", lambda *_: True)
    with pytest.raises(CommandError, match="Import again"):
        run(ROW, ROW)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_an_error_that_nobody_foresaw_is_not_dressed_up(run, monkeypatch, error):
    def fail():
        raise error("surprise")

    monkeypatch.setattr(writing, "new_entries", fail)
    with pytest.raises(error, match="surprise"):
        run(ROW)
    assert not Source.objects.exists()
