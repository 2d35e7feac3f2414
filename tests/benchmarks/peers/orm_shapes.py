"""The response models of the SQLAlchemy peer: pydantic reads the mapped rows by attribute."""

import datetime
from typing import Annotated, Any

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field


class Shape(BaseModel):
    """A model that reads attributes."""

    model_config = ConfigDict(from_attributes=True)


class Place(Shape):
    """A region."""

    code: str
    name: str
    level: str


class PlaceWithPath(Place):
    """A region with those above it."""

    path: list[Place]


class Name(Shape):
    """A name."""

    value: str
    type: str
    language: str


class Identifier(Shape):
    """A number in a scheme."""

    scheme: str
    value: str
    url: str | None


class Contact(Shape):
    """A public contact."""

    kind: str
    value: str
    label: str


class Relation(Shape):
    """How the entry belongs to another."""

    type: str
    entry: Annotated[str, BeforeValidator(lambda target: target.public_id), Field(validation_alias="target")]


class Trust(Shape):
    """What was checked."""

    claimed: bool = Field(validation_alias="is_claimed")
    level: str = Field(validation_alias="trust_level")
    checked_what: list[str]
    verified_at: datetime.datetime | None
    last_confirmed_at: datetime.datetime | None
    stale: bool = Field(validation_alias="is_stale")


class Provenance(Shape):
    """Where the entry came from."""

    source: str | None
    recorded_at: datetime.datetime = Field(validation_alias="at")


class Library(Shape):
    """A library; without a row an unknown one."""

    exists: str = "unknown"
    type: str = ""
    name: str = ""
    npp: str = ""
    titles: int | None = None
    copies: int | None = None
    room_area_m2: int | None = None
    opening_hours_per_week: int | None = None
    librarians: int | None = None
    teacher_librarians: int | None = None
    library_staff: int | None = None
    has_internet: bool | None = None
    opac_url: str = ""
    accreditation: str = ""
    accreditation_year: int | None = None
    accreditation_valid_until: datetime.date | None = None


_UNKNOWN = Library()


def _of_school(name: str) -> Any:
    return Field(validation_alias=AliasPath("school", name))


class School(Shape):
    """A school."""

    id: str = Field(validation_alias="public_id")
    object: str = Field(validation_alias="kind")
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
    contacts: list[Contact]
    relations: list[Relation]
    trust: Trust = Field(validation_alias="itself")
    provenance: Provenance = Field(validation_alias="first_event")
    created_at: datetime.datetime
    updated_at: datetime.datetime
    form: str = _of_school("form")
    ownership: str = _of_school("ownership")
    ministry: str = _of_school("ministry")
    accreditation: str = _of_school("accreditation")
    pupils: int | None = _of_school("pupils")
    class_groups: int | None = _of_school("class_groups")
    library: Annotated[Library, BeforeValidator(lambda row: row or _UNKNOWN)]


class Bucket(Shape):
    """How many have a value."""

    value: str
    count: int


class Facet(Shape):
    """The values of a facet."""

    buckets: list[Bucket]
    approximate: bool


class Schools(Shape):
    """A page of schools."""

    data: list[School]
    has_more: bool
    next_cursor: str | None
    facets: dict[str, Facet] | None = None


class Suggestion(Shape):
    """An entry to choose."""

    id: str
    object: str
    kind: str
    name: str
    label: str
    npsn: str | None
    region: str | None


class Suggestions(Shape):
    """What a half-typed text may mean."""

    data: list[Suggestion]
    has_more: bool = False
    next_cursor: None = None


class Written(Shape):
    """The version that a write made."""

    version: int
