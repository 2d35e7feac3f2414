"""The page behind the QR code of a packing list: whoever holds the parcel counts what came, with its code alone."""

import functools
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect

from api.pages import page
from api.v1 import resource
from directory import clock, errors, ids
from partners import wording
from partners.accounts.memberships import Membership
from partners.fulfilment import counting, shipments
from partners.fulfilment.counting import FOUND
from partners.fulfilment.shipments import Shipment, ShipmentLine
from partners.wording import Words, chosen

PAGE = 20  # lines in one form: a telephone sends no thousand fields
OPEN_FOR = 2 * 3600  # seconds that a typed code holds in one browser
LABELS = {
    "accepted": Words("Baik", "Good"),
    "damaged": Words("Rusak", "Damaged"),
    "missing": Words("Tidak ada", "Missing"),
    "wrong": Words("Barang lain yang datang", "Something else came"),
    "extra": Words("Lebih dari daftar", "More than listed"),
}


class Parcel(page.Page):
    """A shipment to whoever typed its code, or to those who act for its receiver."""

    template = "pages/parcel.html"
    actions = open_actions = ("open", "count", "close", "leave")
    is_open = True

    @functools.cached_property
    def key(self) -> uuid.UUID:
        """The key in the address; Missing."""
        found: uuid.UUID = resource.key_named(self.kwargs["shipment"], "shipment")
        return found

    def acting_for(self) -> str:
        """The reader's entry that takes the parcel in, if there is one: it needs no code."""
        held = Membership.objects.acting().filter(user=self.person, entry__received_shipments=self.key)
        member = held.select_related("entry").first()
        return ids.encode(member.entry.kind, member.entry_id) if member else ""

    def _row(self) -> Shipment:
        """The parcel as it is now. Missing where nobody can count it, unless this reader has just done so."""
        row = Shipment.objects.select_related("sender", "receiver").filter(pk=self.key).first()
        if row is None or not (row.code or self._has_ended_here or self._is_receiver(row)):
            raise errors.Missing("not_found")
        return row

    def _is_receiver(self, row: Shipment) -> bool:
        return row.status != "planned" and "receiver" in shipments.standing(row, self.actor)

    @property
    def _kept(self) -> str:
        return f"parcel {self.key}"

    @property
    def _has_ended_here(self) -> bool:
        return bool(self.request.session.get(self._kept, {}).get("has_ended"))

    @property
    def _code(self) -> str | None:
        """The code that was typed here, as long as it holds; None without one."""
        kept = self.request.session.get(self._kept, {})
        return kept.get("code") if kept.get("until", 0) > time.time() else None

    def _keep(self, **kept: Any) -> None:
        self.request.session[self._kept] = {**kept, "until": time.time() + OPEN_FOR}

    def context(self) -> dict[str, Any]:
        """The parcel's parties; its lines to whoever may count them or has done so."""
        row = self._row()
        told = {"row": row, "is_planned": row.status == "planned"}
        if row.status not in shipments.UNDERWAY and not told["is_planned"]:
            return {**told, "status": wording.term("shipment_status", row.status), "done": _lines(row.pk)}
        if told["is_planned"] or not self._may_count(row):
            return told
        waiting = [line for line in _lines(row.pk) if line.uncounted]
        return {
            **told,
            "is_open": True,
            "has_code": self._code is not None,
            "lines": [self._asked(line, row) for line in waiting[:PAGE]],
            "later": len(waiting) - PAGE,
            "left": sum(line.uncounted for line in waiting),
            "done": [line for line in _lines(row.pk) if line.quantity > line.uncounted or line.extra],
        }

    def _may_count(self, row: Shipment) -> bool:
        """Whether the reader has the right; a code that was replaced meanwhile is forgotten."""
        if self._is_receiver(row):
            return True
        if self._code is None:
            return False
        try:
            with transaction.atomic():
                counting.opened_by(self.key, self._code, by=self.actor)
        except errors.Conflict as refusal:
            errors.settle(refusal)
            self.request.session.pop(self._kept, None)
            return False
        return True

    def _asked(self, line: ShipmentLine, row: Shipment) -> dict[str, Any]:
        """One line with its fields, filled with what was sent where that was refused."""
        public = ids.encode("shipment_line", line.pk)
        sent = self.request.POST if self.request.POST.get("version") == str(row.version) else {}
        fields = [
            {"name": f"{name}-{public}", "label": LABELS[name], "value": sent.get(f"{name}-{public}", "")}
            for name in FOUND
        ]
        is_open = any(one["value"] for one in fields) or bool(sent.get(f"note-{public}"))
        more = {"note": sent.get(f"note-{public}", ""), "is_all": f"all-{public}" in sent, "is_open": is_open}
        return {"id": public, "row": line, "unit": _unit(line), "fields": fields, **more}

    def open(self) -> HttpResponse:
        """Type the code; a wrong one counts."""
        code = self.given("code", most=20)
        self.count_hourly("codes")
        with transaction.atomic():
            counting.opened_by(self.key, code, by=self.actor)
        self._keep(code=code)
        return HttpResponseRedirect(self.request.path)

    def count(self) -> HttpResponse:
        """Write down one go. `version` says what the reader had before them: a form that is sent twice counts once."""
        found = dict(one for public in self.request.POST.getlist("line")[:PAGE] if (one := self._found(public)))
        if not found:
            return self.show(status=400, refusal=chosen("Isilah dahulu jumlahnya.", "First say how many."))
        version = self.given_number("version")
        return self._by_right(counting.count, "Hitungan dicatat.", "The count is noted.", found=found, version=version)

    def _by_right(self, verb: Callable[..., Shipment], indonesian: str, english: str, **given: Any) -> HttpResponse:
        """Do it as the receiver, or with the code that was typed; without either ask for the code."""
        row = self._row()
        if not self._may_count(row):
            return self.show(status=403, refusal=chosen("Ketik dahulu kodenya.", "First type the code."))
        code = None if self._is_receiver(row) else self._code
        done = verb(self.key, **given, by=self.actor, now=clock.now(), code=code)
        if done.status in shipments.ENDED:
            self._keep(has_ended=True)
        return self.done(indonesian, english)

    def _found(self, public: str) -> tuple[uuid.UUID, dict[str, Any]] | None:
        """What was sent of a line; None where that is nothing."""
        counted: dict[str, Any] = {name: self.given_number(f"{name}-{public}") for name in FOUND}
        if f"all-{public}" in self.request.POST:
            counted["accepted"] = self.given_number(f"all-{public}")
        if not any(counted.values()):
            return None
        return resource.key_named(public, "shipment_line"), {**counted, "note": self.given(f"note-{public}")}

    def close(self) -> HttpResponse:
        """Everything is counted: the handover is recorded."""
        thanks = ("Terima kasih. Penerimaan sudah dicatat.", "Thank you. The receipt is recorded.")
        return self._by_right(counting.close, *thanks)

    def leave(self) -> HttpResponse:
        """Forget the code in this browser."""
        self.request.session.pop(self._kept, None)
        return HttpResponseRedirect(self.request.path)


def _lines(key: uuid.UUID) -> QuerySet[ShipmentLine]:
    return ShipmentLine.objects.filter(shipment=key).select_related("agreed_line__term_line").order_by("pk")


def _unit(line: ShipmentLine) -> str:
    return str(wording.term("line_unit", line.agreed_line.term_line.unit)).lower()
