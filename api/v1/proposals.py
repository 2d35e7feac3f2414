"""Offers and needs over HTTP: read by anybody, written by the members of an entry, opened by what the table says."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from api.openapi import components
from api.v1 import inputs, proposal_batches, proposal_inputs, proposal_lists, proposal_shapes, resource, writing
from directory import clock, errors, ids
from partners.accounts import acting
from partners.offers import moves, reading
from partners.offers import writing as proposals
from partners.offers.proposals import Proposal

EXTERNAL = "external:"
RANDOM = "01kf3cb0s3f8q8r2d1kq8m8n8p"


class ProposalViewSet(proposal_batches.ProposalBatch, proposal_lists.ListedProposals, resource.ResourceViewSet):
    """What offers and needs share: one machine runs both."""

    input_class: ClassVar[type[inputs.Input]]
    path_description = "An id, or `external:` and the number that it has in the system of the entry that you act for."

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One of them, with all its lines."""
        row = reading.prepared(self.visible()).filter(pk=self.key_of(pk)).first()
        if row is None:
            raise errors.Missing("not_found")
        return self.answer_one(self.documents_of([row])[row.pk], version=row.version, cache=self.cache)

    def key_of(self, text: str) -> uuid.UUID:
        """The key of an id or of `external:...`; Missing when it is neither."""
        if not text.startswith(EXTERNAL):
            key: uuid.UUID = super().key_of(text)
            return key
        entry = self.actor.acting_entry if self.actor.roles else None
        found = proposals.by_external_id(self.direction, text.removeprefix(EXTERNAL), entry=entry)
        if found is None:
            raise errors.Missing("not_found")
        return found

    @writing.writes(
        "create{Object}", "Write the draft of a new {object}", scope="offers:write", body="input_class", status=201
    )
    def create(self, request: Request) -> HttpResponse:
        """For the entry that you act for. Nobody else sees the draft until somebody publishes it."""
        entry = acting.entry_needed(self.actor)
        row = proposals.create(self.direction, self.body(), entry=entry, by=self.actor, now=clock.now())
        return self._answer_proposal(row, status=201)

    @writing.writes("update{Object}", "Change the members of a {object}", scope="offers:write", body="input_class")
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change members (JSON Merge Patch): a list is replaced whole, null empties. Needs `If-Match`.

        `lines` are replaced whole too: one that names its `id`, or the `external_id` of one that is there, is that
        line with what is promised of it; every other is new, and what is left out is taken out. No total falls below
        what is promised: 409 `quantity_promised` lists the requests that hold it.
        """
        values = self.body(partial=True)
        about: Any = {"version": self.version(), "by": self.actor, "now": clock.now()}
        return self._answer_proposal(proposals.change(self.direction, self.key_of(pk), values, **about))

    @writing.writes(
        "put{Object}", "Make or change the {object} of your number", scope="offers:write", body="input_class"
    )
    def update(self, request: Request, pk: str) -> HttpResponse:
        """At `external:<number>`: 201 when your entry had none of this number, else 200; what is left out stays.

        Idempotent, for who keeps a list in another system. A number with a `/` is sent in a batch. `If-Match` is
        optional here.
        """
        if not pk.startswith(EXTERNAL):
            raise errors.Missing("not_found")
        number, entry = pk.removeprefix(EXTERNAL), acting.entry_needed(self.actor)
        is_there = proposals.by_external_id(self.direction, number, entry=entry) is not None
        values = self.body(partial=is_there)
        if values.setdefault("external_id", number) != number:
            raise errors.Invalid("constant_member", pointer="#/external_id", value="external_id")
        version = self.version() if request.headers.get("If-Match") else None
        about: Any = {"entry": entry, "version": version, "by": self.actor, "now": clock.now()}
        row, is_new = proposals.put(self.direction, number, values, **about)
        return self._answer_proposal(row, status=201 if is_new else 200)

    @writing.writes("publish{Object}", "Publish a {object}", scope="offers:write")
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> HttpResponse:
        """For approvers. Of a verified entry it is open at once; else a moderator looks first, and what binds nobody to
        much opens by itself after five days, with `was_reviewed` false.
        """
        return self._moved(moves.publish, pk)

    @writing.writes("approve{Object}", "Open a {object} that was submitted", scope="moderation:write")
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> HttpResponse:
        """For moderators of the entry's region."""
        return self._moved(moves.approve, pk)

    @writing.writes(
        "sendBack{Object}",
        "Give a {object} back to be mended",
        scope="moderation:write",
        body=proposal_inputs.RefuseProposalInput,
    )
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: it is a draft again, with the reason."""
        return self._moved(moves.send_back, pk)

    @writing.writes("pause{Object}", "Pause a {object}", scope="offers:write")
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> HttpResponse:
        """For approvers: no new requests for a while. What is promised holds."""
        return self._moved(moves.pause, pk)

    @writing.writes("resume{Object}", "Go on with a paused {object}", scope="offers:write")
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> HttpResponse:
        """For approvers: it is open again."""
        return self._moved(moves.resume, pk)

    @writing.writes("renew{Object}", "Let a {object} run for another term", scope="offers:write")
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> HttpResponse:
        """For approvers: from now on, also when it has expired; never beyond its deadline."""
        return self._moved(moves.renew, pk)

    @writing.writes("close{Object}", "End a {object}", scope="offers:write", body=proposal_inputs.CloseProposalInput)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponse:
        """For approvers: for good. What is promised holds."""
        return self._moved(moves.close, pk)

    @writing.writes(
        "takeDown{Object}", "Take a {object} down", scope="moderation:write", body=proposal_inputs.RefuseProposalInput
    )
    @action(detail=True, methods=["post"], url_path="take-down")
    def take_down(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: it is closed and out of sight; the entry's members read why. What is promised holds."""
        return self._moved(moves.take_down, pk)

    def _moved(self, verb: Any, pk: str) -> HttpResponse:
        given = self.body() if getattr(self, str(self.action)).operation.body else {}
        return self._answer_proposal(verb(self.direction, self.key_of(pk), **given, by=self.actor, now=clock.now()))

    def _answer_proposal(self, row: Proposal, *, status: int = 200) -> HttpResponse:
        """It as it is now, also to who cannot see it any more."""
        shown = reading.prepared(Proposal.objects.all()).get(pk=row.pk)
        body = self.documents_of([shown])[row.pk]
        location = f"/v1/{self.direction}s/{ids.encode(self.direction, row.pk)}" if status == 201 else ""
        return self.answer_written(body, version=shown.version, status=status, location=location)


def _pattern(name: str) -> str:
    return f"^({ids.PREFIXES[name]}_{components.ID_CHARACTERS}|{EXTERNAL}.+)$"


class OfferViewSet(ProposalViewSet):
    """What entries would give: books, visits of authors, trainings, mentoring, licences.

    `available` says what is left, `promised` what is agreed on or on its way, `received` what arrived; a request that
    ends gives back what it held. A search finds words of the title, the description and the lines.
    """

    direction, object_name, serializer_class = "offer", "offer", proposal_shapes.OfferSerializer
    input_class, batch_class = proposal_inputs.OfferInput, proposal_batches.OfferBatchInput
    path_pattern, path_example = _pattern("offer"), f"off_{RANDOM}"


class NeedViewSet(ProposalViewSet):
    """What entries ask for; the same as offers in the other direction.

    `available` is what is still asked for. Needs end with the school year. `/v1/need-templates` has some to begin with.
    """

    direction, object_name, serializer_class = "need", "need", proposal_shapes.NeedSerializer
    input_class, batch_class = proposal_inputs.NeedInput, proposal_batches.NeedBatchInput
    path_pattern, path_example = _pattern("need"), f"ned_{RANDOM}"
