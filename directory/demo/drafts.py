"""What a demo entry is before it is written: plain values, made without a database and the same in every run."""

import dataclasses
import uuid
from typing import Any, NamedTuple

import uuid_utils.compat

from directory.regions import indonesia


class Regency(NamedTuple):
    """A regency or city that demo entries stand in."""

    code: str
    name: str
    latitude: float
    longitude: float

    @property
    def short(self) -> str:
        """The name without its type, as it stands in the names of schools."""
        return self.name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ")

    @property
    def is_city(self) -> bool:
        """Whether it is a Kota rather than a Kabupaten."""
        return self.name.startswith("Kota ")


@dataclasses.dataclass
class Draft:
    """An entry to be, with the rows beside it as (column: value) or as tuples."""

    name: str
    kind: str
    entry: dict[str, Any] = dataclasses.field(default_factory=dict)
    kind_row: dict[str, Any] = dataclasses.field(default_factory=dict)
    library: dict[str, Any] = dataclasses.field(default_factory=dict)
    identifiers: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # scheme, value
    names: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # type, value
    contacts: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)  # kind, value, visibility
    relations: list[tuple[str, "Draft"]] = dataclasses.field(default_factory=list)  # type, target
    merged_into: "Draft | None" = None
    id: uuid.UUID = dataclasses.field(default_factory=uuid_utils.compat.uuid7)


def regencies() -> list[Regency]:
    """The 514 regencies and cities in the order of their codes."""
    return [
        Regency(row["code"], row["name"], float(row["latitude"]), float(row["longitude"]))
        for _, row in indonesia.rows("indonesia")
        if "." in row["code"]
    ]


def centre(regency: Regency) -> dict[str, Any]:
    """The place of a person or of an entry whose own point is unknown: the regency and its centre."""
    return {
        "region_id": regency.code,
        "latitude": regency.latitude,
        "longitude": regency.longitude,
        "location_accuracy": "region",
    }


def phone(number: int) -> str:
    """A telephone number that can ring nowhere: no Indonesian number begins with a zero after the country code."""
    return f"+62000{number:06d}"
