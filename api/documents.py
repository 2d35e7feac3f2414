"""The API's document in both notations, and two pages that show it: Redoc to read, Swagger UI to try."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api import conditional, errors
from api.openapi import document

# Redoc and Swagger UI write styles into elements; neither may load anything from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@errors.for_reading
def as_json(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as JSON."""
    return conditional.answer(request, orjson.dumps(document.served()), content_type="application/json")


@errors.for_reading
def as_yaml(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as YAML (RFC 9512)."""
    return conditional.answer(request, document.as_yaml(document.served()).encode(), content_type="application/yaml")


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    """The document to read (Redoc)."""
    return _page(request, "api/docs.html")


@require_safe
def try_out(request: HttpRequest) -> HttpResponse:
    """The document to try (Swagger UI)."""
    return _page(request, "api/try.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """The catalogue of refusals, where the `type` of a problem points to."""
    catalogue = [(errors.address(code).partition("#")[2], code, one) for code, one in sorted(errors.CATALOGUE.items())]
    return _page(request, "api/problems.html", catalogue=catalogue)


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    response = render(request, template, context)
    response["Content-Security-Policy"] = POLICY
    return response
