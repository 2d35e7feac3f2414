"""What the survivor of a merge does not say and the other did: values that are kept, and the higher trust."""

from typing import Any, NamedTuple

from directory import vocabularies
from directory.entries import kinds
from directory.entries.entries import Entry

TRUST = ("trust_level", "checked_what", "verified_at", "last_confirmed_at", "is_stale")
FILLED = ("region_id", "address", "postal_code", "website", "description_id", "description_en", "languages")
ACCREDITATION = ("accreditation", "accreditation_year", "accreditation_valid_until")  # one statement, not three
ACTIONS = ("moved", "added", "filled", "removed", "left", "restored")
_NOTHING: tuple[Any, ...] = (None, "", [], "unknown")


class Line(NamedTuple):
    """One thing that changes: `moved` to the other entry, `added` or `filled` there, `removed`, `left` where it is."""

    what: str  # name, identifier, contact, relation, installation, product, or a field's name
    action: str
    value: str


def fill(survivor: Entry, loser: Entry, *, brings_trust: bool) -> list[Line]:
    """Let the survivor say what only the loser says, of itself, its kind and its library; tells each."""
    wanted = _gaps(survivor, loser, FILLED)
    is_same_place = loser.location_accuracy == "point" or loser.region_id == survivor.region_id
    if survivor.latitude is None and loser.latitude is not None and is_same_place:
        wanted |= {name: getattr(loser, name) for name in ("latitude", "longitude", "location_accuracy")}
    order = vocabularies.codes("trust_level")
    if brings_trust and order.index(loser.trust_level) > order.index(survivor.trust_level):
        wanted |= {name: getattr(loser, name) for name in TRUST}
    lines = _write(survivor, wanted)
    model = kinds.MODELS[survivor.kind]
    full, empty = (model._default_manager.filter(pk=row.pk).first() for row in (loser, survivor))
    if full and empty:
        lines += _write(empty, _gaps(empty, full, kinds.own_fields(model)))
    return lines + _library(loser, survivor)


def _library(loser: Entry, survivor: Entry) -> list[Line]:
    """What is known of the library, where the survivor says nothing; a number that only one may have is handed over."""
    full = kinds.Library.objects.filter(pk=loser.pk).first()
    if full is None:
        return []
    held = kinds.Library.objects.filter(pk=survivor.pk).first()
    empty = held or kinds.Library(entry=survivor)
    wanted = _gaps(empty, full, [name for name in kinds.own_fields(kinds.Library) if name not in ACCREDITATION])
    if not empty.accreditation:
        wanted |= _gaps(empty, full, ACCREDITATION)
    titles, copies = (wanted.get(name, getattr(empty, name)) for name in ("titles", "copies"))
    if titles is not None and copies is not None and copies < titles:  # counted at different times
        wanted = {name: value for name, value in wanted.items() if name not in ("titles", "copies")}
    if "npp" in wanted:
        kinds.Library.objects.filter(pk=loser.pk).update(npp="")
    if held is None and wanted:
        kinds.Library(entry=survivor, **wanted).save(force_insert=True)
        return [Line(f"library.{name}", "filled", str(value)) for name, value in wanted.items()]
    return _write(empty, wanted, of="library.")


def _gaps(empty: Any, full: Any, fields: Any) -> dict[str, Any]:
    """What the one row says where the other says nothing."""
    return {
        name: getattr(full, name)
        for name in fields
        if getattr(empty, name) in _NOTHING and getattr(full, name) not in _NOTHING
    }


def _write(row: Any, values: dict[str, Any], *, of: str = "") -> list[Line]:
    if values:
        type(row)._default_manager.filter(pk=row.pk).update(**values)
    return [Line(of + name, "filled", str(value)) for name, value in values.items()]
