"""What every page of a signed-in person shares: who acts, one verb a form, and a refusal as a sentence on the page."""

import contextlib
import dataclasses
import functools
import time
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from api import errors as problems
from api.catalogue import CATALOGUE
from api.templatetags.pages import chosen
from directory import actors, errors, ids
from directory.entries.entries import Entry
from partners.accounts import acting
from partners.accounts.users import User


def sensitive(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page whose forms ask for the password again, once it was typed long ago; what was sent is done after that.

    Whoever finds a telephone unlocked must not take a key with them. (allauth's own decorator counts no sign-in.)
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST" and request.user.is_authenticated:
            proofs = get_authentication_records(request, request.user)
            since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
            if not any(proof["at"] > since for proof in proofs):
                raise ReauthenticationRequired
        return view(request, *args, **named)

    return wrapped


class Page(LoginRequiredMixin, View):
    """One address: GET shows it, POST does what the button's `action` names and goes back, or says why not."""

    template: ClassVar[str]
    actions: ClassVar[tuple[str, ...]] = ()  # methods of the class that a form may ask for

    def get(self, request: HttpRequest, **named: str) -> HttpResponse:
        """The page."""
        return self.show()

    def post(self, request: HttpRequest, **named: str) -> HttpResponse:
        """Do what the form asks for."""
        self.actor  # noqa: B018  # first of all: what may not be seen tells nothing about its forms
        asked = request.POST.get("action", "")
        if asked not in self.actions:
            raise errors.Invalid("unknown_choice", value=asked[:20])
        result: HttpResponse = getattr(self, asked)()
        return result

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> Any:
        """Answer; a refusal of the domain is shown where it happened, and what may not be seen is not there."""
        try:
            return super().dispatch(request, *args, **named)
        except errors.DomainError as refusal:
            return self._refuse(refusal)
        except errors.Several as several:
            return self._refuse(several.problems[0])

    @property
    def person(self) -> User:
        """Who is signed in."""
        return self.request.user  # type: ignore[return-value]  # the page is for nobody else

    @functools.cached_property
    def actor(self) -> actors.Actor:
        """The person, acting for the entry of the address where there is one."""
        named = self.kwargs.get("entry", "")
        actor = acting.of_user(self.person, acting_entry=named)
        return dataclasses.replace(actor, request_id=getattr(self.request, "id", ""))

    @functools.cached_property
    def entry(self) -> Entry:
        """The entry of the address."""
        found = Entry.objects.filter(pk=self.actor.acting_entry).first()
        if found is None:
            raise errors.Missing("not_found")
        return found

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        return {}

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page, with more in its context."""
        return render(self.request, self.template, {**self.context(), **more}, status=status)

    def done(self, indonesian: str, english: str, *, to: str = "") -> HttpResponse:
        """Back to the page with a sentence about what was done: sending it again by a reload is not possible."""
        messages.success(self.request, chosen(indonesian, english))
        return HttpResponseRedirect(to or self.request.path)

    def key_of(self, name: str, *, of: str) -> uuid.UUID:
        """The key of a public id in the form. Missing when it is none."""
        with contextlib.suppress(errors.Invalid):
            kind, key = ids.decode(self.request.POST.get(name, ""))
            if kind == of:
                return key
        raise errors.Missing("not_found")

    def _refuse(self, refusal: errors.DomainError) -> HttpResponse:
        errors.settle(refusal)
        if isinstance(refusal, errors.Missing) or refusal.code == "not_a_member":
            return render(self.request, "pages/not_found.html", status=404)
        sentence = problems.sentence(refusal.code, self.request, **refusal.params)
        status = CATALOGUE[refusal.code].status
        if self.request.method == "POST":
            with contextlib.suppress(errors.DomainError):  # the page itself is not for this person
                return self.show(status=status, refusal=sentence)
        return render(self.request, "pages/refused.html", {"refusal": sentence}, status=status)
