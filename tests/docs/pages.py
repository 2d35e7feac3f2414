"""The pages of the documentation as the tests read them: their links and their fenced blocks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
_FENCE = re.compile(r"^ *```(\S*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_INLINE_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """One fenced block; `language` is what follows the fence."""

    language: str
    text: str


def all_pages() -> list[Path]:
    """README, the change log and every Markdown page below docs, but nothing of installed packages."""
    below = (path for path in (ROOT / "docs").rglob("*.md") if "node_modules" not in path.parts)
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(below)]


def name(path: Path) -> str:
    """How a test calls the page."""
    return str(path.relative_to(ROOT))


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(*found) for found in _FENCE.findall(path.read_text())]


def prose(path: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", path.read_text())


def links(path: Path) -> Iterator[str]:
    """The targets of the page's links, without those that stand in code."""
    yield from _LINK.findall(_INLINE_CODE.sub("", prose(path)))


def anchors(path: Path) -> set[str]:
    """The anchors of the page's headings, as the common renderers make them."""
    kept = (re.sub(r"[^\w\- ]", "", heading.casefold()) for heading in _HEADING.findall(prose(path)))
    return {heading.strip().replace(" ", "-") for heading in kept}
