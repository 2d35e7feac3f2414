"""Shipments: plan, send, count on receipt with an account or with the parcel's code, and the papers of both sides."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from api import renderers
from api.openapi import components
from api.v1 import resource, writing
from api.v1 import shipment_shapes as shapes
from directory import actors, clock, errors, filters, ids, vocabularies
from partners.fulfilment import counting, destinations, planning, printing, shipping
from partners.fulfilment.destinations import Destination
from partners.fulfilment.handovers import HandoverRecord
from partners.fulfilment.planning import Wanted
from partners.fulfilment.shipments import Shipment, ShipmentLine


class ShipmentFilter(filters.Filters):
    """The filters of shipments."""

    status = filters.OneOf(choices=vocabularies.codes("shipment_status"))
    updated_since = filters.Moment(field_name="updated_at", lookup_expr="gte")


class ReadsShipments:
    """Who may read shipments, and with which credential."""

    actor: actors.Actor
    path_pattern, path_example = components.public_id("shipment")["pattern"], "shp_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def visible(self) -> QuerySet[Any]:
        """The shipments that the caller may see; 401 without a credential, 403 without the scope."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        if "collaborations:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="collaborations:read")
        return Shipment.objects.visible_to(self.actor)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With both sides and the lines."""
        lines = ShipmentLine.objects.select_related("agreed_line__term_line").order_by("pk")
        return rows.select_related("sender", "receiver").prefetch_related(Prefetch("lines", lines))

    def shipment(self, reference: str) -> Shipment:
        """The shipment of an address; Missing when it is not seen."""
        row: Shipment | None = (
            self.prepared(self.visible()).filter(pk=resource.key_named(reference, "shipment")).first()
        )
        if row is None:
            raise errors.Missing("not_found")
        return row


class ShipmentViewSet(writing.Writes, ReadsShipments, resource.ResourceViewSet):
    """Shipments of the entry acted for, as sender or receiver."""

    object_name, model, serializer_class = "shipment", Shipment, shapes.ShipmentSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = ShipmentFilter

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        rows = self.prepared(self.visible().filter(pk__in=keys)).in_bulk()
        return {key: self._document(row, self.actor) for key, row in rows.items()}

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One shipment."""
        row = self.shipment(pk)
        return self.answer_one(self._document(row, self.actor), version=row.version)

    @writing.writes(
        "planShipment", "Plan a shipment", scope="collaborations:write", body=shapes.ShipmentInput, status=201
    )
    def create(self, request: Request) -> HttpResponse:
        """Say which promised units travel together, of one active request or several."""
        values = self.body()
        lines = [Wanted(**line) for line in values.pop("lines")]
        receiver = values.pop("receiver", None)
        row = planning.plan(lines, values, receiver=receiver, by=self.actor, now=clock.now())
        return self._answer_shipment(row, status=201)

    @writing.writes("updateShipment", "Change a shipment", scope="collaborations:write", body=shapes.WayInput)
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """What is known of the way (JSON Merge Patch), until it has ended. Needs `If-Match`."""
        values = self.body(partial=True)
        row = planning.change(self.key_of(pk), values, version=self.version(), by=self.actor, now=clock.now())
        return self._answer_shipment(row)

    @writing.writes("issueShipmentCode", "Make a new code for the packing list", scope="collaborations:write")
    @action(detail=True, methods=["post"], url_path="issue-code")
    def issue_code(self, request: Request, pk: str) -> HttpResponse:
        """The code before opens nothing any more, and a locked one is open again."""
        return self._done(planning.issue_code, pk)

    @writing.writes("dispatchShipment", "Send a shipment", scope="collaborations:write")
    @action(detail=True, methods=["post"], url_path="dispatch", url_name="dispatch")
    def send(self, request: Request, pk: str) -> HttpResponse:
        """It is on its way: its units are in transit from now on."""
        return self._done(shipping.dispatch, pk)

    @writing.writes("arriveShipment", "Say that a shipment has arrived", scope="collaborations:write")
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> HttpResponse:
        """It is there, and not counted yet."""
        return self._done(shipping.arrive, pk)

    @writing.writes(
        "openShipment",
        "See a parcel by its code",
        body=shapes.ParcelCodeInput,
        scope="collaborations:read",
        is_for_anyone=True,
    )
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> HttpResponse:
        """For whoever holds the parcel: what should be in it. Ten wrong codes lock it until a new one is made."""
        code = self.body()["code"]
        self.count_hourly("codes")
        row, holder = counting.opened_by(self.key_of(pk), code, by=self.actor)
        return self._answer_shipment(row, by=holder)

    @writing.writes(
        "countShipment", "Count a shipment", scope="collaborations:write", body=shapes.CountInput, is_for_anyone=True
    )
    @action(detail=True, methods=["post"], url_path="count", url_name="count")
    def count_lines(self, request: Request, pk: str) -> HttpResponse:
        """Write down what was found, in one go of several; with `code` nobody needs an account. `is_last` closes it."""
        asked = self.body()
        found = {one.pop("line"): one for one in asked["lines"]}
        if len(found) != len(asked["lines"]):
            raise errors.Invalid("repeated_line", pointer="#/lines")
        return self._by_code(counting.count, pk, asked, found=found, is_last=asked.get("is_last", False))

    @writing.writes(
        "closeShipment",
        "Close the count",
        scope="collaborations:write",
        body=shapes.CloseCountInput,
        is_for_anyone=True,
    )
    @action(detail=True, methods=["post"], url_path="close", url_name="close")
    def close_count(self, request: Request, pk: str) -> HttpResponse:
        """Everything is counted: the handover record is made."""
        return self._by_code(counting.close, pk, self.body())

    @writing.writes(
        "loseShipment", "Say that a shipment is lost", scope="collaborations:write", body=shapes.ShipmentReasonInput
    )
    @action(detail=True, methods=["post"])
    def lose(self, request: Request, pk: str) -> HttpResponse:
        """What nobody has counted is written off, and the need lacks it again."""
        return self._done(shipping.lose, pk, reason=self.body().get("reason", ""))

    @writing.writes(
        "returnShipment", "Send a shipment back", scope="collaborations:write", body=shapes.ShipmentReasonInput
    )
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> HttpResponse:
        """It went back to its sender, who still owes it; only while nothing is counted."""
        return self._done(shipping.send_back, pk, reason=self.body().get("reason", ""))

    @writing.writes("cancelShipment", "Cancel a planned shipment", scope="collaborations:write")
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """It is not sent after all; its units stay promised."""
        return self._done(shipping.cancel, pk)

    def _done(self, verb: Any, pk: str, **given: Any) -> HttpResponse:
        return self._answer_shipment(verb(self.key_of(pk), **given, by=self.actor, now=clock.now()))

    def _by_code(self, verb: Any, pk: str, asked: dict[str, Any], **given: Any) -> HttpResponse:
        """The act of a member, or of whoever holds the parcel."""
        code, by = asked.get("code"), self.actor
        if code is not None:
            self.count_hourly("codes")
        row = verb(self.key_of(pk), **given, code=code, by=by, now=clock.now())
        return self._answer_shipment(row, by=counting.holder(row.pk, by=by) if code is not None else by)

    def _answer_shipment(self, row: Shipment, *, status: int = 200, by: actors.Actor | None = None) -> HttpResponse:
        shown = self.prepared(Shipment.objects.filter(pk=row.pk)).get()
        shown.is_opened_by_code = by is not None and by.kind == "code"
        location = f"/v1/shipments/{ids.encode('shipment', row.pk)}" if status == 201 else ""
        body = self._document(shown, by or self.actor)
        return self.answer_written(body, version=shown.version, status=status, location=location)

    def _document(self, row: Any, by: actors.Actor) -> bytes:
        return resource.dumps(self.serializer_class(context={"actor": by}).to_representation(row))


class PackingListViewSet(ReadsShipments, resource.ListViewSet):
    """The packing list, to the sender, as PDF."""

    object_name, model, serializer_class = "packing_list", Shipment, shapes.ShipmentSerializer
    renderer_classes = (renderers.Pdf,)
    parameters = ("format",)
    is_single = is_file = True

    def list(self, request: Request, shipment: str) -> HttpResponse:
        """Where to, what is in it, and the code by which it is counted."""
        row = self.shipment(shipment)
        if row.sender_id != self.actor.acting_entry or not row.code:
            raise errors.Missing("not_found")
        address = f"{settings.PUBLIC_URL}/kiriman/{shipment}"
        where = Destination.objects.filter(collaboration__agreed_lines__shipment_lines__shipment=row.pk).distinct()
        only = where.first() if where.count() == 1 else None
        made = printing.packing_list(row, list(row.lines.all()), address=address, destination=only)
        return resource.named(self._answer(made), f"daftar-isi-{shipment[4:]}.pdf")


class HandoverRecordViewSet(ReadsShipments, resource.ListViewSet):
    """The handover record (BAST) of a counted shipment, to both sides, as JSON or PDF."""

    object_name, model, serializer_class = "handover_record", HandoverRecord, shapes.HandoverRecordSerializer
    renderer_classes = (renderers.Json, renderers.Pdf)
    parameters = ("format",)
    is_single = True

    def list(self, request: Request, shipment: str) -> HttpResponse:
        """The record; 404 before the count is closed."""
        row = self.shipment(shipment)
        record = HandoverRecord.objects.select_related("user").filter(shipment=row.pk).first()
        if record is None:
            raise errors.Missing("not_found")
        name = record.user.name if record.user else None
        if isinstance(request.accepted_renderer, renderers.Pdf):
            made = printing.handover_record(record, counted_by=name or "pemegang kode paket")
            return resource.named(self._answer(made), f"bast-{shipment[4:]}.pdf")
        told = {**record.data, "object": self.object_name, "counted_by_name": name}
        return self.answer_value({**told, "sha256": bytes(record.digest).hex()})


class DestinationViewSet(writing.Writes, resource.ListViewSet):
    """Where deliveries of a request go."""

    object_name, model, serializer_class = "destination", Destination, shapes.DestinationSerializer
    renderer_classes = (renderers.Json,)
    parameters = ("format",)
    is_single = True
    path_pattern = components.public_id("collaboration")["pattern"]
    path_example = "col_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def list(self, request: Request, collaboration: str) -> HttpResponse:
        """To the receiving side always, to the giving side once it is accepted; each such reading is noted."""
        if self.actor.kind == "anonymous":
            raise errors.Forbidden("sign_in_needed")
        row = destinations.read(resource.key_named(collaboration, "collaboration"), by=self.actor, now=clock.now())
        return self.answer_one(resource.dumps(self.serializer_class().to_representation(row)), version=None)

    @writing.writes(
        "putDestination", "Say where deliveries go", scope="collaborations:write", body=shapes.DestinationInput
    )
    def update(self, request: Request, collaboration: str) -> HttpResponse:
        """The receiving side says it before it is accepted, and may change it until the first parcel has left."""
        key = resource.key_named(collaboration, "collaboration")
        return self.answer_row(destinations.give(key, self.body(), by=self.actor, now=clock.now()))
