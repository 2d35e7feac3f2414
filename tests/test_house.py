"""The house rules that no linter knows: what lower floors never import, and how large a file may be."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = [
    path
    for package in ("api", "partners", "directory")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", ["directory", "partners"])
def test_the_lower_floors_know_no_http(package):
    for path in CODE:
        if path.is_relative_to(ROOT / package):
            known = [name for name in imported(path) if name.startswith(("django.http", "rest_framework"))]
            assert known == [], path


def test_a_file_is_at_most_300_lines():
    assert [str(path) for path in CODE if len(path.read_text().splitlines()) > 300] == []


def test_every_module_says_what_it_is():
    silent = [path for path in CODE if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_the_top_level_holds_only_what_belongs_there():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not listed[0]:
        pytest.skip("not a git checkout")
    folders = "api directory partners docs tests"
    files = "manage.py pyproject.toml docker-compose.yml README.md Dockerfile Makefile CHANGELOG.md LICENSE"
    allowed = {*f"{folders} {files} requirements.lock requirements-dev.lock".split()}
    top = {line.split("/")[0] for line in listed if line}
    assert {name for name in top if not name.startswith(".")} <= allowed
