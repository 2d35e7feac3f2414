"""Letters to entries that nobody acts for yet: a request is then an invitation, which its sender prints or sends on.

We mail nobody here: whoever asks hands it over, and its code shows without an account what is asked and by whom.
"""

import datetime
import secrets
import uuid
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from directory import actors, errors, ids, vocabularies
from directory.entries import entries
from partners import papers, school_days
from partners.accounts.memberships import Membership
from partners.collaborations import deadlines, guards
from partners.collaborations.collaborations import Collaboration
from partners.collaborations.deadlines import ANSWER_DAYS, INVITED_FOR
from partners.trust import claims
from partners.trust.claims import Claim

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else
LENGTH = 12  # 59 bits
MOST_OPEN = 50  # letters of one entry, and as many in a day
MOST_LINES = 12  # on its one page
LONGEST_MESSAGE = 600
MOST_WAITED = 3 * INVITED_FOR  # for somebody whose claim is still open
UNCHECKED = ("provisional", "suspended")


class Letter(NamedTuple):
    """What the sender hands over: where it leads, and the words to send along."""

    row: Collaboration
    link: str
    text: str
    whatsapp: str


def has_people(entry: uuid.UUID) -> bool:
    """Whether somebody acts for an entry."""
    return Membership.objects.acting().filter(entry=entry).exists()


def begin(row: Collaboration, *, now: datetime.datetime) -> str:
    """The code of a request that is being sent, where nobody acts for who is asked; "" for all others.

    One entry sends another one letter at a time. Raises Conflict `already_asked`, `too_many_invitations`.
    """
    if has_people(row.counterparty_id):
        return ""
    others = Collaboration.objects.filter(initiator=row.initiator_id).exclude(letter_code="").exclude(pk=row.pk)
    rival = others.filter(counterparty=row.counterparty_id, status="pending").order_by("pk").first()
    if rival is not None:
        raise errors.Conflict("already_asked", collaboration=ids.encode("collaboration", rival.pk))
    today = others.filter(submitted_at__gt=now - datetime.timedelta(days=1))
    if others.filter(status="pending").count() >= MOST_OPEN or today.count() >= MOST_OPEN:
        raise errors.Conflict("too_many_invitations", most=MOST_OPEN)
    return row.letter_code or "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def of(key: uuid.UUID, *, by: actors.Actor) -> Letter:
    """The letter of a request, to the side that sends it. Missing for what is no invitation that waits for an answer.

    Forbidden `claim_undecided` before the claim to the sending entry is decided: it would speak in its name to others.
    """
    row = guards.prepared(Collaboration.objects.visible_to(by)).filter(pk=key).first()
    if row is None or row.initiator_id != by.acting_entry or not is_open(row):
        raise errors.Missing("not_found")
    if by.is_provisional:
        raise errors.Forbidden("claim_undecided")
    link = f"{settings.PUBLIC_URL}/undangan?kode={row.letter_code}"  # in the query, which no log keeps
    text = (
        f"Untuk {row.counterparty.name}: {row.initiator.name} {_verb(row)} {row.subject} lewat Mitra Pustaka."
        f" Lihat dan jawab sebelum {papers.day(row.due_at)}: {link}"
    )
    return Letter(row, link, text, f"https://wa.me/?text={quote(text)}")


def is_open(row: Collaboration) -> bool:
    """Whether a request is an invitation that can still be answered."""
    return bool(row.letter_code) and row.status == "pending"


def opened_by(code: str, *, now: datetime.datetime) -> Collaboration | None:
    """The invitation of a code, with its terms and both entries; None where there is none, or it has ended."""
    plain = "".join(character for character in code.upper() if character in ALPHABET)
    if len(plain) != LENGTH:
        return None
    sent = Collaboration.objects.filter(letter_code=plain, status="pending", due_at__gt=now)
    seen = sent.filter(initiator__status__in=entries.SEEN, counterparty__status__in=entries.SEEN)
    row: Collaboration | None = guards.prepared(seen.exclude(initiator__trust_level__in=UNCHECKED)).first()
    return row


def wait(row: Collaboration, *, now: datetime.datetime) -> bool:
    """Let an invitation, which the caller has locked and would let expire, wait on: for a claim to be decided, or for
    who has just come. False where nobody comes, or a day that the terms name is near.
    """
    until = _wait_until(row, now=now) if is_open(row) else None
    if until is not None:
        row.due_at = deadlines.replace(row, {"expire": until})
        row.save(update_fields=["due_at"])
    return until is not None


def _wait_until(row: Collaboration, *, now: datetime.datetime) -> datetime.datetime | None:
    terms = guards.latest(row)
    named = [day for day in (terms.starts_on, terms.needed_by) if day is not None]
    if any(day <= now.date() + datetime.timedelta(days=2) for day in named):
        return None
    first = Membership.objects.acting().filter(entry=row.counterparty_id).order_by("created_at").first()
    if first is not None:
        until = school_days.after(first.created_at, days=ANSWER_DAYS)
        return until if until > now else None
    is_claimed = Claim.objects.filter(entry=row.counterparty_id, status__in=claims.LIVE).exists()
    is_early = row.submitted_at is not None and now < row.submitted_at + MOST_WAITED
    return now + claims.UNANSWERED if is_claimed and is_early else None


def printed(letter: Letter) -> bytes:
    """The letter as a PDF of one page."""
    row = letter.row
    lines = guards.lines_of(row)
    shown = [[str(n), line.title[:100], str(line.quantity), _unit(line.unit)] for n, line in enumerate(lines, start=1)]
    message = guards.latest(row).message[:LONGEST_MESSAGE]
    parts: list[Flowable] = [
        papers.heading("Undangan Kerja Sama"),
        papers.text(papers.day(row.updated_at)),
        Spacer(1, 4 * mm),
        papers.text(f"Kepada <b>{escape(row.counterparty.name)}</b>"),
        papers.text(escape(row.counterparty.address[:300])),
        Spacer(1, 4 * mm),
        papers.text(f"<b>{escape(row.initiator.name)}</b> {_verb(row)}: <b>{escape(row.subject)}</b>."),
        Spacer(1, 3 * mm),
    ]
    if shown:
        parts += [papers.table(["No.", "Judul", "Jumlah", "Satuan"], shown[:MOST_LINES], widths=[12, 110, 24, 30])]
    if len(shown) > MOST_LINES:
        parts += [papers.text(f"dan {len(shown) - MOST_LINES} baris lagi, di halaman tautan di bawah ini.")]
    if message:
        parts += [Spacer(1, 3 * mm), papers.text(escape(message).replace("\n", "<br/>"))]
    said = [
        papers.text("Lihat tanpa akun, lalu jawab sebagai pengelola lembaga Anda:"),
        papers.text(f"1. Pindai kode QR, atau buka {escape(letter.link)}"),
        papers.text("2. Nyatakan bahwa ini lembaga Anda, dengan surel resmi, surat tugas, atau penjamin."),
        papers.text("3. Terima, tolak, atau usulkan jumlah lain. Sebelum itu tidak ada yang mengikat."),
        papers.text(f"<b>Jawablah sebelum {papers.day(row.due_at or row.updated_at)}.</b>"),
    ]
    parts += [Spacer(1, 6 * mm), Table([[papers.qr(letter.link), said]], colWidths=[papers.QR_SIZE + 4 * mm, 130 * mm])]
    about = "Mitra Pustaka adalah direktori mitra perpustakaan sekolah. Layanan ini tidak memungut biaya apa pun."
    return papers.document("Undangan kerja sama", [*parts, Spacer(1, 6 * mm), papers.text(about)])


def _verb(row: Any) -> str:
    return "menawarkan kepada Anda" if row.initiator_gives else "meminta bantuan Anda"


def _unit(code: str) -> str:
    return next(term.id for term in vocabularies.VOCABULARIES["line_unit"] if term.code == code)
