"""Demo schools and their libraries: the forms, names and gaps of the real list, no school of it."""

import datetime
import random
from typing import Any

from directory.demo import drafts, names, school_names
from directory.demo.drafts import Draft, Regency

# form -> (share of all, share of state schools), roughly as in Dapodik and EMIS
FORMS = {
    "sd": (44, 0.86),
    "mi": (8, 0.07),
    "smp": (14, 0.58),
    "mts": (6, 0.09),
    "sma": (6, 0.5),
    "smk": (6, 0.27),
    "ma": (3, 0.1),
    "slb": (2.5, 0.3),
    "tk": (3, 0.1),
    "ra": (1.5, 0.0),
    "kb": (1, 0.0),
    "pkbm": (3, 0.0),
    "skb": (0.7, 1.0),
    "lkp": (1.3, 0.0),
}
JAVA = {"31", "32", "33", "34", "35", "36"}
PUPILS = {"sd": 180, "smp": 320, "sma": 520, "smk": 560, "mi": 150, "mts": 210, "ma": 230}


def schools() -> list[Draft]:
    """About 2,400 schools, at least four in each regency; then some closed, merged and hidden ones among them."""
    throws = names.dice("schools")
    made: list[Draft] = []
    for regency in drafts.regencies():
        size = 4 + 2 * (regency.code[:2] in JAVA) + regency.is_city
        for form, is_state, name in school_names.of(regency, forms=_forms(size, throws), throws=throws):
            made.append(_school(name, form, is_state=is_state, regency=regency, number=len(made), throws=throws))
    _end_some(made)
    return made


def _forms(size: int, throws: random.Random) -> list[tuple[str, bool]]:
    """The forms of the schools of a regency, each with whether it is the state's; the first is a primary school."""
    drawn = throws.choices(list(FORMS), [share for share, _ in FORMS.values()], k=size - 1)
    return [(form, throws.random() < FORMS[form][1]) for form in ("sd", *drawn)]


def _school(name: str, form: str, *, is_state: bool, regency: Regency, number: int, throws: random.Random) -> Draft:
    npsn = _npsn(form, number)
    school = Draft(
        name,
        "school",
        entry={
            "region_id": regency.code,
            "address": f"Jl. {throws.choice(names.STREETS)} No. {throws.randint(1, 180)}",
            "description_id": "Data demo: sekolah rekaan.",
            "description_en": "Demo data: a made-up school.",
            "languages": ["id"],
            **_point(regency, throws),
        },
        kind_row=_facts(form, is_state=is_state, throws=throws),
        identifiers=[("npsn", npsn)],
        library=_library(npsn, throws=throws) if throws.random() < 0.6 else {},
    )
    _other_names(school, form=form, throws=throws)
    _contacts(school, npsn=npsn, number=number, throws=throws)
    return school


def _npsn(form: str, number: int) -> str:
    """A number that no school has: real ones begin with 1 to 7, P2 or K5, and 99 is far from being reached."""
    letter = {"pkbm": "P", "skb": "P", "lkp": "K"}.get(form)
    return f"{letter}99{number:05d}" if letter else f"99{number:06d}"


def _point(regency: Regency, throws: random.Random) -> dict[str, Any]:
    """A point up to some 4 km from the regency's; one school in twenty has none."""
    if throws.random() < 0.05:
        return {}
    return {
        "latitude": round(regency.latitude + throws.uniform(-0.03, 0.03), 5),
        "longitude": round(regency.longitude + throws.uniform(-0.03, 0.03), 5),
        "location_accuracy": "point",
    }


def _facts(form: str, *, is_state: bool, throws: random.Random) -> dict[str, Any]:
    pupils = max(12, round(PUPILS.get(form, 60) * throws.lognormvariate(0, 0.5)))
    return {
        "form": form,
        "ownership": "state" if is_state else "private",
        "ministry": "kemenag" if form in school_names.MADRASAH else "kemendikdasmen",
        "accreditation": throws.choices(("a", "b", "c", "tt", "belum", ""), (30, 38, 10, 1, 6, 15))[0],
        "pupils": pupils,
        "class_groups": max(1, round(pupils / 26)),
    }


def _library(npsn: str, *, throws: random.Random) -> dict[str, Any]:
    exists = throws.choices(("yes", "no", "unknown"), (78, 14, 8))[0]
    if exists != "yes":
        return {"exists": exists}
    titles = round(throws.lognormvariate(6.8, 0.8))
    library: dict[str, Any] = {
        "exists": "yes",
        "type": throws.choices(("library", "media_centre", "learning_resource_centre"), (90, 4, 6))[0],
        "titles": titles,
        "copies": round(titles * throws.uniform(1, 6)),
        "room_area_m2": throws.choice((24, 36, 48, 56, 64, 72, 96, 120)),
        "opening_hours_per_week": throws.choice((18, 24, 30, 36, 40)),
        "librarians": throws.choice((0, 0, 0, 1, 1, 2)),
        "teacher_librarians": throws.choice((0, 1, 1, 2)),
        "library_staff": throws.choice((0, 1, 1, 2, 3)),
        "has_internet": throws.random() < 0.55,
    }
    if throws.random() < 0.3:
        library["name"] = f"Perpustakaan {throws.choice(names.VIRTUES)}"
    if throws.random() < 0.25:
        library["opac_url"] = f"https://opac-{npsn.lower()}.example.org/"
    if throws.random() < 0.35:
        library["npp"] = f"99{npsn[-5:]}D{throws.randint(0, 9_999_999):07d}"
        year = throws.randint(2019, 2024)
        library["accreditation"] = throws.choice("aabbc")
        library["accreditation_year"] = year
        library["accreditation_valid_until"] = datetime.date(year + 5, 12, 31)
    return library


def _other_names(school: Draft, *, form: str, throws: random.Random) -> None:
    if form == "sd" and throws.random() < 0.08:
        school.names.append(("former", f"SD INPRES {throws.choice(names.PLACES).upper()}"))
    if form in ("sma", "smk") and throws.random() < 0.2:
        school.names.append(("alias", school.name.replace(" NEGERI", "N").title()))


def _contacts(school: Draft, *, npsn: str, number: int, throws: random.Random) -> None:
    """Public addresses for some; numbers and a person's address that nobody but the school may see."""
    domain = f"sekolah-{npsn.lower()}.example.org"
    if throws.random() < 0.4:
        school.contacts.append(("email", f"info@{domain}", "public"))
        school.entry["website"] = f"https://{domain}/"
    if throws.random() < 0.3:
        visibility = throws.choice(("public", "signed_in", "members_only"))
        school.contacts.append(("phone", drafts.phone(number), visibility))
    if school.library.get("exists") == "yes" and throws.random() < 0.5:
        visibility = throws.choice(("counterparties", "members_only"))
        school.contacts.append(("email", f"pustakawan.rahasia@{domain}", visibility))


def _end_some(schools: list[Draft]) -> None:
    """Close some, merge some into their neighbour on the list and hide a few, so that each can be met."""
    for place in range(90, len(schools), 110):
        schools[place].entry["status"] = "closed"
    for place in range(50, len(schools), 200):
        survivor = schools[place - 1] if _same_place(schools[place], schools[place - 1]) else schools[place + 1]
        schools[place].entry["status"] = "merged"
        schools[place].merged_into = survivor
    for place in range(7, len(schools), 480):
        schools[place].entry["status"] = "hidden"


def _same_place(one: Draft, other: Draft) -> bool:
    return bool(one.entry["region_id"] == other.entry["region_id"])
