"""The terms of a collaboration request, all revisions of them, and many requests accepted at once."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Prefetch
from django.http import HttpResponse
from rest_framework.request import Request

from api import errors as problems
from api import renderers
from api.openapi import components
from api.v1 import collaboration_inputs as sent
from api.v1 import collaboration_shapes, resource, writing
from api.v1.collaboration_reading import ReadsCollaborations, key_of
from directory import clock, errors, ids
from partners.collaborations import moves, revisions
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.terms import TermLine, Terms


class TermsViewSet(ReadsCollaborations, resource.ListViewSet):
    """All revisions of the terms of a request, the first one first; with `against` also what differs from that revision
    to the latest, or to the one that `revision` names, line by line."""

    object_name, model = "collaboration_terms", Terms
    serializer_class = collaboration_shapes.RevisionsSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)
    extra_parameters = {name: {"type": "integer", "minimum": 1, "maximum": 10} for name in ("against", "revision")}
    is_single = True

    def list(self, request: Request, collaboration: str) -> HttpResponse:
        """The revisions."""
        row = self.visible().filter(pk=key_of(collaboration)).first()
        if row is None:
            raise errors.Missing("not_found")
        rows = Terms.objects.filter(collaboration=row.pk).order_by("number")
        found = list(rows.prefetch_related(Prefetch("lines", TermLine.objects.order_by("number"))))
        against = self._chosen("against", found, None)
        newer = self._chosen("revision", found, found[-1])
        shown = {
            "collaboration": row.pk,
            "revisions": found,
            "against": against.number if against else None,
            "changes": [_change(one) for one in revisions.diff(against, newer)] if against else [],
        }
        shape = collaboration_shapes.RevisionsSerializer()
        return self._answer(resource.dumps(shape.to_representation(shown)))

    def _chosen(self, name: str, found: Sequence[Terms], default: Any) -> Any:
        text = self.asked.extra.get(name)
        if text is None:
            return default
        numbered = {str(terms.number): terms for terms in found}
        if text not in numbered:
            raise errors.Invalid("invalid_number", parameter=name, value=text, allowed=f"1-{len(found)}")
        return numbered[text]


def _change(one: revisions.Change) -> dict[str, Any]:
    member = one.member.removesuffix("_id")
    before, after = (_shown(value, member) for value in (one.before, one.after))
    return {"change": one.what, "line": one.number, "member": member or None, "before": before, "after": after}


def _shown(value: Any, member: str) -> Any:
    if isinstance(value, TermLine):
        return collaboration_shapes.TermLineSerializer().to_representation(value)
    if member in ("offer_line", "need_line"):
        return ids.encode("line", value) if value else None
    return value.isoformat() if hasattr(value, "isoformat") else value


class AcceptManyViewSet(writing.Writes, ReadsCollaborations, resource.ListViewSet):
    """Many requests to one offer, accepted at once."""

    object_name, model = "accept_many", Collaboration
    serializer_class = collaboration_shapes.AcceptManySerializer
    path_pattern, path_example = components.public_id("offer")["pattern"], "off_01kf3cb0s3f8q8r2d1kq8m8n8p"

    @writing.writes(
        "acceptManyRequests",
        "Accept many requests to an offer",
        scope="collaborations:decide",
        body=sent.AcceptManyInput,
    )
    def create(self, request: Request, offer: str) -> HttpResponse:
        """Up to 100, in the order given, each on its own: one that is refused keeps none of the others back. The answer
        is 200 and says of each what it would have been alone.
        """
        key, asked = key_of(offer, "offer"), self.body()["requests"]
        moves.lock_all(key, [one["collaboration"] for one in asked], by=self.actor)
        results = [self._one(key, one) for one in asked]
        shape = collaboration_shapes.AcceptManySerializer()
        return self.answer_written(resource.dumps(shape.to_representation({"results": results})))

    def _one(self, offer: Any, one: dict[str, Any]) -> dict[str, Any]:
        key, by, now = one["collaboration"], self.actor, clock.now()
        told = {"collaboration": key, "status": 200, "answer": None, "problem": None}
        try:
            if not Collaboration.objects.visible_to(by).filter(pk=key, proposal=offer).exists():
                raise errors.Missing("not_found")
            given = {"revision": one["revision"], "lines": sent.granted(one)}
            body, _ = self.tried(key, lambda: moves.accept(key, **given, by=by, now=now))
        except (errors.DomainError, errors.Several) as refused:
            problem = orjson.loads(problems.from_exception(self.request._request, refused).content)
            return {**told, "status": problem["status"], "problem": problem}
        return {**told, "answer": orjson.loads(body)}
