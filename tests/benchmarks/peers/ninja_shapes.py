"""The response schemas of the django-ninja peer."""

import datetime
from typing import Any

from ninja import Field, Schema

from directory import ids
from directory.entries.kinds import Library as LibraryRow
from directory.regions.regions import LEVELS
from tests.benchmarks.peers import django_rows


class Place(Schema):
    """A region."""

    code: str
    name: str
    level: str

    @staticmethod
    def resolve_level(row: Any) -> str:
        """The level's code."""
        return LEVELS[row.level]


class PlaceWithPath(Place):
    """A region with those above it."""

    path: list[Place] = Field(alias="lineage")


class Name(Schema):
    """A name."""

    value: str
    type: str
    language: str


class Identifier(Schema):
    """A number in a scheme."""

    scheme: str
    value: str
    url: str | None

    @staticmethod
    def resolve_url(row: Any) -> str | None:
        """Where its registry shows it."""
        return django_rows.resolved(row)


class Contact(Schema):
    """A public contact."""

    kind: str
    value: str
    label: str


class Relation(Schema):
    """How the entry belongs to another."""

    type: str
    entry: str

    @staticmethod
    def resolve_entry(row: Any) -> str:
        """The other entry's id."""
        return ids.encode(row.target.kind, row.target_id)


class Trust(Schema):
    """What was checked."""

    claimed: bool
    level: str = Field(alias="trust_level")
    checked_what: list[str]
    verified_at: datetime.datetime | None
    last_confirmed_at: datetime.datetime | None
    stale: bool = Field(alias="is_stale")

    @staticmethod
    def resolve_claimed(row: Any) -> bool:
        """Whether somebody maintains the entry."""
        return bool(row.trust_level != "listed")


class Provenance(Schema):
    """Where the entry came from."""

    source: str | None
    recorded_at: datetime.datetime = Field(alias="at")

    @staticmethod
    def resolve_source(row: Any) -> str | None:
        """The source's id."""
        return ids.encode("source", row.source_id) if row.source_id else None


class Library(Schema):
    """A library."""

    exists: str
    type: str
    name: str
    npp: str
    titles: int | None
    copies: int | None
    room_area_m2: int | None
    opening_hours_per_week: int | None
    librarians: int | None
    teacher_librarians: int | None
    library_staff: int | None
    has_internet: bool | None
    opac_url: str
    accreditation: str
    accreditation_year: int | None
    accreditation_valid_until: datetime.date | None


class School(Schema):
    """A school."""

    id: str
    object: str = Field(alias="kind")
    version: int
    status: str
    name: str
    names: list[Name]
    identifiers: list[Identifier]
    region: PlaceWithPath | None
    address: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    location_accuracy: str
    website: str
    description_id: str
    description_en: str
    languages: list[str]
    contacts: list[Contact] = Field(alias="public_contacts")
    relations: list[Relation] = Field(alias="shown_relations")
    trust: Trust
    provenance: Provenance = Field(alias="first_event")
    created_at: datetime.datetime
    updated_at: datetime.datetime
    form: str = Field(alias="school.form")
    ownership: str = Field(alias="school.ownership")
    ministry: str = Field(alias="school.ministry")
    accreditation: str = Field(alias="school.accreditation")
    pupils: int | None = Field(alias="school.pupils")
    class_groups: int | None = Field(alias="school.class_groups")
    library: Library

    @staticmethod
    def resolve_id(row: Any) -> str:
        """The id as it is shown."""
        return ids.encode(row.kind, row.pk)

    @staticmethod
    def resolve_names(row: Any) -> Any:
        """The official name first."""
        return django_rows.names(row)

    @staticmethod
    def resolve_identifiers(row: Any) -> Any:
        """Those that hold."""
        return django_rows.numbers(row)

    @staticmethod
    def resolve_trust(row: Any) -> Any:
        """Of columns of the entry itself."""
        return row

    @staticmethod
    def resolve_library(row: Any) -> Any:
        """Without a row an unknown one."""
        return getattr(row, "library", None) or LibraryRow()


class Bucket(Schema):
    """How many have a value."""

    value: str
    count: int


class Facet(Schema):
    """The values of a facet."""

    buckets: list[Bucket]
    approximate: bool


class Schools(Schema):
    """A page of schools."""

    data: list[School]
    has_more: bool
    next_cursor: str | None
    facets: dict[str, Facet] | None


class Suggestion(Schema):
    """An entry to choose."""

    id: str
    object: str
    kind: str
    name: str
    label: str
    npsn: str | None
    region: str | None


class Suggestions(Schema):
    """What a half-typed text may mean."""

    data: list[Suggestion]
    has_more: bool = False
    next_cursor: None = None


class Asked(Schema):
    """The query of a list."""

    q: str = Field("", max_length=200)
    region: str = ""
    form: str = ""
    near: str = ""
    sort: str = ""
    facets: str = ""
    limit: int = Field(50, ge=1, le=200)


class Write(Schema):
    """The body of the one small write."""

    entry: str = Field(max_length=40)
    website: str = Field(max_length=300)


class Written(Schema):
    """The version that a write made."""

    version: int
