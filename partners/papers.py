"""Papers in PDF: what all of them are made of."""

import datetime
import io
from collections.abc import Iterable
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors, pagesizes, styles
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

STYLES = styles.getSampleStyleSheet()
QR_SIZE = 34 * mm
_MONTHS: tuple[str, ...] = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli")
_MONTHS += ("Agustus", "September", "Oktober", "November", "Desember")
JAKARTA = datetime.timezone(datetime.timedelta(hours=7), "WIB")


def day(moment: datetime.datetime) -> str:
    """A date as it is written in Indonesian, in Jakarta's time."""
    local = moment.astimezone(JAKARTA)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def document(title: str, parts: list[Flowable]) -> bytes:
    """A PDF of A4 pages."""
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


def heading(text: str) -> Flowable:
    """The name of a paper."""
    return Paragraph(escape(text), STYLES["Heading1"])


def text(markup: str) -> Flowable:
    """A paragraph; `markup` is escaped by the caller, who may write <b>."""
    return Paragraph(markup, STYLES["Normal"])


def table(head: list[str], rows: Iterable[list[str]], *, widths: list[int]) -> Flowable:
    """A table that goes on over pages; widths in millimetres."""
    wrapped = [[text(escape(cell)) for cell in row] for row in rows]
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


def qr(text: str) -> Flowable:
    """A QR code."""
    code = QrCodeWidget(text)
    left, bottom, right, top = code.getBounds()
    drawing = Drawing(QR_SIZE, QR_SIZE, transform=[QR_SIZE / (right - left), 0, 0, QR_SIZE / (top - bottom), 0, 0])
    drawing.add(code)
    return drawing
