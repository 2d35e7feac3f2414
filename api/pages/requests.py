"""Requests on a telephone: the inbox of an entry, and one request with its terms, its past and what can be done now."""

import functools
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from api.pages import page
from api.v1 import happenings, resource
from directory import clock, errors, ids, journal
from directory.entries.entries import Entry
from partners import machine, wording
from partners.collaborations import collaborations, guards, moves, threads, timeline, waitlist
from partners.collaborations.collaborations import LIVE, Collaboration, side_of
from partners.collaborations.transitions import TABLE
from partners.deliveries.catalogue import EVENTS
from partners.fulfilment import destinations
from partners.fulfilment.destinations import FIELDS, Destination
from partners.fulfilment.shipments import Shipment
from partners.models import Message
from partners.wording import Words, chosen

MOST = 50  # of each list
MOST_PAST = 100  # of what happened, the newest
DECISIONS = {
    "accept": Words("Terima", "Accept"),
    "counter": Words("Usulkan ketentuan lain", "Propose other terms"),
    "decline": Words("Tolak", "Decline"),
    "withdraw": Words("Tarik kembali", "Withdraw"),
}
DESTINATION = {
    "recipient_name": Words("Nama penerima", "Recipient"),
    "phone": Words("Telepon", "Telephone"),
    "address": Words("Alamat", "Address"),
    "district": Words("Kecamatan", "District"),
    "postal_code": Words("Kode pos", "Postal code"),
    "landmark": Words("Patokan", "Landmark"),
    "hours": Words("Jam buka", "Opening hours"),
}


class Inbox(page.Page):
    """The requests of an entry: those that wait for its answer, the others that go on, and those that ended."""

    template = "pages/requests.html"

    def context(self) -> dict[str, Any]:
        """Three lists, the most urgent first."""
        rows = Collaboration.objects.visible_to(self.actor).select_related("initiator", "counterparty")
        rows = rows.filter(Q(initiator=self.entry) | Q(counterparty=self.entry))
        waiting, live = rows.awaiting(self.entry.pk), rows.filter(status__in=LIVE)
        groups = [
            (Words("Menunggu jawaban Anda", "Waiting for your answer"), waiting.order_by("due_at", "pk")),
            (
                Words("Berjalan", "Under way"),
                live.exclude(pk__in=waiting.values("pk")).order_by(F("due_at").asc(nulls_last=True), "pk"),
            ),
            (Words("Selesai", "Ended"), rows.exclude(status__in=LIVE).order_by("-ended_at", "pk")),
        ]
        return {
            "entry": self.entry,
            "entry_id": self.kwargs["entry"],
            "groups": [(words, self._lines(found)) for words, found in groups],
        }

    def _lines(self, rows: QuerySet[Any]) -> list[dict[str, Any]]:
        found = list(rows[:MOST])
        unread = timeline.unread_counts([row.pk for row in found], self.actor)
        return [
            {
                "row": row,
                "id": ids.encode("collaboration", row.pk),
                "other": row.counterparty if side_of(row, self.actor) == "initiator" else row.initiator,
                "status": wording.term("collaboration_status", row.status),
                "unread": unread.get(row.pk, 0),
            }
            for row in found
        ]


class Request(page.Page):
    """One request, to those who act for one of its sides."""

    template = "pages/request.html"
    actions = (
        "accept",
        "wait",
        "take",
        "counter",
        "decline",
        "withdraw",
        "write",
        "give_destination",
        "see_destination",
    )

    @property
    def key(self) -> Any:
        """The key in the address; Missing."""
        return resource.key_named(self.kwargs["collaboration"], "collaboration")

    @functools.cached_property
    def row(self) -> Any:
        """The request with all that the page reads; Missing for who acts for neither side."""
        row = guards.prepared(Collaboration.objects.visible_to(self.actor)).filter(pk=self.key).first()
        if row is None or not side_of(row, self.actor):
            raise errors.Missing("not_found")
        return row

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The request as it is now, also after a verb that was refused."""
        self.__dict__.pop("row", None)
        return super().show(status=status, **more)

    def context(self) -> dict[str, Any]:
        """Terms, deadlines, what can be done and what cannot, where it goes, and the past."""
        row, now = self.row, clock.now()
        refusals = {one.name: one.refusal for one in machine.allowed(TABLE, row, by=self.actor, now=now)}
        is_receiver = collaborations.receiver(row) == self.actor.acting_entry
        side = side_of(row, self.actor)
        return {
            "row": row,
            "entry": self.entry,
            "entry_id": self.kwargs["entry"],
            "status": wording.term("collaboration_status", row.status),
            "kind": wording.term("collaboration_kind", row.kind),
            "other": row.counterparty if side == "initiator" else row.initiator,
            "other_id": self._id_of(row.counterparty if side == "initiator" else row.initiator),
            "is_giver": not is_receiver,
            "is_awaited": row.awaiting == side,
            "terms": guards.latest(row),
            "lines": [self._line(line) for line in guards.lines_of(row)],
            "agreed": [(line, _unit(line.term_line)) for line in row.agreed],
            "deadlines": [(wording.term("collaboration_deadline", one.name), one) for one in row.waiting_deadlines],
            "can": {name for name, refusal in refusals.items() if refusal is None},
            "cannot": [
                (DECISIONS[name], self._said(refusal))
                for name, refusal in refusals.items()
                if name in DECISIONS and refusal is not None and row.status == "pending"
            ],
            "reasons": wording.labelled(Collaboration._meta.get_field("reason_code").choices or ()),
            "reason": wording.term("collaboration_refusal", row.reason_code) if row.reason_code else "",
            "outcome": wording.term("outcome", row.outcome) if row.outcome else "",
            "parcels": _parcels(row),
            "past": self._past(row),
            **self._where(row, is_receiver=is_receiver),
        }

    @staticmethod
    def _id_of(entry: Entry) -> str:
        return ids.encode(entry.kind, entry.pk)

    def _line(self, line: Any) -> dict[str, Any]:
        typed = self.request.POST.get(f"line-{line.number}")
        return {"row": line, "unit": _unit(line), "value": line.quantity if typed is None else typed}

    def _where(self, row: Any, *, is_receiver: bool) -> dict[str, Any]:
        """The destination: to the receiving side as it stands, with the form; the giving side asks for it."""
        can_give = is_receiver and row.status in destinations.OPEN
        held = Destination.objects.filter(collaboration=row.pk).first() if is_receiver else None
        fields = [
            {"name": name, "label": words, "value": self.request.POST.get(name, getattr(held, name, ""))}
            for name, words in DESTINATION.items()
        ]
        can_see = not is_receiver and row.status in destinations.SHOWN
        return {
            "has_destination": held is not None,
            "destination_fields": fields if can_give else [],
            "can_see": can_see,
        }

    def _past(self, row: Any) -> list[dict[str, Any]]:
        """The newest of what happened, with what was written."""
        events = list(timeline.items(row, self.actor).order_by("-pk")[:MOST_PAST])
        messages = {one.event_id: one for one in Message.objects.filter(event__in=[event.pk for event in events])}
        return [
            {
                "event": event,
                "who": self._who(event),
                "said": chosen(*EVENTS[event.type]),
                "message": messages.get(event.pk),
            }
            for event in events
            if event.type in EVENTS
        ]

    def _who(self, event: journal.Event) -> str:
        if event.acting_entry_id is None:
            return "Mitra Pustaka"
        return self.entry.name if event.acting_entry_id in self._own else chosen("Pihak lain", "The other side")

    @functools.cached_property
    def _own(self) -> Collection[Any]:
        """The reader's entry, and those that were merged into it."""
        return happenings.public_ids({self.entry.pk})

    def accept(self) -> HttpResponse:
        """Accept the terms that were shown, whole or in part."""
        granted = {number: quantity for number, quantity in self._quantities().items() if quantity}
        if not granted:
            return self.show(status=400, refusal=chosen("Isilah jumlahnya, atau tolak.", "Say how many, or decline."))
        revision = self.given_number("revision")
        moves.accept(self.key, revision=revision, lines=granted, by=self.actor, now=clock.now())
        return self.done("Permintaan diterima.", "The request is accepted.")

    def wait(self) -> HttpResponse:
        """Accept the terms that were shown for when there is enough."""
        waitlist.wait(self.key, revision=self.given_number("revision"), by=self.actor, now=clock.now())
        return self.done("Permintaan masuk antrean.", "The request waits in line.")

    def take(self) -> HttpResponse:
        """Take what came back and is held."""
        waitlist.take(self.key, by=self.actor, now=clock.now())
        return self.done("Diambil. Kerja sama mulai berjalan.", "Taken. The collaboration begins.")

    def counter(self) -> HttpResponse:
        """Propose other quantities, or a line in words where there was none."""
        lines: list[Mapping[str, Any]] = [
            {"number": number, "quantity": quantity} for number, quantity in self._quantities().items() if quantity
        ]
        if title := self.given("title", most=300):
            lines.append({"title": title, "quantity": max(1, self.given_number("quantity"))})
        values = {"lines": lines, "is_inquiry": not lines, "message": self.given("message", most=2000)}
        moves.counter(self.key, values, by=self.actor, now=clock.now())
        return self.done("Usulan Anda dikirim.", "Your proposal is sent.")

    def decline(self) -> HttpResponse:
        """Say no, and why."""
        reason, note = self.given_code("reason", "collaboration_refusal"), self.given("note")
        moves.decline(self.key, reason_code=reason, note=note, by=self.actor, now=clock.now())
        return self.done("Permintaan ditolak.", "The request is declined.")

    def withdraw(self) -> HttpResponse:
        """Take one's own back."""
        moves.withdraw(self.key, note=self.given("note"), by=self.actor, now=clock.now())
        return self.done("Permintaan ditarik kembali.", "The request is withdrawn.")

    def write(self) -> HttpResponse:
        """Write to the other side."""
        text = self.given("text", most=threads.LONGEST)
        if not text:
            return self.show(status=400, refusal=chosen("Tulislah pesannya.", "Write the message first."))
        threads.post(self.key, text, by=self.actor, now=clock.now())
        return self.done("Pesan dikirim.", "The message is sent.")

    def give_destination(self) -> HttpResponse:
        """Say where it goes."""
        values = {name: self.given(name, most=Destination._meta.get_field(name).max_length or 0) for name in FIELDS}
        for name in ("recipient_name", "address"):
            if not values[name]:
                raise errors.Invalid("required_member", value=str(DESTINATION[name]))
        destinations.give(self.key, values, by=self.actor, now=clock.now())
        return self.done("Alamat tujuan disimpan.", "The destination is saved.")

    def see_destination(self) -> HttpResponse:
        """Read where it goes; that is noted."""
        found = destinations.read(self.key, by=self.actor, now=clock.now())
        told = [(words, getattr(found, name)) for name, words in DESTINATION.items() if getattr(found, name)]
        return self.show(destination=told)

    def _quantities(self) -> dict[int, int]:
        """What was typed for each line of the terms that stand now."""
        return {line.number: self.given_number(f"line-{line.number}") for line in guards.lines_of(self.row)}


def _unit(line: Any) -> str:
    return str(wording.term("line_unit", line.unit)).lower()


def _parcels(row: Any) -> list[dict[str, Any]]:
    """The shipments that carry something of it, once they have left."""
    rows = Shipment.objects.filter(lines__agreed_line__collaboration=row.pk).exclude(status="planned").distinct()
    return [
        {
            "address": reverse("parcel", args=[ids.encode("shipment", one.pk)]),
            "status": wording.term("shipment_status", one.status),
            "row": one,
        }
        for one in rows.order_by("-pk")[:MOST]
    ]
