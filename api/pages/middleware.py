"""Sessions, CSRF protection and who is signed in, for pages alone: under /v1 no cookie is read and no time is spent."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

# Own style sheets and scripts, the picture of a code to scan; forms go to this site only.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class _PagesOnly:
    """Stands before a middleware of Django's, which then never sees a request of the API."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/v1"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc,no-any-return]


class Sessions(_PagesOnly, SessionMiddleware):
    """Reads and writes the session's cookie. What it is read for is nobody else's: no cache keeps such an answer."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add what pages of people carry, then the cookie."""
        if request.session.accessed or request.path.startswith("/account"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers["Cache-Control"] = "private, no-store"
        return super().process_response(request, response)


class Csrf(_PagesOnly, CsrfViewMiddleware):
    """Refuses a form that no page of ours has made. Under /v1 nobody is known by a cookie, so nothing is to protect."""

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, names: Any) -> HttpResponse | None:
        """Check the token of what is sent."""
        if request.path.startswith("/v1"):
            return None
        return super().process_view(request, view, arguments, names)


class Authentication(_PagesOnly, AuthenticationMiddleware):
    """Says who is signed in."""


class Messages(_PagesOnly, MessageMiddleware):
    """Carries a sentence from one page to the next."""
