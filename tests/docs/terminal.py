"""The terminal of a reader, inside the test process: curl, small files, scripts and manage.py, without a network."""

import contextlib
import email.message
import io
import json
import re
import runpy
import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management import call_command
from django.test import Client

from tests import factories

ADDRESS = "http://localhost:8000"
VARIABLES: dict[str, str] = {}  # of the reader's shell; a page's test empties and fills it
_ASSIGNMENT = re.compile(r"(\w+)=\$\((.*)\)", re.DOTALL)
_NAMED = re.compile(r"'[^']*'|\$(\w+)")  # nothing is replaced within single quotes
_HEREDOC = re.compile(r"cat > (\S+) <<'END'\n(.*)^END$", re.MULTILINE | re.DOTALL)


_FILTERS: dict[str, Callable[[str], str]] = {
    "": lambda text: text,
    "python3 -m json.tool": lambda text: json.dumps(json.loads(text), indent=4),
    "wc -l": lambda text: str(text.count("\n")),
}


class Step(NamedTuple):
    """One command of a console block and what the page shows of its output ("" when nothing is shown)."""

    command: str
    shown: str


def steps(block: str) -> Iterator[Step]:
    """The commands of a console block: each begins with `$ `, and a heredoc ends with a line END."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        heredoc = _HEREDOC.match(part)
        command = heredoc.group() if heredoc else re.match(r"(?:.*\\\n)*.*", part).group()
        shown = (line for line in part[len(command) :].splitlines() if not line.startswith("# "))
        yield Step(command.replace("\\\n", " "), "\n".join(shown).strip("\n"))


def matches(shown: str, output: str) -> bool:
    """Whether the output is what is shown; `...` stands for anything."""
    pattern = ".*?".join(map(re.escape, shown.strip().split("...")))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None


def run(command: str) -> str:
    """The output of one command, in the current folder; whatever was committed before it stands in the feed."""
    factories.settle_feed(factories.last_position())
    if heredoc := _HEREDOC.match(command):
        Path(heredoc[1]).write_text(heredoc[2])
        return ""
    if assigned := _ASSIGNMENT.fullmatch(command):
        VARIABLES[assigned[1]] = run(assigned[2]).strip()
        return ""
    command = _NAMED.sub(lambda found: VARIABLES[found[1]] if found[1] else found[0], command)
    first, _, second = command.partition(" | ")
    words = shlex.split(first)
    if words[0] == "curl":
        output = curl(words[1:])
    elif words[:2] == [".venv/bin/python", "manage.py"]:
        output = _printed(lambda: call_command(*words[2:]))
    elif words[0] == "mv":
        Path(words[1]).rename(words[2])
        output = ""
    elif words[0] == "python3":
        output = _printed(lambda: runpy.run_path(words[1], run_name="__main__"))
    else:
        raise ValueError(f"the tests cannot run {command!r}")
    return _FILTERS[second](output) if second in _FILTERS else _filtered(second, output)


def _filtered(command: str, text: str) -> str:
    """What a script of the reader's makes of a text: `python3 NAME.py ARGUMENTS`."""
    program, *words = shlex.split(command)
    if program != "python3":
        raise ValueError(f"the tests cannot run {command!r}")
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = words, io.StringIO(text)
    try:
        return _printed(lambda: runpy.run_path(words[0], run_name="__main__"))
    finally:
        sys.argv, sys.stdin = before


def _printed(call: Any) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        call()
    return out.getvalue()


def curl(words: list[str]) -> str:
    """`curl [-s] [-i] [-H 'Name: value'] [-X METHOD] [--json BODY] ADDRESS`."""
    headers, with_head, address, method, body = {}, False, "", "", None
    remaining = iter(words)
    for word in remaining:
        if word == "-H":
            name, _, value = next(remaining).partition(": ")
            headers[name] = value
        elif word == "-X":
            method = next(remaining)
        elif word == "--json":
            body = next(remaining)
        elif word in ("-i", "-s", "-si"):
            with_head = with_head or "i" in word
        else:
            address = word
    response = _asked(method or ("GET" if body is None else "POST"), address, headers, body)
    text = response.getvalue().decode()
    if not with_head:
        return text
    head = "".join(f"{name.lower()}: {value}\n" for name, value in response.items())
    return f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}\n{head}\n{text}"


def _get(address: str, headers: dict[str, str]) -> Any:
    return _asked("GET", address, headers)


def _asked(method: str, address: str, headers: dict[str, str], body: str | None = None) -> Any:
    if not address.startswith(f"{ADDRESS}/"):
        raise ValueError(f"{address!r} is not an address of the demo")
    client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    path, kind = address.removeprefix(ADDRESS), "application/json" if body is not None else ""
    return client.generic(method, path, (body or "").encode(), content_type=kind, headers=headers)


class _Body(io.BytesIO):
    status: int
    headers: email.message.Message


def urlopen(request: Any, timeout: float = 0) -> Any:
    """What scripts get in place of urllib.request.urlopen."""
    if isinstance(request, str):
        request = urllib.request.Request(request)
    response = _get(request.full_url, dict(request.header_items()))
    head = email.message.Message()
    for name, value in response.items():
        head[name] = value
    body = _Body(response.getvalue())
    if response.status_code >= 300:
        raise urllib.error.HTTPError(request.full_url, response.status_code, response.reason_phrase, head, body)
    body.status, body.headers = response.status_code, head
    return body
