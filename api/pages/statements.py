"""The page that a link in a letter opens: what a vendor said of a library, and one button that answers."""

import dataclasses

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from directory import clock, errors
from partners.accounts import vendor_statements

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@csrf_exempt  # the link itself proves the right: no cookie is read, so none can be misused
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    """The statement with its button; a POST presses it. A GET changes nothing: mail scanners follow links."""
    now = clock.now()
    link = vendor_statements.opened(request.GET.get("link", ""), now=now)
    if link is None:
        return _page(request, "gone", status=404)
    try:
        row, by = vendor_statements.meant(link)
        if request.method == "POST":
            by = dataclasses.replace(by, request_id=getattr(request, "id", ""))
            vendor_statements.answer(link, by=by, now=now)
            return _page(request, "done", link=link, row=row)
    except (
        errors.Missing,
        errors.Conflict,
        errors.Forbidden,
    ):  # answered already, or no longer this person's to answer
        return _page(request, "gone", status=404)
    return _page(request, "asked", link=link, row=row)


def _page(request: HttpRequest, state: str, *, status: int = 200, **context: object) -> HttpResponse:
    response = render(request, "api/statement.html", {"state": state, **context}, status=status)
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
