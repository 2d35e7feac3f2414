"""Refusals of offers, needs, requests and shipments; (status, Indonesian, English)."""

CODES: dict[str, tuple[int, str, str]] = {
    "insufficient_quantity": (
        409,
        "{value}: diminta {requested}, tersedia {available}.",
        "{value}: {requested} were asked for, {available} are available.",
    ),
    "quantity_promised": (
        409,
        "{value}: jumlahnya tidak dapat kurang dari yang sudah dijanjikan kepada {holders}.",
        "{value}: its total cannot fall below what is promised to {holders}.",
    ),
    "more_than_sent": (
        409,
        "{value}: tinggal {left} yang belum dihitung.",
        "{value}: only {left} are not counted yet.",
    ),
    "not_all_counted": (409, "Masih {left} belum dihitung.", "{left} are not counted yet."),
    "counted_already": (409, "Isinya sudah mulai dihitung.", "Counting has begun already."),
    "nothing_offered": (409, "Isi dahulu paling sedikit satu baris.", "It has no line with a quantity yet."),
    "deadline_passed": (409, "Batas waktunya, {value}, sudah lewat.", "Its deadline, {value}, is over."),
    "too_many_open": (409, "Paling banyak {most} yang masih berjalan.", "At most {most} can be live."),
    "several_receivers": (
        400,
        "Baris-baris itu untuk penerima berbeda: sebutkan titik kumpulnya.",
        "These lines are for different receivers: name the collection point.",
    ),
    "unknown_line": (400, "Baris itu tidak ada di sini.", "There is no such line here."),
    "repeated_line": (400, "Baris ini disebut dua kali.", "This line is named twice."),
    "constant_member": (400, "{value} tidak dapat diubah.", "{value} cannot be changed."),
    "radius_without_near": (400, "radius_km memerlukan near.", "radius_km needs near."),
    "sort_needs": (400, "Urutan {value} memerlukan {needed}.", "The order {value} needs {needed}."),
    "sort_alone": (400, "Urutan {value} berdiri sendiri.", "The order {value} stands alone."),
    "unknown_region": (
        400,
        "Wilayah {value} tidak dikenal. Pakai kode Kemendagri (32.71) atau skema:kode.",
        "There is no region {value}. Use a Kemendagri code (32.71) or scheme:code.",
    ),
    "unknown_target": (400, "Tujuan itu tidak ada di sini.", "There is nothing here to be asked at this id."),
    "own_entry": (400, "Ini milik mitra Anda sendiri.", "This is your own."),
    "inquiry_has_no_lines": (
        400,
        "Pertanyaan awal tidak memuat baris; kosongkan lines atau is_inquiry.",
        "An inquiry has no lines: leave out one of the two.",
    ),
    "ends_before_it_starts": (400, "Selesai sebelum mulai.", "It ends before it starts."),
    "claim_undecided": (
        403,
        "Klaim Anda atas entri ini belum diputuskan: Anda dapat bertanya dan mengusulkan, belum mengikat.",
        "Your claim to this entry is not decided yet: you can ask and propose, but not bind it.",
    ),
    "not_your_turn": (
        409,
        "Yang harus menjawab sekarang: {value}.",
        "Now the other side has to answer: {value}.",
    ),
    "not_your_terms": (
        409,
        "Usulan terakhir dari pihak lain; jawablah dengan usulan balik.",
        "The latest terms are the other side's: answer with a counter-proposal.",
    ),
    "nothing_asked": (
        409,
        "Belum ada baris yang diminta atau ditawarkan.",
        "It has no line yet that could be accepted.",
    ),
    "not_open": (409, "{value} tidak terbuka untuk ini.", "{value} is not open to this."),
    "out_of_reach": (
        409,
        "{value} tidak ditujukan kepada mitra seperti Anda (wilayah, jenis, atau verifikasi).",
        "{value} is not meant for an entry like yours (region, kind or verification).",
    ),
    "already_asked": (
        409,
        "Permintaan {collaboration} atas baris ini masih berjalan.",
        "The request {collaboration} on this line is still live.",
    ),
    "too_many_for_one": (
        409,
        "{value}: diminta {requested}, untuk satu mitra masih {available}.",
        "{value}: {requested} were asked for, {available} are left for one entry.",
    ),
    "stale_revision": (
        409,
        "Sudah ada usulan yang lebih baru: revisi {latest}.",
        "There are newer terms: revision {latest}.",
    ),
    "too_many_revisions": (
        409,
        "Paling banyak {most} revisi: terima, tolak, atau mulai yang baru.",
        "At most {most} revisions: accept, decline, or begin anew.",
    ),
    "ended_too_long_ago": (
        409,
        "Sudah berakhir lebih dari {days} hari: mulailah yang baru.",
        "It ended more than {days} days ago: begin anew.",
    ),
    "no_waitlist": (
        409,
        "Pemohon tidak minta dimasukkan daftar tunggu.",
        "Whoever began it does not want to wait for what comes back.",
    ),
    "others_wait": (
        409,
        "Stok yang kembali lebih dulu untuk yang menunggu; mereka ditawari dalam semenit.",
        "What came back is first for those who wait; they are offered it within a minute.",
    ),
    "already_sent": (409, "Semua sudah dikirim atau dijadwalkan.", "Everything is sent or has its time already."),
    "already_extended": (409, "Waktunya sudah pernah diperpanjang.", "Its time was extended already."),
    "close_asked_already": (
        409,
        "Sudah diminta oleh: {value}. Pihak lain menyetujuinya dengan close-short.",
        "Asked already by: {value}. The other side agrees with close-short.",
    ),
    "close_not_asked": (
        409,
        "Pihak lain belum memintanya; mintalah dengan ask-close-short.",
        "The other side has not asked for it: ask with ask-close-short.",
    ),
    "not_begun_yet": (409, "Kegiatan itu belum dimulai.", "It has not begun yet."),
    "final_already": (409, "Keterangan itu sudah berlaku tetap.", "That statement is final already."),
    "wrong_unit": (409, "Baris itu dihitung dalam satuan {value}.", "That line is counted in the unit {value}."),
    "stale_text": (
        409,
        "Naskahnya bukan naskah yang sedang berlaku: baca lagi, lalu tanda tangani.",
        "This is not the text that stands now: read it again, then sign.",
    ),
    "no_signature_asked": (
        409,
        "Kesepakatan ini tidak memerlukan tanda tangan.",
        "This agreement asks for no signature.",
    ),
}
