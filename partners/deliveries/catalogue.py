"""Every type of event that is told, in a sentence: in the feed by its name, in notifications and mails in words.

What stands here is told to whoever sees the object; an event of any other type is the journal's alone.
"""

from typing import NamedTuple


class Said(NamedTuple):
    """What has happened, as a sentence in Indonesian and in English."""

    id: str
    en: str


def _of_proposals(name: str, called: str) -> dict[str, Said]:
    """Offers and needs have the same steps."""
    steps = {
        "drafted": (f"{called} disusun sebagai draf.", f"The {name} was drafted."),
        "changed": (f"{called} diubah.", f"The {name} was changed."),
        "submitted": (f"{called} diajukan untuk ditinjau.", f"The {name} was handed in for review."),
        "opened": (f"{called} dibuka.", f"The {name} was opened."),
        "sent_back": (
            f"{called} dikembalikan oleh moderator; bacalah alasannya.",
            f"The {name} was sent back by a moderator; read why.",
        ),
        "paused": (f"{called} dijeda.", f"The {name} was paused."),
        "resumed": (f"{called} dibuka lagi.", f"The {name} takes requests again."),
        "renewed": (f"{called} diperpanjang.", f"The {name} was renewed."),
        "closed": (f"{called} ditutup.", f"The {name} was closed."),
        "taken_down": (
            f"{called} diturunkan oleh moderator; bacalah alasannya.",
            f"The {name} was taken down by a moderator; read why.",
        ),
        "expired": (f"{called} kedaluwarsa.", f"The {name} expired."),
        "expires_soon": (f"{called} segera kedaluwarsa.", f"The {name} expires soon."),
    }
    return {f"{name}.{step}": Said(*said) for step, said in steps.items()}


EVENTS: dict[str, Said] = {
    **_of_proposals("offer", "Penawaran"),
    **_of_proposals("need", "Kebutuhan"),
    "collaboration.drafted": Said("Permintaan disusun sebagai draf.", "The request was drafted."),
    "collaboration.changed": Said("Draf permintaan diubah.", "The draft of the request was changed."),
    "collaboration.submitted": Said(
        "Permintaan kerja sama dikirim dan menunggu jawaban.", "A request was sent and awaits an answer."
    ),
    "collaboration.countered": Said(
        "Pihak lain mengusulkan ketentuan baru.", "The other side proposed other terms; they await an answer."
    ),
    "collaboration.revised": Said(
        "Usulan yang menunggu jawaban diperbaiki.", "The terms that await an answer were replaced by newer ones."
    ),
    "collaboration.accepted": Said("Permintaan diterima.", "The request was accepted."),
    "collaboration.waiting": Said(
        "Permintaan diterima dan masuk daftar tunggu.", "The request was accepted for when there is enough: it waits."
    ),
    "collaboration.offered": Said(
        "Ada stok yang kembali untuk Anda; ambillah sebelum tenggatnya.",
        "Something came back and is held for the first in line; it is to be taken in time.",
    ),
    "collaboration.taken": Said("Stok yang kembali diambil.", "What came back was taken."),
    "collaboration.declined": Said("Permintaan ditolak.", "The request was declined."),
    "collaboration.withdrawn": Said("Permintaan ditarik kembali.", "The request was withdrawn."),
    "collaboration.expired": Said("Permintaan kedaluwarsa tanpa jawaban.", "The request expired without an answer."),
    "collaboration.revived": Said(
        "Permintaan dihidupkan lagi dan menunggu jawaban.", "The request was revived and awaits an answer."
    ),
    "collaboration.activated": Said("Kerja sama mulai berjalan.", "The collaboration is under way."),
    "collaboration.signed": Said("Satu pihak menandatangani kesepakatan.", "A side has signed the agreement."),
    "collaboration.not_signed": Said(
        "Dibatalkan karena tidak ditandatangani pada waktunya.", "It was cancelled, as it was not signed in time."
    ),
    "collaboration.reminded": Said(
        "Pengingat: ada yang harus dilakukan sebelum tenggatnya.", "A reminder: something is to be done in time."
    ),
    "collaboration.extended": Said("Tenggat diperpanjang.", "The time limit was extended."),
    "collaboration.not_shipped": Said(
        "Dibatalkan karena tidak ada yang dikirim pada waktunya.", "It was cancelled, as nothing was sent in time."
    ),
    "collaboration.cancelled": Said("Kerja sama dibatalkan.", "The collaboration was cancelled."),
    "collaboration.released": Said(
        "Yang masih di jalan saat berakhir telah kembali.", "What was on its way when it ended came back to its sender."
    ),
    "collaboration.close_asked": Said(
        "Pihak lain minta kerja sama diakhiri lebih awal.", "The other side asks to end the collaboration early."
    ),
    "collaboration.closed_short": Said("Kerja sama diakhiri lebih awal.", "The collaboration was ended early."),
    "collaboration.settled": Said("Kerja sama selesai.", "The collaboration is complete."),
    "collaboration.taken_down": Said(
        "Permintaan diturunkan oleh moderator; bacalah alasannya.",
        "The request was taken down by a moderator; read why.",
    ),
    "collaboration.dissolved": Said(
        "Berakhir karena kedua pihak ternyata mitra yang sama.", "It ended, as both sides turned out to be one."
    ),
    "collaboration.message_sent": Said("Ada pesan baru.", "A message was written."),
    "collaboration.file_attached": Said("Ada berkas baru.", "A file was added."),
    "collaboration.destination_given": Said("Alamat tujuan kiriman diberikan.", "The destination was given."),
    "collaboration.destination_read": Said("Alamat tujuan kiriman dibaca.", "The destination was read."),
    "shipment.planned": Said("Kiriman direncanakan.", "A shipment was planned."),
    "shipment.changed": Said("Rencana kiriman diubah.", "The plan of a shipment was changed."),
    "shipment.dispatched": Said("Kiriman berangkat.", "A shipment was dispatched."),
    "shipment.arrived": Said("Kiriman tiba; hitunglah isinya.", "A shipment arrived; count what is in it."),
    "shipment.counted": Said("Isi kiriman dihitung.", "A shipment was counted."),
    "shipment.received": Said("Kiriman diterima dan selesai dihitung.", "A shipment was received and counted."),
    "shipment.lost": Said("Kiriman hilang.", "A shipment was lost."),
    "shipment.returned": Said("Kiriman dikembalikan.", "A shipment was returned."),
    "shipment.cancelled": Said("Kiriman dibatalkan.", "A shipment was cancelled."),
    "shipment.unconfirmed": Said(
        "Kiriman lama diharapkan dan belum dihitung.", "A shipment is long expected, and nobody has counted it."
    ),
    "dispute.opened": Said(
        "Ada sengketa tentang kiriman; jawablah sebelum tenggatnya.",
        "A shipment is disputed; the other side has to answer in time.",
    ),
    "dispute.answered": Said(
        "Sengketa dijawab dengan usulan penyelesaian lain.", "A dispute was answered; the other side has to answer."
    ),
    "dispute.agreed": Said("Sengketa selesai dengan kesepakatan.", "A dispute was ended by agreement."),
    "dispute.escalated": Said("Sengketa diserahkan kepada moderator.", "A dispute was handed to the moderators."),
    "dispute.decided": Said(
        "Sengketa diputuskan moderator; bacalah alasannya.", "A dispute was decided by a moderator; read why."
    ),
    "dispute.withdrawn": Said("Sengketa ditarik kembali.", "A dispute was withdrawn."),
    "dispute.unresolved": Said(
        "Sengketa berakhir tanpa penyelesaian.", "A dispute ended after 30 days without a result."
    ),
    "session.scheduled": Said("Sesi dijadwalkan.", "A session was scheduled."),
    "session.rescheduled": Said("Sesi dijadwalkan ulang.", "A session was rescheduled."),
    "session.held": Said(
        "Sesi dinyatakan terlaksana; pihak lain dapat menyanggah.",
        "A session was held, says one side; the other may object.",
    ),
    "session.no_show": Said(
        "Sesi dinyatakan tidak dihadiri; pihak lain dapat menyanggah.",
        "Somebody did not come to a session, says one side; the other may object.",
    ),
    "session.confirmed": Said("Pernyataan tentang sesi berlaku.", "What was said of a session stands."),
    "session.objected": Said("Pernyataan tentang sesi disanggah.", "What was said of a session was objected to."),
    "session.cancelled": Said("Sesi dibatalkan.", "A session was cancelled."),
    "session.attendees_set": Said("Daftar peserta sesi diisi.", "The attendees of a session were named."),
    "claim.opened": Said("Klaim diajukan.", "A claim was opened."),
    "claim.held": Said("Klaim berlaku sementara.", "A claim holds provisionally."),
    "claim.suspended": Said("Klaim ditangguhkan.", "A claim was suspended."),
    "claim.accepted": Said("Klaim diterima.", "A claim was accepted."),
    "claim.declined": Said("Klaim ditolak.", "A claim was declined."),
    "claim.withdrawn": Said("Klaim ditarik kembali.", "A claim was withdrawn."),
    "claim.lapsed": Said("Klaim kedaluwarsa.", "A claim lapsed."),
    "claim.superseded": Said("Klaim digantikan yang lain.", "A claim was superseded by another."),
    "suggestion.made": Said("Ada saran perubahan.", "A change was suggested."),
    "suggestion.handed_on": Said("Saran diteruskan kepada moderator.", "A suggestion was handed on to the moderators."),
    "suggestion.accepted": Said("Saran diterima.", "A suggestion was accepted."),
    "suggestion.accepted_in_part": Said("Saran diterima sebagian.", "A suggestion was accepted in part."),
    "suggestion.declined": Said("Saran ditolak.", "A suggestion was declined."),
    "suggestion.withdrawn": Said("Saran ditarik kembali.", "A suggestion was withdrawn."),
    "suggestion.lapsed": Said("Saran gugur tanpa jawaban.", "A suggestion lapsed without an answer."),
    "entry.created": Said("Entri dibuat.", "The entry was made."),
    "entry.changed": Said("Entri diubah.", "The entry was changed."),
    "entry.confirmed": Said("Entri dinyatakan masih benar.", "The entry was confirmed to hold still."),
    "entry.closed": Said("Entri ditutup.", "The entry was closed."),
    "entry.reopened": Said("Entri dibuka lagi.", "The entry was reopened."),
    "entry.trust_changed": Said("Tingkat kepercayaan entri berubah.", "The level of trust of the entry changed."),
    "contact.added": Said("Kontak ditambahkan.", "A contact was added."),
    "contact.changed": Said("Kontak diubah.", "A contact was changed."),
    "contact.removed": Said("Kontak dihapus.", "A contact was removed."),
    "contact.revealed": Said("Kontak yang tidak publik dibaca.", "Contacts that are not public were read."),
}

# What the rooms of offers, requests and shipments record for the journal alone.
UNTOLD = {
    "block.set": "Who is blocked is not told.",
    "block.lifted": "Nor that it no longer is.",
    "shipment.code_issued": "It is how a parcel is counted without an account.",
}
