"""The texts of agreements: one versioned template for each kind, filled with both parties and the agreed lines."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

VERSION = "2026-11"
CONSENT = (
    "Saya telah membaca perjanjian ini, berhak menandatanganinya atas nama pihak yang saya wakili, dan menyetujuinya."
)


class Template(NamedTuple):
    """The wording of one kind of agreement; the first party gives, the second receives."""

    title: str
    opening: str
    duties: tuple[str, ...]


_GOODS = (
    "Pihak Pertama menyerahkan barang tersebut tanpa imbalan dan menjamin bahwa barang itu miliknya.",
    "Pihak Kedua memakai barang tersebut untuk layanan perpustakaan dan tidak memperjualbelikannya.",
    "Jumlah yang diterima adalah jumlah yang dihitung bersama saat penerimaan dan dicatat dalam berita acara.",
)
_MEETING = (
    "Pihak Pertama hadir dan membawakan kegiatan pada waktu yang disepakati.",
    "Pihak Kedua menyiapkan tempat, peserta dan pendamping, serta menjaga keselamatan peserta.",
    "Foto dan rekaman anak hanya disiarkan dengan izin tertulis orang tua yang disimpan sekolah.",
)
TEMPLATES: dict[str, Template] = {
    "book_donation": Template("Perjanjian Hibah Buku", "Pihak Pertama menghibahkan kepada Pihak Kedua:", _GOODS),
    "author_visit": Template("Kesepakatan Kunjungan Penulis", "Pihak Pertama mengunjungi Pihak Kedua:", _MEETING),
    "training": Template("Kesepakatan Pelatihan", "Pihak Pertama melatih peserta dari Pihak Kedua:", _MEETING),
    "mentoring": Template("Kesepakatan Pendampingan", "Pihak Pertama mendampingi Pihak Kedua:", _MEETING),
    "software_licence": Template(
        "Perjanjian Lisensi Perangkat Lunak",
        "Pihak Pertama memberi Pihak Kedua hak pakai:",
        (
            "Hak pakai berlaku sejumlah kursi dan selama jangka waktu yang disebut di atas.",
            "Data perpustakaan tetap milik Pihak Kedua dan dapat dibawa serta pada akhir masa pakai.",
            "Data pribadi diolah hanya untuk layanan perpustakaan sesuai UU Nomor 27 Tahun 2022.",
        ),
    ),
    "other": Template("Nota Kesepahaman", "Para pihak bersepakat tentang:", ("Para pihak beriktikad baik.",)),
}


def name_of(kind: str) -> str:
    """The name and version of the template of a kind."""
    return f"{kind}/{VERSION}"


def render(
    kind: str,
    *,
    number: str,
    date: str,
    giver: Mapping[str, str],
    receiver: Mapping[str, str],
    lines: Sequence[Mapping[str, Any]],
    conditions: Sequence[str],
) -> str:
    """The canonical text: plain lines that end in a line feed. Parties have `name` and `place`; lines `quantity`,
    `unit` and `title`.
    """
    template = TEMPLATES[kind]
    parts = [
        template.title,
        f"Nomor {number}, tanggal {date}",
        "",
        f"Pihak Pertama: {giver['name']}, {giver['place']}",
        f"Pihak Kedua: {receiver['name']}, {receiver['place']}",
        "",
        template.opening,
        *(f"{at}. {line['quantity']} {line['unit']} {line['title']}" for at, line in enumerate(lines, start=1)),
        "",
        "Ketentuan:",
        *(f"{at}. {duty}" for at, duty in enumerate((*template.duties, *conditions), start=1)),
    ]
    return "".join(f"{' '.join(part.split())}\n" for part in parts)
