"""Every refusal as RFC 9457 problem+json: one catalogue of codes, in Indonesian and English."""

import difflib
import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import django.core.exceptions
import django.http
import orjson
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions

from api import conditional, language
from directory import errors


class Problem(NamedTuple):
    """One code: its HTTP status and its sentence; {names} are filled from the refusal."""

    status: int
    id: str
    en: str


CATALOGUE: dict[str, Problem] = {
    "validation_error": Problem(400, "Permintaan tidak valid.", "The request is not valid."),
    "unknown_parameter": Problem(400, "Parameter {value} tidak dikenal.", "There is no parameter {value}."),
    "required_parameter": Problem(400, "Parameter {value} wajib diisi.", "The parameter {value} is required."),
    "repeated_parameter": Problem(
        400, "Parameter {value} diberikan lebih dari sekali.", "The parameter {value} is given more than once."
    ),
    "invalid_text": Problem(
        400,
        "Teks memuat karakter yang tidak diizinkan atau bukan UTF-8.",
        "The text holds characters that are not allowed or is not UTF-8.",
    ),
    "invalid_choice": Problem(400, "{value} bukan pilihan. Pilihan: {allowed}.", "{value} is no choice: {allowed}."),
    "invalid_datetime": Problem(
        400,
        "{value} bukan tanggal atau waktu RFC 3339, misalnya 2026-01-31T10:00:00Z.",
        "{value} is no RFC 3339 date or time such as 2026-01-31T10:00:00Z.",
    ),
    "invalid_date": Problem(400, "{value} bukan tanggal YYYY-MM-DD.", "{value} is no date of the form YYYY-MM-DD."),
    "invalid_number": Problem(400, "{value} bukan angka dalam {allowed}.", "{value} is no number in {allowed}."),
    "invalid_coordinates": Problem(
        400,
        "{value} bukan koordinat. near=lintang,bujur dan bbox=barat,selatan,timur,utara.",
        "{value} are no coordinates. near=latitude,longitude and bbox=west,south,east,north.",
    ),
    "radius_without_near": Problem(400, "radius_km memerlukan near.", "radius_km needs near."),
    "sort_needs": Problem(400, "Urutan {value} memerlukan {needed}.", "The order {value} needs {needed}."),
    "sort_alone": Problem(400, "Urutan {value} berdiri sendiri.", "The order {value} stands alone."),
    "unknown_region": Problem(
        400,
        "Wilayah {value} tidak dikenal. Pakai kode Kemendagri (32.71) atau skema:kode.",
        "There is no region {value}. Use a Kemendagri code (32.71) or scheme:code.",
    ),
    "ambiguous_region_code": Problem(
        400,
        "Kode {value} berarti lain di skema lain. Tulis bertitik (32.71) atau bps:{value}.",
        "The code {value} means different regions in different schemes. Write 32.71 or bps:{value}.",
    ),
    "invalid_cursor": Problem(
        400,
        "Kursor tidak berlaku untuk permintaan ini. Mulai lagi tanpa cursor.",
        "The cursor does not belong to this request. Start again without one.",
    ),
    "query_too_long": Problem(
        400, "Pencarian paling panjang {most} karakter.", "A search has at most {most} characters."
    ),
    "too_many_values": Problem(400, "Paling banyak {most} nilai.", "At most {most} values."),
    "invalid_id": Problem(400, "{value} bukan id.", "{value} is no id."),
    "unknown_scheme": Problem(400, "Skema {value} tidak dikenal.", "There is no scheme {value}."),
    "invalid_identifier": Problem(400, "{value} bukan {scheme} yang sah.", "{value} is no valid {scheme}."),
    "parameter_not_for_format": Problem(
        400,
        "Parameter {value} tidak berlaku untuk format {format}.",
        "The parameter {value} means nothing in the format {format}.",
    ),
    "unknown_host": Problem(
        400, "Layanan ini tidak melayani nama host itu.", "The service does not answer under this host name."
    ),
    "invalid_credentials": Problem(
        401, "Kredensial tidak dikenal atau tidak berlaku.", "The credentials are unknown or no longer valid."
    ),
    "not_found": Problem(404, "Tidak ditemukan.", "Not found."),
    "method_not_allowed": Problem(405, "Metode tidak tersedia di sini.", "The method is not available here."),
    "not_acceptable": Problem(
        406, "Format itu tidak tersedia. Format: {allowed}.", "That format is not available. Formats: {allowed}."
    ),
    "internal_error": Problem(
        500, "Terjadi kesalahan di pihak kami. Sebutkan request_id saat melapor.", "Our fault. Report the request_id."
    ),
    "unavailable": Problem(503, "Layanan sedang tidak tersedia.", "The service is not available at the moment."),
}
_BY_STATUS = {
    400: "validation_error",
    401: "invalid_credentials",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    500: "internal_error",
    503: "unavailable",
}


MOST_SHOWN = 100  # characters of what was sent that a refusal repeats
ALLOWED = "GET, HEAD, OPTIONS"  # everything under /v1 is for reading, so far


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
    suggestion = problem.params.get("suggestion")
    if problem.code == "invalid_choice":
        suggestion = _nearest(str(problem.params["value"]), problem.params["allowed"].split(", "))
    return {
        **member,
        "code": problem.code,
        "detail": sentence(problem.code, request, **problem.params),
        **({"suggestion": suggestion} if suggestion else {}),
    }


def answer(request: HttpRequest, code: str, *, problems: list[errors.DomainError] = [], **params: Any) -> HttpResponse:  # noqa: B006
    """The problem document of a refusal."""
    status = CATALOGUE[code].status
    document = {
        "type": address(code),
        "title": sentence(code, request, **params),
        "status": status,
        "code": code,
        "instance": request.path,
        "request_id": getattr(request, "id", ""),
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


def from_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The problem document of an exception that means a refusal; None for one that is a fault of ours."""
    if isinstance(error, errors.Several):
        return answer(request, "validation_error", problems=error.problems)
    if isinstance(error, errors.DomainError):
        return _from_domain(request, error)
    if isinstance(error, exceptions.APIException):
        response = answer(request, _BY_STATUS[error.status_code], allowed=getattr(error, "available", ""))
        if isinstance(error, exceptions.MethodNotAllowed):
            response["Allow"] = ALLOWED
        return response
    if isinstance(error, django.http.Http404):
        return answer(request, "not_found")
    if isinstance(error, DataError):  # SQLSTATE 22xxx: a value that PostgreSQL cannot take
        return answer(request, "validation_error")
    if isinstance(error, OperationalError | InterfaceError):
        return answer(request, "unavailable")
    return None


def _from_domain(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    if isinstance(error, errors.Missing):
        return answer(request, "not_found")
    if isinstance(error, errors.Invalid):
        return answer(request, "validation_error", problems=[error])
    return answer(request, error.code, **error.params)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return answer(request, "validation_error")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return answer(request, "internal_error")
