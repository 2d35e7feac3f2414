"""What every page of decisions shares: facts to read, forms whose buttons call one verb each, refusals as sentences."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from api import errors as problems
from api.desk import site
from directory import actors, clock, errors, ids


class Field(NamedTuple):
    """One thing that a form asks for: a line of text, or a box for each choice, if there are any."""

    name: str
    label: str
    is_required: bool = False
    choices: Sequence[tuple[str, str]] | None = None
    is_single: bool = False  # one of the choices, and not any number of them
    sent: Sequence[str] = ()  # what was filled in before a preview or a refusal


class Form(NamedTuple):
    """One button, with what it asks for; `hidden` goes along, and a preview comes first where there is one."""

    action: str
    label: str
    fields: Sequence[Field] = ()
    hidden: Sequence[tuple[str, str]] = ()
    has_preview: bool = False
    is_grave: bool = False


class Table(NamedTuple):
    """A table of facts."""

    title: str
    rows: Sequence[Sequence[Any]]
    head: Sequence[str] = ()
    is_compared: bool = False  # its columns stand for things side by side


def missing_is_404(answer: Callable[[], Any]) -> Any:
    """The answer; what is missing, or may not be seen, is 404."""
    try:
        return answer()
    except errors.Missing:
        raise Http404 from None


class Page(View):
    """One thing to decide, named in the address by its public id. A subclass shows it and declares its buttons."""

    object_names: ClassVar[Sequence[str]]  # of ids that the address takes
    actions: ClassVar[Sequence[str]] = ()  # methods of the class; each returns a sentence of what was done

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page."""
        return self.show()

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do what the button says and go back; a refusal is told on the page, and nothing was done."""
        action = request.POST.get("action", "")
        if action not in self.actions:
            raise Http404
        try:
            with transaction.atomic():
                done = getattr(self, action)()
        except errors.DomainError as refusal:
            errors.settle(refusal)
            return self._refused(refusal)
        except errors.Several as several:
            return self._refused(several.problems[0])
        if isinstance(done, Table):
            return self.show(preview=done)
        messages.success(request, done)
        return HttpResponseRedirect(self.after())

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> Any:
        """Answer; what the moderator may not see is not there."""
        return missing_is_404(lambda: super(Page, self).dispatch(request, *args, **named))

    def _refused(self, refusal: errors.DomainError) -> HttpResponse:
        if isinstance(refusal, errors.Missing):
            raise refusal
        told = [problems.sentence(one.code, self.request, **one.params) for one in (refusal, *refusal.because)]
        return self.show(status=problems.CATALOGUE[refusal.code].status, refusal=told)

    @functools.cached_property
    def actor(self) -> actors.Actor:
        """The moderator."""
        return site.actor_of(self.request)

    @functools.cached_property
    def key(self) -> Any:
        """The key in the address; Missing when it is of something else."""
        try:
            name, key = ids.decode(self.kwargs["reference"])
        except errors.Invalid:
            raise errors.Missing("not_found") from None
        if name not in self.object_names:
            raise errors.Missing("not_found")
        return key

    def given(self, name: str) -> str:
        """A line of the form, trimmed; Invalid `invalid_text` for what no text can hold."""
        text = self.request.POST.get(name, "").strip()
        if "\x00" in text or len(text) > 1000:
            raise errors.Invalid("invalid_text")
        return text

    def called(self, verb: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """The verb, as the moderator calls it now."""
        return verb(*args, **values, by=self.actor, now=clock.now())

    # --- what a subclass says ---

    def title(self) -> str:
        """What the page is about."""
        raise NotImplementedError

    def tables(self) -> Sequence[Table]:
        """The facts."""
        return ()

    def links(self) -> Sequence[tuple[str, str]]:
        """Other addresses: words and where they lead."""
        return ()

    def forms(self) -> Sequence[Form]:
        """The buttons that can be pressed now."""
        return ()

    def after(self) -> str:
        """Where to go when something was done: to the queue, as its work goes on there."""
        return reverse("desk:index")

    def _filled(self, form: Form) -> Form:
        """The form with what was sent by it: after a preview nobody types again."""
        sent = self.request.POST
        if sent.get("action") != form.action or any(sent.get(name) != value for name, value in form.hidden):
            return form
        return form._replace(fields=[field._replace(sent=sent.getlist(field.name)) for field in form.fields])

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page, with more in its context."""
        self.request.current_app = site.desk.name  # type: ignore[attr-defined]
        context = {
            **site.desk.each_context(self.request),
            "title": self.title(),
            "tables": self.tables(),
            "links": self.links(),
            "forms": [self._filled(form) for form in self.forms()],
            **more,
        }
        return render(self.request, "desk/subject.html", context, status=status)
