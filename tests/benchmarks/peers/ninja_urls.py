"""The operations and addresses of the django-ninja peer."""

from typing import Any

import orjson
from django.http import Http404, HttpRequest
from django.urls import path
from ninja import NinjaAPI, Query
from ninja.renderers import BaseRenderer

from directory import errors, ids
from directory.entries.entries import Entry
from tests.benchmarks.peers import django_rows, ninja_shapes


class Renderer(BaseRenderer):
    """orjson, as django-ninja's own documentation advises."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes."""
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


api = NinjaAPI(renderer=Renderer())


@api.get("/v1/schools/{key}", response=ninja_shapes.School)
def detail(request: HttpRequest, key: str) -> Any:
    """One school."""
    try:
        return django_rows.shown(django_rows.seen()).get(pk=ids.decode(key)[1])
    except (errors.Invalid, Entry.DoesNotExist):
        raise Http404 from None


@api.get("/v1/schools", response=ninja_shapes.Schools)
def schools(request: HttpRequest, asked: Query[ninja_shapes.Asked]) -> Any:
    """A page of schools, with facets if asked for."""
    if asked.q:
        query, keys = django_rows.search(asked.q, limit=asked.limit + 1)
        known = django_rows.shown(Entry.objects.filter(pk__in=keys)).in_bulk()
        rows = [known[key] for key in keys]
        counted = django_rows.matching(django_rows.listed(), query)
    else:
        counted = _listed(asked)
        rows = list(django_rows.shown(counted)[: asked.limit + 1])
    more = len(rows) > asked.limit
    facets = django_rows.facets(counted, asked.facets.split(",")) if asked.facets else None
    return {"data": rows[: asked.limit], "has_more": more, "next_cursor": "2" if more else None, "facets": facets}


def _listed(asked: ninja_shapes.Asked) -> Any:
    rows = django_rows.listed().order_by("id")
    if asked.region:
        rows = rows.within(asked.region)
    if asked.form:
        rows = rows.filter(school__form__in=asked.form.split(","))
    return django_rows.nearest(rows, asked.near) if asked.near else rows


@api.get("/v1/suggest", response=ninja_shapes.Suggestions)
def suggest(request: HttpRequest, q: str, limit: int = 10) -> Any:
    """What a half-typed text may mean."""
    return {"data": django_rows.suggestions(q, limit=limit)}


@api.post("/bench/writes", response=ninja_shapes.Written)
def write(request: HttpRequest, asked: ninja_shapes.Write) -> Any:
    """A new address of a website."""
    return {"version": django_rows.change(asked.entry, website=asked.website)}


urlpatterns = [path("", api.urls)]
