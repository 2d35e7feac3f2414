"""Sessions: visits and trainings at their times, stated by one side and confirmed by the other."""

import urllib.parse
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import allowed, entry_inputs, fields, inputs, resource, writing
from directory import actors, clock, errors, filters, ids, vocabularies
from partners.fulfilment import calendars, holding, printing, sessions
from partners.fulfilment.sessions import TABLE, Attendee, Session

_TIMES = {
    "starts_at": "2027-02-03T02:00:00Z",
    "ends_at": "2027-02-03T04:00:00Z",
    "mode": "on_site",
    "place": "Perpustakaan SDN 3 Sukamaju",
}


class SessionTimesInput(inputs.Input):
    """When and where."""

    example = _TIMES
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    mode = entry_inputs.OptionalChoice("meeting_mode")
    place = entry_inputs.OptionalText(max_length=300)
    note = entry_inputs.OptionalText(max_length=2000)


class SessionInput(SessionTimesInput):
    """A session to be set to a time."""

    example = {"agreed_line": "agl_01kf3cb0s3f8q8r2d1kq8m8n8p", **_TIMES}
    agreed_line = inputs.Id("agreed_line", help_text="Counted in sessions or places, of an active request.")
    units = serializers.IntegerField(min_value=1, max_value=100_000, required=False, help_text="Places; else one.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class HeldInput(inputs.Input):
    """How it was."""

    example = {"attendance": 38, "note": "Dua kelas ikut."}
    attendance = entry_inputs.Count(max_value=1_000_000)
    note = inputs.Text(max_length=2000, required=False, allow_blank=True)


class SessionNoteInput(inputs.Input):
    """What there is to say about it."""

    example = {"note": "Jalan terputus banjir."}
    note = inputs.Text(max_length=2000, required=False, allow_blank=True)


class ObjectionInput(inputs.Input):
    """Why it was not so."""

    example = {"reason": "Narasumber tidak datang."}
    reason = inputs.Text(max_length=2000)


class AttendeesInput(inputs.Input):
    """Who gets a certificate."""

    example = {"names": ["Sari Puspita"]}
    names = serializers.ListField(child=inputs.Text(max_length=120), max_length=sessions.MOST_ATTENDEES)


class SessionSerializer(fields.Serializer):
    """A session. What is stated becomes final when the other side confirms, or does not object for 14 days."""

    id = fields.PublicId("session", source="pk")
    object = fields.ObjectName("session")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=vocabularies.choices("session_status"))
    collaboration = fields.PublicId("collaboration", source="agreed_line.collaboration_id")
    agreed_line = fields.PublicId("agreed_line", source="agreed_line_id")
    title = serializers.CharField(source="agreed_line.term_line.title")
    units = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=vocabularies.choices("meeting_mode"), allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    attendance = serializers.IntegerField(allow_null=True)
    stated_by = serializers.ChoiceField(choices=vocabularies.choices("side"), allow_blank=True)
    final_due_at = serializers.DateTimeField(allow_null=True, help_text="When the statement stands by itself.")
    is_final = serializers.BooleanField()
    objection = serializers.CharField(allow_blank=True, help_text="To the last statement.")
    allowed_actions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(allowed.AllowedActionSerializer(many=True))
    def get_allowed_actions(self, row: Any) -> list[dict[str, Any]]:
        """What the reader can do."""
        by: actors.Actor = self.context["actor"]
        return allowed.actions(
            TABLE, row, address=f"/v1/sessions/{ids.encode('session', row.pk)}", by=by, now=clock.now()
        )


class AttendeeSerializer(fields.Serializer):
    """Who attended."""

    id = fields.PublicId("attendee", source="pk")
    object = fields.ObjectName("attendee")
    name = serializers.CharField()


class SessionFilter(filters.Filters):
    """The filters of sessions."""

    status = filters.OneOf(choices=vocabularies.codes("session_status"))
    starts_from = filters.Moment(field_name="starts_at", lookup_expr="gte")
    starts_until = filters.LastMoment(field_name="starts_at", lookup_expr="lte")
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")


class ReadsSessions:
    """Who may read sessions, and with which credential."""

    actor: actors.Actor
    path_pattern, path_example = components.public_id("session")["pattern"], "ses_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The sessions that the caller may see; 401 without a credential, 403 without the scope."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        if "collaborations:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="collaborations:read")
        return Session.objects.visible_to(self.actor)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what was agreed, and between whom."""
        request = "agreed_line__collaboration"
        return rows.select_related("agreed_line__term_line", f"{request}__initiator", f"{request}__counterparty")

    def session(self, reference: str) -> Session:
        """The session of an address; Missing when it is not seen."""
        row: Session | None = self.prepared(self.visible()).filter(pk=resource.key_named(reference, "session")).first()
        if row is None:
            raise errors.Missing("not_found")
        return row


class SessionViewSet(writing.Writes, ReadsSessions, resource.ResourceViewSet):
    """Visits and trainings of the requests that the entry acted for is part of."""

    object_name, model, serializer_class = "session", Session, SessionSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = SessionFilter
    sorts = {**resource.ResourceViewSet.sorts, "starts_at": "starts_at"}

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        rows = self.prepared(self.visible().filter(pk__in=keys)).in_bulk()
        return {key: self._document(row) for key, row in rows.items()}

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One session."""
        row = self.session(pk)
        return self.answer_one(self._document(row), version=row.version)

    @writing.writes(
        "scheduleSession", "Set a session to a time", scope="collaborations:write", body=SessionInput, status=201
    )
    def create(self, request: Request) -> HttpResponse:
        """Either side sets a time for what was agreed in sessions or places."""
        values = self.body()
        line, units = values.pop("agreed_line"), values.pop("units", 1)
        row = holding.schedule(line, values, units=units, by=self.actor, now=clock.now())
        return self._answer_session(row, status=201)

    @writing.writes("rescheduleSession", "Move a session", scope="collaborations:write", body=SessionTimesInput)
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> HttpResponse:
        """Another time or place; what is left out stays."""
        return self._done(holding.reschedule, pk, values=self.body())

    @writing.writes("holdSession", "Say that a session was held", scope="collaborations:write", body=HeldInput)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> HttpResponse:
        """The other side confirms, or may object for 14 days; then it is counted."""
        return self._done(holding.hold, pk, **self.body())

    @writing.writes("reportNoShow", "Say that nobody came", scope="collaborations:write", body=SessionNoteInput)
    @action(detail=True, methods=["post"], url_path="report-no-show")
    def report_no_show(self, request: Request, pk: str) -> HttpResponse:
        """Only the two sides ever read it; the other one may object for 14 days."""
        return self._done(holding.report_no_show, pk, **self.body())

    @writing.writes("confirmSession", "Confirm what was stated", scope="collaborations:write")
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> HttpResponse:
        """It is final, and counted."""
        return self._done(holding.confirm, pk)

    @writing.writes("objectToSession", "Object to what was stated", scope="collaborations:write", body=ObjectionInput)
    @action(detail=True, methods=["post"], url_path="object", url_name="object")
    def object_to(self, request: Request, pk: str) -> HttpResponse:
        """It is open again, with the reason."""
        return self._done(holding.object_to, pk, **self.body())

    @writing.writes("cancelSession", "Cancel a session", scope="collaborations:write", body=SessionNoteInput)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """It does not take place; what was agreed can be set to another time."""
        return self._done(holding.cancel, pk, **self.body())

    def _done(self, verb: Any, pk: str, **given: Any) -> HttpResponse:
        return self._answer_session(verb(self.key_of(pk), **given, by=self.actor, now=clock.now()))

    def _answer_session(self, row: Session, *, status: int = 200) -> HttpResponse:
        shown = self.prepared(Session.objects.filter(pk=row.pk)).get()
        location = f"/v1/sessions/{ids.encode('session', row.pk)}" if status == 201 else ""
        return self.answer_written(self._document(shown), version=shown.version, status=status, location=location)

    def _document(self, row: Any) -> bytes:
        return resource.dumps(self.serializer_class(context={"actor": self.actor}).to_representation(row))


class CalendarViewSet(ReadsSessions, resource.ListViewSet):
    """A session for calendars."""

    object_name, model, serializer_class = "calendar", Session, SessionSerializer
    renderer_classes = (renderers.Calendar,)
    parameters = ("format",)
    is_single = is_file = True

    def list(self, request: Request, session: str) -> HttpResponse:
        """iCalendar; a session keeps its UID when it is moved."""
        host = urllib.parse.urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        return resource.named(self._answer(calendars.of(self.session(session), host=host)), f"{session}.ics")


class AttendeeViewSet(writing.Writes, ReadsSessions, resource.ListViewSet):
    """Who attended a training."""

    object_name, model, serializer_class = "attendee", Attendee, AttendeeSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)

    def list(self, request: Request, session: str) -> HttpResponse:
        """At most 500, by name."""
        rows = Attendee.objects.filter(session=self.session(session)).order_by("name")[: sessions.MOST_ATTENDEES]
        told = [resource.dumps(AttendeeSerializer().to_representation(row)) for row in rows]
        return self.answer_envelope(told, {"has_more": False, "next_cursor": None})

    @writing.writes("putAttendees", "Say who attended", scope="collaborations:write", body=AttendeesInput, status=204)
    def update(self, request: Request, session: str) -> HttpResponse:
        """All names, replaced whole; of trainings, by either side, until the statement is final."""
        holding.set_attendees(
            resource.key_named(session, "session"), self.body()["names"], by=self.actor, now=clock.now()
        )
        return self.answer_nothing()


class CertificateViewSet(ReadsSessions, resource.ListViewSet):
    """The certificate of somebody who attended."""

    object_name, model, serializer_class = "certificate", Attendee, AttendeeSerializer
    renderer_classes = (renderers.Pdf,)
    parameters = ("format",)
    is_single = is_file = True
    paths = {
        "session": ("The session's id.", components.public_id("session")["pattern"], ReadsSessions.path_example),
        "attendee": (
            "The attendee's id.",
            components.public_id("attendee")["pattern"],
            "atd_01kf3cb0s3f8q8r2d1kq8m8n8p",
        ),
    }

    def list(self, request: Request, session: str, attendee: str) -> HttpResponse:
        """PDF; once the training was held and that is final."""
        held = self.session(session)
        found = Attendee.objects.filter(session=held, pk=resource.key_named(attendee, "attendee")).first()
        if found is None or held.status != "held" or not held.is_final:
            raise errors.Missing("not_found")
        return resource.named(self._answer(printing.certificate(held, found)), f"sertifikat-{attendee[4:]}.pdf")
