"""Refusals about people: claims, contacts, profiles, consents, and how they leave; (status, Indonesian, English)."""

CODES: dict[str, tuple[int, str, str]] = {
    "invalid_email": (400, "{value} bukan alamat surel.", "{value} is no e-mail address."),
    "invalid_url": (400, "{value} bukan alamat http atau https.", "{value} is no http or https address."),
    "another_person_needed": (
        403,
        "Hal ini dikonfirmasi orang lain, bukan Anda sendiri.",
        "Somebody else confirms this, not you.",
    ),
    "verified_entry_needed": (
        403,
        "Entri yang Anda wakili belum diverifikasi.",
        "The entry you act for has not been verified yet.",
    ),
    "conflict_of_interest": (
        403,
        "Entri ini juga Anda klaim atau kelola: moderator lain yang memutuskan.",
        "You claim this entry too, or act for it: another moderator decides.",
    ),
    "entry_has_vouched": (
        409,
        "Entri yang Anda wakili sudah memberi kesaksian. Dua saksi berasal dari dua entri.",
        "The entry you act for has vouched already. Two vouches come from two entries.",
    ),
    "too_many_contacts": (409, "Paling banyak {most} kontak.", "At most {most} contacts."),
    "consent_outdated": (
        409,
        "Teks persetujuan sudah berubah. Bacalah versi {value}, lalu setujui itu.",
        "The text has changed. Read version {value} and agree to that.",
    ),
    "erase_instead": (
        409,
        "Tanpa ketentuan akun tidak ada akun: mintalah penghapusan di /me/erase.",
        "Without the account terms there is no account: ask for erasing at /me/erase.",
    ),
    "hand_over_first": (
        409,
        "Serahkan dahulu peran admin Anda kepada anggota lain di: {value}.",
        "First hand over your role as admin to another member, in: {value}.",
    ),
    "confirmation_needed": (
        409,
        "Mintalah dahulu dengan dry_run=true, lalu kirim confirmation dari jawabannya.",
        "Ask with dry_run=true first, and send the confirmation of its answer.",
    ),
    "erased": (410, "Ini sudah dihapus atas permintaan.", "This was erased on request."),
}
