"""Letters to a claimant, in plain Indonesian: what happened to the claim, and what can be done now."""

import datetime
import re

from directory.entries.entries import Entry
from partners import mail
from partners.accounts.users import User
from partners.trust.claims import Claim

_NOT_OF_NAMES = re.compile(r"[^\w ,'-]|\.(?=\w)")
ANOTHER_WON = "Klaim lain atas entri ini diterima."


def code(claim: Claim, *, to: str, code: str, until: datetime.datetime, now: datetime.datetime) -> None:
    """To the institution's address: the code, and what it is for."""
    person, entry = _named(claim)
    # The name is the claimant's own text, in a letter to somebody who never asked for one: no address stands in it.
    name = _NOT_OF_NAMES.sub(" ", person.name)[:80].strip()
    _put(
        to,
        entry,
        f"Kode untuk {entry.name}",
        f"{name or 'Seseorang'} ({person.email}) menyatakan mewakili {entry.name} di Mitra Pustaka.",
        f"Jika itu benar, berikan kode ini kepadanya: {code[:4]}-{code[4:]}",
        f"Kode berlaku sampai {until:%d-%m-%Y %H:%M} UTC. Jika tidak benar, abaikan surat ini: tanpa kode tidak terjadi"
        " apa-apa.",
        now=now,
    )


def accepted(claim: Claim, *, now: datetime.datetime) -> None:
    """The claim was accepted."""
    _tell(claim, "Klaim diterima", "Klaim Anda diterima. Sekarang Anda mengelola entri ini.", now=now)


def held(claim: Claim, *, now: datetime.datetime) -> None:
    """Seven days passed, and the claim holds provisionally."""
    _tell(
        claim,
        "Klaim berlaku sementara",
        "Tujuh hari belum ada jawaban, maka klaim Anda berlaku sementara dan terlihat demikian di entri ini.",
        "Nama, nomor, bentuk dan status sekolah baru dapat diubah setelah moderator memeriksa klaim Anda.",
        now=now,
    )


def kept(claim: Claim, *, now: datetime.datetime) -> None:
    """It still holds provisionally, and what would end that."""
    _tell(
        claim,
        "Klaim masih sementara",
        "Belum ada moderator yang memutuskan klaim Anda, maka klaim itu tetap berlaku sementara.",
        "Dengan bukti lain, misalnya kode ke surel resmi lembaga, klaim diterima lebih cepat.",
        now=now,
    )


def founded(claim: Claim, *, now: datetime.datetime) -> None:
    """The claimant's new entry stands, and for how long they manage it without evidence."""
    _tell(
        claim,
        "Entri baru",
        "Entri Anda sudah tampil dan ditandai sementara sampai moderator memeriksanya.",
        f"Serahkan bukti, misalnya surat tugas, sebelum {claim.due_at:%d-%m-%Y}. Tanpa bukti klaim Anda berakhir pada"
        " hari itu: entri tetap ada, tetapi Anda tidak lagi mengelolanya.",
        now=now,
    )


def declined(claim: Claim, reason: str, *, now: datetime.datetime) -> None:
    """The claim was declined."""
    again = "Anda dapat mengajukan klaim lagi dengan bukti lain."
    _tell(claim, "Klaim ditolak", f"Klaim Anda ditolak. Alasan: {reason}", again, now=now)


def suspended(claim: Claim, reason: str, *, now: datetime.datetime) -> None:
    """The claim was stopped."""
    _tell(
        claim,
        "Klaim ditangguhkan",
        f"Klaim sementara Anda ditangguhkan. Alasan: {reason}",
        "Moderator akan memutuskan. Anda dapat menambah bukti.",
        now=now,
    )


def contested(claim: Claim, *, to: str, now: datetime.datetime) -> None:
    """To somebody who acts for the entry or claims it too: there is another claim."""
    _, entry = _named(claim)
    _put(
        to,
        entry,
        f"Ada klaim lain: {entry.name}",
        f"Entri: {entry.name}",
        "Orang lain juga menyatakan mewakili entri ini. Moderator akan memutuskan; Anda tidak perlu berbuat apa-apa.",
        "Jika ia rekan Anda, undanglah ia di halaman anggota.",
        now=now,
    )


def lapsed(claim: Claim, *, now: datetime.datetime) -> None:
    """Nothing was proved in time."""
    _tell(claim, "Klaim kedaluwarsa", "Klaim Anda berakhir tanpa keputusan. Anda dapat mengajukannya lagi.", now=now)


def followed(claim: Claim, what: str, *, now: datetime.datetime) -> None:
    """The entry was merged into one that its claimant claims as well."""
    _tell(claim, "Entri digabung", what, now=now)


def superseded(claim: Claim, *, now: datetime.datetime) -> None:
    """A moderator gave the entry to somebody else."""
    _tell(
        claim,
        "Pengelolaan entri beralih",
        "Moderator menerima klaim orang lain atas entri ini. Anda tidak lagi mengelolanya.",
        "Jika itu keliru, ajukan klaim lagi.",
        now=now,
    )


def _tell(claim: Claim, subject: str, *lines: str, now: datetime.datetime) -> None:
    person, entry = _named(claim)
    _put(person.email, entry, f"{subject}: {entry.name}", f"Entri: {entry.name}", *lines, now=now)


def _named(claim: Claim) -> tuple[User, Entry]:
    return User.objects.get(pk=claim.user_id), Entry.objects.get(pk=claim.entry_id)


def _put(to: str, entry: Entry, subject: str, *lines: str, now: datetime.datetime) -> None:
    text = "\n\n".join([*lines, "Mitra Pustaka"])
    mail.put(to=to, subject=subject[:200], text=text, now=now, entry=entry.pk)
