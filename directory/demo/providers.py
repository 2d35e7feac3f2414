"""Demo vendors of library software and demo organisations."""

from directory.demo import drafts, names
from directory.demo.drafts import Draft

VENDORS = (
    "PT Rak Digital Nusantara",
    "CV Katalog Cerdas",
    "PT Aksara Sistem Mandiri",
    "Studio Pustaka Bergerak",
    "PT Lintas Koleksi",
    "CV Barkod Sekolah",
    "PT Solusi Baca Indonesia Timur",
    "Komunitas Perangkat Lunak Literasi",
    "PT Indeks Raya",
    "CV Lembar Data",
    "PT Sirkulasi Teknologi",
    "Koperasi Guru Pemrogram",
    "PT Wahana Metadata",
    "CV Sampul Biru",
    "PT Awan Pustaka",
    "Bengkel Aplikasi Sekolah",
    "PT Klasifikasi Utama",
    "CV Daun Lontar",
    "PT Jejaring Perpustakaan",
    "CV Kartu Anggota",
)
ORGANISATIONS = (
    ("association", "Perhimpunan Pustakawan Sekolah Cakrawala"),
    ("association", "Forum Guru Pustakawan Pesisir"),
    ("association", "Ikatan Pegiat Literasi Timur"),
    ("foundation", "Yayasan Tunas Bangsa Mandiri"),
    ("foundation", "Yayasan Pelita Ilmu Pulau"),
    ("foundation", "Yayasan Rumah Cerita"),
    ("government_office", "Balai Pengembangan Perpustakaan Sekolah Contoh"),
    ("government_office", "Kantor Layanan Literasi Wilayah Contoh"),
    ("university", "Universitas Samudra Ilmu"),
    ("university", "Institut Pendidikan Cendana"),
    ("university", "Politeknik Aksara"),
    ("community_library", "Taman Bacaan Masyarakat Lentera Desa"),
    ("community_library", "TBM Pelangi Kata"),
    ("bookshop", "Toko Buku Sinar Aksara"),
    ("bookshop", "Toko Buku Sinar Aksara Cabang Pasar Baru"),
)
SERVICES = ("installation", "training", "data_migration", "support")


def vendors() -> list[Draft]:
    """20 makers and servicers of library software; the last one has closed."""
    throws = names.dice("vendors")
    places = [place for place in drafts.regencies() if place.is_city]
    made = []
    for number, name in enumerate(VENDORS):
        domain = f"vendor-{number + 1:02d}.example.org"
        drawn = set(throws.sample(SERVICES, throws.randint(1, 4)))
        vendor = Draft(
            name,
            "vendor",
            entry={**_common(domain, "pengembang rekaan", "a made-up vendor"), **drafts.centre(throws.choice(places))},
            kind_row={
                "founded_year": throws.randint(1998, 2022),
                "services": [service for service in SERVICES if service in drawn],
            },
        )
        vendor.contacts += [
            ("email", f"dukungan@{domain}", "public"),
            ("email", f"pemilik.rahasia@{domain}", throws.choice(("signed_in", "counterparties", "members_only"))),
            ("whatsapp", drafts.phone(300_000 + number), throws.choice(("public", "counterparties"))),
        ]
        made.append(vendor)
    made[-1].entry["status"] = "closed"
    return made


def organisations(schools: list[Draft]) -> list[Draft]:
    """15 organisations of every type; the foundations run some of the private schools."""
    throws = names.dice("organisations")
    places = drafts.regencies()
    private = [
        school
        for school in schools
        if school.kind_row["ownership"] == "private" and school.entry.get("status", "active") == "active"
    ]
    made = []
    for number, (type, name) in enumerate(ORGANISATIONS):
        domain = f"organisasi-{number + 1:02d}.example.org"
        organisation = Draft(
            name,
            "organisation",
            entry={**_common(domain, "organisasi rekaan", "a made-up organisation")},
            kind_row={"type": type},
        )
        organisation.entry |= drafts.centre(throws.choice(places))
        organisation.contacts += [
            ("email", f"sekretariat@{domain}", "public"),
            ("phone", drafts.phone(400_000 + number), "members_only"),
        ]
        if type == "foundation":
            organisation.relations += [("foundation_of", school) for school in throws.sample(private, 4)]
        if type in ("university", "community_library"):
            titles = throws.randint(400, 40_000)
            organisation.library = {"exists": "yes", "type": "library", "titles": titles, "copies": titles * 2}
        made.append(organisation)
    made[-1].relations.append(("branch_of", made[-2]))
    made[0].names.append(("acronym", "PPSC"))
    made[1].relations.append(("member_of", made[0]))
    return made


def _common(domain: str, what_id: str, what_en: str) -> dict[str, object]:
    return {
        "website": f"https://{domain}/",
        "description_id": f"Data demo: {what_id}.",
        "description_en": f"Demo data: {what_en}.",
        "languages": ["id"],
    }
