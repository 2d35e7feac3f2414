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
}
