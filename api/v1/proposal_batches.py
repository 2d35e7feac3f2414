"""Many offers or needs in one request: each made or changed by its number, each answered on its own."""

import uuid
from typing import Any

import orjson
from django.db import DataError, IntegrityError, transaction
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import errors as problems
from api.openapi import components
from api.v1 import fields, inputs, proposal_inputs, resource, writing
from directory import clock, errors, ids
from directory import permissions as rules
from partners import permissions
from partners.accounts import acting
from partners.offers import moves
from partners.offers import writing as proposals
from partners.offers.proposals import Proposal

MOST = 100
Refusal = errors.DomainError | errors.Several | IntegrityError | DataError


class Items(serializers.ListField):
    """What is cleaned one by one, so that a fault in one is a refusal of that one alone."""

    child = serializers.DictField()


@extend_schema_field({"type": "array", "minItems": 1, "maxItems": MOST, "items": components.ref("OfferInput")})
class OfferItems(Items):
    """Offers."""


@extend_schema_field({"type": "array", "minItems": 1, "maxItems": MOST, "items": components.ref("NeedInput")})
class NeedItems(Items):
    """Needs."""


class OfferBatchInput(inputs.Input):
    """Offers, each with its `external_id`."""

    example: dict[str, Any] = {"items": [proposal_inputs.OfferInput.example], "publish": True}
    items = OfferItems(min_length=1, max_length=MOST, help_text="Each with its `external_id`.")
    publish = serializers.BooleanField(required=False, help_text="Publish those that are drafts then.")


class NeedBatchInput(OfferBatchInput):
    """Needs, each with its `external_id`."""

    example = {"items": [{**proposal_inputs.NeedInput.example, "external_id": "K-2026-11"}]}
    items = NeedItems(min_length=1, max_length=MOST, help_text="Each with its `external_id`.")


class BatchResultSerializer(fields.Serializer):
    """What became of one item."""

    external_id = fields.Described({"type": ["string", "null"], "description": "As it was sent."})
    status = serializers.IntegerField(help_text="201: made; 200: changed, or as it was; else the problem's.")
    id = fields.Described({"type": ["string", "null"], "description": "Of the offer or need; `null` when refused."})
    version = serializers.IntegerField(allow_null=True)
    problem = fields.Described({"anyOf": [components.ref("Problem"), {"type": "null"}]})


class BatchSerializer(fields.Serializer):
    """The answers of a batch, in the order of its items."""

    object = fields.ObjectName("batch")
    results = BatchResultSerializer(many=True)


class ProposalBatch(writing.Writes):
    """The batch of a resource of offers or needs."""

    direction: str
    input_class: type[inputs.Input]
    batch_class: type[OfferBatchInput]
    actor: Any

    @writing.writes(
        "put{Object}Batch",
        "Make or change many: a {object} for each of your numbers",
        scope="offers:write",
        body="batch_class",
        answer=BatchSerializer,
    )
    @action(detail=False, methods=["post"])
    def batch(self, request: Request) -> HttpResponse:
        """Up to 100, each as a PUT at `external:<external_id>`. One that is refused loses nothing of the others.

        The answer is 200 with a `status` for each, in the order in which they were sent. Send the whole list again
        after a broken line: what has not changed is answered 200 and stays as it is.
        """
        entry, asked = acting.entry_needed(self.actor), self.body()
        rules.require(permissions.RULES["edit_proposal"], by=self.actor, entry=entry)
        results = [
            self._result(item, f"#/items/{place}", entry=entry, publish=asked.get("publish", False))
            for place, item in enumerate(asked["items"])
        ]
        return self.answer_written(resource.dumps({"object": "batch", "results": results}))

    def _result(self, item: dict[str, Any], pointer: str, **about: Any) -> dict[str, Any]:
        number = item.get("external_id")
        told = {"external_id": number if isinstance(number, str) else None}
        try:
            with transaction.atomic():
                row, is_new = self._put(item, pointer, **about)
        except (errors.DomainError, errors.Several, IntegrityError, DataError) as refused:
            return {**told, "id": None, "version": None, **self._refused(refused, pointer)}
        key = ids.encode(self.direction, row.pk)
        return {**told, "status": 201 if is_new else 200, "id": key, "version": row.version, "problem": None}

    def _put(self, item: dict[str, Any], pointer: str, *, entry: uuid.UUID, publish: bool) -> tuple[Proposal, bool]:
        number = item.get("external_id")
        is_there = isinstance(number, str) and proposals.by_external_id(self.direction, number, entry=entry)
        values = inputs.checked(self.input_class, item, lang=self.language, partial=bool(is_there), pointer=pointer)
        if not values.get("external_id"):
            raise errors.Invalid("required_member", pointer=f"{pointer}/external_id", value="external_id")
        about: Any = {"by": self.actor, "now": clock.now()}
        row, is_new = proposals.put(self.direction, values["external_id"], values, entry=entry, version=None, **about)
        return moves.publish(self.direction, row.pk, **about) if publish and row.status == "draft" else row, is_new

    def _refused(self, refused: Refusal, pointer: str) -> dict[str, Any]:
        """The problem of one item, with every place in the whole body."""
        faults = refused.problems if isinstance(refused, errors.Several) else [refused]
        for fault in faults:
            if isinstance(fault, errors.DomainError) and fault.pointer and not fault.pointer.startswith(pointer):
                fault.pointer = pointer + fault.pointer.removeprefix("#")
        answer = problems.from_exception(self.request._request, refused)  # type: ignore[attr-defined]
        if answer is None:
            raise refused
        return {"status": answer.status_code, "problem": orjson.loads(answer.content)}
