"""Made-up words and names, as messy as a real list of schools: made of syllables, the same in every run.

A ministry's list of 215,000 schools served as the measure: 61,000 distinct words, of which four in ten stand in one
name; the word of rank r stands in about 40,000 / (r + 15) names; four words a name; six names in ten have a number, one
in twenty a roman numeral; one in seven is also the name of another school.
"""

import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

SEED = "benchmark data of Mitra Pustaka"


def _words(text: str) -> list[str]:
    return text.split()


# Ordinary words that many names share; all rarer ones are syllables.
COMMON = _words(
    "sungai tanjung jaya selatan barat baru timur utara kota batu muara bina harapan karya tengah pulau gunung bangsa "
    "padang suka mekar sari mulya makmur maju agung indah nusa bukit rejo wono karang kampung desa teluk lubuk pasir "
    "bakti budi luhur mandiri cendekia tunas mulia citra insan pelita permata bunga cahaya putra putri merdeka pemuda "
    "sawah ladang hulu hilir dalam besar kecil tinggi rendah panjang merah putih hitam hijau kuning raya rimba danau "
    "tirta banjar talang simpang parit rantau labuhan kebun lembah alam bumi surya bintang fajar melati mawar kenanga"
)
_ONSETS = dict(
    zip(_words("b c d g h j k l m n p r s t w y"), (7, 3, 6, 5, 3, 3, 9, 8, 8, 7, 8, 8, 9, 8, 4, 2), strict=True)
)
_ONSETS |= {"": 4, "ng": 2, "ny": 1, "kr": 1, "tr": 1, "pr": 1, "br": 1, "bl": 1, "kl": 1, "sy": 1}
_VOWELS = {"a": 42, "i": 18, "u": 20, "e": 12, "o": 10, "ai": 1, "au": 1}
_CODAS = {"": 75, "n": 8, "ng": 7, "r": 6, "s": 3, "t": 3, "k": 3, "h": 3, "l": 3, "m": 3, "p": 1}
_FLAT = 15  # ranks below this are about equally frequent
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMBERS = range(1, 13)
_NUMBER_WEIGHTS = list(itertools.accumulate((39, 30, 17, 9, 6, 4, 3, 2.5, 2.2, 2, 1.6, 1.4)))
_SAINTS = _words("Maria Yosef Paulus Petrus Theresia Fransiskus Antonius Lukas Agustinus")
_ARABIC = _words(
    "Al-Hikmah Al-Ikhlas Al-Falah Al-Amin Nurul-Huda Nurul-Iman Nurul-Falah Darul-Ulum Darul-Hikmah Miftahul-Ulum "
    "Miftahul-Huda Baitul-Hikmah Raudhatul-Jannah Hidayatul-Mubtadiin Assalam At-Taqwa Ma'arif Bustanul-Ulum"
)
# form: its share, and the state's share of it
FORMS = {
    "sd": (0.52, 0.88),
    "smp": (0.13, 0.58),
    "mi": (0.09, 0.07),
    "mts": (0.06, 0.08),
    "smk": (0.05, 0.25),
    "sma": (0.05, 0.50),
    "tk": (0.045, 0.05),
    "ma": (0.025, 0.09),
    "ra": (0.012, 0.0),
    "pkbm": (0.008, 0.0),
    "slb": (0.007, 0.25),
    "sdlb": (0.002, 0.45),
    "lkp": (0.001, 0.0),
}
ISLAMIC = ("mi", "mts", "ma", "ra")
_FORM_WEIGHTS = list(itertools.accumulate(share for share, _ in FORMS.values()))


class School(NamedTuple):
    """What a school is called and is."""

    name: str
    form: str
    ownership: str


def dice(part: str) -> random.Random:
    """The same throws in every run for one part of the data, whatever the others do."""
    return random.Random(f"{SEED}: {part}")


def vocabulary(number: int) -> list[str]:
    """So many distinct words, the most frequent first; a longer list begins with the shorter one."""
    throws = dice("words")
    syllables = [
        (onset + vowel + coda, one * two * three)
        for onset, one in _ONSETS.items()
        for vowel, two in _VOWELS.items()
        for coda, three in _CODAS.items()
    ]
    parts, weights = [part for part, _ in syllables], list(itertools.accumulate(weight for _, weight in syllables))
    made = dict.fromkeys(COMMON)
    while len(made) < number:
        length = throws.choices((2, 3, 4), (34, 54, 12))[0]
        word = "".join(throws.choices(parts, cum_weights=weights, k=length))
        if 3 <= len(word) <= 13:
            made[word] = None
    return list(made)[:number]


def distinct(size: int) -> int:
    """How many words the vocabulary of so many entries has; not all of them are met."""
    return size // 2 if size <= 600_000 else int(300_000 * (size / 600_000) ** 0.6)


class Names:
    """The names of one part of the data; a place's schools share its words and are numbered."""

    def __init__(self, words: list[str], *, part: str) -> None:
        self._words = words
        self._throws = dice(part)
        self._spread = (len(words) + _FLAT) / (_FLAT + 1)
        self._near: list[str] = []

    def word(self) -> str:
        """One word; that of rank r comes as often as 1 / (r + 15)."""
        rank = int((_FLAT + 1) * self._spread ** self._throws.random()) - _FLAT - 1
        return self._words[rank]

    def elsewhere(self) -> None:
        """From here on the names are those of another district."""
        self._near.clear()

    def place(self) -> str:
        """A village or quarter: often one that was named just before."""
        if self._near and self._throws.random() < 0.35:
            return self._throws.choice(self._near)
        phrase = self.phrase()
        self._near.append(phrase)
        return phrase

    def phrase(self) -> str:
        """One to three words."""
        throw = self._throws.random()
        if throw < 0.52:
            return self.word()
        return f"{self.word()} {self.word()}" if throw < 0.95 else f"{self.word()} {self.word()} {self.word()}"

    def number(self) -> str:
        """The number of a school: mostly small, sometimes padded, some of six digits."""
        throws, throw = self._throws, self._throws.random()
        if throw < 0.84:
            number = throws.choices(_NUMBERS, cum_weights=_NUMBER_WEIGHTS)[0]
            return f"{number:02d}" if throw < 0.08 else str(number)
        if throw < 0.95:
            return str(int(13 * 25 ** throws.random()))
        return (
            f"{throws.randrange(10_000, 180_000):06d}"
            if throw < 0.99
            else f"{throws.randint(1, 400)}/{throws.randint(1, 30)}"
        )

    def school(self) -> School:
        """One school."""
        throws = self._throws
        form = throws.choices(list(FORMS), cum_weights=_FORM_WEIGHTS)[0]
        is_state = throws.random() < FORMS[form][1]
        name = self._state(form) if is_state else self._private(form)
        return School(self._misspelt(name.upper()), form, "state" if is_state else "private")

    def _state(self, form: str) -> str:
        throws, place, throw = self._throws, self.place(), self._throws.random()
        label = form.upper()
        if form in ISLAMIC:
            return f"{label}N {self.number()} {place}" if throw < 0.7 else f"{label} Negeri {place}"
        if form == "tk":
            return f"TK Negeri Pembina {place}"
        head = f"{label}N" if throws.random() < 0.17 else f"{label} Negeri"
        if throw < 0.46:
            return f"{head} {self.number()} {place}"
        if throw < 0.68:
            return f"{head} {place} {self.number()}"
        if throw < 0.74:
            return f"{head} {place} {throws.choice(_ROMAN)}"
        if throw < 0.80:
            return f"{label} Inpres {place}" if form == "sd" else f"{head} Satu Atap {self.number()} {place}"
        if throw < 0.83:
            return f"{head} No. {self.number()} {place}"
        return f"{head} {self.phrase()} {place}" if throw < 0.86 else f"{head} {place}"

    def _private(self, form: str) -> str:
        throws, place, throw = self._throws, self.place(), self._throws.random()
        label = form.upper() + (
            "S" if throws.random() < 0.3 and form in ("sd", "smp", "sma", "smk", "mi", "mts") else ""
        )
        if form in (*ISLAMIC, "tk") and throw < 0.75:
            return f"{label} {throws.choice(_ARABIC).replace('-', throws.choice('- '))} {place}"
        if throw < 0.14:
            return f"{label} Muhammadiyah {self.number()} {place}"
        if throw < 0.22:
            return f"{label} Kristen {place}"
        if throw < 0.29:
            return f"{label} Katolik {throws.choice(('St.', 'Santo', 'Santa'))} {throws.choice(_SAINTS)} {place}"
        if throw < 0.40:
            head = f"{form.upper()}IT" if throws.random() < 0.5 else f"{label} Islam Terpadu"
            return f"{head} {throws.choice(_ARABIC).replace('-', throws.choice('- '))} {place}"
        if throw < 0.46:
            return f"{label} PGRI {self.number()} {place}"
        if throw < 0.50:
            return f"{label} Islam {self.phrase()}"
        return f"{label} {self.phrase()}" if throw < 0.8 else f"{label} {place} {self.word()}"

    def _misspelt(self, name: str) -> str:
        """The name as somebody typed it into a form: one in twelve is not as tidy as the others."""
        throw = self._throws.random()
        if throw > 0.083:
            return name
        if throw < 0.033:
            return name.title()
        if throw < 0.047:
            return name.replace(" ", ". ", 1)
        if throw < 0.058:
            return f"{name} ({self.word().upper()})"
        if throw < 0.066:
            return f"{name} KEC. {self.word().upper()}"
        return f"{name}-{self.word().upper()}" if throw < 0.078 else name.replace("A", "A'", 1)

    def others(self, kind: str) -> str:
        """The name of an entry that is no school."""
        throws, one, two = self._throws, self.word().title(), self.word().title()
        if kind == "publisher":
            return throws.choice(
                (f"Penerbit {one} {two}", f"CV {one} {two} Media", f"PT {one} Pustaka", f"{one} {two} Press")
            )
        if kind == "author":
            return throws.choice((f"{one} {two}", f"{one} {self.word().title()} {two}", f"{one} {two}, S.Pd.", one))
        if kind == "vendor":
            return throws.choice((f"{one}Soft", f"PT {one} {two} Teknologi", f"Komunitas {one} {two}"))
        return throws.choice(
            (
                f"Yayasan {one} {two}",
                f"Taman Bacaan {one}",
                f"Toko Buku {one} {two}",
                f"Perpustakaan Desa {one}",
                f"Universitas {one}",
            )
        )

    def address(self, place: str) -> str:
        """Where it stands, as people write it."""
        throws, throw = self._throws, self._throws.random()
        if throw < 0.4:
            return f"Jl. {self.word().title()} No. {throws.randint(1, 180)}"
        if throw < 0.6:
            return f"Jln. Raya {place.title()}"
        if throw < 0.8:
            return f"Dusun {self.word().title()} RT {throws.randint(1, 12):02d} RW {throws.randint(1, 9):02d}"
        return place.title() if throw < 0.9 else f"Desa {place.upper()}, Kec. {self.word().upper()}"


def never_meeting(number: int) -> Iterator[str]:
    """Names in which two frequent words meet that meet nowhere else: "negeri" and "kristen"."""
    throws = dice("words that never meet")
    words = vocabulary(2_000)
    for _ in range(number):
        yield f"SD NEGERI {throws.choice(words).upper()} KRISTEN {throws.choice(words).upper()}"
