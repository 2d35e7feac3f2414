"""Queries made of schools: how people err and write, and which schools each query means."""

import csv
import io
import random

import pytest
from django.core.management import CommandError, call_command

from directory.search import habits, mistakes, samples
from tests import factories


def ways(make, text, *, times=300):
    """What a way of typing makes of a text, over many throws."""
    throws = random.Random(1)
    return {make(text, throws) for _ in range(times)}


def test_a_finger_slips_to_a_key_beside_leaves_out_doubles_or_swaps():
    assert {"wari", "ssri", "saei", "saru", "aari", "sati"} <= ways(mistakes.neighbour, "sari")
    assert not {"pari", "sali"} & ways(mistakes.neighbour, "sari")
    assert ways(mistakes.dropped, "sari") == {"ari", "sri", "sai", "sar"}
    assert ways(mistakes.doubled, "sari") == {"ssari", "saari", "sarri", "sarii"}
    assert ways(mistakes.swapped, "sari") == {"asri", "srai", "sair"}


def test_what_sounds_alike_is_written_otherwise():
    assert {"kipta Jaya", "Cifta Jaya", "Cepta Jaya", "Cipta yaya"} <= ways(mistakes.misheard, "Cipta Jaya")
    assert "Cipta djaya" in ways(mistakes.misheard, "Cipta Jaya")
    assert ways(mistakes.misheard, "guru") == {"goeru", "guroe"}
    assert ways(mistakes.misheard, "tahta") == {"tata"}
    assert ways(mistakes.misheard, "satria") >= {"satrea"}
    assert ways(mistakes.misheard, "bangbang") == {"bangbang"}


def test_spaces_are_left_out_or_come_where_none_belongs():
    assert ways(mistakes.joined, "sd suka 3") == {"sdsuka 3", "sd suka3"}
    assert ways(mistakes.joined, "sd") == {"sd"}
    assert ways(mistakes.split, "sd sukasari") == {
        *("sd su kasari", "sd suk asari", "sd suka sari", "sd sukas ari", "sd sukasa ri")
    }
    assert ways(mistakes.split, "sd suka") == {"sd suka"}


def test_an_error_is_one_wherever_one_can_be_made():
    assert "sd 3" not in ways(mistakes.made, "sd suka 3")
    assert all(made.casefold() != "aall 1" for made in ways(mistakes.made, "aall 1"))
    assert ways(mistakes.made, "sd 3") == {""}


def test_names_are_abbreviated_as_people_do():
    assert ways(habits.short, "SD Negeri 3") == {"SDN 3", "SDN. 3", "SD N 3"}
    assert ways(habits.short, "SMA SANTA MARIA") == {"SMA ST MARIA", "SMA ST. MARIA"}
    assert ways(habits.short, "SMA HARAPAN") == {""}


def test_numerals_are_roman_or_arabic():
    assert ways(habits.other_numerals, "SD NEGERI 03 SUKA II") == {"SD NEGERI III SUKA II", "SD NEGERI 03 SUKA 2"}
    assert ways(habits.other_numerals, "SD NEGERI 101") == {""}


def test_words_change_places_fail_or_are_only_begun():
    assert ways(habits.other_order, "sd negeri suka") == {"sd suka negeri", "sd negeri suka"}
    assert ways(habits.other_order, "sd suka") == {""}
    assert ways(habits.one_missing, "sd negeri suka jaya") == {"sd suka jaya", "sd negeri jaya", "sd negeri suka"}
    assert ways(habits.one_missing, "sd suka jaya") == {""}
    assert ways(habits.begun, "sd sukasa") == {"sd suk", "sd suka", "sd sukas"}
    assert ways(habits.begun, "sd 1000") == ways(habits.begun, "sd sua") == {""}


def test_noise_changes_no_letter():
    made = ways(habits.noisy, "sd suka")
    assert {"sd, suka", '"sd suka"?', "perpustakaan sd suka"} <= made
    assert {text.casefold() for text in made} > {"sd suka"}


@pytest.fixture
def namesakes(bogor):
    """Twelve schools: two of a name in one regency, one of it in another, one whose name is its own, and eight more."""
    factories.region("32.01.02", "Ciawi")
    rows = [
        ("SD NEGERI 1 MAJU", "32.01.01", "20000001"),
        ("SDN MAJU 1", "32.01.02", "20000002"),
        ("SD NEGERI 1 MAJU", "32.71", "20000003"),
        ("SMK HARAPAN II BANGSA", "34", "20000004"),
        ("SMP ISLAM 3 CIPTA KARYA", "32.71", "20000005"),
    ]
    for name, region, npsn in rows:
        factories.entry(name=name, region_id=region, identifiers={"npsn": npsn})


def meant(kind, half="tuning"):
    """Query -> numbers, of all schools of a half."""
    return {query.npsns[0]: query for query in samples.Samples(half).queries(kind, most=100, seed=1)}


def test_a_query_says_where_as_far_as_the_name_is_not_enough(namesakes, monkeypatch):
    monkeypatch.setattr(samples.School, "half", "tuning")
    exact = {npsn: query.typed for npsn, query in meant("exact").items()}
    assert exact == {
        "20000001": "SD NEGERI 1 MAJU Cibinong Kabupaten Bogor",
        "20000002": "SDN MAJU 1 Ciawi Kabupaten Bogor",
        "20000003": "SD NEGERI 1 MAJU Kota Bogor",
        "20000005": "SMP ISLAM 3 CIPTA KARYA",  # and the school of a province alone is not asked for
    }
    assert meant("npsn")["20000001"].typed == "20000001"


def test_all_schools_that_the_query_cannot_tell_apart_are_right(namesakes, monkeypatch):
    monkeypatch.setattr(samples.School, "half", "tuning")
    everyone = {"20000001", "20000002", "20000003"}
    for seed in range(20):
        for query in samples.Samples("tuning").queries("region", most=100, seed=seed):
            typed = query.typed.lower()
            if query.npsns[0] not in everyone:
                assert len(query.npsns) == 1
            elif typed.endswith("maju bogor") or typed.endswith("maju jawa barat"):
                assert set(query.npsns) == everyone
            elif typed.endswith(("kab. bogor", "kabupaten bogor")) and "cib" not in typed and "cia" not in typed:
                assert set(query.npsns) == {"20000001", "20000002"}


def test_the_halves_share_no_school_and_the_seed_decides_all(namesakes):
    parts = [{school.npsn for school in samples.Samples(half).schools} for half in samples.HALVES]
    assert not parts[0] & parts[1]
    assert len(parts[0] | parts[1]) == 4

    def made(seed):
        return [
            list(samples.Samples(half).queries(kind, most=5, seed=seed))
            for half in samples.HALVES
            for kind in samples.CLASSES
        ]

    assert made(1) == made(1) != made(2)


def test_the_command_writes_what_measuring_reads(namesakes, tmp_path):
    out, file = io.StringIO(), tmp_path / "queries.csv"
    for half in samples.HALVES:
        call_command("make_queries", file, half=half, each=2, classes=["exact", "npsn"], stdout=out)
        with file.open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        assert {row["class"] for row in rows} == {"exact", "npsn"}
        call_command("measure_search", file, repeat=2, stdout=out, verbosity=0)
    said = out.getvalue()
    assert "queries from the held-out half" in said
    assert "of 4 schools, parted by the SHA-256 of their NPSN; seed 1." in said
    assert said.count(" 1.000  1.000  1.000  1.000") == 6


def test_the_command_refuses_in_a_sentence(bogor, tmp_path):
    with pytest.raises(CommandError, match="no active schools"):
        call_command("make_queries", tmp_path / "queries.csv")
    for number in range(20):
        factories.entry(name=f"SD {number}", region_id="32.71", identifiers={"npsn": f"200000{number:02}"})
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("make_queries", tmp_path)


@pytest.mark.django_db
def test_a_query_is_typed_until_its_school_is_suggested(bogor, tmp_path):
    for number, name in enumerate(("SD MELATI", "SD MELATI PUTIH", "SMP MAWAR")):
        factories.entry(name=name, identifiers={"npsn": f"2010000{number}"})
    file, out = tmp_path / "queries.csv", io.StringIO()
    file.write_text("class,query,npsn\nname,sd melati putih,20100001\nname,smp mawar,20100002\nno,zzzz,20100000\n")
    call_command("measure_suggest", file, repeat=2, stdout=out, verbosity=0)
    head, name, no, everything = (line.split() for line in out.getvalue().splitlines())
    assert head[:3] == ["class", "queries", "shown"]
    # "sd m" shows both of Melati: four letters; "smp" the one there is: three.
    assert name[:7] == ["name", "2", "1.000", "4", "4", "12.0", "1.000"]
    assert everything[:3] == ["all", "3", "0.667"]
    assert no[:7] == ["no", "1", "0.000", "4", "4", "4.0", "0.000"]
