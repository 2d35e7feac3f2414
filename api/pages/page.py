"""What every page shares: who acts and how often, one verb a form, and a refusal as a sentence on the page."""

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
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import capfirst
from django.views import View

from api import errors as problems
from api import throttling
from api.catalogue import CATALOGUE
from api.pages import wording as spoken
from directory import actors, clock, errors, ids, vocabularies
from directory.entries.entries import Entry
from partners import wording
from partners.accounts import acting
from partners.accounts.users import User
from partners.wording import chosen

UNFIT = "\x00\ufffd"  # no text of ours can hold them


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


class Page(View):
    """One address: GET shows it, POST does what the button's `action` names and goes back, or says why not."""

    template: ClassVar[str]
    actions: ClassVar[tuple[str, ...]] = ()  # methods of the class that a form may ask for
    is_open: ClassVar[bool] = False  # it is read without an account
    open_actions: ClassVar[tuple[str, ...]] = ()  # which need none either
    standing: throttling.Standing | None = None  # of the caller, where a limit was met

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
        is_free = self.is_open and (request.method != "POST" or request.POST.get("action") in self.open_actions)
        if not (is_free or request.user.is_authenticated):
            return redirect_to_login(request.get_full_path())
        try:
            self._count()
            return super().dispatch(request, *args, **named)
        except errors.DomainError as refusal:
            return self._refuse(refusal)
        except errors.Several as several:
            return self._refuse(*several.problems)
        except IntegrityError as error:
            refused = problems.of_rows(error)
            if refused is None:
                raise
            return self._refuse(refused)

    def _count(self) -> None:
        """Count the request as the API does, in the same window."""
        user = self.request.user
        who = actors.Actor(kind="user", reference=ids.encode("user", user.pk)) if user.pk else actors.ANONYMOUS
        self._spent(throttling.standing(self.request, who, now=clock.now()))

    def count_hourly(self, name: str) -> None:
        """Count an act that anybody may do; raises `too_many_requests`."""
        self._spent(throttling.hourly(self.request, self.actor, name, now=clock.now()))

    def _spent(self, standing: throttling.Standing) -> None:
        if standing.remaining < 0:
            self.standing = standing
            raise errors.DomainError("too_many_requests")

    @property
    def person(self) -> User:
        """Who is signed in."""
        return self.request.user  # type: ignore[return-value]  # or the page is open, and does not ask

    def acting_for(self) -> str:
        """The public id of the entry acted for: that of the address, if there is one."""
        return self.kwargs.get("entry", "")

    @functools.cached_property
    def actor(self) -> actors.Actor:
        """The person, acting for the entry of the address where there is one; or nobody, where a page is open."""
        signed_in = self.request.user.is_authenticated
        actor = acting.of_user(self.person, acting_entry=self.acting_for()) if signed_in else actors.ANONYMOUS
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

    def given(self, name: str, *, most: int = 1000) -> str:
        """A text of the form, trimmed; Invalid `invalid_text` for what no text can hold, `too_long`."""
        text = self.request.POST.get(name, "").strip()
        if any(one in UNFIT for one in text):
            raise errors.Invalid("invalid_text")
        if len(text) > most:
            raise errors.Invalid("too_long", value=f"{text[:20]}...")
        return text

    def given_number(self, name: str) -> int:
        """A whole number of the form, 0 where nothing was typed; Invalid `invalid_value`."""
        text = self.given(name, most=9)
        if text and not (text.isascii() and text.isdigit()):
            raise errors.Invalid("invalid_value", value=text)
        return int(text or 0)

    def given_email(self, name: str) -> str:
        """An address of the form; Invalid `invalid_value`."""
        email = self.given(name)
        try:
            validate_email(email)
        except ValidationError:
            raise errors.Invalid("invalid_value", value=email or "surel") from None
        return email

    def given_code(self, name: str, vocabulary: str) -> str:
        """A code of the form; Invalid `unknown_choice`."""
        code = self.request.POST.get(name, "")
        if code not in vocabularies.codes(vocabulary):
            raise errors.Invalid("unknown_choice", value=code[:20] or "-")
        return code

    def key_of(self, name: str, *, of: str) -> uuid.UUID:
        """The key of a public id in the form. Missing when it is none."""
        with contextlib.suppress(errors.Invalid):
            kind, key = ids.decode(self.request.POST.get(name, ""))
            if kind == of:
                return key
        raise errors.Missing("not_found")

    def _refuse(self, *refusals: errors.DomainError) -> HttpResponse:
        response = self._refused(*refusals)
        if self.standing:
            response["Retry-After"] = str(self.standing.seconds)
        return response

    def _refused(self, refusal: errors.DomainError, *more: errors.DomainError) -> HttpResponse:
        errors.settle(refusal)
        if isinstance(refusal, errors.Missing) or refusal.code == "not_a_member":
            return render(self.request, "pages/not_found.html", status=404)
        sentence = " ".join(dict.fromkeys(self._said(one) for one in (refusal, *refusal.because, *more)))
        status = CATALOGUE[refusal.code].status
        if self.request.method == "POST" and status != 429:
            with contextlib.suppress(errors.DomainError):  # the page itself is not for this person
                return self.show(status=status, refusal=sentence)
        return render(self.request, "pages/refused.html", {"refusal": sentence}, status=status)

    def _said(self, refusal: errors.DomainError) -> str:
        """The sentence; of one member of an entry with what people call it in front."""
        if refusal.code in spoken.REFUSALS:
            return str(spoken.REFUSALS[refusal.code])
        told = {**refusal.params}
        if refusal.code == "wrong_state":
            told["value"] = spoken.state(str(told["value"]))
        # What Django REST framework says of a shape is more exact than the catalogue.
        said = told.get("message") or problems.sentence(refusal.code, self.request, **told)
        names = [part for part in (refusal.pointer or "").split("/") if part in wording.MEMBERS]
        return f"{capfirst(str(wording.member(names[-1])))}: {said}" if names else str(said)
