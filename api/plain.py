"""The commonest reads, JSON without a credential, answered before what only other requests need.

Views, parameters, limits and bodies are the same. What is left out is to look for a session, a route, a credential and
a format, which took more than half of the time of one entry: whatever asks for one of them goes the whole way.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from api import renderers
from api.v1 import resource, urls
from directory import actors

Handler = Callable[[HttpRequest], HttpResponseBase]
_JSON = renderers.Json()
_ANYTHING = ("*/*", _JSON.media_type)


class Read:
    """What a view reads of such a request; Django REST framework's own finds out at length what is known here."""

    accepted_renderer, auth = _JSON, actors.ANONYMOUS

    def __init__(self, request: HttpRequest) -> None:
        self._request, self.query_params = request, request.GET
        self.path, self.META, self.method = request.path, request.META, request.method


def reads(get_response: Handler) -> Handler:
    """Answer a public list or object that is asked for plainly; leave all else to the views' own way."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        view = _view(request)
        return answer(view) if view else get_response(request)

    return middleware


def _view(request: HttpRequest) -> resource.ListViewSet | None:
    """The view of the request with what it was asked, or None."""
    told = request.META
    is_plain = request.method == "GET" and "HTTP_AUTHORIZATION" not in told and "format" not in request.GET
    if not is_plain or told.get("HTTP_ACCEPT", "*/*") not in _ANYTHING:
        return None
    version, _, address = request.path_info[1:].partition("/")
    name, is_one, key = address.partition("/")
    action = "retrieve" if is_one else "list"
    found: Any = urls.PUBLIC.get(name) if version == "v1" else None
    if not hasattr(found, action) or "/" in key or (is_one and not key):
        return None
    view: resource.ListViewSet = found(action=action, action_map={"get": action}, basename=name)
    view.request, view.args, view.kwargs = Read(request), (), {"pk": key} if is_one else {}  # type: ignore[assignment]
    return view


def answer(view: resource.ListViewSet) -> HttpResponseBase:
    """What the view says, as Django REST framework's `dispatch` would have it said."""
    request: Any = view.request
    try:
        view.begin(request)
        response = getattr(view, view.action)(request, **view.kwargs)
    except Exception as error:
        response = view.handle_exception(error)
    view.tell(response)
    return response
