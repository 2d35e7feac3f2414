"""Needs to begin with, for people who do not know the levels of books: by the form of the school.

Which level is for which readers says the Guideline on Book Levels (Pedoman Perjenjangan Buku, decree of the head of
BSKAP 030/P/2022): A for beginners before and at the start of school, B1 to B3 for the first years, C for the later
years of primary school, D for lower and E for upper secondary school. The quantities are our own plain choice: three
shelves of one kind, for a class or a library that begins. Who uses one changes whatever does not fit.
"""

from typing import NamedTuple

SOURCE = "BSKAP 030/P/2022"  # of the levels

EARLY = ("tk", "kb", "tpa", "sps", "ra")
PRIMARY = ("sd", "mi", "sdlb", "spk_sd")
LOWER = ("smp", "mts", "smplb", "spk_smp")
UPPER = ("sma", "ma", "smk", "mak", "smalb", "spk_sma")
SPECIAL = ("slb", "sdlb", "smplb", "smalb")


class TemplateLine(NamedTuple):
    """One line of a template."""

    title: str
    quantity: int
    level: str = ""
    subject: str = ""
    format: str = "print"
    unit: str = "copy"


class Template(NamedTuple):
    """A need as a school might write it."""

    id: str
    forms: tuple[str, ...]
    kind: str
    title: str
    lines: tuple[TemplateLine, ...]


def _books(id: str, forms: tuple[str, ...], title: str, *lines: TemplateLine) -> Template:
    return Template(id, forms, "book_donation", title, lines)


TEMPLATES = (
    _books(
        "early_picture_books",
        EARLY,
        "60 buku cerita bergambar untuk anak usia dini",
        TemplateLine("Buku cerita bergambar, jenjang A", 60, "a", "reading"),
    ),
    _books(
        "primary_readers_1_to_3",
        PRIMARY,
        "200 buku bacaan kelas 1-3",
        TemplateLine("Buku bacaan kelas 1, jenjang B1", 80, "b1", "reading"),
        TemplateLine("Buku bacaan kelas 2, jenjang B2", 60, "b2", "reading"),
        TemplateLine("Buku bacaan kelas 3, jenjang B3", 60, "b3", "reading"),
    ),
    _books(
        "primary_readers_4_to_6",
        PRIMARY,
        "150 buku bacaan kelas 4-6",
        TemplateLine("Buku cerita kelas 4-6, jenjang C", 100, "c", "reading"),
        TemplateLine("Buku pengetahuan alam dan sosial, jenjang C", 50, "c", "science"),
    ),
    _books(
        "lower_secondary_readers",
        LOWER,
        "150 buku bacaan SMP/MTs",
        TemplateLine("Novel dan kumpulan cerita remaja, jenjang D", 100, "d", "reading"),
        TemplateLine("Buku pengetahuan populer, jenjang D", 50, "d", "science"),
    ),
    _books(
        "upper_secondary_readers",
        UPPER,
        "150 buku bacaan SMA/MA/SMK",
        TemplateLine("Sastra Indonesia dan terjemahan, jenjang E", 100, "e", "reading"),
        TemplateLine("Buku keterampilan dan kejuruan, jenjang E", 50, "e", "vocational"),
    ),
    _books(
        "reference_shelf",
        (*PRIMARY, *LOWER, *UPPER),
        "Rak rujukan: kamus, atlas, ensiklopedia",
        TemplateLine("Kamus Besar Bahasa Indonesia", 2, "", "reference"),
        TemplateLine("Kamus Inggris-Indonesia", 3, "", "reference"),
        TemplateLine("Atlas Indonesia dan dunia", 3, "", "reference"),
        TemplateLine("Ensiklopedia umum, satu set", 1, "", "reference", unit="package"),
    ),
    _books(
        "local_language_readers",
        (*EARLY, *PRIMARY, *LOWER),
        "60 buku bacaan berbahasa daerah",
        TemplateLine("Buku bacaan berbahasa daerah", 60, "", "local_language"),
    ),
    _books(
        "accessible_books",
        SPECIAL,
        "Buku braille, huruf besar, dan buku audio",
        TemplateLine("Buku cerita braille", 20, "", "reading", "braille"),
        TemplateLine("Buku cerita huruf besar", 20, "", "reading", "large_print"),
        TemplateLine("Buku audio", 20, "", "reading", "audio"),
    ),
    Template(
        "author_visit",
        (*PRIMARY, *LOWER, *UPPER),
        "author_visit",
        "Kunjungan penulis untuk satu hari",
        (TemplateLine("Kunjungan penulis, satu sesi", 1, "", "reading", "", "session"),),
    ),
    Template(
        "librarian_training",
        (*EARLY, *PRIMARY, *LOWER, *UPPER, "slb"),
        "training",
        "Pelatihan mengelola perpustakaan untuk dua guru",
        (TemplateLine("Pelatihan pengelolaan perpustakaan sekolah", 2, "", "library", "", "place"),),
    ),
)
