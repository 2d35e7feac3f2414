"""The page of a claim: its evidence, and the decisions that its table allows."""

import functools
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views import View

from api.desk import page, site
from api.desk.entry import facts
from api.desk.page import Field, Form, Table
from api.desk.queue import label
from directory import clock, errors, ids
from partners import machine
from partners.trust import claim_moves, proofs
from partners.trust.claim_table import TABLE
from partners.trust.claims import Claim
from partners.trust.evidence import EvidenceFile


class ClaimPage(page.Page):
    """A claim with its evidence."""

    object_names = ("claim",)
    actions = ("accept", "decline", "suspend", "issue_letter_code")

    @functools.cached_property
    def row(self) -> Claim:
        """The claim, if it lies in the moderator's regions."""
        row = Claim.objects.as_seen_by(self.actor).select_related("entry__region", "user").filter(pk=self.key).first()
        if row is None or not self.actor.moderates(row.entry.region_id):
            raise errors.Missing("not_found")
        return row

    def title(self) -> str:
        """Which entry is claimed."""
        return f"Klaim: {self.row.entry.name}"

    def tables(self) -> Sequence[Table]:
        """The claim, its evidence, and the entry."""
        row = self.row
        claim = [
            ("Pengklaim", f"{row.user.name} <{row.user.email}>"),
            ("Status", label("claim_status", row.status)),
            ("Diperebutkan", "ya" if row.is_contested else "tidak"),  # type: ignore[attr-defined]
            ("Pernyataan", row.statement),
            ("Diajukan", f"{row.created_at:%d-%m-%Y %H:%M}"),
            ("Diam memutuskan pada", f"{row.due_at:%d-%m-%Y}" if row.due_at else "tidak ada"),
        ]
        evidence = [
            (
                label("evidence_kind", one.kind),
                label("evidence_state", one.state),
                one.what,
                f"{one.created_at:%d-%m-%Y}",
            )
            for one in row.evidence.order_by("pk")  # type: ignore[attr-defined]
        ]
        return (
            Table("Klaim", claim),
            Table("Bukti", evidence, ("Jenis", "Keadaan", "Apa", "Sejak")),
            Table("Entri", list(facts(row.entry).items())),
        )

    def links(self) -> Sequence[tuple[str, str]]:
        """The letter, where one was handed in, and the entry."""
        row, entry = self.kwargs["reference"], self.row.entry
        has_letter = EvidenceFile.objects.filter(evidence__claim=self.key).exclude(evidence__state="replaced").exists()
        letter = [("Unduh surat tugas", reverse("desk:claim_letter", args=[row]))] if has_letter else []
        return [*letter, ("Buka entri", reverse("desk:entry", args=[ids.encode(entry.kind, entry.pk)]))]

    def forms(self) -> Sequence[Form]:
        """What the table of claims lets this moderator do now."""
        given = self.row.evidence.filter(state="given").values_list("kind", flat=True)  # type: ignore[attr-defined]
        kinds = [(kind, label("evidence_kind", kind)) for kind in sorted(set(given))]
        reason = Field("reason", "Alasan (dibaca pengklaim)", is_required=True)
        all_forms = (
            Form("accept", "Terima", (Field("checked", "Yang sudah saya periksa", choices=kinds),) if kinds else ()),
            Form("issue_letter_code", "Buat kode untuk surat ke lembaga"),
            Form("suspend", "Tangguhkan", (reason,)),
            Form("decline", "Tolak", (reason,), is_grave=True),
        )
        return [form for form in all_forms if self._is_allowed(form.action)]

    def _is_allowed(self, action: str) -> bool:
        return machine.refusal(TABLE, action, self.row, by=self.actor, now=clock.now()) is None

    def accept(self) -> str:
        """Say yes, to what was looked at."""
        checked = self.request.POST.getlist("checked")
        self.called(claim_moves.accept, self.key, checked=checked)
        return "Klaim diterima."

    def decline(self) -> str:
        """Say no."""
        self.called(claim_moves.decline, self.key, reason=self._reason())
        return "Klaim ditolak."

    def suspend(self) -> str:
        """Stop it until somebody decides."""
        self.called(claim_moves.suspend, self.key, reason=self._reason())
        return "Klaim ditangguhkan."

    def issue_letter_code(self) -> Any:
        """A code for a letter, shown this once."""
        _, code = self.called(proofs.issue_letter_code, self.key)
        return Table("Kode untuk surat: catat sekarang, tidak dapat dilihat lagi", [(f"{code[:4]}-{code[4:]}",)])

    def _reason(self) -> str:
        reason = self.given("reason")
        if not reason:
            raise errors.Invalid("blank_member", value="alasan")
        return reason


class Letter(View):
    """The letter of assignment that a claimant handed in, as a download."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The file: it comes as bytes to be saved, and no browser shows it as a page of this site."""
        shown = ClaimPage()
        shown.setup(request, reference=reference)
        file = proofs.file_of(shown.row.pk, by=site.actor_of(request))
        response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="surat-tugas-{reference[4:]}.{file.type}"'
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> Any:
        """Answer; what the moderator may not see is not there."""
        return page.missing_is_404(lambda: super(Letter, self).dispatch(request, *args, **named))
