"""The pages of entries: a pair that may be one, and one entry with all that a moderator can do about it."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from api.desk import page
from api.desk.page import Field, Form, Table
from api.desk.queue import label
from directory import errors, ids
from directory.entries import duplicates, editing, merging
from directory.entries.entries import Entry
from directory.journal import Event
from partners import wording
from partners.trust import merges

REASON = Field("reason", "Alasan")
ACTIONS = {
    "moved": "pindah",
    "added": "ditambahkan",
    "filled": "diisi",
    "removed": "dihapus",
    "left": "ditinggal",
    "restored": "kembali",
}
WHAT = {
    "entry": "entri",
    "entryname": "nama lain",
    "name": "nama lain",
    "identifier": "nomor",
    "contact": "kontak",
    "relation": "hubungan",
    "product": "perangkat lunak",
    "installation": "pemakaian perangkat lunak",
    "library": "perpustakaan",
    "member": "anggota",
    "claim": "klaim",
    "suggestion": "saran",
    "flag": "laporan",
    "duplicate": "kemungkinan duplikat",
    "offer": "penawaran",
    "need": "kebutuhan",
    "collaboration": "permintaan kolaborasi",
    "shipment": "kiriman",
}
PARTS = {
    "name": "nama",
    "place": "tempat",
    "district": "kecamatan",
    "regency": "kabupaten/kota",
    "km": "jarak (km)",
    "form": "bentuk",
    "identifier": "nomor",
}


def lines_of(result: merging.Result) -> Table:
    """What a merge or split would do, line by line."""
    rows = [(called(line.what), ACTIONS[line.action], line.value) for line in result.lines]
    return Table("Pratinjau: belum ada yang berubah", rows, ("Apa", "Menjadi", "Nilai"))


def called(what: str) -> str:
    """What a line of a preview is about: a thing, or a member that is filled (`library.titles`)."""
    return WHAT.get(what) or wording.member(what.rpartition(".")[2]).id


class Merging(page.Page):
    """Pages whose verbs can be seen before they are done."""

    def performed(self, verb: Callable[..., merging.Result], *args: Any, done: str, **values: Any) -> Any:
        """The preview where it was asked for; else what was done."""
        if self.request.POST.get("step") == "preview":
            return lines_of(merging.preview(lambda: self.called(verb, *args, **values)))
        self.called(verb, *args, **values)
        return done


def facts(row: Entry) -> dict[str, Any]:
    """What a moderator compares two entries by."""
    return {
        "Nama": row.name,
        "Nama lain": ", ".join(f"{one.value} ({label('name_type', one.type)})" for one in row.names.all()),  # type: ignore[attr-defined]
        "Jenis": label("kind", row.kind),
        "Status": label("status", row.status),
        "Wilayah": " / ".join(one.name for one in row.region.lineage()) if row.region else "",
        "Alamat": row.address,
        "Nomor": ", ".join(str(one) for one in row.identifiers.filter(retired_at=None)),  # type: ignore[attr-defined]
        "Situs": row.website,
        "Kepercayaan": label("trust_level", row.trust_level),
        "Anggota": row.memberships.filter(ended_at=None).count(),  # type: ignore[attr-defined]
        "Tercatat": f"{row.created_at:%d-%m-%Y}",
        "Id": ids.encode(row.kind, row.pk),
    }


class Pair(Merging):
    """Two entries that may be one, side by side."""

    object_names = ("duplicate",)
    actions = ("merge", "dismiss")

    @functools.cached_property
    def row(self) -> duplicates.Duplicate:
        """The pair, if it lies in the moderator's regions."""
        seen = duplicates.Duplicate.objects.visible_to(self.actor).filter(pk=self.key)
        row = seen.select_related("first__region", "second__region").first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """Both names."""
        return f"{self.row.first.name} / {self.row.second.name}"

    def tables(self) -> Sequence[Table]:
        """Both entries beside each other, and why they are taken for one."""
        one, other = facts(self.row.first), facts(self.row.second)
        told = [(name, one[name], other[name]) for name in one]
        parts = [(PARTS.get(name, name), value) for name, value in self.row.parts.items()]
        return (
            Table("Keduanya", told, ("", "Pertama", "Kedua"), is_compared=True),
            Table(f"Kemiripan {self.row.score:.2f}", parts, ("Bagian", "Nilai")),
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """Both entries."""
        both = (self.row.first, self.row.second)
        return [(f"Buka {one.name}", reverse("desk:entry", args=[ids.encode(one.kind, one.pk)])) for one in both]

    def forms(self) -> Sequence[Form]:
        """Merge in either direction, or say that they are two."""
        if self.row.status != "open":
            return ()
        return (
            Form("merge", "Gabungkan kedua ke pertama", (REASON,), (("stays", "first"),), has_preview=True),
            Form("merge", "Gabungkan pertama ke kedua", (REASON,), (("stays", "second"),), has_preview=True),
            Form("dismiss", "Bukan duplikat", (REASON,)),
        )

    def merge(self) -> Any:
        """Make one entry of the two."""
        pair = (self.row.first_id, self.row.second_id)
        stays, gone = pair if self.given("stays") == "first" else pair[::-1]
        return self.performed(merges.merge, gone, into=stays, reason=self.given("reason"), done="Digabung.")

    def dismiss(self) -> str:
        """Say that they are two."""
        self.called(duplicates.dismiss, self.key, reason=self.given("reason"))
        return "Dicatat: bukan duplikat."


class EntryPage(Merging):
    """One entry of any status with all that a moderator can do about it."""

    object_names = ids.ENTRIES
    actions = ("merge", "unmerge", "split", "unsplit", "close", "reopen", "hide", "show_again")

    @functools.cached_property
    def row(self) -> Entry:
        """The entry, if it lies in the moderator's regions."""
        row = Entry.objects.filter(pk=self.key).select_related("region").first()
        if row is None or not self.actor.moderates(row.region_id):
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """Its name."""
        return self.row.name

    def tables(self) -> Sequence[Table]:
        """The entry, and what happened to it last."""
        events = Event.objects.filter(subject_type=self.row.kind, subject_id=str(self.row.pk))
        told = [
            (f"{one.at:%d-%m-%Y %H:%M}", one.type, one.actor_reference or one.actor_kind, one.reason)
            for one in events.order_by("-position", "-id")[:20]
        ]
        return (
            Table("Entri", list(facts(self.row).items())),
            Table("Kejadian", told, ("Waktu", "Apa", "Oleh", "Alasan")),
        )

    def forms(self) -> Sequence[Form]:
        """What its status lets a moderator do."""
        if self.row.status == "merged":
            return (Form("unmerge", "Batalkan penggabungan", (REASON,), has_preview=True),)
        if self.row.status == "hidden":
            return (Form("show_again", "Tampilkan lagi", (REASON,)),)
        into = Field("into", "Ke entri mana (id atau npsn:...)", is_required=True)
        numbers = self.row.identifiers.filter(retired_at=None)  # type: ignore[attr-defined]
        running = self.row.installations.select_related("product")  # type: ignore[attr-defined]
        parts = (
            Field("name", "Nama entri baru", is_required=True),
            Field("numbers", "Nomor yang pindah", choices=[(str(one), str(one)) for one in numbers]),
            Field(
                "names",
                "Nama lain yang pindah",
                choices=[(f"{one.type}:{one.value}", one.value) for one in self.row.names.all()],  # type: ignore[attr-defined]
            ),
            Field(
                "installations",
                "Perangkat lunak yang pindah",
                choices=[(str(one.pk), one.product.name) for one in running],
            ),
            REASON,
        )
        is_split = Event.objects.filter(pk=self.row.first_event_id, type="entry.split").exists()
        return (
            Form("merge", "Gabungkan", (into, REASON), has_preview=True),
            Form("split", "Pisahkan", parts, has_preview=True),
            *((Form("unsplit", "Batalkan pemisahan", (REASON,), has_preview=True),) if is_split else ()),
            Form("reopen", "Buka kembali", (REASON,))
            if self.row.status == "closed"
            else Form("close", "Tutup", (REASON,)),
            Form("hide", "Sembunyikan", (REASON,), is_grave=True),
        )

    def after(self) -> str:
        """The entry again: there may be more to do."""
        return reverse("desk:entry", args=[self.kwargs["reference"]])

    def merge(self) -> Any:
        """Make it a part of another."""
        into = merging.named(self.given("into"))
        return self.performed(merges.merge, self.row.pk, into=into, reason=self.given("reason"), done="Digabung.")

    def unmerge(self) -> Any:
        """Undo its merge."""
        return self.performed(merges.unmerge, self.row.pk, reason=self.given("reason"), done="Penggabungan dibatalkan.")

    def split(self) -> Any:
        """Make a new entry out of parts of it."""
        sent = self.request.POST
        held = {str(one.pk): one.pk for one in self.row.installations.all()}  # type: ignore[attr-defined]
        return self.performed(
            merges.split,
            self.row.pk,
            name=named(self.given("name")),
            numbers=[_parted(one) for one in sent.getlist("numbers")],
            other_names=[_parted(one) for one in sent.getlist("names")],
            installations=[held[one] for one in sent.getlist("installations") if one in held],
            reason=self.given("reason"),
            done="Dipisahkan.",
        )

    def unsplit(self) -> Any:
        """Undo the split that made it."""
        return self.performed(merges.unsplit, self.row.pk, reason=self.given("reason"), done="Pemisahan dibatalkan.")

    def close(self) -> str:
        """Say that it no longer works."""
        return self._moved(editing.close, "Ditutup.")

    def reopen(self) -> str:
        """Take a closing back."""
        return self._moved(editing.reopen, "Dibuka kembali.")

    def hide(self) -> str:
        """Take it out of sight."""
        return self._moved(editing.hide, "Disembunyikan.")

    def show_again(self) -> str:
        """Bring it back."""
        return self._moved(editing.show, "Ditampilkan lagi.")

    def _moved(self, verb: Callable[..., Any], done: str) -> str:
        self.called(verb, self.row.pk, reason=self.given("reason"))
        return done


def named(text: str) -> str:
    """A name that somebody typed; Invalid `blank_member`, `too_long`."""
    if not any(character.isalnum() for character in text):
        raise errors.Invalid("blank_member", value="nama")
    if len(text) > 300:
        raise errors.Invalid("too_long", value="nama")
    return text


def _parted(text: str) -> tuple[str, str]:
    first, _, rest = text.partition(":")
    return first, rest
