"""The reference says what the code says: every command, option, error code and import problem."""

import re

import pytest

from tests.docs import generated, pages

REFERENCE = pages.ROOT / "docs" / "reference"


def first_cells(page):
    """The codes in the first column of the page's tables."""
    return set(re.findall(r"^\| `([^`]+)`", page.read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", pages.all_pages(), ids=pages.name)
def test_generated_parts_say_what_the_code_says(page):
    assert generated.renewed(page) == page.read_text(), "python -m tests.docs.generated writes them anew"


def test_every_command_is_documented_and_no_other():
    page = REFERENCE / "commands.md"
    headings = re.findall(r"^### (\w+)$", page.read_text(), re.MULTILINE)

    assert sorted(headings) == generated.own_commands()
    assert sorted(name for name, _ in generated.marked(page)) == generated.own_commands()


def test_every_command_says_how_it_ends():
    sections = re.split(r"^### ", (REFERENCE / "commands.md").read_text(), flags=re.MULTILINE)[1:]

    assert [section.splitlines()[0] for section in sections if "Exit code" not in section] == []


def test_every_error_code_is_documented_and_no_other():
    from api import errors

    assert first_cells(REFERENCE / "errors.md") == set(errors.CATALOGUE)


def test_every_import_problem_is_documented():
    from directory.imports import report

    assert first_cells(REFERENCE / "import-problems.md") == set(report.MESSAGES)
