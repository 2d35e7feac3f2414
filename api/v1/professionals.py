"""Information professionals of schools: the public list, one's own profile, and what others confirm of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import conditional, renderers
from api.openapi import components
from api.v1 import entry_inputs, fields, inputs, resource, shapes, writing
from directory import clock, errors, ids, vocabularies
from directory import permissions as rules
from directory.entries import entries
from partners import permissions
from partners.accounts import attainments, consents, professional_filters, professionals
from partners.accounts.professionals import Professional

_SCHOOL = {"anyOf": [components.public_id("school"), {"type": "null"}]}


class AttainmentSerializer(fields.Serializer):
    """A qualification, a certificate or a training, and whether somebody confirmed it."""

    id = fields.PublicId("attainment", source="pk")
    type = serializers.ChoiceField(choices=vocabularies.choices("attainment_type"))
    title = serializers.CharField()
    issuer = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField(allow_null=True)
    standing = serializers.SerializerMethodField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_for = serializers.SerializerMethodField()

    @extend_schema_field(components.ref("AttainmentStanding"))
    def get_standing(self, row: attainments.Attainment) -> str:
        """Who says so: the person alone, or somebody else too."""
        return "confirmed" if row.confirmed_at else "self_stated"

    @extend_schema_field({**_SCHOOL, "description": "The school that confirmed it; `null` where a moderator did."})
    def get_confirmed_for(self, row: attainments.Attainment) -> str | None:
        """The school's id."""
        return ids.encode(row.confirmed_for.kind, row.confirmed_for.pk) if row.confirmed_for else None


class ProfessionalSerializer(fields.Serializer):
    """What somebody who works in a school's library says of themselves; it holds no contact, no address, no number."""

    id = fields.PublicId("professional", source="pk")
    object = fields.ObjectName("professional")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(
        choices=professionals.SHOWN, help_text="`withdrawn`: seen by the person alone, who took it back."
    )
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=vocabularies.choices("professional_role"))
    school = serializers.SerializerMethodField()
    region = shapes.PlaceSerializer(allow_null=True, help_text="The regency at most.")
    competences = serializers.ListField(
        child=serializers.ChoiceField(choices=vocabularies.choices("competence")),
        help_text="Of the six of Permendiknas 25/2008.",
    )
    interests = serializers.ListField(child=serializers.CharField())
    is_mentor = serializers.BooleanField(help_text="Willing to be a mentor.")
    attainments = AttainmentSerializer(many=True, help_text="Qualifications, certificates and trainings.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field({**_SCHOOL, "description": "The school where the person works; contact goes over it."})
    def get_school(self, row: Professional) -> str | None:
        """The school's id; null also where it is no longer listed."""
        is_listed = row.school is not None and row.school.status in entries.SEEN
        return ids.encode(row.school.kind, row.school.pk) if row.school and is_listed else None


class AttainmentInput(inputs.Input):
    """A qualification, a certificate or a training; stated again as it is, it keeps its confirmation."""

    type = serializers.ChoiceField(choices=vocabularies.choices("attainment_type"))
    title = inputs.Text(max_length=200)
    issuer = entry_inputs.OptionalText(max_length=200)
    year = entry_inputs.Count(min_value=1950, max_value=2200)


class ProfileInput(inputs.Input):
    """What may be said of oneself; no contact, no address, no number of an identity card."""

    example: Any = {"competences": ["educational", "social"], "is_mentor": True}
    name = inputs.Text(max_length=200)
    role = serializers.ChoiceField(choices=vocabularies.choices("professional_role"))
    school = inputs.Text(max_length=40, required=False, allow_null=True, help_text="The id of a school.")
    region = inputs.Text(max_length=40, required=False, allow_null=True, help_text="A province or regency: `32.71`.")
    competences = entry_inputs.Codes("competence")
    interests = serializers.ListField(
        child=inputs.Text(max_length=60), required=False, max_length=professionals.MOST_INTERESTS
    )
    is_mentor = serializers.BooleanField(required=False)
    attainments = AttainmentInput(many=True, required=False, max_length=attainments.MOST, help_text="Replaced whole.")


class ProfileWithConsentInput(ProfileInput):
    """A profile that becomes public, with the consent to that."""

    example = {
        "name": "Sari Puspita, S.I.Pust.",
        "role": "teacher_librarian",
        "region": "32.71",
        "competences": ["information_management", "educational"],
        "is_mentor": True,
        "attainments": [{"type": "certificate", "title": "Sertifikasi pustakawan", "year": 2024}],
        "consent": consents.PURPOSES[professionals.PURPOSE].version,
    }
    consent = inputs.Text(max_length=20, help_text="The version of the text at `/v1/me/consents` that you agree to.")


class ConfirmInput(inputs.Input):
    """What is confirmed."""

    example = {"attainments": ["att_01kf3cb0s3f8q8r2d1kq8m8n8p"]}
    attainments = serializers.ListField(child=inputs.Text(max_length=40), min_length=1, max_length=attainments.MOST)


class ProfessionalViewSet(writing.Writes, resource.ResourceViewSet):
    """People who work in school libraries and want to be found: mentors by region and competence, colleagues nearby.

    Everybody wrote their own profile and can take it back at once. What a school or a moderator confirmed says so.
    To reach somebody, write to their school.
    """

    object_name, model, serializer_class = "professional", Professional, ProfessionalSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = professional_filters.ProfessionalFilter
    sorts = {"updated_at": "updated_at", "created_at": "created_at", "name": "name_key"}
    searches = erases = True
    cache = conditional.PERSONAL
    path_description = "The id of a professional."
    path_pattern, path_example = components.public_id("professional")["pattern"], "pro_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def selected(self) -> QuerySet[Any]:
        """The public ones under the filters, whose name begins as `q` does."""
        rows = super().selected()
        return professional_filters.named(rows, self.asked.q) if self.asked.q else rows

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With school, place and attainments."""
        return professionals.prepared(rows)

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One profile; 410 where the person asked to be erased."""
        if Professional.objects.is_erased(self.key_of(pk)):
            raise errors.DomainError("erased")
        return super().retrieve(request, pk)

    @writing.writes("confirmProfessional", "Confirm what somebody attained", scope="profile:write", body=ConfirmInput)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> HttpResponse:
        """For approvers and admins of the school that the person names, and for moderators; never of oneself."""
        given = self.body()["attainments"]
        keys = [_key(text, "attainment", f"#/attainments/{place}") for place, text in enumerate(given)]
        row = professionals.confirm(self.key_of(pk), attained=keys, by=self.actor, now=clock.now())
        return self.answer_row(row)


class OwnProfessionalViewSet(writing.Writes, resource.ListViewSet):
    """One's own professional profile, also while it is withdrawn. It is written with a personal token alone."""

    object_name, model, serializer_class = "professional", Professional, ProfessionalSerializer
    parameters = ("format", "fields")
    is_single = can_be_missing = True

    def list(self, request: Request) -> HttpResponse:
        """The profile; 404 where there is none."""
        rules.require(permissions.RULES["see_own_data"], by=self.actor)
        row = Professional.objects.of(self.actor.person)
        if row is None:
            raise errors.Missing("not_found")
        body = resource.dumps(ProfessionalSerializer().to_representation(row))
        return self.answer_one(body, version=row.version)

    @writing.writes(
        "putMyProfessional", "Publish your professional profile", scope="profile:write", body=ProfileWithConsentInput
    )
    def update(self, request: Request) -> HttpResponse:
        """Make it, or write it anew, with your consent that it is public. `If-Match` is optional here."""
        values = self.body()
        consent = values.pop("consent")
        version = self.version() if request.headers.get("If-Match") else None
        row, is_new = professionals.publish(
            _cleaned(values), text_version=consent, how="api", version=version, by=self.actor, now=clock.now()
        )
        location = f"/v1/professionals/{ids.encode('professional', row.pk)}" if is_new else ""
        return self.answer_row(row, status=201 if is_new else 200, location=location)

    @writing.writes(
        "updateMyProfessional", "Change your professional profile", scope="profile:write", body=ProfileInput
    )
    def partial_update(self, request: Request) -> HttpResponse:
        """Change members (JSON Merge Patch): a list is replaced whole. Needs `If-Match`."""
        values = _cleaned(self.body(partial=True))
        row = professionals.change(values, version=self.version(), by=self.actor, now=clock.now())
        return self.answer_row(row)

    @writing.writes("withdrawMyProfessional", "Take your professional profile back", scope="profile:write", status=204)
    def destroy(self, request: Request) -> HttpResponse:
        """From now on only you see it, and the consent is withdrawn; PUT publishes it again."""
        professionals.withdraw(how="api", by=self.actor, now=clock.now())
        return self.answer_nothing()


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """The members as the domain takes them: the school by its key."""
    if values.get("school"):
        values["school"] = _key(values["school"], "school", "#/school")
    return values


def _key(text: str, name: str, pointer: str) -> Any:
    try:
        found, key = ids.decode(text)
    except errors.Invalid:
        found, key = "", None
    if found != name:
        raise errors.Invalid("invalid_id", pointer=pointer, value=text)
    return key
