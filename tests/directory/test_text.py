"""The normal form: what people type and what files hold come out the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import text


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("SDN 03 Suka-Maju", "sd negeri 3 suka maju"),
        ("SD N 3 SUKA MAJU", "sd negeri 3 suka maju"),
        ("S.D.N. 3   SUKA  MAJU", "sd negeri 3 suka maju"),
        ("SD Negeri No. III Suka Maju", "sd negeri 3 suka maju"),
        ("SD NEGERI NOMOR 3 SUKA MAJU", "sd negeri 3 suka maju"),
        ("smpn2 KAB. Bogor", "smp negeri 2 kabupaten bogor"),
        ("SMA N I Kota Bogor", "sma negeri 1 kota bogor"),
        ("SMKS Bina Teknologi", "smk swasta bina teknologi"),
        ("SDIT Al-Kautsar", "sd islam terpadu al kautsar"),
        ("SD IT Al Kautsar", "sd islam terpadu al kautsar"),
        ("SMPS IT Al Kautsar", "smp swasta islam terpadu al kautsar"),
        ("MTsN 2 / MAN 1", "mts negeri 2 ma negeri 1"),
        ("SMPN SATAP 4 SEI RUMBAI", "smp negeri satu atap 4 sungai rumbai"),
        ("Ma'arif Qur’an", "maarif quran"),
        ("Dr. H. Abdul Wahid, M.A., S.Pd.I", "dr h abdul wahid ma spdi"),
        ("K.H.Ahmad Dahlan", "kh ahmad dahlan"),
        ("SMP A.Yani", "smp a yani"),
        ("SD NEGERI 051/I SIMPANG", "sd negeri 51 1 simpang"),
        ("Nomor satu", "nomor satu"),
        ("Café Ångström", "cafe angstrom"),
        ("000", "0"),
        ("... / --", ""),
    ],
)
def test_ways_to_write_a_name_meet_in_one_normal_form(written, normal):
    assert text.normalise(written) == normal


@given(st.text())
def test_the_normal_form_is_words_with_single_spaces_and_no_upper_case(written):
    normal = text.normalise(written)
    assert normal.split(" ") == (text.words(written) or [""])
    assert normal == normal.casefold()


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_never_matters(written):
    assert text.normalise(written.upper()) == text.normalise(written.lower())


def test_a_migration_keeps_what_the_field_is_the_normal_form_of():
    _, path, _, kwargs = text.NormalisedField(source="name").deconstruct()
    assert path == "directory.text.NormalisedField"
    assert kwargs == {"source": "name"}
