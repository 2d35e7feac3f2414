"""One normal form of names and queries: what is typed and what is stored meet here."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

FORMS = ("sd", "smp", "sma", "smk", "slb", "tk", "mi", "mts", "ma", "sdlb", "smplb", "smalb", "ra", "kb")
# Ownership and creed are written into the abbreviation ("SDN", "SD N", "SMKS", "SDIT"); the long form is the
# common ground. "MAS" and "MAN" differ: the first is also a name and a form of address, so it stays.
_ENDINGS = {"n": "negeri", "s": "swasta", "it": "islam terpadu"}
_JOINED = [
    *(form + "n" for form in ("sd", "smp", "sma", "smk", "slb", "tk", "mts", "ma", "mi", "sdlb", "smplb", "smalb")),
    *(form + "s" for form in ("sd", "smp", "sma", "smk", "slb", "mts", "mi", "sdlb", "smplb", "smalb")),
    *(form + "it" for form in ("sd", "smp", "sma", "smk", "tk")),
]
ABBREVIATIONS = {
    **{
        joined: f"{joined.removesuffix(ending)} {long}"
        for ending, long in _ENDINGS.items()
        for joined in _JOINED
        if joined.endswith(ending) and joined.removesuffix(ending) in FORMS
    },
    "kab": "kabupaten",
    "kec": "kecamatan",
    "kep": "kepulauan",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
    "jl": "jalan",
    "jln": "jalan",
    "muh": "muhammadiyah",
    "ponpes": "pondok pesantren",
    "satap": "satu atap",
    "sei": "sungai",
}
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
ROMAN = {numeral: str(value) for value, numeral in enumerate(_NUMERALS.split(), start=1)}
# An optional text column: empty, never NULL; the database's own default serves bulk SQL.
EMPTY: dict[str, Any] = {"blank": True, "default": "", "db_default": ""}
_WORD = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻ"))
# Degrees and initials, "S.Pd", "M.A.", "K.H.": one word, but not the name behind an initial ("A.Yani").
_INITIALS = re.compile(r"\b[a-z](?:\.[a-z]{1,3})+\b")


def words(text: str) -> list[str]:
    """The words of a name in normal form: no case, accents or punctuation, abbreviations and numerals written out."""
    plain = unicodedata.normalize("NFKD", text).translate(_APOSTROPHES).casefold()
    if not plain.isascii():
        plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = _INITIALS.sub(lambda initials: initials.group().replace(".", ""), plain)
    typed = _WORD.findall(plain)
    found: list[str] = []
    for word, following in zip(typed, [*typed[1:], ""], strict=False):
        if word in ("no", "nomor") and (following.isdigit() or following in ROMAN):
            continue  # "SD Negeri No. 3" and "SD Negeri 3" are one name
        found.extend(_written_out(word, found[-1] if found else "").split())
    return found


def _written_out(word: str, before: str) -> str:
    if word.isdigit():
        return word.lstrip("0") or "0"
    if word in _ENDINGS and (before in FORMS or (before == "swasta" and word == "it")):
        return _ENDINGS[word]
    return ABBREVIATIONS.get(word) or ROMAN.get(word) or word


def normalise(text: str) -> str:
    """The normal form of a name as one string."""
    return " ".join(words(text))


if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class NormalisedField(_TextField):
    """The normal form of another field of the same row, written whenever the row is saved or bulk-created."""

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The value that is written: never what the attribute held."""
        value = normalise(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value
