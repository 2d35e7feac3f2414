"""The documentation as a whole: links lead somewhere, every page can be found, nothing of one machine stands in it."""

import re
from pathlib import Path

import pytest

from tests.docs import pages

OF_ONE_MACHINE = re.compile(
    r"/(home|root|work|Users|mnt)/|file://|[a-z0-9.-]*(pypi|pythonhosted|npmjs|artifactory)[a-z0-9.-]*\.[a-z]{2,}", re.I
)


@pytest.mark.parametrize("page", pages.all_pages(), ids=pages.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page):
    broken = []
    for target in pages.links(page):
        if target.startswith(("https://", "http://")):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        if not found.exists() or (anchor and anchor not in pages.anchors(found)):
            broken.append(target)

    assert broken == []


def test_every_page_can_be_reached_from_the_index():
    index = pages.ROOT / "docs" / "README.md"
    reached: set[Path] = set()
    waiting = [index]

    while waiting:
        page = waiting.pop()
        reached.add(page)
        for target in pages.links(page):
            found = (page.parent / target.partition("#")[0]).resolve()
            if found.suffix == ".md" and found.exists() and found not in reached:
                waiting.append(found)

    assert [pages.name(page) for page in pages.all_pages() if page not in reached] == []


def test_the_index_is_reached_from_the_readme():
    assert "docs/README.md" in set(pages.links(pages.ROOT / "README.md"))


@pytest.mark.parametrize("page", pages.all_pages(), ids=pages.name)
def test_a_page_names_no_path_of_one_machine_and_no_package_index(page):
    assert [found.group() for found in OF_ONE_MACHINE.finditer(page.read_text())] == []


@pytest.mark.parametrize("page", pages.all_pages(), ids=pages.name)
def test_a_page_has_one_title_and_closes_its_blocks(page):
    prose = pages.prose(page)

    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1
    assert "```" not in prose


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (pages.ROOT / "docs" / "decisions").glob("*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_says_what_why_and_what_leaving_costs():
    for path in (pages.ROOT / "docs" / "decisions").glob("*.md"):
        headings = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
        assert headings[:3] == ["What", "Why", "What leaving costs"], path.name
