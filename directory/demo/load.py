"""Writes the demo data: everything under one event of the source `demo`, and only once."""

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import uuid_utils.compat
from django.db import models, transaction

from directory import actors, journal
from directory.demo import partners, providers, schools, software
from directory.demo.drafts import Draft
from directory.entries import kinds
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.names import EntryName
from directory.entries.relations import Relation
from directory.entries.sources import Source
from directory.regions import indonesia
from directory.search import words
from directory.software.installations import Installation
from directory.software.products import Product

SOURCE = "demo"
BATCH = 500


def is_loaded() -> bool:
    """Whether the demo data stand in the directory."""
    return Source.objects.filter(name=SOURCE).exists()


class Demo(NamedTuple):
    """All demo data, in a stable order."""

    entries: list[Draft]
    products: list[software.Product]
    histories: list[software.Period]


def made() -> Demo:
    """The demo data, without a database; the same in every run but for the ids."""
    listed = schools.schools()
    vendors = providers.vendors()
    houses = partners.publishers()
    products = software.products(vendors)
    entries = [*listed, *houses, *partners.authors(houses), *vendors, *providers.organisations(listed)]
    return Demo(entries, products, software.histories(listed, products))


@transaction.atomic
def load(*, by: actors.Actor, now: datetime.datetime, advance: Callable[[int], object] = lambda rows: None) -> Demo:
    """Write all demo data, with the regions they stand in; `advance` is told of rows as they are written.

    One event, besides the regions' own. The caller has made sure that the data are not there yet.
    """
    indonesia.load(by=by, now=now)
    demo = made()
    source = _source(demo.entries)
    journal.record("demo.loaded", by=by, now=now, source=source.pk, subject=("source", source.pk))
    source.save(force_insert=True)
    for model, rows in itertools.chain(_tables(demo.entries), _software(demo)):
        for batch in _batches(rows):
            model._default_manager.bulk_create(batch)
            advance(len(batch))
    words.rebuild()
    return demo


def _source(entries: list[Draft]) -> Source:
    return Source(
        id=uuid_utils.compat.uuid7(),
        name=SOURCE,
        title="Data demo (rekaan, bukan data nyata)",
        publisher="Mitra Pustaka",
        licence="CC0-1.0",
        rank=1,  # whatever a real source says is stronger
        rows=len(entries),
        coverage="Made-up schools, publishers, authors, vendors and organisations in all 38 provinces.",
        not_covered="Every real school: NPSN that begin with 99, P99 or K99 are nobody's.",
        is_demo=True,
    )


def _tables(entries: list[Draft]) -> Iterator[tuple[type[models.Model], Iterable[models.Model]]]:
    yield Entry, (_entry(draft) for draft in entries)
    for kind, model in kinds.MODELS.items():
        yield model, [model(entry_id=draft.id, **draft.kind_row) for draft in entries if draft.kind == kind]
    yield kinds.Library, (kinds.Library(entry_id=draft.id, **draft.library) for draft in entries if draft.library)
    yield (
        Identifier,
        (
            Identifier(entry_id=draft.id, scheme=scheme, value=value)
            for draft in entries
            for scheme, value in draft.identifiers
        ),
    )
    yield (
        EntryName,
        (EntryName(entry_id=draft.id, type=type, value=value) for draft in entries for type, value in draft.names),
    )
    yield (
        Contact,
        (
            Contact(entry_id=draft.id, kind=kind, value=value, visibility=visibility)
            for draft in entries
            for kind, value, visibility in draft.contacts
        ),
    )
    yield (
        Relation,
        (
            Relation(entry_id=draft.id, type=type, target_id=target.id)
            for draft in entries
            for type, target in draft.relations
        ),
    )


def _software(demo: Demo) -> Iterator[tuple[type[models.Model], Iterable[models.Model]]]:
    yield (
        Product,
        (
            Product(id=product.id, vendor_id=product.vendor.id if product.vendor else None, **product.row)
            for product in demo.products
        ),
    )
    yield (
        Installation,
        (
            Installation(library_id=period.library.id, product_id=period.product.id, **period.row)
            for period in demo.histories
        ),
    )


def _entry(draft: Draft) -> Entry:
    target = draft.merged_into.id if draft.merged_into else None
    return Entry(id=draft.id, kind=draft.kind, name=draft.name, merged_into_id=target, **draft.entry)


def _batches(rows: Iterable[models.Model]) -> Iterator[list[models.Model]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch
