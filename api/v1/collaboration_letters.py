"""The letter to an entry that nobody acts for yet: its link and words as JSON, the letter itself as PDF."""

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import renderers
from api.v1 import fields, resource
from api.v1.collaboration_reading import ReadsCollaborations
from directory import errors
from partners.collaborations import letters
from partners.collaborations.collaborations import Collaboration


class CollaborationLetterSerializer(fields.Serializer):
    """An invitation that its sender prints, or sends on; we send it to nobody."""

    object = fields.ObjectName("collaboration_letter")
    collaboration = fields.PublicId("collaboration", source="row.pk")
    link = serializers.CharField(help_text="Shows without an account what is asked and by whom, and leads to a claim.")
    text = serializers.CharField(help_text="In Indonesian, to be sent along.")
    whatsapp = serializers.CharField(help_text="Opens WhatsApp with the text; the sender chooses to whom.")
    expires_at = serializers.DateTimeField(source="row.due_at", help_text="Until then it can be answered.")


class CollaborationLetterViewSet(ReadsCollaborations, resource.ListViewSet):
    """The letter of a request to an entry that nobody acts for."""

    object_name, model, serializer_class = "collaboration_letter", Collaboration, CollaborationLetterSerializer
    renderer_classes = (renderers.Json, renderers.Pdf)
    parameters = ("format",)
    is_single = True

    def list(self, request: Request, collaboration: str) -> HttpResponse:
        """To the side that asks, while it waits for an answer; 404 where somebody acts for who is asked."""
        if "collaborations:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="collaborations:read")
        letter = letters.of(resource.key_named(collaboration, "collaboration"), by=self.actor)
        if isinstance(request.accepted_renderer, renderers.Pdf):
            return resource.named(self._answer(letters.printed(letter)), f"undangan-{collaboration[4:]}.pdf")
        return self.answer_value(self.serializer_class().to_representation(letter))
