"""Collaboration requests: what one entry asks of or offers to another, from the first contact to the agreement."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.v1 import collaboration_inputs as sent
from api.v1 import collaboration_shapes, entries, resource, writing
from api.v1.collaboration_reading import ReadsCollaborations
from directory import clock, errors
from partners.accounts import acting
from partners.collaborations import endings, filters, guards, moves, waitlist
from partners.collaborations import writing as drafts
from partners.collaborations.collaborations import Collaboration

DRY = ("dry_run",)
WRITE, DECIDE = "collaborations:write", "collaborations:decide"


class CollaborationViewSet(writing.Writes, ReadsCollaborations, resource.ResourceViewSet):
    """Collaboration requests of the entry you act for, begun by it or addressed to it; to moderators those of their
    regions. The inbox is `awaiting=me&sort=deadline`. Every verb can be tried with `dry_run=true`, and what is refused
    by the state (409) says in `allowed_actions` what can be done instead.
    """

    object_name, model = "collaboration", Collaboration
    serializer_class = collaboration_shapes.CollaborationSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = filters.CollaborationFilter
    sorts = {**resource.ListViewSet.sorts, "deadline": "due_at"}

    def selected(self) -> QuerySet[Any]:
        """Narrowed by the filters; by deadline only those that have one."""
        rows = filters.of_reader(self.visible(), self.asked.filters, self.actor)
        if any(name.lstrip("-") == "deadline" for name in self.asked.sort):
            rows = rows.filter(due_at__isnull=False)
        return self.filterset_class.narrow(rows, self.asked.filters)

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        return collaboration_shapes.documents(guards.prepared(self.visible().filter(pk__in=keys)), self.actor)

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One collaboration request."""
        key = self.key_of(pk)
        if not self.visible().filter(pk=key).exists():
            raise errors.Missing("not_found")
        body, version = self.document(key)
        return self.answer_one(body, version=version)

    @writing.writes(
        "createCollaborationRequest",
        "Ask for a collaboration",
        scope=WRITE,
        body=sent.CollaborationInput,
        status=201,
        parameters=DRY,
    )
    def create(self, request: Request) -> HttpResponse:
        """To an offer, to a need, or to any listed entry, also one that nobody acts for yet. A draft, unless `submit`
        is true. Nothing is reserved before it is accepted. One entry has one live request on a line: 409
        `already_asked` names it.
        """
        asked = self.body()
        acting.entry_needed(self.actor)
        target = _target(asked)
        submit = asked.pop("submit", False)
        by, now = self.actor, clock.now()
        return self._done(None, lambda: drafts.create(asked, target=target, submit=submit, by=by, now=now), status=201)

    @writing.writes(
        "changeCollaborationRequest",
        "Change a draft of a request",
        scope=WRITE,
        body=sent.DraftInput,
        parameters=DRY,
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """What is left out stays; `lines` are replaced whole. What was submitted is changed by `revise`."""
        key, asked, version = self.key_of(pk), self.body(partial=True), self.version()
        by, now = self.actor, clock.now()
        return self._done(key, lambda: drafts.change(key, asked, version=version, by=by, now=now))

    @writing.writes("submitCollaborationRequest", "Send a draft", scope=WRITE, parameters=DRY)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> HttpResponse:
        """The other side has 14 school days to answer, less when the terms name a date before that."""
        return self._verb(moves.submit, pk)

    @writing.writes(
        "counterCollaborationRequest", "Answer with other terms", scope=WRITE, body=sent.TermsInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def counter(self, request: Request, pk: str) -> HttpResponse:
        """A new revision of the terms: what is left out stays as it was, `lines` are replaced whole. Now the other side
        has to answer, and its time begins anew. A request has ten revisions at most.
        """
        return self._verb(moves.counter, pk, values=self.body())

    @writing.writes(
        "reviseCollaborationRequest", "Replace your own terms", scope=WRITE, body=sent.TermsInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> HttpResponse:
        """As `counter`, while nobody has answered what you proposed last."""
        return self._verb(moves.revise, pk, values=self.body())

    @writing.writes(
        "reviveCollaborationRequest",
        "Take up an ended request again",
        scope=WRITE,
        body=sent.TermsInput,
        parameters=DRY,
    )
    @action(detail=True, methods=["post"])
    def revive(self, request: Request, pk: str) -> HttpResponse:
        """Within 30 days after it was declined or expired, by either side, with a new revision of the terms."""
        return self._verb(moves.revive, pk, values=self.body())

    @writing.writes(
        "acceptCollaborationRequest", "Accept a request", scope=DECIDE, body=sent.AcceptRequestInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """Binds both sides to the latest terms, which `revision` names: 409 `stale_revision` when there are newer ones.
        Every line that is granted is reserved, or none: 409 `insufficient_quantity` tells line, requested and
        available, and the request waits as before.
        """
        asked = self.body()
        return self._verb(moves.accept, pk, revision=asked["revision"], lines=sent.granted(asked))

    @writing.writes(
        "waitCollaborationRequest",
        "Accept a request for when there is enough",
        scope=DECIDE,
        body=sent.WaitInput,
        parameters=DRY,
    )
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, pk: str) -> HttpResponse:
        """It joins the waitlist, if whoever began it wants that (`joins_waitlist`). What comes back is held for the
        first in line, who takes it within 5 school days (`waitlist_days` of the offer); then it is the next one's.
        """
        return self._verb(waitlist.wait, pk, revision=self.body()["revision"])

    @writing.writes("takeCollaborationRequest", "Take what came back", scope=DECIDE, parameters=DRY)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> HttpResponse:
        """For the side that waited: it binds both sides to what is held for you (`agreed_lines`)."""
        return self._verb(waitlist.take, pk)

    @writing.writes(
        "declineCollaborationRequest", "Decline a request", scope=DECIDE, body=sent.DeclineRequestInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> HttpResponse:
        """Say no, with a reason. Either side can take it up again within 30 days."""
        return self._verb(moves.decline, pk, **self.body())

    @writing.writes(
        "withdrawCollaborationRequest", "Withdraw a request", scope=WRITE, body=sent.NoteInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take your own request back while it waits for an answer."""
        return self._verb(moves.withdraw, pk, **self.body())

    @writing.writes(
        "cancelCollaborationRequest", "Cancel what was agreed", scope=DECIDE, body=sent.EndRequestInput, parameters=DRY
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Gives back what was not sent. If anything was sent, the request is closed as `partial` instead. A moderator
        needs `moderation:write`.
        """
        return self._verb(endings.cancel, pk, **self.body())

    @writing.writes("extendCollaborationRequest", "Ask for more time to send", scope=WRITE, parameters=DRY)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> HttpResponse:
        """30 days more, once, before it is cancelled because nothing was sent."""
        return self._verb(endings.extend, pk)

    @writing.writes(
        "askToCloseCollaborationRequest",
        "Ask to end it before everything is sent",
        scope=DECIDE,
        body=sent.NoteInput,
        parameters=DRY,
    )
    @action(detail=True, methods=["post"], url_path="ask-close-short")
    def ask_close_short(self, request: Request, pk: str) -> HttpResponse:
        """The other side agrees with `close-short`; until then nothing changes."""
        return self._verb(endings.ask_close_short, pk, **self.body())

    @writing.writes(
        "closeCollaborationRequestShort", "Agree to end it before everything is sent", scope=DECIDE, parameters=DRY
    )
    @action(detail=True, methods=["post"], url_path="close-short")
    def close_short(self, request: Request, pk: str) -> HttpResponse:
        """What was not sent is given back; the outcome is `partial`, or `none` if nothing was sent."""
        return self._verb(endings.close_short, pk)

    @writing.writes(
        "takeDownCollaborationRequest",
        "Take a request down",
        scope="moderation:write",
        body=sent.EndRequestInput,
        parameters=DRY,
    )
    @action(detail=True, methods=["post"], url_path="take-down")
    def take_down(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: end one that waits for an answer; both sides read why."""
        return self._verb(moves.take_down, pk, **self.body())

    def _verb(self, verb: Any, pk: str, **given: Any) -> HttpResponse:
        key, by, now = self.key_of(pk), self.actor, clock.now()
        return self._done(key, lambda: verb(key, **given, by=by, now=now))

    def _done(self, key: Any, verb: Callable[[], Collaboration], *, status: int = 200) -> HttpResponse:
        is_dry = self.is_dry_run
        body, version = self.tried(key, verb)
        location = f"/v1/collaboration-requests/{orjson.loads(body)['id']}" if status == 201 else ""
        if is_dry:
            transaction.set_rollback(True)
        return self.answer_written(body, version=version, status=status, location=location)


def _target(asked: dict[str, Any]) -> tuple[str, Any]:
    """What a request is addressed to, taken out of what was sent."""
    for name in ("offer", "need"):
        if name in asked:
            return name, asked.pop(name)
    return "entry", entries.listed_key(asked.pop("entry"))
