"""The pages behind the links of mails: a GET only shows what is asked, for mail scanners follow links; a POST answers.

No cookie is read here: the link itself is the right, so there is nothing that another site could make a browser send.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api import errors as problems
from api import throttling
from directory import actors, clock, errors
from partners import wording
from partners.deliveries import preferences
from partners.trust import asking, links, questions, suggestions
from partners.wording import chosen

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
View = Callable[[HttpRequest, str], HttpResponse]


def _link(view: View) -> View:
    """A view of a link: a refusal is a page too, and nothing of it is kept, indexed or told to other sites."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        try:
            if throttling.standing(request, actors.ANONYMOUS, now=clock.now()).remaining < 0:
                raise errors.DomainError("too_many_requests")
            response = view(request, token)
        except errors.DomainError as error:
            errors.settle(error)
            response = _refused(request, error)
        response["Content-Security-Policy"] = POLICY
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


@_link
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """What the link asks, with its buttons; a POST of one of them is the answer."""
    now = clock.now()
    link = links.opened(token, now=now)
    question = questions.QUESTIONS.get(link.about)
    if question is None:
        raise errors.Missing("not_found")
    by = dataclasses.replace(links.actor(link), request_id=getattr(request, "id", ""))
    page = question.ask(link.subject, by)
    if request.method != "POST":
        return _page(request, page=page)
    if not page.answers:  # a link answers once: the page says how that was
        return _page(request, status=409, page=page)
    question.answer(link.subject, request.POST.get("answer", ""), by, now)
    return _page(request, page=page._replace(answers={}), is_done=True)


@_link
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """How the suggestion of a secret stands; a POST takes it back."""
    row = suggestions.opened_by(token)
    is_done = request.method == "POST"
    if is_done:
        by = dataclasses.replace(actors.ANONYMOUS, request_id=getattr(request, "id", ""))
        row = suggestions.withdraw(row.pk, secret=token, by=by, now=clock.now())
    answers = {"withdraw": wording.Words("Tarik kembali", "Take it back")} if row.status == "open" else {}
    state = wording.joined("Keadaan: {}.", "It stands so: {}.", "suggestion_status", row.status)
    why = f" {wording.term('decline_reason', row.decline_reason)}. {row.note}" if row.decline_reason else ""
    taken = f" {chosen('Yang dipakai', 'Taken over')}: {wording.called(row.accepted)}." if row.accepted else ""
    changes = asking.changes(row.entry.kind, row.before, row.changes)
    title = chosen(f"Saran untuk {row.entry.name}", f"A suggestion for {row.entry.name}")
    page = asking.Page(title, f"{state}{taken}{why}", answers, changes)
    return _page(request, page=page, is_done=is_done, is_own=True)


@_link
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails about an entry with one click: of a person on the page, or of a mail program (RFC 8058)."""
    row = preferences.of_token(token)
    is_done = request.method == "POST"
    if is_done:
        row = preferences.unsubscribe(token, request_id=getattr(request, "id", ""), now=clock.now())
    is_off, name = row.mail == "never", row.entry.name
    text = chosen(
        f"Kabar tentang {name} tidak lagi dikirim lewat surel; daftar pemberitahuan tetap ada."
        if is_off
        else f"Berhenti mengirim kabar tentang {name} lewat surel? Daftar pemberitahuan tetap ada.",
        f"News of {name} are no longer sent by mail; the list of notifications stays."
        if is_off
        else f"Send no more news of {name} by mail? The list of notifications stays.",
    )
    answers = {} if is_off else {"stop": wording.Words("Berhenti", "Unsubscribe")}
    title = chosen("Surel pemberitahuan", "Mails of what happens")
    return _page(request, page=asking.Page(title, text, answers), is_done=is_done)


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "api/one_click.html", context, status=status)


def _refused(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    """Missing is a link that is no longer good; all else says why in a sentence."""
    if isinstance(error, errors.Missing):
        return render(request, "api/one_click.html", {"is_gone": True}, status=404)
    sentence = problems.sentence(error.code, request, **error.params)
    status = problems.CATALOGUE[error.code].status
    return render(request, "api/one_click.html", {"refusal": sentence}, status=status)
