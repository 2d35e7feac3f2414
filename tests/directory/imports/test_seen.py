"""Rows of a file that comes again: what is passed over, and that nobody can tell from what is said or done."""

import pytest
from django.db import transaction

from directory import clock
from directory.models import Entry, Identifier, Region, SeenRow
from tests import factories
from tests.directory.imports.school_files import HEADER, OTHER, ROW, SOURCE_B, school, set_by_person, traces

RENAMED = ROW.replace("SUKAMAJU", "SUKAMULYA")
SPACED = ROW.replace("Jl. Melati", "Jl.  Melati")


def kept():
    """The rows that are remembered; one that is read anew gets another id."""
    return dict(SeenRow.objects.values_list("npsn_number", "id"))


def assert_as_if_read_anew(run, *lines, **options):
    """An import says and reports the same with and without what is remembered."""
    problems = run(*lines, dry_run=True, **options)
    said = run.said
    with transaction.atomic():
        SeenRow.objects.all().delete()
        assert run(*lines, dry_run=True, **options) == problems
        assert run.said == said
        transaction.set_rollback(True)
    return problems


def test_a_row_that_comes_again_is_passed_over(run):
    run(ROW, OTHER)
    before, remembered = traces(), kept()

    assert run(ROW, OTHER) == []

    assert kept() == remembered
    assert sorted(remembered) == [20106343, 20106344]
    assert traces() == before
    assert "2  unchanged" in run.said


def test_only_the_row_that_differs_is_read_anew(run):
    run(ROW, OTHER)
    remembered = kept()

    run(RENAMED, OTHER)

    assert school().name == "SD NEGERI 1 SUKAMULYA"
    assert kept()[20106344] == remembered[20106344]
    assert kept()[20106343] != remembered[20106343]


def test_an_entry_that_somebody_changed_is_compared_each_time(run):
    run(ROW, OTHER)
    set_by_person(name="SD Negeri 1 Suka Maju")

    for _ in range(2):
        assert run(ROW, OTHER) == [("2", "nama", "kept_stronger_value", "SD NEGERI 1 SUKAMAJU")]
    assert sorted(kept()) == [20106344]


def test_what_there_is_to_tell_of_a_row_is_told_each_time(run):
    for _ in range(3):
        assert [code for _, _, code, _ in run(SPACED, OTHER)] == ["extra_spaces"]
    assert sorted(kept()) == [20106344]


def test_other_columns_know_no_row_of_before(run):
    run(ROW)
    remembered = kept()

    run(ROW, header=HEADER.replace("alamat,", "alamat_jalan,"))

    assert kept() != remembered


def test_a_region_that_moved_may_matter_to_every_row(run):
    run(ROW, OTHER)
    with factories.recorded():
        Region.objects.filter(code__in=("33.73", "33.73.04")).update(latitude=5.0, longitude=96.0)

    assert [code for _, _, code, _ in run(ROW, OTHER)] == ["far_from_regency", "far_from_regency"]
    assert school().location_accuracy == "low"


@pytest.mark.parametrize(
    "lines",
    [
        (ROW, OTHER, ROW),
        (RENAMED, ROW, OTHER),
        (ROW, RENAMED),
        (OTHER, "20106345,SD A,SD,N,,33,33.73,33.73.04,,"),
        ('20106345,"SD A\nB",SD,N,,33,33.73,33.73.04,,', OTHER, ROW),
        ('20106345,"SD A,SD,N,,33,33.73,33.73.04,,', OTHER, ROW),
        (OTHER, "", ROW, "20106343"),
        (ROW, "NP123456,SD A,SD,N,,33,33.73,33.73.04,,", "20106344,SMP,BUKAN,S,,33,33.73,33.73.04,,"),
    ],
)
def test_nobody_can_tell_what_was_passed_over(run, lines):
    run(ROW, OTHER)

    assert_as_if_read_anew(run, *lines)


def test_schools_that_the_file_leaves_out_are_told_though_the_others_are_passed_over(run):
    run(ROW, OTHER)

    assert [problem[2:] for problem in assert_as_if_read_anew(run, ROW)] == [
        ("missing_school", "20106344 SMP SWASTA 2")
    ]


def test_a_school_with_two_numbers_is_read_each_time(run):
    run(ROW, OTHER)
    with factories.recorded():
        Identifier.objects.create(entry=school(), scheme="npsn", value="20106399")

    run(ROW, OTHER)

    assert sorted(kept()) == [20106344]
    assert_as_if_read_anew(run, ROW, ROW.replace("20106343", "20106399"), OTHER)


@pytest.mark.parametrize("status", ["closed", "hidden"])
def test_a_school_of_another_status_is_asked_for_again(run, status):
    run(ROW, OTHER)
    set_by_person(status=status)

    assert_as_if_read_anew(run, ROW, OTHER)


def test_each_source_remembers_its_own(run):
    run(ROW, OTHER)

    run(ROW, **SOURCE_B)

    assert SeenRow.objects.values_list("source__name", "npsn_number").count() == 3
    assert run(RENAMED, **SOURCE_B) == []
    assert [code for _, _, code, _ in assert_as_if_read_anew(run, ROW, OTHER)] == ["kept_stronger_value"]


def test_a_dry_run_remembers_nothing(run):
    run(ROW, dry_run=True)

    assert not SeenRow.objects.exists()


def test_a_number_with_a_letter_is_known_again_too(run):
    lines = [ROW.replace("20106343", number) for number in ("P2010634", "K2010634")]
    run(*lines)
    remembered = kept()

    assert run(*lines) == []

    assert sorted(kept()) == [102010634, 112010634]
    assert kept() == remembered
    assert str(SeenRow.objects.first()).startswith("row of ")


def test_an_entry_of_the_same_row_that_is_gone_is_made_again(run):
    run(ROW)
    with factories.recorded("entry.deleted", now=clock.now()):
        Entry.objects.all().delete()

    run(ROW)

    assert school().name == "SD NEGERI 1 SUKAMAJU"
