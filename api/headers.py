"""What every answer of /v1 carries: who may read it from where, the version of the API, the licence of the data."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from api import conditional, errors

API_VERSION = "1"
EXPOSED = (
    "API-Version, Content-Disposition, Content-Language, ETag, Idempotent-Replayed, Link, Location, RateLimit,"
    " RateLimit-Policy, Retry-After, X-Request-Id"
)
VARY = ("Accept", "Accept-Language", "Authorization", "Acting-Entry")
Handler = Callable[[HttpRequest], HttpResponseBase]


def public_api(get_response: Handler) -> Handler:
    """Let every site read /v1 without credentials, and answer its preflight requests."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/v1"):
            return get_response(request)
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = _refused(request) or (_preflight() if is_preflight else get_response(request))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        response["API-Version"] = API_VERSION
        if response.has_header("Vary"):
            patch_vary_headers(response, VARY)
        else:
            response["Vary"] = ", ".join(VARY)
        _license(response)
        return response

    return middleware


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a host name that is not ours: nothing below looks at it, so nothing else would refuse it."""
    try:
        request.get_host()
    except DisallowedHost:
        return errors.answer(request, "unknown_host")
    return None


def _license(response: HttpResponseBase) -> None:
    if response.status_code == 200 and "public" in response.get("Cache-Control", "public"):
        link = f'<{settings.DATA_LICENCE_URL}>; rel="license"'
        response["Link"] = f"{response['Link']}, {link}" if response.has_header("Link") else link


def _preflight() -> HttpResponse:
    response = conditional.empty(204)
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Authorization, If-None-Match, X-Request-Id"
    response["Access-Control-Max-Age"] = "86400"
    return response
