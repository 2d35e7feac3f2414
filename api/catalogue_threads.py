"""Refusals of threads, blocks and notifications; (status, Indonesian, English)."""

CODES: dict[str, tuple[int, str, str]] = {
    "not_received": (
        403,
        "Mitra itu tidak menerima permintaan atau pesan dari entri Anda.",
        "That partner takes no requests or messages from your entry.",
    ),
    "not_your_message": (
        403,
        "Berkas hanya ditambahkan pada pesan dari pihak Anda sendiri.",
        "Files are added to messages of your own side alone.",
    ),
    "agreement_needed": (
        403,
        "Kontak baru ditampilkan setelah kedua pihak sepakat.",
        "Contacts are shown once both sides have agreed.",
    ),
    "lift_block_first": (
        409,
        "Entri Anda memblokir atau menyenyapkan mitra itu ({value}). Cabut dahulu.",
        "Your entry blocks or mutes that partner ({value}). Lift that first.",
    ),
    "partner_unavailable": (
        409,
        "Mitra itu sedang tidak tercantum.",
        "That partner is not listed at present.",
    ),
    "one_message_after_decline": (
        409,
        "Setelah ditolak Anda dapat mengirim satu pesan, sampai pihak lain menjawab.",
        "After a refusal you have one message until the other side answers.",
    ),
    "cursor_too_old": (
        400,
        "Kursor ini lebih tua dari {value} hari. Bacalah kembali objek Anda, lalu mulai tanpa cursor.",
        "This cursor is older than {value} days. Read your objects anew, and begin without one.",
    ),
    "too_late": (409, "Hanya dapat dilakukan dalam {value} jam.", "This can be done within {value} hours only."),
    "too_many_blocks": (409, "Paling banyak {most} blokir.", "At most {most} blocks."),
}
