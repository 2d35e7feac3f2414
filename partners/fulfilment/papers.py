"""The papers of a shipment as PDF: the packing list with its code and QR, and the handover record to be signed."""

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors, pagesizes, styles
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from directory import vocabularies
from partners.fulfilment.destinations import Destination
from partners.fulfilment.handovers import HandoverRecord
from partners.fulfilment.shipments import Shipment, ShipmentLine

_STYLES = styles.getSampleStyleSheet()
_QR_SIZE = 34 * mm
_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli")
_MONTHS += ("Agustus", "September", "Oktober", "November", "Desember")
JAKARTA = datetime.timezone(datetime.timedelta(hours=7), "WIB")


def packing_list(
    row: Shipment, lines: Sequence[ShipmentLine], *, address: str, destination: Destination | None
) -> bytes:
    """The PDF that goes into the parcel: where to, what is in it, and how to count it at `address` with the code."""
    shown = f"{row.code[:4]}-{row.code[4:]}"
    parts: list[Flowable] = [
        _heading("Daftar Isi Paket"),
        _text(f"<b>Dari:</b> {escape(row.sender.name)}"),
        _text(f"<b>Kepada:</b> {escape(row.receiver.name)}"),
        *_destination(destination),
        _text(_way(row)),
        Spacer(1, 4 * mm),
        _table(
            ["No.", "Judul", "Jumlah", "Satuan"],
            [[str(n), _what(line), str(line.quantity), _unit(line)] for n, line in enumerate(lines, start=1)],
            widths=[12, 110, 24, 30],
        ),
        Spacer(1, 6 * mm),
        Table(
            [
                [
                    _qr(address),
                    [
                        _text("Hitung isi paket ini bersama-sama, lalu catat hasilnya tanpa perlu akun:"),
                        _text(f"1. Pindai kode QR, atau buka {escape(address)}"),
                        _text("2. Ketik kode ini:"),
                        Paragraph(f"<b>{shown}</b>", _STYLES["Title"]),
                    ],
                ]
            ],
            colWidths=[_QR_SIZE + 4 * mm, 130 * mm],
        ),
    ]
    return _document("Daftar isi paket", parts)


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
        _heading("Berita Acara Serah Terima"),
        _text(f"Nomor: {data['shipment']}"),
        _text(f"Pada {day(record.at)}, telah diserahterimakan dari <b>{escape(data['sender']['name'])}</b> kepada"),
        _text(f"<b>{escape(data['receiver']['name'])}</b>:"),
        Spacer(1, 4 * mm),
        _table(
            ["No.", "Judul", "Dikirim", "Diterima", "Rusak", "Kurang", "Keliru", "Lebih"],
            rows,
            widths=[10, 74, 17, 18, 15, 16, 15, 14],
        ),
        Spacer(1, 3 * mm),
    ]
    if data["value"] is not None:
        parts.append(_text(f"Nilai yang diterima: Rp{data['value']:,}".replace(",", ".")))
    parts += [
        _text(f"Dihitung oleh: {escape(counted_by)}"),
        Spacer(1, 12 * mm),
        Table([["Yang menyerahkan,", "Yang menerima,"], ["", ""], ["(........................)"] * 2], [85 * mm] * 2),
        Spacer(1, 6 * mm),
        Paragraph(f"SHA-256 {bytes(record.digest).hex()}", _STYLES["Code"]),
    ]
    return _document("Berita acara serah terima", parts)


def day(moment: datetime.datetime) -> str:
    """A date as it is written in Indonesian, in Jakarta's time."""
    local = moment.astimezone(JAKARTA)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _document(title: str, parts: list[Flowable]) -> bytes:
    written = io.BytesIO()
    margin = 18 * mm
    SimpleDocTemplate(
        written,
        pagesize=pagesizes.A4,
        title=title,
        author="Mitra Pustaka",
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
    ).build(parts)
    return written.getvalue()


def _heading(text: str) -> Flowable:
    return Paragraph(escape(text), _STYLES["Heading1"])


def _text(markup: str) -> Flowable:
    return Paragraph(markup, _STYLES["Normal"])


def _table(head: list[str], rows: Iterable[list[str]], *, widths: list[int]) -> Flowable:
    wrapped = [[_text(escape(cell)) for cell in row] for row in rows]
    made = Table([head, *wrapped], colWidths=[width * mm for width in widths], repeatRows=1)
    made.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("FONTSIZE", (0, 0), (-1, 0), 8),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return made


def _qr(text: str) -> Flowable:
    code = QrCodeWidget(text)
    left, bottom, right, top = code.getBounds()
    drawing = Drawing(_QR_SIZE, _QR_SIZE, transform=[_QR_SIZE / (right - left), 0, 0, _QR_SIZE / (top - bottom), 0, 0])
    drawing.add(code)
    return drawing


def _destination(found: Destination | None) -> list[Flowable]:
    if found is None:
        return []
    where = ", ".join(part for part in (found.address, found.district, found.postal_code) if part)
    told = [f"u.p. {found.recipient_name}, {found.phone}".rstrip(", "), where, found.landmark, found.hours]
    return [_text(escape(line)) for line in told if line]


def _way(row: Shipment) -> str:
    labels = {term.code: term.id for term in vocabularies.VOCABULARIES["transport_method"]}
    parts = [labels.get(row.method, ""), row.courier, row.tracking_number]
    return "<b>Pengiriman:</b> " + (escape(", ".join(part for part in parts if part)) or "-")


def _what(line: ShipmentLine) -> str:
    return str(line.agreed_line.term_line.title)


def _unit(line: Any) -> str:
    labels = {term.code: term.id for term in vocabularies.VOCABULARIES["line_unit"]}
    return labels[line.agreed_line.term_line.unit]
