"""The questions and the one write of both Django peers, asked of the directory's models."""

import uuid
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db import connection, transaction
from django.db.models import Count, F, Prefetch, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Left, NullIf

from directory import actors, clock, ids, journal
from directory.entries import geo, identifiers
from directory.entries.contacts import Contact
from directory.entries.entries import Entry
from directory.entries.identifiers import Identifier
from directory.entries.names import EntryName
from directory.entries.relations import Relation
from tests.benchmarks.peers import queries, statements

ORDER = list(identifiers.SCHEMES)
SEEN = ("active", "closed")
_UNKNOWN = Value("unknown")
_TEXT = TextField()
_FACETS = {
    "province": Coalesce(Left("region_id", 2), _UNKNOWN, output_field=_TEXT),
    "form": F("school__form"),
    "ownership": Coalesce(NullIf("school__ownership", Value("")), _UNKNOWN, output_field=_TEXT),
}


def listed() -> QuerySet[Entry]:
    """The schools of a list."""
    return Entry.objects.filter(kind="school", status="active")


def seen() -> QuerySet[Entry]:
    """The schools that can be asked for by their id."""
    return Entry.objects.filter(kind="school", status__in=SEEN)


def shown(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """With all that a document shows: one query, and one for each list in it."""
    return rows.select_related("school", "library", "region__parent__parent__parent", "first_event").prefetch_related(
        Prefetch("names", EntryName.objects.order_by("id"), "other_names"),
        Prefetch("identifiers", Identifier.objects.filter(retired_at=None), "held_identifiers"),
        Prefetch("contacts", Contact.objects.filter(visibility="public").order_by("id"), "public_contacts"),
        Prefetch("relations", Relation.objects.select_related("target").order_by("id"), "shown_relations"),
    )


def names(row: Any) -> list[dict[str, str]]:
    """All names, the official one first."""
    others = [{"value": one.value, "type": one.type, "language": one.language} for one in row.other_names]
    return [{"value": row.name, "type": "official", "language": ""}, *others]


def numbers(row: Any) -> list[Identifier]:
    """The identifiers that hold, in the order of their schemes."""
    return sorted(row.held_identifiers, key=lambda one: (ORDER.index(one.scheme), one.value))


def resolved(row: Identifier) -> str | None:
    """Where its registry shows an identifier."""
    resolver = identifiers.SCHEMES[row.scheme].resolver
    return resolver.format(value=row.value) if resolver else None


def nearest(rows: QuerySet[Entry], near: str) -> QuerySet[Entry]:
    """The entries by nearness, by the index of points."""
    place = geo.Place(*queries.place(near))
    return rows.filter(latitude__isnull=False).order_by(geo.degrees_from(place), "id")


def matching(rows: QuerySet[Entry], query: str) -> QuerySet[Entry]:
    """The entries that hold all words: names before places, short names first."""
    asked = SearchQuery(query, search_type="raw", config="simple")
    in_name = SearchVectorExact(F("search_document__name_words"), asked)
    return rows.filter(search_document__words=asked).order_by(in_name.desc(), F("search_document__score").desc(), "id")


def search(q: str, *, limit: int) -> tuple[str, list[uuid.UUID]]:
    """The query that was asked and the ids it found; with mended words when those typed find nothing."""
    words = queries.words(q)
    query = queries.tsquery(words)
    keys = list(matching(listed(), query).values_list("id", flat=True)[:limit])
    if not keys:
        with connection.cursor() as cursor:
            cursor.execute(statements.MEND.format(words="%s"), [words])
            query = queries.tsquery([word for (word,) in cursor.fetchall()])
        keys = list(matching(listed(), query).values_list("id", flat=True)[:limit])
    return query, keys


def suggestions(q: str, *, limit: int) -> list[dict[str, Any]]:
    """What a half-typed text may mean."""
    query = queries.tsquery(queries.words(q), is_begun=True)
    keys = matching(Entry.objects.filter(status__in=SEEN), query).values_list("id", flat=True)[:limit]
    with connection.cursor() as cursor:
        cursor.execute(statements.SUGGESTIONS.replace("$1", "%s"), [list(keys)])
        columns = [column.name for column in cursor.description]
        return [statements.suggestion(dict(zip(columns, row, strict=True))) for row in cursor.fetchall()]


def facets(rows: QuerySet[Entry], names: list[str]) -> dict[str, Any]:
    """How many of the entries have each value, name by name."""
    counted = {}
    for name in names:
        values = rows.order_by().values_list(_FACETS[name]).annotate(number=Count("id"))
        counted[name] = statements.arranged(list(values))
    return counted


@transaction.atomic
def change(entry: str, *, website: str) -> int:
    """Put the website of the entry with this public id; returns its new version."""
    kind, key = ids.decode(entry)
    journal.record("website.changed", by=actors.ANONYMOUS, now=clock.now(), subject=(kind, entry))
    Contact.objects.filter(entry=key, kind="website").update(value=website)
    return Entry.objects.values_list("version", flat=True).get(pk=key)
