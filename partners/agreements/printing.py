"""An agreement as PDF."""

from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from partners import papers
from partners.agreements.agreements import Agreement


def deed(row: Agreement, *, address: str) -> bytes:
    """The text as it is hashed, who signed it, and the address at which anybody verifies the hash."""
    title, *rest = row.text.splitlines()
    parts: list[Flowable] = [papers.heading(title)]
    parts += [papers.text(escape(line)) if line else Spacer(1, 4 * mm) for line in rest]
    parts.append(Spacer(1, 8 * mm))
    for signature in row.signatures.all():
        name, entry = escape(signature.user.name or "-"), escape(signature.entry.name)
        parts.append(papers.text(f"Ditandatangani {papers.day(signature.at)} oleh <b>{name}</b> untuk {entry}"))
    if row.voided_at:
        parts.append(papers.text("<b>Tidak berlaku lagi.</b>"))
    parts += [
        papers.text("Tanda tangan elektronik tidak tersertifikasi."),
        Spacer(1, 4 * mm),
        Paragraph(f"SHA-256 {row.sha256}", papers.STYLES["Code"]),
        papers.text(escape(address)),
        papers.qr(address),
    ]
    return papers.document(title, parts)
