"""Where a request's time goes: spans around the layers it passes, each counted without those inside it."""

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db.models.sql.compiler import SQLCompiler
from rest_framework.views import APIView

from api import bodies, plain
from api.v1 import entries, resource
from directory import statements
from directory.search import facets, query

DATABASE = "database, waiting"
_BY_LIBPQ = ("prepared", "literal")
# Layer -> the functions it is made of, outermost first. What calls them is the layer that stands around them.
LAYERS: dict[str, list[tuple[Any, str]]] = {
    "middleware, routing": [(WSGIHandler, "__call__")],
    "dispatch": [(APIView, "dispatch"), (plain, "answer")],
    "credentials, format, parameters": [(resource.ListViewSet, "initial"), (entries.EntryListViewSet, "begin")],
    "search: words of the query": [(query, "parse")],
    "search: ranking": [(query, "page")],
    "facets": [(facets, "count")],
    "page of the list": [(resource.ListViewSet, "page"), (entries.EntryListViewSet, "page")],
    "SQL from querysets": [(SQLCompiler, "as_sql")],
    DATABASE: [
        *((psycopg.Cursor, name) for name in ("execute", "fetchall", "fetchmany", "fetchone")),
        *((statements, name) for name in _BY_LIBPQ),
    ],
    "bodies": [(bodies, "load"), (bodies, "load_identified"), (bodies, "serialised")],
    "answer": [(resource.ListViewSet, "_answer")],
}


@dataclass
class Profile:
    """Microseconds of one request: of each layer without those inside it, and of each statement."""

    layers: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LAYERS, 0.0))
    statements: list[tuple[str, float]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _since: float = 0.0

    @property
    def total(self) -> float:
        """Of the whole request."""
        return sum(self.layers.values())

    @contextlib.contextmanager
    def span(self, layer: str) -> Iterator[None]:
        """Count what runs inside for a layer, and not for the one around it."""
        self._count()
        self._open.append(layer)
        try:
            yield
        finally:
            self._count()
            self._open.pop()

    def _count(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.layers[self._open[-1]] += (now - self._since) * 1e6
        self._since = now


@contextlib.contextmanager
def profiled() -> Iterator[Profile]:
    """Measure the request that runs inside."""
    profile = Profile()
    with contextlib.ExitStack() as stack:
        for layer, functions in LAYERS.items():
            for owner, name in functions:
                stack.enter_context(mock.patch.object(owner, name, _counted(profile, layer, getattr(owner, name))))
        yield profile


def _counted(profile: Profile, layer: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        with profile.span(layer):
            answer = function(*args, **kwargs)
        if layer == DATABASE and function.__name__ in ("execute", *_BY_LIBPQ):
            told = args[function.__name__ == "execute" :][:2]
            profile.statements.append((_text(*told), (time.perf_counter() - started) * 1e6))
        return answer

    return counted


def _text(sql: Any, params: Any = None) -> str:
    text = sql.decode() if isinstance(sql, bytes) else str(sql)
    return " ".join(text.split()) + (f"  -- {params!r}" if params else "")
