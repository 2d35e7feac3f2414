"""Agreements: the deed of what was accepted, its signatures, and whether a hash is that of one."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import fields, inputs, resource, writing
from directory import actors, clock, errors, ids, vocabularies
from partners.agreements import agreements, printing, rendering
from partners.agreements.agreements import Agreement, Signature
from partners.collaborations import moves, signing

_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


class SignatureSerializer(fields.Serializer):
    """One side's signature. It is not certified, and says so."""

    side = serializers.ChoiceField(choices=vocabularies.choices("side"))
    entry = serializers.SerializerMethodField()
    name = serializers.CharField(source="user.name", help_text="Of the person.")
    role = serializers.CharField()
    consent = serializers.CharField(help_text="The words that were agreed to.")
    at = serializers.DateTimeField()
    is_certified = fields.Described({"type": "boolean", "const": False}, source="*")

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_entry(self, row: Signature) -> str:
        """For which it was signed."""
        return ids.encode(row.entry.kind, row.entry_id)

    def to_representation(self, instance: Any) -> Any:
        """With the constant."""
        return {**super().to_representation(instance), "is_certified": False}


class AgreementSerializer(fields.Serializer):
    """A deed. Its text is never changed; other terms make it void."""

    id = fields.PublicId("agreement", source="pk")
    object = fields.ObjectName("agreement")
    collaboration = fields.PublicId("collaboration", source="collaboration_id")
    revision = serializers.IntegerField(help_text="Of the terms.")
    template = serializers.CharField(help_text="Its name and version.")
    text = serializers.CharField()
    sha256 = fields.Described(_SHA256)
    consent = serializers.SerializerMethodField(help_text="The words that a signature agrees to.")
    signatures = SignatureSerializer(many=True)
    created_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)

    def get_consent(self, row: Agreement) -> str:
        """Of today."""
        return rendering.CONSENT


class SigningCodeSerializer(fields.Serializer):
    """The code is on its way."""

    object = fields.ObjectName("signing_code")
    expires_at = serializers.DateTimeField()


class SignInput(inputs.Input):
    """A signature."""

    example = {"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "code": "480313"}
    sha256 = serializers.RegexField(r"^[0-9A-Fa-f]{64}\Z", help_text="Of the text that you have read.")
    code = inputs.Text(max_length=20, help_text="From the mail that `send-code` sent to your own address.")


class ReadsAgreements:
    """Who may read agreements, and with which credential."""

    actor: actors.Actor
    path_pattern, path_example = components.public_id("agreement")["pattern"], "agr_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The agreements that the caller may see; 401 without a credential, 403 without the scope."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        if "collaborations:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="collaborations:read")
        return Agreement.objects.visible_to(self.actor)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With who has signed."""
        signed = Signature.objects.select_related("user", "entry").order_by("pk")
        return rows.prefetch_related(Prefetch("signatures", signed))

    def agreement(self, reference: str) -> Agreement:
        """The agreement of an address; Missing when it is not seen."""
        key = resource.key_named(reference, "agreement")
        row: Agreement | None = self.prepared(self.visible()).filter(pk=key).first()
        if row is None:
            raise errors.Missing("not_found")
        return row


class AgreementViewSet(writing.Writes, ReadsAgreements, resource.ResourceViewSet):
    """Agreements of the requests that the entry acted for is part of."""

    object_name, model, serializer_class = "agreement", Agreement, AgreementSerializer
    renderer_classes = (renderers.Json,)
    sorts = {"created_at": "created_at"}

    @writing.writes(
        "sendSigningCode",
        "Have the code for signing mailed",
        scope="collaborations:decide",
        answer=SigningCodeSerializer,
    )
    @action(detail=True, methods=["post"], url_path="send-code")
    def send_code(self, request: Request, pk: str) -> HttpResponse:
        """To your own address; it holds 15 minutes, and shows anew that it is you who signs."""
        row = self.agreement(pk)
        ends = signing.send_code(row.collaboration_id, by=self.actor, now=clock.now())
        return self.answer_row(_Sent(ends))

    @writing.writes("signAgreement", "Sign an agreement", scope="collaborations:decide", body=SignInput)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> HttpResponse:
        """For your side, as its approver and never with a key. With both signatures the collaboration begins."""
        row = self.agreement(pk)
        moves.sign(row.collaboration_id, **self.body(), by=self.actor, now=clock.now())
        return self.answer_row(self.prepared(Agreement.objects.filter(pk=row.pk)).get())


class _Sent:
    def __init__(self, expires_at: Any) -> None:
        self.expires_at = expires_at


class AgreementDocumentViewSet(ReadsAgreements, resource.ListViewSet):
    """The deed as PDF."""

    object_name, model, serializer_class = "agreement_document", Agreement, AgreementSerializer
    renderer_classes = (renderers.Pdf,)
    parameters = ("format",)
    is_single = is_file = True

    def list(self, request: Request, agreement: str) -> HttpResponse:
        """With its signatures and the address at which its hash is verified."""
        row = self.agreement(agreement)
        address = request._request.build_absolute_uri(f"/v1/verify/{row.sha256}")
        return resource.named(self._answer(printing.deed(row, address=address)), f"perjanjian-{agreement[4:]}.pdf")


class VerificationSerializer(fields.Serializer):
    """Whether a hash is that of an agreement here; the content is not shown."""

    object = fields.ObjectName("verification")
    sha256 = fields.Described(_SHA256)
    is_valid = serializers.BooleanField(help_text="It is, both sides have signed, and it is not void.")
    status = serializers.ChoiceField(choices=("unknown", "unsigned", "signed", "void"))
    signed_at = serializers.DateTimeField(allow_null=True, help_text="The last signature.")


class VerifyViewSet(resource.ListViewSet):
    """Whether a text is one that was signed here, by the SHA-256 of it."""

    object_name, model, serializer_class = "verification", Agreement, VerificationSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)
    is_single = can_be_missing = True
    path_pattern, path_example = "^[0-9a-f]{64}$", SignInput.example["sha256"]
    path_description = "SHA-256 of the text, in hexadecimal."

    def list(self, request: Request, hash: str) -> HttpResponse:
        """For anybody; 404 for what is no hash."""
        if len(hash) != 64 or not set(hash) <= set("0123456789abcdef"):
            raise errors.Missing("not_found")
        row = agreements.found_by(hash)
        signed = list(Signature.objects.filter(agreement=row).order_by("at")) if row else []
        status = "unknown" if row is None else "void" if row.voided_at else "signed" if len(signed) == 2 else "unsigned"
        signed_at = signed[-1].at if status == "signed" else None
        told = {"object": "verification", "sha256": hash, "is_valid": status == "signed", "status": status}
        return self.answer_value({**told, "signed_at": signed_at})
