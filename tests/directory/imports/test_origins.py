"""The source of an import: described once, then known."""

from datetime import date

import pytest

from directory.imports import files, origins
from directory.models import Source
from tests import factories

pytestmark = pytest.mark.django_db


def find(name="dapodik", **given):
    return origins.find(name, given={"title": None, "date": None, "rank": None, "not_covered": None, **given})


def test_a_new_source_is_kept_as_described():
    origin = find(title="Dapodik 2019", date=date(2019, 12, 31), rank=200, not_covered="madrasah")
    with factories.recorded():
        origin.keep(rows=7)
    source = Source.objects.get()
    assert (source.pk, source.name, source.title, source.date) == (origin.id, "dapodik", "Dapodik 2019", origin.date)
    assert (source.rank, source.rows, source.not_covered) == (200, 7, "madrasah")


def test_a_known_source_needs_no_description_and_keeps_what_is_not_said_anew():
    source = factories.source("dapodik", date=date(2019, 1, 1), rank=50, rows=3, licence="MIT")
    assert find().differs(rows=3) is False
    origin = find(date=date(2020, 1, 1))
    assert (origin.id, origin.rank, origin.date) == (source.pk, 50, date(2020, 1, 1))
    assert origin.differs(rows=3)
    with factories.recorded():
        origin.keep(rows=4)
    source.refresh_from_db()
    assert (source.date, source.rows, source.licence, source.version) == (date(2020, 1, 1), 4, "MIT", 2)


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("Dapodik 2019", {}, "lower-case"),
        ("baru", {}, "--source-title"),
        ("dapodik", {"rank": 1000}, "from 0 to 999"),
        ("dapodik", {"rank": -1}, "from 0 to 999"),
        ("dapodik", {"date": date(2018, 1, 1)}, "already imported as of 2019-01-01"),
    ],
)
def test_what_makes_no_sense_is_refused(name, given, sentence):
    factories.source("dapodik", date=date(2019, 1, 1))
    with pytest.raises(files.Refused, match=sentence):
        find(name, **given)
