"""TypeIDs: what they look like, that they read back, and what is none."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import errors, ids


@given(st.sampled_from(sorted(ids.PREFIXES)), st.uuids())
def test_an_id_reads_back(name, value):
    assert ids.decode(ids.encode(name, value)) == (name, value)


def test_the_form_is_that_of_the_typeid_specification():
    # valid.yml of the specification: the zero id, the greatest id, and one in between.
    assert ids.encode("user", uuid.UUID(int=0)) == "usr_00000000000000000000000000"
    assert ids.encode("user", uuid.UUID(int=2**128 - 1)) == "usr_7zzzzzzzzzzzzzzzzzzzzzzzzz"
    assert ids.encode("user", uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == "usr_01h455vb4pex5vsknk084sn02q"


@given(st.lists(st.uuids(), min_size=2, max_size=5))
def test_ids_sort_like_their_uuids(values):
    assert [ids.encode("school", value) for value in sorted(values)] == sorted(ids.encode("school", v) for v in values)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sch",
        "sch_",
        "xyz_01h455vb4pex5vsknk084sn02q",
        "sch_01h455vb4pex5vsknk084sn02",
        "sch_01h455vb4pex5vsknk084sn02qq",
        "sch_81h455vb4pex5vsknk084sn02q",  # over 128 bits
        "sch_01h455vb4pex5vsknk084sn02u",  # no u in the alphabet
        "sch_01H455VB4PEX5VSKNK084SN02Q",
        "01h455vb4pex5vsknk084sn02q",
    ],
)
def test_what_is_no_id_is_refused(text):
    with pytest.raises(errors.Invalid, match="invalid_id"):
        ids.decode(text)
