"""What is held about the caller: to take away, to agree to, and to have erased."""

from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import bodies, conditional
from api.openapi import components
from api.v1 import fields, inputs, resource, writing
from directory import clock, ids
from directory import permissions as rules
from partners import erasing, permissions
from partners.accounts import consents, privacy, professionals
from partners.accounts.consents import Consent
from partners.accounts.users import User

_ENTRY_IDS = {"type": "array", "items": components.public_id(*ids.ENTRIES)}
FATES = ("erased", "blanked", "kept")


def _dumps(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


class ExportSerializer(fields.Serializer):
    """Everything held about the caller."""

    object = fields.ObjectName("export")
    id = fields.Described(components.public_id("user"))
    exported_at = serializers.DateTimeField()
    account = fields.Described({"type": "object", "additionalProperties": True, "description": "Name and address."})
    held = fields.Described(
        {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
            "description": "The rows of each table, by its name. Later versions add members.",
        }
    )


class ExportViewSet(resource.ListViewSet):
    """Everything held about you, as one document: account, memberships, keys without secrets, invitations, consents,
    profile, letters, and what you did, by reference. It is never kept by any cache."""

    object_name, model, serializer_class = "export", User, ExportSerializer
    parameters = ("format",)
    is_single = True

    def list(self, request: Request) -> HttpResponse:
        """The document; for persons alone."""
        rules.require(permissions.RULES["see_own_data"], by=self.actor)
        document = privacy.export(self.actor.person, by=self.actor, now=clock.now())
        body = _dumps(document)
        media = self._format.media_type
        return conditional.answer(request._request, body, content_type=media, cache=conditional.NEVER)


class ReasonSerializer(fields.Serializer):
    """A sentence in both languages."""

    id = serializers.CharField()
    en = serializers.CharField()


class ErasurePartSerializer(fields.Serializer):
    """What becomes of one kind of data."""

    name = serializers.CharField(help_text="As in `/v1/me/export`.")
    fate = serializers.ChoiceField(choices=FATES, help_text="`blanked`: it stays without what is personal.")
    count = serializers.IntegerField()
    why = ReasonSerializer()


class ErasureSerializer(fields.Serializer):
    """What erasing does, or did."""

    object = fields.ObjectName("erasure")
    dry_run = serializers.BooleanField(help_text="Whether nothing was changed.")
    parts = ErasurePartSerializer(many=True)
    listed_again = fields.Described({**_ENTRY_IDS, "description": "Entries that nobody acts for any more."})
    hidden = fields.Described({**_ENTRY_IDS, "description": "Author's entries that are emptied and out of sight."})
    confirmation = serializers.CharField(help_text="Of a dry run: send it, on the same day, to really erase.")


class EraseInput(inputs.Input):
    """How to erase."""

    example = {"entry": "keep", "confirmation": "a1b2c3d4e5f6a7b8c9d0e1f2"}
    entry = serializers.ChoiceField(
        choices=privacy.ENTRY_CHOICES,
        required=False,
        help_text="`hide` also empties and hides the author's entry that only you act for; `keep` leaves an author's "
        "name in the directory, as it stands on books, without contacts.",
    )
    confirmation = inputs.Text(max_length=40, required=False, help_text="What the dry run answered.")


class EraseViewSet(writing.Writes, resource.ListViewSet):
    """A person erased."""

    object_name, model, serializer_class = "erasure", User, ErasureSerializer

    @writing.writes("eraseMe", "Have yourself erased", scope="profile:write", body=EraseInput, parameters=("dry_run",))
    def create(self, request: Request) -> HttpResponse:
        """Ask with `dry_run=true` first: the answer says what goes, what stays and why. Then send its `confirmation`.

        It cannot be taken back, and every credential of yours opens nothing from then on. What was erased answers 410
        where it had an address of its own; what organisations are stays. Caches may show a profile for 11 minutes more.
        """
        rules.require(permissions.RULES["change_own_data"], by=self.actor)
        asked, is_dry = self.body(), self.is_dry_run
        report = erasing.erase(
            self.actor.person,
            entry=asked.get("entry", "keep"),
            confirmation=asked.get("confirmation", ""),
            dry_run=is_dry,
            by=self.actor,
            now=clock.now(),
        )
        if report.hidden and not is_dry:
            bodies.drop_unseen()
        return self.answer_written(_dumps(_document(report, is_dry=is_dry)), is_secret=True)


def _document(report: privacy.Report, *, is_dry: bool) -> dict[str, Any]:
    return {
        "object": "erasure",
        "dry_run": is_dry,
        "parts": [
            {"name": one.name, "fate": one.fate, "count": one.count, "why": {"id": one.why.id, "en": one.why.en}}
            for one in report.parts
        ],
        "listed_again": report.listed_again,
        "hidden": report.hidden,
        "confirmation": report.confirmation if is_dry else "",
    }


class ConsentSerializer(fields.Serializer):
    """A purpose, the text in force, and what the caller said to it last."""

    object = fields.ObjectName("consent")
    id = serializers.ChoiceField(choices=consents.CODES, help_text="The purpose.")
    text = ReasonSerializer(help_text="What is agreed to, in its current version.")
    text_version = serializers.CharField(help_text="Of the text in force; send it to agree.")
    is_given = serializers.BooleanField(help_text="Whether you agree now, to whatever version.")
    given_version = serializers.CharField(allow_null=True)
    given_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ConsentInput(inputs.Input):
    """The text that is agreed to."""

    example = {"text_version": consents.PURPOSES["in_dumps"].version}
    text_version = inputs.Text(max_length=20)


class ConsentViewSet(writing.Writes, resource.ListViewSet):
    """What you agreed to, and the text in force of everything you can agree to."""

    object_name, model, serializer_class = "consent", Consent, ConsentSerializer
    parameters = ("format",)
    path_description, path_example = "The purpose of a consent.", "in_dumps"

    def list(self, request: Request) -> HttpResponse:
        """Every purpose."""
        rules.require(permissions.RULES["see_own_data"], by=self.actor)
        held = Consent.objects.last_of(self.actor.person)
        documents = [_dumps(_of_consent(purpose, held.get(purpose))) for purpose in consents.PURPOSES]
        return self.answer_envelope(documents, {"has_more": False, "next_cursor": None})

    @writing.writes("giveConsent", "Agree to a purpose", scope="profile:write", body=ConsentInput)
    def update(self, request: Request, pk: str) -> HttpResponse:
        """Agree to the text in force. A professional profile is agreed to where it is published."""
        self._require()
        row = consents.give(pk, text_version=self.body()["text_version"], how="api", by=self.actor, now=clock.now())
        return self.answer_written(_dumps(_of_consent(pk, row)))

    @writing.writes("withdrawConsent", "Take a consent back", scope="profile:write", status=204)
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """What rests on it ends at once: a professional profile is withdrawn."""
        self._require()
        if pk == professionals.PURPOSE and professionals.Professional.objects.of(self.actor.person):
            professionals.withdraw(how="api", by=self.actor, now=clock.now())
        else:
            consents.withdraw(pk, how="api", by=self.actor, now=clock.now())
        return self.answer_nothing()

    def _require(self) -> None:
        rules.require(permissions.RULES["change_own_data"], by=self.actor)


def _of_consent(purpose: str, row: Consent | None) -> dict[str, Any]:
    text = consents.PURPOSES[purpose]
    return {
        "object": "consent",
        "id": purpose,
        "text": {"id": text.id, "en": text.en},
        "text_version": text.version,
        "is_given": row is not None and row.withdrawn_at is None,
        "given_version": row.text_version if row else None,
        "given_at": row.given_at if row else None,
        "withdrawn_at": row.withdrawn_at if row else None,
    }
