"""What all addresses of collaboration requests share: who reads them, and how a verb is tried and answered."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request

from api.openapi import components
from api.v1 import collaboration_shapes
from directory import actors, errors, ids
from partners.collaborations import guards
from partners.collaborations.collaborations import Collaboration

ID = "col_01kf3cb0s3f8q8r2d1kq8m8n8p"


class ReadsCollaborations:
    """Who may read collaboration requests, and with which credential."""

    actor: actors.Actor
    path_pattern, path_example = components.public_id("collaboration")["pattern"], ID

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse the anonymous, before any body is read."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if self.action != "metadata" and self.actor.kind == "anonymous":  # type: ignore[attr-defined]
            raise errors.Forbidden("sign_in_needed")

    def visible(self) -> QuerySet[Any]:
        """The requests that the caller may see; 403 without the scope."""
        if "collaborations:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="collaborations:read")
        return Collaboration.objects.visible_to(self.actor)

    def document(self, key: Any) -> tuple[bytes, int]:
        """The JSON of a request as it is now, and its version."""
        row = guards.prepared(Collaboration.objects.filter(pk=key)).get()
        return collaboration_shapes.documents([row], self.actor)[key], row.version

    def tried(self, key: Any, verb: Callable[[], Collaboration]) -> tuple[bytes, int]:
        """What the verb makes of a request, whole or not at all; a Conflict tells what can be done instead."""
        try:
            with transaction.atomic():
                return self.document(verb().pk)
        except errors.Conflict as refused:
            row = guards.prepared(Collaboration.objects.visible_to(self.actor).filter(pk=key)).first()
            if row is not None:
                refused.members = {"allowed_actions": collaboration_shapes.actions(row, self.actor)}
            raise


def key_of(text: str, object_name: str = "collaboration") -> Any:
    """The key of a public id in an address; Missing when it is none of the object."""
    try:
        name, key = ids.decode(text)
    except errors.Invalid:
        raise errors.Missing("not_found") from None
    if name != object_name:
        raise errors.Missing("not_found")
    return key
