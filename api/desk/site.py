"""The moderation desk: who may come in, what it may load, its addresses; every button calls a verb of the domain."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import translation
from unfold.sites import UnfoldAdminSite

from directory import actors
from partners.accounts import acting

# Unfold's Alpine evaluates what stands in attributes, which is 'unsafe-eval'; scripts are files of this site, and none
# is written into a page. Its colours and Alpine's hiding are inline styles. Nothing comes from elsewhere or goes there,
# no script can ask for anything, and no other site shows the desk in a frame (docs/explanation/threat-model.md).
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> actors.Actor:
    """Who sits at the desk: a moderator, and as such nobody who acts for an entry."""
    found = acting.of_user(request.user)  # type: ignore[arg-type]  # only called for people who are signed in
    return dataclasses.replace(
        found, acting_entry=None, roles=frozenset(), is_provisional=False, request_id=getattr(request, "id", "")
    )


class DeskSite(UnfoldAdminSite):
    """The site of the desk, in the place of Django's own."""

    index_template = "desk/queue.html"
    index_title = "Antrean"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who moderate at least one region; read anew for each request."""
        user = request.user
        return bool(user.is_active and user.is_staff and actor_of(request).is_moderator)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The view for those who may come in, with the policy of the desk on what it answers."""
        guarded = super().admin_view(view, cacheable)

        def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            with translation.override("id"):  # the desk has one language: its own words are not mixed with others
                response = self._answered(guarded, request, *args, **named)
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return wrapped

    def _answered(self, view: View, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        """What the view answers, written out; what is not there is a page too."""
        try:
            response = view(request, *args, **named)
        except Http404:
            return render(request, "pages/not_found.html", status=404)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The pages of decisions before the lists of rows."""
        from api.desk import pages, rows  # noqa: F401 - they stand on this file, and the rows register themselves

        own = [path(route, self.admin_view(page.as_view()), name=name) for name, (route, page) in pages.PAGES.items()]
        return [*own, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue."""
        from api.desk import queue

        shown = {"queue": queue.shown(actor_of(request), request.GET), **(extra_context or {})}
        return super().index(request, shown)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """The queue: the lists stand beside it, and packages of the code mean nothing to a moderator."""
        return HttpResponseRedirect(resolve_url("desk:index"))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The site's own sign-in; whoever is signed in and has no business here is told so."""
        if self.has_permission(request):
            return HttpResponseRedirect(resolve_url("desk:index"))
        if request.user.is_authenticated:
            return render(request, "desk/refused.html", status=403)
        return redirect_to_login(request.GET.get("next", resolve_url("desk:index")), resolve_url(settings.LOGIN_URL))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The account's own pages do that."""
        return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))


desk = DeskSite(name="desk")
