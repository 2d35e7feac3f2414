"""The letters of this room: what they say, and to whom they go. Indonesian; one address, one letter at a time."""

import datetime
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from directory import permissions as rules
from directory.entries.entries import Entry
from partners import mail, wording
from partners.accounts import memberships
from partners.trust import links

if TYPE_CHECKING:
    from partners.accounts.users import User
    from partners.trust.suggestions import Suggestion

AT_MOST_EVERY = datetime.timedelta(days=1)  # to the editors of one entry: who floods it fills no mailbox


def placed(entry: Entry) -> str:
    """The name of an entry; one that is nowhere says so, for then it is every moderator's."""
    return entry.name if entry.region_id else f"{entry.name} (tanpa wilayah)"


def editors_of(entry: uuid.UUID) -> "Iterator[User]":
    """Those who act for an entry as editors and whose address is proved."""
    acting = memberships.Membership.objects.acting().filter(entry=entry).in_one_of(rules.EDITORS)
    for row in acting.filter(user__confirmed_at__isnull=False).select_related("user").order_by("pk"):
        yield row.user


def tell_editors(row: "Suggestion", *, now: datetime.datetime) -> None:
    """Say to the editors of its entry that there is a suggestion, with a link that answers it."""
    for user in editors_of(row.entry_id):
        if user.pk == row.author_id:
            continue
        link = links.address(links.Link("suggestion", row.pk, user.pk, row.entry_id), now=now)
        mail.put(
            to=user.email,
            subject=f"Saran perubahan untuk {row.entry.name}",
            text=f"Seseorang menyarankan perubahan {wording.called(row.changes).id} untuk {row.entry.name}.\n"
            f"Lihat dan jawab dengan satu klik: {link}\n"
            "Tanpa jawaban 14 hari, moderator wilayah ikut melihatnya; setelah 90 hari saran gugur.\n\n"
            f"--\nSomebody suggests to change {wording.called(row.changes).en} of {row.entry.name}."
            " The link above answers, once; without an answer the suggestion ends after 90 days.\n",
            now=now,
            entry=row.entry_id,
        )


def tell_author(row: "Suggestion", *, now: datetime.datetime) -> None:
    """Say to who left an address what became of the suggestion."""
    if not row.contact or row.status == "withdrawn":
        return
    reason = wording.term("decline_reason", row.decline_reason).id if row.decline_reason else ""
    why = f"Alasan: {reason}. {row.note}".strip() if reason else ""
    status = wording.term("suggestion_status", row.status).id.lower()
    taken = f"Yang dipakai: {wording.called(row.accepted).id}." if row.accepted else ""
    mail.put(  # about no entry: who decides about a suggestion does not learn whose it was
        to=row.contact,
        subject=f"Saran Anda untuk {row.entry.name}: {status}",
        text=f"Saran Anda untuk mengubah {wording.called(row.changes).id} pada {row.entry.name}: "
        f"{status}.\n{taken or why}\n"
        "Terima kasih. Alamat surel Anda kami hapus 90 hari lagi.\n",
        now=now,
    )


def ask_to_confirm(entry: Entry, user: "User", *, stale_on: datetime.date, now: datetime.datetime) -> None:
    """Ask an editor whether what the entry says still holds, with a link that says so."""
    link = links.address(links.Link("confirmation", entry.pk, user.pk, entry.pk), now=now)
    mail.put(
        to=user.email,
        subject=f"Masih benar? {entry.name}",
        text=f"Apakah data {entry.name} di Mitra Pustaka masih benar?\n"
        f"Ya, masih benar (satu klik): {link}\n"
        f"Tanpa jawaban, mulai {stale_on:%d-%m-%Y} entri ini ditandai 'lama tidak dikonfirmasi'.\n\n"
        f"--\nIs all that Mitra Pustaka says of {entry.name} still correct? The link above says yes, once. Without an"
        f" answer the entry is marked as not confirmed for long from {stale_on:%d-%m-%Y}.\n",
        now=now,
        entry=entry.pk,
    )


def tell_hidden(entry: Entry, *, now: datetime.datetime) -> None:
    """Say to those who act for an entry that it is out of sight until a moderator has looked."""
    for user in editors_of(entry.pk):
        mail.put(
            to=user.email,
            subject=f"Disembunyikan untuk sementara: {entry.name}",
            text=f"Tiga anggota terverifikasi melaporkan {entry.name}. Entri ini tidak ditampilkan sampai moderator"
            " wilayah memeriksanya.\n",
            now=now,
            entry=entry.pk,
        )
