"""One normal form of names and queries: what is typed and what is stored meet here."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

# State schools put "negeri" into the abbreviation; the long form is the common ground.
ABBREVIATIONS = {
    "sdn": "sd negeri",
    "smpn": "smp negeri",
    "sman": "sma negeri",
    "smkn": "smk negeri",
    "slbn": "slb negeri",
    "tkn": "tk negeri",
    "min": "mi negeri",
    "mtsn": "mts negeri",
    "man": "ma negeri",
    "kab": "kabupaten",
    "kec": "kecamatan",
    "prov": "provinsi",
    "jl": "jalan",
    "jln": "jalan",
}
ROMAN = {
    numeral: str(value)
    for value, numeral in enumerate(
        [
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "xi",
            "xii",
            "xiii",
            "xiv",
            "xv",
            "xvi",
            "xvii",
            "xviii",
            "xix",
            "xx",
        ],
        start=1,
    )
}
# An optional text column: empty, never NULL; the database's own default serves bulk SQL.
EMPTY: dict[str, Any] = {"blank": True, "default": "", "db_default": ""}
_WORD = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")


def words(text: str) -> list[str]:
    """The words of a name in normal form: no case, accents or punctuation, abbreviations and numerals written out."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    found: list[str] = []
    for word in _WORD.findall(plain):
        if word.isdigit():
            found.append(word.lstrip("0") or "0")
        else:
            found.extend((ABBREVIATIONS.get(word) or ROMAN.get(word) or word).split())
    return found


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
