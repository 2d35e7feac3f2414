"""The pages of what people say about entries: suggestions of changes, and flags."""

import functools
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from api.desk import page
from api.desk.entry import facts
from api.desk.page import Field, Form, Table
from api.desk.queue import label
from directory import errors, ids, vocabularies
from directory.entries.entries import Entry
from partners import wording
from partners.trust import flags, suggestions
from partners.trust.flags import Flag
from partners.trust.suggestions import Suggestion

NOTE = Field("note", "Catatan")


def _link(row: Entry | None) -> list[tuple[str, str]]:
    return [("Buka entri", reverse("desk:entry", args=[ids.encode(row.kind, row.pk)]))] if row else []


class SuggestionPage(page.Page):
    """A proposal: what the entry said, what it should say, and why."""

    object_names = ("suggestion",)
    actions = ("accept", "decline")

    @functools.cached_property
    def row(self) -> Suggestion:
        """The suggestion, if it came to this moderator."""
        row = Suggestion.objects.handed_to(self.actor).select_related("entry__region").filter(pk=self.key).first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """Of which entry."""
        return f"Saran: {self.row.entry.name}"

    def tables(self) -> Sequence[Table]:
        """The difference, and the entry. Who proposes it, and their address, does not decide about it."""
        row = self.row
        told = [(wording.called([name]).id, row.before.get(name), value) for name, value in row.changes.items()]
        about = [("Alasan", row.reason), ("Keadaan", label("suggestion_status", row.status))]
        return (
            Table("Perubahan", told, ("Apa", "Ketika diusulkan", "Usulan"), is_compared=True),
            Table("Saran", about),
            Table("Entri", list(facts(row.entry).items())),
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """The entry."""
        return _link(self.row.entry)

    def forms(self) -> Sequence[Form]:
        """Take it over, whole or in part, or leave the entry as it is."""
        if self.row.status != "open":
            return ()
        names = [(name, wording.called([name]).id) for name in self.row.changes]
        why = [(term.code, term.id) for term in vocabularies.VOCABULARIES["decline_reason"]]
        return (
            Form("accept", "Terima (yang dipilih, atau semua)", (Field("fields", "Yang diterima", choices=names),)),
            Form("decline", "Tolak", (Field("reason", "Mengapa", choices=why, is_single=True), NOTE), is_grave=True),
        )

    def accept(self) -> str:
        """Take the values over."""
        self.called(suggestions.accept, self.key, fields=self.request.POST.getlist("fields"))
        return "Saran diterima."

    def decline(self) -> str:
        """Leave the entry as it is."""
        reason = self.given("reason")
        if reason not in vocabularies.codes("decline_reason"):
            raise errors.Invalid("unknown_choice", value="mengapa")
        self.called(suggestions.decline, self.key, reason=reason, note=self.given("note"))
        return "Saran ditolak."


class FlagPage(page.Page):
    """A flag with the others on the same object: they are answered together."""

    object_names = ("flag",)
    actions = ("dismiss", "uphold")

    @functools.cached_property
    def row(self) -> Flag:
        """The flag, if it lies in the moderator's regions."""
        row = Flag.objects.visible_to(self.actor).select_related("entry__region").filter(pk=self.key).first()
        if row is None:
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """About what."""
        return f"Laporan: {self.row.entry.name if self.row.entry else self.row.subject_type}"

    def tables(self) -> Sequence[Table]:
        """Every open word against the object, and the entry it belongs to."""
        rows = Flag.objects.beside(self.row).order_by("pk") if self.row.status == "open" else [self.row]
        told = [
            (
                label("flag_reason", one.reason_code),
                one.note,
                ", ".join(
                    (
                        *(["anggota terverifikasi"] if one.is_of_verified else []),
                        *(["menyembunyikan"] if one.has_hidden else []),
                        f"sejak {one.created_at:%d-%m-%Y}",
                    )
                ),
            )
            for one in rows
        ]
        about = [
            ("Objek", ids.encode(self.row.subject_type, self.row.subject_id)),
            ("Keadaan", label("flag_status", self.row.status)),
        ]
        entry = [Table("Entri", list(facts(self.row.entry).items()))] if self.row.entry else []
        return (
            Table("Laporan", told, ("Mengapa", "Catatan", "Oleh")),
            Table("Tentang", about),
            *entry,
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """The entry."""
        return _link(self.row.entry)

    def forms(self) -> Sequence[Form]:
        """Nothing is wrong, or they are right."""
        if self.row.status != "open":
            return ()
        is_entry = self.row.subject_type in ids.ENTRIES
        right = Form("uphold", "Benar", (NOTE,))
        hide = Form("uphold", "Benar, dan sembunyikan entri", (NOTE,), (("hide", "yes"),), is_grave=True)
        return (Form("dismiss", "Tidak ada masalah", (NOTE,)), right, *((hide,) if is_entry else ()))

    def dismiss(self) -> str:
        """Nothing is wrong."""
        self.called(flags.dismiss, self.key, note=self.given("note"))
        return "Dicatat: tidak ada masalah."

    def uphold(self) -> Any:
        """They are right."""
        self.called(flags.uphold, self.key, note=self.given("note"), hide=self.given("hide") == "yes")
        return "Dicatat: laporan benar."
