"""What a caller asked for: query parameters are known, given once and cleaned, or the answer is 400."""

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request

from api import errors as problems
from directory import errors

if TYPE_CHECKING:
    from api.v1.resource import ListViewSet

LIMITS = (50, 200)  # a page by default, and at most
DETAIL = ("format", "fields")
LIST = (*DETAIL, "limit", "cursor", "sort", "include", "profile")  # `profile` is of CSV


@dataclass(frozen=True, slots=True)
class Asked:
    """The cleaned parameters of one request."""

    filters: dict[str, Any] = field(default_factory=dict)
    limit: int = LIMITS[0]
    cursor: str = ""
    sort: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    expand: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    q: str = ""
    with_total: bool = False
    profile: str = ""
    place: str = ""  # what a cursor belongs to: the path, the filters and the order
    extra: dict[str, str] = field(default_factory=dict)  # the view's own parameters, as given


def known(view: "ListViewSet") -> list[str]:
    """The names of all parameters that the view's current action takes."""
    if view.is_writing:
        return [*view.write_parameters, *getattr(view, view.action).operation.parameters]
    expand = ["expand"] if view.expandable else []
    if view.action == "retrieve":
        return [*(view.detail_parameters or DETAIL), *expand, *view.detail_extra]
    own = [*(("q",) if view.searches else ()), *(("facets",) if view.facets else ())]
    filters = list(view.filterset_class.base_filters) if view.filterset_class else []
    return [*(view.parameters or LIST), *expand, *own, *view.extra_parameters, *filters]


def asked(request: Request, view: "ListViewSet") -> Asked:
    """The cleaned parameters; raises errors.Several with every fault found."""
    given = _given(request, known(view)) if request.query_params else {}
    faults: list[errors.DomainError] = []
    values: dict[str, Any] = {
        "limit": view.limits[0],
        "place": "" if view.action == "retrieve" else _place(request, given),
        "extra": {name: given[name] for name in (*view.extra_parameters, *view.detail_extra) if name in given},
    }
    if view.filterset_class and view.action != "retrieve" and not view.is_writing:
        try:
            values["filters"] = view.filterset_class.cleaned(given)
        except errors.Several as several:
            faults += several.problems
    for name, clean in _CLEANERS.items():
        if name in given:
            try:
                values.update(clean(given[name], view))
            except errors.DomainError as fault:
                faults.append(fault)
    if faults:
        raise errors.Several(faults)
    return Asked(**values)


# What changes how a page looks, not which objects stand on it.
_OF_PAGES = ("limit", "cursor", "format", "profile", "fields", "expand", "include", "facets")


def _place(request: Request, given: dict[str, str]) -> str:
    asked = sorted((name, value) for name, value in given.items() if name not in _OF_PAGES)
    text = repr((request.path.rstrip("/"), asked))
    return hashlib.blake2s(text.encode(), digest_size=6).hexdigest()


def _given(request: Request, names: list[str]) -> dict[str, str]:
    faults: list[errors.DomainError] = []
    given = {}
    for name, values in request.query_params.lists():
        if name not in names:
            faults.append(problems.unknown_parameter(name, names))
        elif len(values) > 1:
            faults.append(errors.Invalid("repeated_parameter", parameter=name, value=name))
        elif any(character in "\x00\ufffd" or "\ud800" <= character <= "\udfff" for character in values[0]):
            faults.append(errors.Invalid("invalid_text", parameter=name))
        else:
            given[name] = values[0]
    if faults:
        raise errors.Several(faults)
    return given


def _from_list(name: str, text: str, allowed: list[str]) -> list[str]:
    values = list(dict.fromkeys(text.split(",")))
    for value in values:
        if value not in allowed:
            raise errors.Invalid("invalid_choice", parameter=name, value=value, allowed=", ".join(allowed))
    return values


def _limit(text: str, view: "ListViewSet") -> dict[str, Any]:
    most = view.limits[1]
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= most):
        raise errors.Invalid("invalid_number", parameter="limit", value=text, allowed=f"1-{most}")
    return {"limit": int(text)}


def _sort(text: str, view: "ListViewSet") -> dict[str, Any]:
    allowed = [sign + name for name in view.sorts for sign in ("", "-")] + list(view.special_sorts)
    return {"sort": tuple(_from_list("sort", text, allowed))}


def _fields(text: str, view: "ListViewSet") -> dict[str, Any]:
    return {"fields": frozenset(_from_list("fields", text, view.field_names()))}


def _expand(text: str, view: "ListViewSet") -> dict[str, Any]:
    return {"expand": tuple(_from_list("expand", text, list(view.expandable)))}


def _facets(text: str, view: "ListViewSet") -> dict[str, Any]:
    return {"facets": tuple(_from_list("facets", text, list(view.facets)))}


def _include(text: str, view: "ListViewSet") -> dict[str, Any]:
    _from_list("include", text, ["total"])
    return {"with_total": True}


def _profile(text: str, view: "ListViewSet") -> dict[str, Any]:
    return {"profile": _from_list("profile", text, ["excel-id"])[0]}


_CLEANERS = {
    "limit": _limit,
    "sort": _sort,
    "fields": _fields,
    "expand": _expand,
    "facets": _facets,
    "include": _include,
    "profile": _profile,
    "cursor": lambda text, view: {"cursor": text},
    "q": lambda text, view: {"q": text if text.strip() else ""},
}
