"""Photos and documents of offers and needs: added and removed by the entry's editors, saved by whoever sees these."""

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from api import conditional, multipart, renderers, views
from api.openapi import components
from api.v1 import proposal_shapes, resource, uploads, writing
from directory import clock, errors, ids
from partners.offers import attaching
from partners.offers.attachments import Attachment
from partners.offers.proposals import Proposal

RANDOM = "01kf3cb0s3f8q8r2d1kq8m8n8p"


class AttachmentViewSet(writing.Writes, resource.ListViewSet):
    """The files of one offer or need."""

    direction: ClassVar[str]
    object_name, model, serializer_class = "attachment", Attachment, proposal_shapes.AttachmentSerializer
    renderer_classes = (renderers.File,)
    parser_classes = (*views.View.parser_classes, multipart.OneFile)
    parameters = detail_parameters = ("format",)
    is_file = True
    cache = conditional.PRIVATE  # the licence of the data is not that of somebody's photo

    def visible(self) -> QuerySet[Any]:
        """Those of what the actor sees, by the id in the address."""
        seen = Proposal.objects.visible_to(self.actor).filter(direction=self.direction, pk=self._proposal)
        return Attachment.objects.filter(proposal__in=seen)

    @property
    def _proposal(self) -> uuid.UUID:
        return _key(self.kwargs[self.direction], self.direction)

    @writing.writes(
        "attachTo{Object}", "Add a file to a {object}", scope="offers:write", body=uploads.FileInput, status=201
    )
    def create(self, request: Request, **address: str) -> HttpResponse:
        """A photo or a document, in the part `file`; ten at most. Show books and rooms: whoever sees it may save it.

        Pictures of children only with the written permission of their parents, which the school keeps.
        """
        if self.actor.reference:
            self.count_hourly("attachments")
        file = self.body()["file"]
        about: Any = {"name": file["name"], "content": file.content, "by": self.actor, "now": clock.now()}
        row = attaching.attach(self.direction, self._proposal, **about)
        shape = proposal_shapes.AttachmentSerializer(context={"address": proposal_shapes.address(row.proposal)})
        body = shape.to_representation(row)
        return self.answer_written(resource.dumps(body), status=201, location=body["href"])

    def retrieve(self, request: Request, pk: str, **address: str) -> HttpResponse:
        """The bytes as they came; no browser shows them as a page of this service."""
        file = self.visible().filter(pk=_key(pk, "attachment")).first()
        if file is None:
            raise errors.Missing("not_found")
        return uploads.for_saving(self._answer(bytes(file.content)), name=f"{pk}.{file.type}")

    @writing.writes("detachFrom{Object}", "Remove a file of a {object}", scope="offers:write", status=204)
    def destroy(self, request: Request, pk: str, **address: str) -> HttpResponse:
        """For the entry's editors: the file is gone, for good."""
        attachment = _key(pk, "attachment")
        attaching.detach(self.direction, self._proposal, attachment, by=self.actor, now=clock.now())
        return self.answer_nothing()


def _key(text: str, name: str) -> uuid.UUID:
    try:
        found, key = ids.decode(text)
    except errors.Invalid:
        raise errors.Missing("not_found") from None
    if found != name:
        raise errors.Missing("not_found")
    return key


def _of(direction: str) -> type[AttachmentViewSet]:
    named = {
        name: (
            f"The id of {what}.",
            components.public_id(object_name)["pattern"],
            f"{ids.PREFIXES[object_name]}_{RANDOM}",
        )
        for name, what, object_name in (
            (direction, f"{'an' if direction == 'offer' else 'a'} {direction}", direction),
            ("id", "a file", "attachment"),
        )
    }
    about = {"direction": direction, "spoken_name": direction, "paths": named, "__doc__": AttachmentViewSet.__doc__}
    return type(f"{direction.title()}AttachmentViewSet", (AttachmentViewSet,), about)


OfferAttachmentViewSet, NeedAttachmentViewSet = _of("offer"), _of("need")
