"""Papers in PDF: packing list with code and QR, handover record to be signed, certificate of a training."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from directory import ids, vocabularies
from partners import papers
from partners.fulfilment.destinations import Destination
from partners.fulfilment.handovers import HandoverRecord
from partners.fulfilment.sessions import Attendee, Session
from partners.fulfilment.shipments import Shipment, ShipmentLine


def packing_list(
    row: Shipment, lines: Sequence[ShipmentLine], *, address: str, destination: Destination | None
) -> bytes:
    """The PDF that goes into the parcel: where to, what is in it, and how to count it at `address` with the code."""
    shown = f"{row.code[:4]}-{row.code[4:]}"
    parts: list[Flowable] = [
        papers.heading("Daftar Isi Paket"),
        papers.text(f"<b>Dari:</b> {escape(row.sender.name)}"),
        papers.text(f"<b>Kepada:</b> {escape(row.receiver.name)}"),
        *_destination(destination),
        papers.text(_way(row)),
        Spacer(1, 4 * mm),
        papers.table(
            ["No.", "Judul", "Jumlah", "Satuan"],
            [[str(n), _what(line), str(line.quantity), _unit(line)] for n, line in enumerate(lines, start=1)],
            widths=[12, 110, 24, 30],
        ),
        Spacer(1, 6 * mm),
        Table(
            [
                [
                    papers.qr(address),
                    [
                        papers.text("Hitung isi paket ini bersama-sama, lalu catat hasilnya tanpa perlu akun:"),
                        papers.text(f"1. Pindai kode QR, atau buka {escape(address)}"),
                        papers.text("2. Ketik kode ini:"),
                        Paragraph(f"<b>{shown}</b>", papers.STYLES["Title"]),
                    ],
                ]
            ],
            colWidths=[papers.QR_SIZE + 4 * mm, 130 * mm],
        ),
    ]
    return papers.document("Daftar isi paket", parts)


def handover_record(record: HandoverRecord, *, counted_by: str) -> bytes:
    """The PDF of a handover record, with room for both signatures."""
    data = record.data
    rows = [
        [
            str(number),
            line["title"] + (f" ({line['isbn']})" if line["isbn"] else ""),
            *(str(line[name]) for name in ("sent", "accepted", "damaged", "missing", "wrong", "extra")),
        ]
        for number, line in enumerate(data["lines"], start=1)
    ]
    parts: list[Flowable] = [
        papers.heading("Berita Acara Serah Terima"),
        papers.text(f"Nomor: {data['shipment']}"),
        papers.text(
            f"Pada {papers.day(record.at)}, telah diserahterimakan dari <b>{escape(data['sender']['name'])}</b> kepada"
        ),
        papers.text(f"<b>{escape(data['receiver']['name'])}</b>:"),
        Spacer(1, 4 * mm),
        papers.table(
            ["No.", "Judul", "Dikirim", "Diterima", "Rusak", "Kurang", "Keliru", "Lebih"],
            rows,
            widths=[10, 74, 17, 18, 15, 16, 15, 14],
        ),
        Spacer(1, 3 * mm),
    ]
    if data["value"] is not None:
        parts.append(papers.text(f"Nilai yang diterima: Rp{data['value']:,}".replace(",", ".")))
    parts += [
        papers.text(f"Dihitung oleh: {escape(counted_by)}"),
        Spacer(1, 12 * mm),
        Table([["Yang menyerahkan,", "Yang menerima,"], ["", ""], ["(........................)"] * 2], [85 * mm] * 2),
        Spacer(1, 6 * mm),
        Paragraph(f"SHA-256 {bytes(record.digest).hex()}", papers.STYLES["Code"]),
    ]
    return papers.document("Berita acara serah terima", parts)


def _destination(found: Destination | None) -> list[Flowable]:
    if found is None:
        return []
    where = ", ".join(part for part in (found.address, found.district, found.postal_code) if part)
    told = [f"u.p. {found.recipient_name}, {found.phone}".rstrip(", "), where, found.landmark, found.hours]
    return [papers.text(escape(line)) for line in told if line]


def _way(row: Shipment) -> str:
    labels = {term.code: term.id for term in vocabularies.VOCABULARIES["transport_method"]}
    parts = [labels.get(row.method, ""), row.courier, row.tracking_number]
    return "<b>Pengiriman:</b> " + (escape(", ".join(part for part in parts if part)) or "-")


def _what(line: ShipmentLine) -> str:
    return str(line.agreed_line.term_line.title)


def _unit(line: Any) -> str:
    labels = {term.code: term.id for term in vocabularies.VOCABULARIES["line_unit"]}
    return labels[line.agreed_line.term_line.unit]


def certificate(session: Session, attendee: Attendee) -> bytes:
    """The certificate of one attendee of a training that was held."""
    line = session.agreed_line
    request = line.collaboration
    giver = request.initiator if request.initiator_gives else request.counterparty
    hours = (session.ends_at - session.starts_at).total_seconds() / 3600
    parts: list[Flowable] = [
        Spacer(1, 30 * mm),
        papers.heading("Sertifikat"),
        papers.text("diberikan kepada"),
        Paragraph(f"<b>{escape(attendee.name)}</b>", papers.STYLES["Title"]),
        papers.text(f"yang telah mengikuti pelatihan <b>{escape(line.term_line.title)}</b>"),
        papers.text(f"pada {papers.day(session.starts_at)}, selama {f'{hours:.1f}'.replace('.', ',')} jam,"),
        papers.text(f"yang dibawakan oleh <b>{escape(giver.name)}</b>."),
        Spacer(1, 10 * mm),
        papers.text(f"Nomor: {ids.encode('attendee', attendee.pk)}"),
    ]
    return papers.document("Sertifikat", parts)
