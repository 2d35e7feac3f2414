"""The tables of directory, for Django to find."""

from directory.entries.contacts import Contact
from directory.entries.duplicates import Duplicate, DuplicateScan
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.kinds import Author, Library, Organisation, Publisher, School, Vendor
from directory.entries.names import EntryName
from directory.entries.relations import Relation
from directory.entries.sources import Source
from directory.imports.quarantine import QuarantinedRow
from directory.imports.seen import SeenRow
from directory.journal import Event, FeedClock, History
from directory.regions.regions import Region, RegionAlias, RegionCode, RegionFlag
from directory.seal import SealLink
from directory.search.cells import FacetChange, FacetRow, FacetTotal
from directory.search.documents import SearchDocument
from directory.search.words import Word
from directory.software.installations import Installation
from directory.software.products import Product

__all__ = [
    "Author",
    "Contact",
    "Duplicate",
    "DuplicateScan",
    "Entry",
    "EntryName",
    "Event",
    "FacetChange",
    "FacetRow",
    "FacetTotal",
    "FeedClock",
    "History",
    "Identifier",
    "Installation",
    "Library",
    "Organisation",
    "Product",
    "Publisher",
    "QuarantinedRow",
    "Region",
    "RegionAlias",
    "RegionCode",
    "RegionFlag",
    "Relation",
    "School",
    "SealLink",
    "SearchDocument",
    "SeenRow",
    "Source",
    "Vendor",
    "Word",
]
