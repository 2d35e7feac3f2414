"""What every answer carries: a request id and its line in the log, safety headers, a language on pages."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

from api import logs

Handler = Callable[[HttpRequest], HttpResponseBase]
access = logging.getLogger("api.access")
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_log(get_response: Handler) -> Handler:
    """Give each request an id (the caller's own when it is sane), answer with it, and log the request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        request.id = given if SANE_ID.fullmatch(given) else str(uuid.uuid4())  # type: ignore[attr-defined]
        token = logs.request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = get_response(request)
            response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
            if not response.streaming and not response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
            _log(request, response, seconds=time.perf_counter() - started)
            return response
        finally:
            logs.request_id.reset(token)

    return middleware


def _log(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    fields = {
        "method": request.method,
        "path": request.path,  # without the query: it may carry a secret link or a person's name
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
    }
    if caller := getattr(request, "caller", ""):
        fields["caller"] = caller  # the id of a key or a person: what is asked for when something went wrong
    access.info("request", extra={"fields": fields})


def content_policy(get_response: Handler) -> Handler:
    """Forbid an answer to load anything, unless its view has set a policy of its own (pages do)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return response

    return middleware


def page_language(get_response: Handler) -> Handler:
    """Choose the language of pages; /v1 reads Accept-Language itself, and its bodies depend on no language."""
    with_language = LocaleMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return (get_response if request.path.startswith("/v1") else with_language)(request)

    return middleware
