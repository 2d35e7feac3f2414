"""What people read, in both languages: pages show the reader's, letters are Indonesian."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import translation

from directory import vocabularies
from directory.entries import entries, identifiers, kinds
from directory.regions import regions


class Words(NamedTuple):
    """A text in both languages; as a text it is the one in the language of the page."""

    id: str
    en: str

    def __str__(self) -> str:
        return chosen(self.id, self.en)


def chosen(indonesian: str, english: str) -> str:
    """One of the two, by the language of the page."""
    return english if (translation.get_language() or "id").startswith("en") else indonesian


def term(vocabulary: str, code: str) -> Words:
    """The label of a code."""
    return next(Words(one.id, one.en) for one in vocabularies.VOCABULARIES[vocabulary] if one.code == code)


def joined(indonesian: str, english: str, vocabulary: str, code: str) -> Words:
    """A sentence with the label of a code, in small letters, where `{}` stands."""
    said = term(vocabulary, code)
    return Words(indonesian.format(said.id.lower()), english.format(said.en.lower()))


def member(name: str) -> Words:
    """What people call a member of an entry."""
    return MEMBERS.get(name) or Words(name.replace("_", " "), name.replace("_", " "))


def called(names: Iterable[str]) -> Words:
    """Members in words."""
    found = [member(name) for name in names]
    return Words(", ".join(one.id for one in found), ", ".join(one.en for one in found))


def labelled(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, str]]:
    """Choices of a field with the labels in the language of the page, where they are a vocabulary's."""
    given = [(code, label) for code, label in choices if code != ""]
    name = _VOCABULARY_OF.get(tuple(given))
    return [(one.code, chosen(one.id, one.en)) for one in vocabularies.VOCABULARIES[name]] if name else given


def value(kind: str, name: str, held: Any) -> str:
    """What an entry of the kind (or a `library`) holds in a member, or would hold, in words. One query, of a region."""
    if held in (None, "", []):
        return "-"
    if name == "region":
        row = regions.Region.objects.select_related("parent__parent__parent").filter(code=held).first()
        return ", ".join(one.name for one in reversed(row.lineage())) if row else str(held)
    if kind == "library":
        return _plain(kinds.Library, name, held)
    if name == "names":
        return "; ".join(f"{one['value']} ({term('name_type', one['type'])})" for one in held)
    if name == "identifiers":
        return "; ".join(f"{identifiers.SCHEMES[one['scheme']].label} {one['value']}" for one in held)
    if name == "library":
        return "; ".join(f"{member(part)}: {value('library', part, one)}" for part, one in held.items())
    return _plain(kinds.MODELS[kind] if name in kinds.own_fields(kinds.MODELS[kind]) else entries.Entry, name, held)


def _plain(model: Any, name: str, held: Any) -> str:
    if isinstance(held, bool):
        return chosen("ya", "yes") if held else chosen("tidak", "no")
    field = model._meta.get_field(name)
    labels = dict(labelled(getattr(field, "base_field", field).choices or ()))
    return ", ".join(str(labels.get(one, one)) for one in (held if isinstance(held, list) else [held]))


_VOCABULARY_OF = {tuple(vocabularies.choices(name)): name for name in vocabularies.VOCABULARIES}
MEMBERS = {
    "name": Words("nama", "name"),
    "names": Words("nama lain", "other names"),
    "identifiers": Words("nomor pengenal", "identifiers"),
    "region": Words("wilayah", "region"),
    "address": Words("alamat", "address"),
    "postal_code": Words("kode pos", "postal code"),
    "latitude": Words("lintang", "latitude"),
    "longitude": Words("bujur", "longitude"),
    "website": Words("situs web", "website"),
    "description_id": Words("keterangan (Indonesia)", "description (Indonesian)"),
    "description_en": Words("keterangan (Inggris)", "description (English)"),
    "languages": Words("bahasa", "languages"),
    "form": Words("bentuk", "form"),
    "ownership": Words("status", "state or private"),
    "ministry": Words("kementerian", "ministry"),
    "accreditation": Words("akreditasi", "accreditation"),
    "pupils": Words("jumlah peserta didik", "pupils"),
    "class_groups": Words("jumlah rombongan belajar", "class groups"),
    "library": Words("perpustakaan", "library"),
    "founded_year": Words("tahun berdiri", "founded in"),
    "book_levels": Words("jenjang buku", "book levels"),
    "subjects": Words("bidang", "subjects"),
    "roles": Words("peran", "roles"),
    "services": Words("layanan", "services"),
    "type": Words("jenis", "type"),
    # of a library
    "exists": Words("ada perpustakaan", "there is a library"),
    "npp": Words("NPP", "NPP (library number)"),
    "titles": Words("jumlah judul", "titles"),
    "copies": Words("jumlah eksemplar", "copies"),
    "room_area_m2": Words("luas ruang (m2)", "room (m2)"),
    "opening_hours_per_week": Words("jam buka seminggu", "opening hours a week"),
    "librarians": Words("jumlah pustakawan", "librarians"),
    "teacher_librarians": Words("jumlah guru pustakawan", "teacher librarians"),
    "library_staff": Words("jumlah tenaga lain", "other library staff"),
    "has_internet": Words("ada internet", "internet"),
    "opac_url": Words("alamat katalog (OPAC)", "address of the catalogue (OPAC)"),
    "accreditation_year": Words("tahun akreditasi", "year of accreditation"),
    "accreditation_valid_until": Words("akreditasi sampai", "accredited until"),
}
