"""The thread of a collaboration request: its timeline, messages with files, read markers, and contacts once agreed."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from api import conditional, multipart, renderers
from api.openapi import components
from api.v1 import happenings, inputs, resource, uploads, writing
from api.v1.contact_shapes import EntryContactSerializer
from api.v1.thread_shapes import MessageFileSerializer, MessageSerializer, ReadMarkerSerializer, TimelineItemSerializer
from directory import actors, clock, errors, ids, journal
from directory.entries.contacts import Contact
from partners.collaborations import revealing, threads, timeline
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.threads import Message, MessageFile

_FILES = Prefetch("files", MessageFile.objects.defer("content").order_by("pk"), to_attr="shown_files")


class MessageInput(inputs.Input):
    """What you write."""

    example = {"text": "Buku dapat kami jemput hari Kamis. Apakah ada yang menerima di gerbang?"}
    text = inputs.Text(max_length=threads.LONGEST)


class MessageFileInput(inputs.Input):
    """A file for a message."""

    media_type = "multipart/form-data"
    example = {"file": "(the bytes of the file)"}
    file = uploads.UploadedFile(help_text="At most 10 MiB, of a type that its first bytes and its ending agree on.")


class ReadInput(inputs.Input):
    """How far you have read."""

    example = {"up_to": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p"}
    up_to = inputs.Id("event", help_text="The id of an item of the timeline.")


class OfCallers:
    """For what belongs to requests: nobody's credential and one without the scope are refused before all else."""

    actor: actors.Actor
    scope = "collaborations:read"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse who may read no requests at all."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if self.action == "metadata":  # type: ignore[attr-defined]
            return
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        if not self.is_writing and self.scope not in self.actor.scopes:  # type: ignore[attr-defined]
            raise errors.Forbidden("missing_scope", value=self.scope)


class OfCollaboration(OfCallers):
    """For what stands below one request, whose id is in the address."""

    kwargs: dict[str, str]
    path_description = "The id of a collaboration request."
    path_pattern, path_example = components.public_id("collaboration")["pattern"], "col_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def seen(self) -> Collaboration:
        """The request, if the caller sees it. Raises Missing."""
        row = Collaboration.objects.visible_to(self.actor).filter(pk=self.collaboration_key()).first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def collaboration_key(self) -> Any:
        """The key in the address."""
        return key_of("collaboration", self.kwargs["collaboration"])


class TimelineViewSet(OfCollaboration, resource.ListViewSet):
    """What happened in a request, in one order: its steps, the messages of both sides, and their files.

    The oldest comes first, with `sort=-at` the newest. What its initiator did before sending it is for that side alone.
    """

    object_name, model, serializer_class = "timeline_item", journal.Event, TimelineItemSerializer
    parameters = ("format", "limit", "cursor", "sort")
    sorts = {"at": "id"}  # the ids of events are their order

    def visible(self) -> QuerySet[Any]:
        """The events of the request."""
        return timeline.items(self.seen(), self.actor)

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The items of these events."""
        row = Collaboration.objects.get(pk=self.collaboration_key())
        owners = happenings.public_ids({row.initiator_id, row.counterparty_id})
        messages = {one.event_id: one for one in _shown(Message.objects.filter(event__in=keys))}
        files = {one.event_id: one for one in MessageFile.objects.defer("content").filter(event__in=keys)}
        context = {"actor": self.actor}
        found = {}
        for event in journal.Event.objects.filter(pk__in=keys):
            message, file = messages.get(event.pk), files.get(event.pk)
            item = {
                "id": ids.encode("event", event.pk),
                "object": self.object_name,
                "type": event.type,
                "at": event.at,
                "actor": happenings.actor(event, self.actor, owners=owners),
                "before": event.status_before or None,
                "after": event.status_after or None,
                "message": MessageSerializer(context=context).to_representation(message) if message else None,
                "file": MessageFileSerializer().to_representation(file) if file else None,
            }
            found[event.pk] = orjson.dumps(item, option=orjson.OPT_UTC_Z)
        return found


class ThreadViewSet(OfCollaboration, writing.Writes, resource.ListViewSet):
    """What you write in the thread of a request."""

    object_name, model, serializer_class = "message", Message, MessageSerializer

    @writing.writes(
        "sendMessage", "Write to the other side", scope="collaborations:write", body=MessageInput, status=201
    )
    def create(self, request: Request, collaboration: str) -> HttpResponse:
        """Write a message for the entry you act for. The request itself, and its version, stay as they are.

        The thread takes messages in every state but a draft. Whoever was declined has one message until the other side
        answers, and an entry that is blocked has none (403 `not_received`).
        """
        row = threads.post(self.collaboration_key(), self.body()["text"], by=self.actor, now=clock.now())
        return _answer_message(self, row)


class MessageViewSet(OfCallers, writing.Writes, resource.ResourceViewSet):
    """One message of a thread."""

    object_name, model, serializer_class = "message", Message, MessageSerializer
    renderer_classes = (renderers.Json,)
    detail_parameters = ("format", "fields")
    path_description = "The id of a message."
    path_pattern, path_example = components.public_id("message")["pattern"], "msg_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One message with its files."""
        row = _shown(Message.objects.visible_to(self.actor).filter(pk=self.key_of(pk))).first()
        if row is None:
            raise errors.Missing("not_found")
        document = MessageSerializer(context={"actor": self.actor}).to_representation(row)
        return self.answer_one(resource.dumps(document), version=None)


class MessageFilesViewSet(OfCallers, writing.Writes, resource.ListViewSet):
    """Files of a message, as downloads."""

    object_name, model, serializer_class = "message_file", MessageFile, MessageFileSerializer
    renderer_classes = (renderers.File,)
    parser_classes = (multipart.OneFile,)
    parameters = detail_parameters = ("format",)
    is_file = True
    paths = {
        "message": (MessageViewSet.path_description, MessageViewSet.path_pattern, MessageViewSet.path_example),
        "id": ("The id of a file.", components.public_id("message_file")["pattern"], "mfl_01kf3cb0s3f8q8r2d1kq8m8n8p"),
    }

    @writing.writes(
        "attachMessageFile", "Add a file to a message", scope="collaborations:write", body=MessageFileInput, status=201
    )
    def create(self, request: Request, message: str) -> HttpResponse:
        """Add a file, in the part `file`, to a message of your own side: five at most, within a day of it."""
        file = self.body()["file"]
        about = {"name": file["name"], "content": file.content}
        row = threads.attach(key_of("message", message), **about, by=self.actor, now=clock.now())
        location = f"/v1/messages/{message}/files/{ids.encode('message_file', row.pk)}"
        body = resource.dumps(MessageFileSerializer().to_representation(row))
        return self.answer_written(body, status=201, location=location)

    def retrieve(self, request: Request, message: str, pk: str) -> HttpResponse:
        """The bytes as they came; no browser shows them as a page of this service."""
        file = threads.file_of(key_of("message", message), key_of("message_file", pk), by=self.actor)
        return uploads.for_saving(self._answer(bytes(file.content)), name=f"{pk}.{file.type}")


class ReadMarkerViewSet(OfCollaboration, writing.Writes, resource.ListViewSet):
    """How far you, a person, have read the timeline, and how much is new."""

    object_name, model, serializer_class = "read_marker", timeline.ReadMarker, ReadMarkerSerializer
    parameters = ("format",)
    is_single = True

    def list(self, request: Request, collaboration: str) -> HttpResponse:
        """The marker."""
        return self.answer_value(_marker(collaboration, timeline.reading(self.seen(), self.actor)))

    @writing.writes("markRead", "Mark a timeline as read", scope="collaborations:read", body=ReadInput)
    def create(self, request: Request, collaboration: str) -> HttpResponse:
        """Note that you have read up to an item. It never goes back, and tells the other side nothing."""
        about = {"up_to": self.body()["up_to"], "by": self.actor, "now": clock.now()}
        read = timeline.mark_read(self.collaboration_key(), **about)
        return self.answer_written(resource.dumps(_marker(collaboration, read)))


class CounterpartyContactsViewSet(OfCollaboration, resource.ListViewSet):
    """How to reach the people of the other side, once both have agreed: what they keep for counterparties.

    Each reading is recorded, and the other side can see who read its contacts and for which request. Before the
    agreement, and after a refusal, the answer is 403 `agreement_needed`.
    """

    object_name, model, serializer_class = "contact", Contact, EntryContactSerializer
    parameters = ("format",)
    cache = conditional.NEVER

    def list(self, request: Request, collaboration: str) -> HttpResponse:
        """All of them."""
        rows = revealing.counterparties_contacts(self.collaboration_key(), by=self.actor, now=clock.now())
        documents = [resource.dumps(EntryContactSerializer().to_representation(row)) for row in rows]
        return self.answer_envelope(documents, {"has_more": False, "next_cursor": None})


def key_of(name: str, text: str) -> Any:
    """The key of a public id of the object type `name`; Missing for every other text."""
    try:
        found, key = ids.decode(text)
    except errors.Invalid:
        raise errors.Missing("not_found") from None
    if found != name:
        raise errors.Missing("not_found")
    return key


def _shown(rows: "QuerySet[Message]") -> "QuerySet[Message]":
    return rows.select_related("entry").prefetch_related(_FILES)


def _answer_message(view: Any, row: Message) -> HttpResponse:
    shown = _shown(Message.objects.filter(pk=row.pk)).get()
    body = resource.dumps(MessageSerializer(context={"actor": view.actor}).to_representation(shown))
    return view.answer_written(body, status=201, location=f"/v1/messages/{ids.encode('message', row.pk)}")  # type: ignore[no-any-return]


def _marker(collaboration: str, read: timeline.Reading) -> dict[str, Any]:
    return {
        "object": "read_marker",
        "collaboration": collaboration,
        "up_to": ids.encode("event", read.up_to) if read.up_to else None,
        "unread_count": read.unread_count,
    }
