"""Processes that a test starts, and that end with it whatever happens."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def started() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a program; it is killed at the end of the test."""
    running: list[subprocess.Popen[str]] = []

    def start(command: list[str], **options: Any) -> subprocess.Popen[str]:
        running.append(subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, **options))
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.communicate(timeout=60)
