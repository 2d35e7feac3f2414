"""Every code list of the directory with its labels in Indonesian and English: choices, documents and pages read it."""

from directory import answer_terms, collaboration_terms
from directory.terms import Term
from directory.terms import terms as _terms

VOCABULARIES: dict[str, tuple[Term, ...]] = {
    "kind": _terms(
        ("school", "Sekolah", "School"),
        ("publisher", "Penerbit", "Publisher"),
        ("author", "Penulis", "Author"),
        ("vendor", "Pengembang perangkat lunak perpustakaan", "Library-software vendor"),
        ("organisation", "Organisasi", "Organisation"),
    ),
    "status": _terms(
        ("active", "Aktif", "Active"),
        ("closed", "Tutup", "Closed"),
        ("merged", "Digabung", "Merged"),
        ("hidden", "Disembunyikan", "Hidden"),
    ),
    "location_accuracy": _terms(
        ("point", "Titik lokasi", "Point of the place itself"),
        ("low", "Meragukan: jauh dari wilayahnya", "Doubtful: far from its region"),
        ("region", "Titik tengah wilayah", "Centre of its region"),
    ),
    "trust_level": _terms(
        ("listed", "Tercatat dari sumber", "Listed by a source"),
        ("provisional", "Klaim sementara", "Provisionally claimed"),
        ("claimed", "Dikelola pemiliknya", "Maintained by its owner"),
        ("verified", "Terverifikasi", "Verified"),
    ),
    "form": _terms(
        ("tk", "TK", "Kindergarten"),
        ("kb", "KB", "Playgroup"),
        ("tpa", "TPA", "Day care"),
        ("sps", "SPS", "Similar early-childhood unit"),
        ("ra", "RA", "Islamic kindergarten"),
        ("sd", "SD", "Primary school"),
        ("mi", "MI", "Islamic primary school"),
        ("sdlb", "SDLB", "Special primary school"),
        ("smp", "SMP", "Junior secondary school"),
        ("mts", "MTs", "Islamic junior secondary school"),
        ("smplb", "SMPLB", "Special junior secondary school"),
        ("sma", "SMA", "Senior secondary school"),
        ("ma", "MA", "Islamic senior secondary school"),
        ("smk", "SMK", "Vocational secondary school"),
        ("mak", "MAK", "Islamic vocational secondary school"),
        ("smalb", "SMALB", "Special senior secondary school"),
        ("slb", "SLB", "Special school"),
        ("spk_sd", "SPK SD", "International-curriculum primary school"),
        ("spk_smp", "SPK SMP", "International-curriculum junior secondary school"),
        ("spk_sma", "SPK SMA", "International-curriculum senior secondary school"),
        ("pkbm", "PKBM", "Community learning centre"),
        ("skb", "SKB", "Learning activity centre"),
        ("lkp", "LKP", "Course and training institution"),
    ),
    "ownership": _terms(("state", "Negeri", "State"), ("private", "Swasta", "Private")),
    "ministry": _terms(
        ("kemendikdasmen", "Kemendikdasmen (Dapodik)", "Ministry of Primary and Secondary Education"),
        ("kemenag", "Kemenag (EMIS)", "Ministry of Religious Affairs"),
    ),
    "school_accreditation": _terms(
        ("a", "A", "A"),
        ("b", "B", "B"),
        ("c", "C", "C"),
        ("tt", "Tidak terakreditasi", "Not accredited"),
        ("belum", "Belum diakreditasi", "Not yet accredited"),
    ),
    "library_exists": _terms(
        ("yes", "Ada", "Yes"), ("no", "Tidak ada", "No"), ("unknown", "Belum diketahui", "Unknown")
    ),
    "library_type": _terms(
        ("library", "Perpustakaan", "Library"),
        ("media_centre", "Pusat media", "Media centre"),
        ("learning_resource_centre", "Pusat sumber belajar", "Learning-resource centre"),
    ),
    "library_accreditation": _terms(("a", "A", "A"), ("b", "B", "B"), ("c", "C", "C")),
    "author_role": _terms(
        ("writer", "Penulis", "Writer"),
        ("illustrator", "Ilustrator", "Illustrator"),
        ("translator", "Penerjemah", "Translator"),
        ("editor", "Penyunting", "Editor"),
        ("storyteller", "Pendongeng", "Storyteller"),
    ),
    "book_level": _terms(
        ("a", "Jenjang A: pembaca dini", "Level A: emergent reader"),
        ("b1", "Jenjang B1: pembaca awal", "Level B1: early reader"),
        ("b2", "Jenjang B2: pembaca awal", "Level B2: early reader"),
        ("b3", "Jenjang B3: pembaca awal", "Level B3: early reader"),
        ("c", "Jenjang C: pembaca semenjana", "Level C: developing reader"),
        ("d", "Jenjang D: pembaca madya", "Level D: intermediate reader"),
        ("e", "Jenjang E: pembaca mahir", "Level E: proficient reader"),
    ),
    "organisation_type": _terms(
        ("association", "Asosiasi", "Association"),
        ("foundation", "Yayasan", "Foundation"),
        ("government_office", "Kantor pemerintah", "Government office"),
        ("university", "Perguruan tinggi", "University"),
        ("community_library", "Taman bacaan masyarakat", "Community library"),
        ("bookshop", "Toko buku", "Bookshop"),
    ),
    "name_type": _terms(
        ("alias", "Nama lain", "Alias"),
        ("acronym", "Singkatan", "Acronym"),
        ("former", "Nama lama", "Former name"),
        ("pen_name", "Nama pena", "Pen name"),
        ("translation", "Terjemahan nama", "Translated name"),
    ),
    "contact_kind": _terms(
        ("email", "Surel", "E-mail"),
        ("phone", "Telepon", "Telephone"),
        ("whatsapp", "WhatsApp", "WhatsApp"),
        ("website", "Situs web", "Website"),
        ("social", "Media sosial", "Social media"),
    ),
    "visibility": _terms(
        ("public", "Publik", "Public"),
        ("signed_in", "Pengguna masuk", "Signed-in users"),
        ("counterparties", "Mitra kolaborasi", "Counterparties of an accepted collaboration"),
        ("members_only", "Anggota saja", "Members only"),
    ),
    "professional_role": _terms(
        ("librarian", "Pustakawan", "Librarian"),
        ("teacher_librarian", "Guru pustakawan", "Teacher librarian"),
        ("head_librarian", "Kepala perpustakaan", "Head of library"),
        ("library_staff", "Tenaga perpustakaan", "Library staff"),
    ),
    # The six dimensions of Permendiknas 25/2008.
    "competence": _terms(
        ("managerial", "Kompetensi manajerial", "Management"),
        ("information_management", "Kompetensi pengelolaan informasi", "Management of information"),
        ("educational", "Kompetensi kependidikan", "Education"),
        ("personal", "Kompetensi kepribadian", "Personal qualities"),
        ("social", "Kompetensi sosial", "Social competence"),
        ("professional_development", "Kompetensi pengembangan profesi", "Development of the profession"),
    ),
    "attainment_type": _terms(
        ("qualification", "Kualifikasi pendidikan", "Qualification"),
        ("certificate", "Sertifikat", "Certificate"),
        ("training", "Pelatihan yang diikuti", "Training attended"),
    ),
    "attainment_standing": _terms(
        ("self_stated", "Dinyatakan sendiri", "Self-stated"),
        ("confirmed", "Dikonfirmasi", "Confirmed"),
    ),
    "relation_type": _terms(
        ("imprint_of", "Imprint dari", "Imprint of"),
        ("published_by", "Diterbitkan oleh", "Published by"),
        ("successor_of", "Penerus dari", "Successor of"),
        ("branch_of", "Cabang dari", "Branch of"),
        ("foundation_of", "Yayasan dari", "Foundation of"),
        ("member_of", "Anggota dari", "Member of"),
    ),
    "region_level": _terms(
        ("province", "Provinsi", "Province"),
        ("regency", "Kabupaten/Kota", "Regency or city"),
        ("district", "Kecamatan", "District"),
        ("village", "Desa/Kelurahan", "Village"),
    ),
    "region_scheme": _terms(
        ("kemendagri", "Kode Kemendagri", "Code of the Ministry of Home Affairs"),
        ("dapodik", "Kode Dapodik", "Code of the education ministry"),
        ("bps", "Kode BPS", "Code of Statistics Indonesia"),
        ("iso", "ISO 3166-2", "ISO 3166-2"),
    ),
    "region_flag": _terms(("remote_area", "Daerah 3T", "Underdeveloped, frontier or outermost area")),
    "hosting": _terms(
        ("self_hosted", "Dipasang sendiri", "Self-hosted"),
        ("cloud", "Awan", "Cloud"),
        ("desktop", "Desktop", "Desktop"),
        ("offline_first", "Luring lebih dulu", "Offline first"),
    ),
    "standard": tuple(
        Term(code, label, label)
        for code, label in (
            ("marc21", "MARC 21"),
            ("indomarc", "INDOMARC"),
            ("mods", "MODS"),
            ("dublin_core", "Dublin Core"),
            ("rda", "RDA"),
            ("z3950", "Z39.50"),
            ("sru", "SRU"),
            ("oai_pmh", "OAI-PMH"),
            ("sip2", "SIP2"),
            ("ncip", "NCIP"),
            ("rest_api", "REST API"),
        )
    ),
    "service": _terms(
        ("installation", "Pemasangan", "Installation"),
        ("training", "Pelatihan", "Training"),
        ("data_migration", "Pemindahan data", "Data migration"),
        ("support", "Dukungan", "Support"),
    ),
    "price_model": _terms(
        ("free", "Gratis", "Free of charge"),
        ("one_time", "Sekali bayar", "One-time purchase"),
        ("subscription", "Langganan", "Subscription"),
        ("on_request", "Sesuai permintaan", "On request"),
    ),
    "stated_by": _terms(
        ("vendor", "Dinyatakan oleh pengembang", "Stated by the vendor"),
        ("school", "Dinyatakan oleh sekolah", "Stated by the school"),
        ("source", "Dinyatakan oleh sumber data", "Stated by a data source"),
        ("verified", "Diperiksa moderator", "Checked and stated by a moderator"),
    ),
    "installation_status": _terms(
        ("shown", "Ditampilkan", "Shown"),
        ("awaiting_consent", "Menunggu persetujuan perpustakaan", "Awaiting the library's consent"),
        ("removed", "Dihapus", "Removed"),
    ),
    "evidence_kind": _terms(
        (
            "institutional_mail",
            "Kode ke surel lembaga yang tercatat",
            "Code to the institution's e-mail address on record",
        ),
        ("letter_code", "Kode dari surat kepada lembaga", "Code from a letter to the institution"),
        ("assignment_letter", "Foto surat tugas bercap", "Photo of a stamped letter of assignment"),
        ("school_domain", "Kode ke surel berdomain sch.id", "Code to an e-mail address of a sch.id domain"),
        ("education_account", "Akun pendidikan resmi", "Official education account"),
        (
            "vouch",
            "Dijamin dua anggota terverifikasi sekabupaten",
            "Vouched for by two verified members of the regency",
        ),
    ),
    "evidence_state": _terms(
        ("waiting", "Menunggu", "Waiting"),
        ("given", "Diserahkan, belum diperiksa", "Handed in, not checked yet"),
        ("proved", "Terbukti", "Proved"),
        ("locked", "Terkunci: terlalu banyak kode salah", "Locked: too many wrong codes"),
        ("replaced", "Diganti yang lebih baru", "Replaced by a newer one"),
    ),
    "claim_status": _terms(
        ("open", "Terbuka", "Open"),
        ("provisional", "Berlaku sementara", "Holds provisionally"),
        ("suspended", "Ditangguhkan", "Suspended"),
        ("accepted", "Diterima", "Accepted"),
        ("declined", "Ditolak", "Declined"),
        ("withdrawn", "Ditarik kembali", "Withdrawn"),
        ("lapsed", "Kedaluwarsa", "Lapsed"),
        ("superseded", "Digantikan klaim lain", "Superseded by another claim"),
    ),
    "duplicate_status": _terms(
        ("open", "Belum diputuskan", "Not decided yet"),
        ("dismissed", "Bukan duplikat", "No duplicate"),
        ("merged", "Digabung", "Merged"),
    ),
    **answer_terms.ANSWERS,
    **collaboration_terms.COLLABORATION,
    "history_actor": _terms(
        ("source", "Sumber data", "A data source"),
        ("member", "Anggota mitra ini", "A member of the entry"),
        ("moderator", "Moderator", "A moderator"),
        ("person", "Pengguna", "A person with or without an account"),
        ("system", "Sistem", "The system"),
    ),
    "date_precision": _terms(("day", "Hari", "Day"), ("month", "Bulan", "Month"), ("year", "Tahun", "Year")),
}

# What a badge can say was checked: the evidence of claims, and a moderator's own look where there was none.
VOCABULARIES["checked"] = (
    *VOCABULARIES["evidence_kind"],
    Term("moderator", "Diperiksa moderator", "Checked by a moderator"),
)


def choices(name: str) -> list[tuple[str, str]]:
    """The codes of a vocabulary with their Indonesian labels, as Django fields take them."""
    return [(term.code, term.id) for term in VOCABULARIES[name]]


def codes(name: str) -> list[str]:
    """The codes of a vocabulary in their order."""
    return [term.code for term in VOCABULARIES[name]]


def enum_names() -> dict[str, list[tuple[str, str]]]:
    """The choices of every vocabulary under the name that typed clients know it by: `LibraryType`."""
    return {"".join(part.title() for part in name.split("_")): choices(name) for name in VOCABULARIES}
