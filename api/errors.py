"""Every refusal as RFC 9457 problem+json: one catalogue of codes, in Indonesian and English."""

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django.core.exceptions
import django.http
import orjson
from django.conf import settings
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions

from api import conditional, language
from api.catalogue import CATALOGUE
from directory import errors
from partners.accounts import memberships

_BY_STATUS = {
    400: "validation_error",
    401: "invalid_credentials",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    500: "internal_error",
    503: "unavailable",
}


# What of a refusal's parameters programs act on: members of the problem, and of each of several.
TOLD = ("line", "requested", "available", "latest", "collaboration", "held_by")
MOST_SHOWN = 100  # characters of what was sent that a refusal repeats
ALLOWED = "GET, HEAD, OPTIONS"  # of what is only read


def unknown_parameter(name: str, known: list[str]) -> errors.Invalid:
    """The refusal of a query parameter, with the known one that it may have meant."""
    return errors.Invalid("unknown_parameter", parameter=name, value=name, suggestion=_nearest(name, known))


def _nearest(text: str, known: Sequence[str]) -> str | None:
    close = difflib.get_close_matches(text[:MOST_SHOWN].lower(), known, n=1, cutoff=0.6)
    return close[0] if close else None


def address(code: str) -> str:
    """Where a code is explained: the `type` of its problems."""
    return f"{settings.DOCS_URL}/problems#{code.replace('_', '-')}"


def sentence(code: str, request: HttpRequest, **params: Any) -> str:
    """The catalogue's sentence in the reader's language."""
    text: str = getattr(CATALOGUE[code], language.of(request))
    shown = {
        name: str(value) if name == "allowed" else str(value)[:MOST_SHOWN]
        for name, value in params.items()
        if value is not None
    }
    return text.format(**shown) if shown else text


def _detail(problem: errors.DomainError, request: HttpRequest) -> dict[str, Any]:
    member = {"parameter": problem.parameter} if problem.parameter else {}
    member |= {"pointer": problem.pointer} if problem.pointer else {}
    suggestion = problem.params.get("suggestion")
    if problem.code == "invalid_choice":
        suggestion = _nearest(str(problem.params["value"]), problem.params["allowed"].split(", "))
    return {
        **member,
        "code": problem.code,
        # What Django REST framework says of a shape is more exact than the catalogue, and in the reader's language.
        "detail": problem.params.get("message") or sentence(problem.code, request, **problem.params),
        **({"suggestion": suggestion} if suggestion else {}),
        **_told(problem.params),
    }


def _told(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in TOLD if name in params}


def answer(
    request: HttpRequest,
    code: str,
    *,
    problems: Sequence[errors.DomainError] = (),
    members: Mapping[str, Any] | None = None,
    **params: Any,
) -> HttpResponse:
    """The problem document of a refusal."""
    status = CATALOGUE[code].status
    document = {
        "type": address(code),
        "title": sentence(code, request, **params),
        "status": status,
        "code": code,
        "instance": request.path,
        "request_id": getattr(request, "id", ""),
        **_told(params),
        **(members or {}),
    }
    if problems:
        document["errors"] = [_detail(problem, request) for problem in problems]
    response = HttpResponse(orjson.dumps(document), status=status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language.of(request)
    if status == 503:
        response["Retry-After"] = "5"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def for_reading(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A plain view of /v1 that refuses to write as the resources do."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request)
        response = conditional.empty(204) if request.method == "OPTIONS" else answer(request, "method_not_allowed")
        response["Allow"] = ALLOWED
        return response

    return wrapped


def from_exception(request: HttpRequest, error: Exception, *, allowed: str = ALLOWED) -> HttpResponse | None:
    """The problem document of an exception that means a refusal; None for one that is a fault of ours.

    `allowed` are the methods of the address, for 405.
    """
    if isinstance(error, errors.Several):
        return answer(request, "validation_error", problems=error.problems)
    if isinstance(error, errors.DomainError):
        return _from_domain(request, error)
    if isinstance(error, exceptions.APIException):
        response = answer(request, _BY_STATUS[error.status_code], allowed=getattr(error, "available", ""))
        if isinstance(error, exceptions.MethodNotAllowed):
            response["Allow"] = allowed
        return response
    if isinstance(error, django.http.Http404):
        return answer(request, "not_found")
    if isinstance(error, DataError):  # SQLSTATE 22xxx: a value that PostgreSQL cannot take
        return answer(request, "validation_error")
    refused = of_rows(error) if isinstance(error, IntegrityError) else None
    if refused is not None:
        return _from_domain(request, refused)
    if isinstance(error, OperationalError | InterfaceError):
        return answer(request, "unavailable")
    return None


def of_rows(error: IntegrityError) -> errors.DomainError | None:
    """The refusal that a rule of the tables means; None for one that is a fault of ours."""
    state = getattr(error.__cause__, "sqlstate", "")
    if state == "23514":
        # A rule of the tables that no shape can say, such as a copy of every title: its name tells which.
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        return errors.Invalid("rule_broken", value=rule)
    if state == "23505":
        return errors.Conflict("already_exists")  # two at once made the same
    return errors.Conflict("last_admin") if memberships.leaves_no_admin(error) else None


def _from_domain(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    if isinstance(error, errors.Missing):
        return answer(request, "not_found")
    if isinstance(error, errors.Invalid):
        return answer(request, "validation_error", problems=[error])
    return answer(request, error.code, problems=error.because, members=error.members, **error.params)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return answer(request, "validation_error")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return answer(request, "internal_error")
