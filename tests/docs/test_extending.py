"""The lines of the how-to on fields, filters and sorts do what the page says, tried on copies of the real classes."""

import orjson
import pytest

from api.v1 import entries, kinds, schools
from directory.entries import filters
from directory.models import Entry
from tests import factories
from tests.docs import pages

PAGE = pages.ROOT / "docs" / "how-to" / "add-a-field-a-filter-or-a-sort.md"
pytestmark = pytest.mark.django_db


def extended(base, *, line, module):
    """A subclass with one line of the page in its body, as if it stood in the module."""
    body = {}
    exec(line, dict(vars(module)), body)
    return type(base.__name__, (base,), body)


@pytest.fixture
def lines():
    """The Python lines of the page: a field, a filter, a sort."""
    return [block.text for block in pages.blocks(PAGE) if block.language == "python"]


@pytest.fixture
def school():
    return factories.entry(library={"exists": "yes", "titles": 1200, "has_internet": True}, postal_code="16111")


def test_the_field_is_one_line_also_for_a_school_without_a_library(lines, school):
    factories.entry()
    serializer = extended(schools.SchoolSerializer, line=lines[0], module=schools)

    rows = kinds.prepared(Entry.objects.order_by("pk"))
    documents = [orjson.loads(orjson.dumps(serializer(row).data)) for row in rows]

    assert [document["library_titles"] for document in documents] == [1200, None]


def test_the_filter_is_one_line(lines, school):
    factories.entry(library={"exists": "yes", "has_internet": False})
    filterset = extended(filters.SchoolFilter, line=lines[1], module=filters)

    found = filterset.narrow(Entry.objects.all(), filterset.cleaned({"has_internet": "true"}))

    assert list(found) == [school]


def test_the_sort_is_one_line(lines, school, rf):
    later = factories.entry(postal_code="16122")
    view = extended(schools.SchoolViewSet, line=lines[2], module=schools)

    response = view.as_view({"get": "list"})(rf.get("/v1/schools", {"sort": "-postal_code", "limit": 1}))

    assert orjson.loads(response.content)["data"][0]["name"] == later.name


def test_the_page_has_exactly_these_lines(lines):
    assert len(lines) == 3
    assert entries.EntryViewSet.sorts
