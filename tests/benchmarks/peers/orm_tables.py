"""The directory's tables as SQLAlchemy maps them: the columns that are shown, and what belongs together."""

import datetime
import uuid

from sqlalchemy import ARRAY, DateTime, ForeignKey, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tests.benchmarks.peers import documents, typeids

LEVELS = {1: "province", 2: "regency", 3: "district", 4: "village"}
_ORDER = list(documents.SCHEMES)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime.datetime: DateTime(timezone=True), list[str]: ARRAY(Text)}


class Region(Base):
    """A region, with the one above it."""

    __tablename__ = "directory_region"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level_number: Mapped[int] = mapped_column("level")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("directory_region.code"))
    parent: Mapped["Region | None"] = relationship(remote_side=[code], lazy="raise")

    @property
    def level(self) -> str:
        """The level's code."""
        return LEVELS[self.level_number]

    @property
    def path(self) -> list["Region"]:
        """From the province down to itself."""
        return [*(self.parent.path if self.parent_id and self.parent else ()), self]


class Event(Base):
    """What happened, and from which source it is known."""

    __tablename__ = "directory_event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    type: Mapped[str]
    at: Mapped[datetime.datetime]
    actor_kind: Mapped[str]
    actor_reference: Mapped[str] = mapped_column(default="")
    source_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    request_id: Mapped[str] = mapped_column(default="")
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    status_before: Mapped[str] = mapped_column(default="")
    status_after: Mapped[str] = mapped_column(default="")

    @property
    def source(self) -> str | None:
        """The source's public id."""
        return typeids.encode("src", self.source_id) if self.source_id else None


class Name(Base):
    """Another name."""

    __tablename__ = "directory_entryname"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"))
    value: Mapped[str]
    type: Mapped[str]
    language: Mapped[str]


class Identifier(Base):
    """A number in a scheme."""

    __tablename__ = "directory_identifier"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"))
    scheme: Mapped[str]
    value: Mapped[str]
    retired_at: Mapped[datetime.datetime | None]

    @property
    def url(self) -> str | None:
        """Where its registry shows it."""
        address = documents.SCHEMES[self.scheme]
        return address and address + self.value


class Contact(Base):
    """How to reach an entry."""

    __tablename__ = "directory_contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"))
    kind: Mapped[str]
    value: Mapped[str]
    label: Mapped[str]
    visibility: Mapped[str]


class Relation(Base):
    """How an entry belongs to another."""

    __tablename__ = "directory_relation"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"))
    target_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"))
    type: Mapped[str]
    target: Mapped["Entry"] = relationship(foreign_keys=[target_id], lazy="raise")


class School(Base):
    """What a school has beyond the common."""

    __tablename__ = "directory_school"
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"), primary_key=True)
    form: Mapped[str]
    ownership: Mapped[str]
    ministry: Mapped[str]
    accreditation: Mapped[str]
    pupils: Mapped[int | None]
    class_groups: Mapped[int | None]


class Library(Base):
    """The library of a school."""

    __tablename__ = "directory_library"
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"), primary_key=True)
    exists: Mapped[str]
    type: Mapped[str]
    name: Mapped[str]
    npp: Mapped[str]
    titles: Mapped[int | None]
    copies: Mapped[int | None]
    room_area_m2: Mapped[int | None]
    opening_hours_per_week: Mapped[int | None]
    librarians: Mapped[int | None]
    teacher_librarians: Mapped[int | None]
    library_staff: Mapped[int | None]
    has_internet: Mapped[bool | None]
    opac_url: Mapped[str]
    accreditation: Mapped[str]
    accreditation_year: Mapped[int | None]
    accreditation_valid_until: Mapped[datetime.date | None]


class Document(Base):
    """The words of an entry."""

    __tablename__ = "directory_searchdocument"
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_entry.id"), primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR)
    name_words: Mapped[str] = mapped_column(TSVECTOR)
    score: Mapped[int]


class Entry(Base):
    """An entry, with all that is shown of a school."""

    __tablename__ = "directory_entry"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    version: Mapped[int]
    status: Mapped[str]
    name: Mapped[str]
    region_id: Mapped[str | None] = mapped_column(ForeignKey("directory_region.code"))
    address: Mapped[str]
    postal_code: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    location_accuracy: Mapped[str]
    website: Mapped[str]
    description_id: Mapped[str]
    description_en: Mapped[str]
    languages: Mapped[list[str]]
    trust_level: Mapped[str]
    checked_what: Mapped[list[str]]
    verified_at: Mapped[datetime.datetime | None]
    last_confirmed_at: Mapped[datetime.datetime | None]
    is_stale: Mapped[bool]
    first_event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("directory_event.id"))
    created_at: Mapped[datetime.datetime]
    updated_at: Mapped[datetime.datetime]

    school: Mapped[School] = relationship(lazy="raise")
    library: Mapped[Library | None] = relationship(lazy="raise")
    region: Mapped[Region | None] = relationship(lazy="raise")
    first_event: Mapped[Event] = relationship(lazy="raise")
    other_names: Mapped[list[Name]] = relationship(order_by=Name.id, lazy="raise")
    held_identifiers: Mapped[list[Identifier]] = relationship(
        primaryjoin=lambda: (Identifier.entry_id == Entry.id) & Identifier.retired_at.is_(None), lazy="raise"
    )
    contacts: Mapped[list[Contact]] = relationship(
        primaryjoin=lambda: (Contact.entry_id == Entry.id) & (Contact.visibility == "public"),
        order_by=Contact.id,
        lazy="raise",
    )
    relations: Mapped[list[Relation]] = relationship(
        foreign_keys=[Relation.entry_id], order_by=Relation.id, lazy="raise"
    )

    @property
    def public_id(self) -> str:
        """The id as it is shown."""
        return typeids.encode(typeids.PREFIXES[self.kind], self.id)

    @property
    def names(self) -> list[object]:
        """All names, the official one first."""
        return [{"value": self.name, "type": "official", "language": ""}, *self.other_names]

    @property
    def identifiers(self) -> list[Identifier]:
        """The numbers that hold, in the order of their schemes."""
        return sorted(self.held_identifiers, key=lambda one: (_ORDER.index(one.scheme), one.value))

    @property
    def is_claimed(self) -> bool:
        """Whether somebody maintains the entry."""
        return self.trust_level != "listed"

    @property
    def itself(self) -> "Entry":
        """The entry, for the parts of its document that are objects of their own."""
        return self
