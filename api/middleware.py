"""The request id and the access log: one line for each request, with nothing secret in it."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from api import logs

access = logging.getLogger("api.access")
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an id (the caller's own when it is sane), answer with it, and log the request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        request.id = given if SANE_ID.fullmatch(given) else str(uuid.uuid4())
        token = logs.request_id.set(request.id)
        try:
            response = get_response(request)
            response["X-Request-Id"] = request.id
            _log(request, response, seconds=time.perf_counter() - started)
            return response
        finally:
            logs.request_id.reset(token)

    return middleware


def _log(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    fields = {
        "method": request.method,
        "path": request.path,  # without the query: it may carry a secret link or a person's name
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
    }
    access.info("%s %s", request.method, request.path, extra={"fields": fields})
