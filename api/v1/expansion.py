"""?expand=: an id in a document is replaced by the object it names, two levels deep at most."""

import uuid
from collections import defaultdict
from typing import Any

import orjson
from rest_framework.request import Request

from api import filtering
from api.v1 import installations, kinds, products, sources
from directory import errors, ids

VIEWSETS: dict[str, Any] = {
    **{viewset.kind: kinds.EntriesViewSet for viewset in kinds.VIEWSETS},
    "product": products.ProductViewSet,
    "installation": installations.InstallationViewSet,
    "source": sources.SourceViewSet,
}


def expand(documents: list[Any], path: str, request: Request) -> None:
    """Replace the ids at a dotted path, those on the way to it too. What the reader may not see stays an id."""
    holders = documents
    for member in path.split("."):
        holders = _flat(holders)
        named = {one[member] for one in holders if isinstance(one.get(member), str)}
        objects = _load(named, request)
        for one in holders:
            if isinstance(one.get(member), str):
                one[member] = objects.get(one[member], one[member])
        holders = [one[member] for one in holders if not isinstance(one.get(member), str | None)]


def _flat(values: list[Any]) -> list[dict[str, Any]]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _load(named: set[str], request: Request) -> dict[str, Any]:
    by_view: dict[Any, list[uuid.UUID]] = defaultdict(list)
    for reference in named:
        try:
            name, key = ids.decode(reference)
        except errors.Invalid:
            continue  # a code, not an id
        by_view[VIEWSETS[name]].append(key)
    objects = {}
    for viewset, keys in by_view.items():
        view = viewset(request=request, asked=filtering.Asked())
        for document in view.documents(keys).values():
            value = orjson.loads(document)
            objects[value["id"]] = value
    return objects
