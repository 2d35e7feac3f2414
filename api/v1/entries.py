"""The views that all kinds of entries share: lists that are searched, and single ones that may have moved."""

import functools
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.encoding import iri_to_uri
from rest_framework.request import Request

from api import bodies, conditional, pagination, renderers
from api.openapi import components
from api.v1 import resource
from directory import actors, errors, ids
from directory.entries import entries, filters, geo, history, identifiers
from directory.search import facets, query
from partners.accounts import consents


def found(reference: str) -> bodies.Body | None:
    """The body of the entry, of any status, that an id or `scheme:value` names."""
    if ":" in reference:
        return bodies.load_identified(*identifiers.from_path(reference))
    try:
        kind, key = ids.decode(reference)
    except errors.Invalid:
        return None
    body = bodies.load([key]).get(key)
    return body if body and body.kind == kind else None


def key_of(reference: str, actor: actors.Actor, *, kind: str = "") -> uuid.UUID:
    """The key of the entry that a reference names, or of the one it was merged into; Missing when it is not seen."""
    named = found(reference)
    row: Any = entries.Entry.objects.survivor(named.id) if named and named.status == "merged" else named
    if row is None or row.status not in entries.statuses_seen_by(actor) or (kind and row.kind != kind):
        raise errors.Missing("not_found")
    key: uuid.UUID = row.id
    return key


def listed_key(reference: str) -> uuid.UUID:
    """The key of the listed entry that the member `entry` of a body names; hidden, gone or never there: all alike."""
    named = found(reference)
    row: Any = entries.Entry.objects.survivor(named.id) if named and named.status == "merged" else named
    if row is None or not entries.Entry.objects.listed().filter(pk=row.id).exists():
        raise errors.Invalid("unknown_entry", pointer="#/entry")
    key: uuid.UUID = row.id
    return key


def seen(reference: str, actor: actors.Actor, *, kind: str = "") -> bodies.Body:
    """The body of the entry that a reference names, also of a merged one; Missing when it is not seen."""
    body = found(reference)
    if body is None or (kind and body.kind != kind):
        raise errors.Missing("not_found")
    if body.status not in (*entries.statuses_seen_by(actor), "merged"):
        raise errors.Missing("not_found")
    return body


def moved(view: resource.ListViewSet, key: uuid.UUID, *, behind: str = "") -> HttpResponse:
    """301 to the survivor of a merged entry, or to what stands `behind` its address."""
    survivor = entries.Entry.objects.survivor(key)
    if survivor is None or survivor.status not in entries.statuses_seen_by(view.actor):
        raise errors.Missing("not_found")
    path = view.request.path.rstrip("/").removesuffix(behind).rpartition("/")[0]
    asked = view.request.META["QUERY_STRING"]
    response = conditional.empty(301)
    address = f"{path}/{ids.encode(survivor.kind, survivor.pk)}{behind}" + (f"?{asked}" if asked else "")
    response["Location"] = iri_to_uri(address)
    response["Cache-Control"] = conditional.PUBLIC
    return response


PERSON = "author"  # the one kind that is a person
_OF_PERSON = f'{{"id":"{ids.PREFIXES[PERSON]}_'.encode()  # how the documents of persons begin
MOST_BUILT = 2000
_built: dict[str, bodies.Statement] = {}  # lists that were asked for lately: to build one takes 700 microseconds


@functools.cache  # to build it takes as long as to ask; it is never read itself, only narrowed
def _of(kind: str, statuses: tuple[str, ...]) -> QuerySet[Any]:
    narrowed = {"kind": kind} if kind else {}
    return entries.Entry.objects.filter(status__in=statuses, **narrowed)


class EntryListViewSet(resource.ListViewSet):
    """A list of entries, read from their kept bodies; a kind's resource adds its filters."""

    renderer_classes = renderers.MAP
    kind: ClassVar[str] = ""
    expandable = ("relations.entry", "provenance.source")
    model = entries.Entry
    filterset_class: Any = filters.EntryFilter
    searches = corrects = True
    # An id tells the millisecond in which it was made (UUIDv7), so its index is that of creation.
    sorts: ClassVar[dict[str, str]] = {**resource.ListViewSet.sorts, "created_at": "id", "name": "name_key"}
    special_sorts = ("relevance", "distance")
    facets: ClassVar[Sequence[str]] = ("province", "trust_level", "status")
    _corrected: str | None = None  # what the page of most relevant ones says was meant

    def visible(self) -> QuerySet[Any]:
        """The entries of the resource's kind that the actor may see."""
        return _of(self.kind, entries.statuses_seen_by(self.actor))

    def narrowed(self) -> QuerySet[Any]:
        """The visible entries under all filters but the search; only active ones unless a status is asked for."""
        rows = self.visible() if "status" in self.asked.filters else _of(self.kind, ("active",))
        narrowed: QuerySet[Any] = self.filterset_class.narrow(rows, self.asked.filters)
        return narrowed

    def selected(self) -> QuerySet[Any]:
        """The narrowed entries that match the search."""
        return query.narrow(self.narrowed(), self.query) if self.asked.q else self.narrowed()

    @property
    def cache(self) -> str:
        """Lists that may hold people are not kept unasked: who asks to be hidden must be gone at once."""
        kinds = [self.kind] if self.kind else self.asked.filters.get("kind", [PERSON])
        return conditional.PERSONAL if PERSON in kinds or self.asked.expand else conditional.PUBLIC

    def begin(self, request: Request) -> None:
        """Understand the search once, before the action runs."""
        super().begin(request)
        self.query = query.parse(self.asked.q) if self.asked.q else None

    def page(self) -> pagination.Page:
        """By relevance when searched, by distance when near a place, else by the order asked for."""
        sort = self.asked.sort or (("relevance",) if self.query else ("distance",) if self._place else ())
        if sort == ("relevance",):
            return self._relevant()
        if sort == ("distance",):
            return self._nearest()
        for special in self.special_sorts:
            if special in sort:
                raise errors.Invalid("sort_alone", parameter="sort", value=special)
        return super().page()

    @property
    def _place(self) -> geo.Place | None:
        place: geo.Place | None = self.asked.filters.get("near")
        return place

    def _relevant(self) -> pagination.Page:
        if not self.query:
            raise errors.Invalid("sort_needs", parameter="sort", value="relevance", needed="q")
        mark = f"{self.asked.place} relevance"
        after = pagination.decode_marked(self.asked.cursor, mark)
        hits, self._corrected = query.page(self.narrowed(), self.query, limit=self.asked.limit + 1, after=after)
        shown = hits[: self.asked.limit]
        cursor = pagination.encode([mark, *shown[-1].key]) if len(hits) > self.asked.limit else ""
        return self._page([hit.id for hit in shown], cursor)

    def _nearest(self) -> pagination.Page:
        if not self._place:
            raise errors.Invalid("sort_needs", parameter="sort", value="distance", needed="near")
        mark = f"{self.asked.place} distance"
        after = pagination.decode_marked(self.asked.cursor, mark)
        found = geo.nearest(self.selected(), self._place, limit=self.asked.limit + 1, after=after)
        shown = found[: self.asked.limit]
        cursor = pagination.encode([mark, *shown[-1].key]) if len(found) > self.asked.limit else ""
        return self._page([hit.id for hit in shown], cursor)

    def _page(self, keys: Sequence[uuid.UUID], cursor: str) -> pagination.Page:
        seen = self.documents(keys)
        return pagination.Page([seen[key] for key in keys if key in seen], cursor)

    def documents(self, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        """The kept bodies of those that can be seen."""
        seen = entries.statuses_seen_by(self.actor)
        return {key: one.body for key, one in bodies.load(keys).items() if one.status in seen} if keys else {}

    def found(self, by: pagination.Order, after: Sequence[Any] | None, limit: int) -> Sequence[resource.Row]:
        """As of every list; but the statement of one that has been asked for before is not built again."""
        if self.query or self.kwargs:
            return super().found(by, after, limit)
        # All that the statement depends on; who asks decides only over what is seen.
        asked = repr((type(self), entries.statuses_seen_by(self.actor), self.asked.filters, by, after, limit))
        if (statement := _built.get(asked)) is None:
            if len(_built) >= MOST_BUILT:
                _built.clear()
            rows = pagination.ordered(self.selected(), by, after=after)[:limit]
            statement = _built[asked] = bodies.statement(rows, by.columns)
        return self._with_bodies(bodies.beside(statement), by)

    def rows(self, rows: QuerySet[Any], by: pagination.Order) -> Sequence[resource.Row]:
        """The bodies that are kept, read with the rows in one statement, and those that are behind, made now."""
        return self._with_bodies(bodies.beside(bodies.statement(rows, by.columns)), by)

    def _with_bodies(self, found: Sequence[Any], by: pagination.Order) -> Sequence[resource.Row]:
        key = by.columns.index("id")
        made = self.documents([row[key] for row in found if row[-1] is None])
        return [resource.Row(row[:-1], made.get(row[key]) if row[-1] is None else row[-1]) for row in found]

    def taken_along(self, documents: Sequence[bytes]) -> Sequence[bytes]:
        """How to reach a person stands in downloads only where the person has agreed to that."""
        shown = list(documents)
        persons = {number: orjson.loads(one) for number, one in enumerate(documents) if one.startswith(_OF_PERSON)}
        keys = {number: ids.decode(one["id"])[1] for number, one in persons.items()}
        agreed = consents.agreed_for([*keys.values()], "in_dumps") if keys else ()
        for number, one in persons.items():
            if keys[number] not in agreed:
                shown[number] = orjson.dumps({**one, "contacts": []})
        return shown

    def extras(self) -> dict[str, Any]:
        """Total and facets, and what was searched instead of a mistyped word."""
        extras = super().extras()
        if self.asked.facets:
            extras["facets"] = self._facets()
        if self.query and self.query.is_corrected:
            extras["corrected"] = self._corrected or query.page(self.narrowed(), self.query, limit=1).corrected
        return extras

    def total(self) -> dict[str, Any]:
        """Exact where kept facets cover the filters, else counted to a bound."""
        if self.query or self._where is None or not facets.is_kept(self._where):
            return super().total()
        counted = facets.count(self.visible(), ("status",), where=self._where).counts["status"]
        return {"value": sum(count for _, count in counted), "relation": "eq"}

    @property
    def _where(self) -> dict[str, Sequence[str]] | None:
        """Facets and the values of them that the filters stand for; None where they say more, or the address does."""
        if self.kwargs:
            return None
        where: dict[str, Sequence[str]] = {"status": ("active",), **({"kind": (self.kind,)} if self.kind else {})}
        for name, values in self.asked.filters.items():
            is_province = name == "region" and all(len(code) == entries.PROVINCE for code in values)
            if not is_province and name not in facets.NAMES:
                return None
            where["province" if is_province else name] = values
        return where

    def _facets(self) -> dict[str, Any]:
        counted = facets.count(self.narrowed(), self.asked.facets, query=self.query, where=self._where)
        return {
            name: {
                "buckets": [{"value": value, "count": count} for value, count in rows],
                "approximate": counted.relation == "approximate",
            }
            for name, rows in counted.counts.items()
        }


class EntryViewSet(EntryListViewSet):
    """A list of entries and the single ones."""

    moves = True
    path_description = "An id, or an identifier as `scheme:value` (a `/` in it is written `-`)."
    path_pattern = f"^([a-z]{{3}}_{components.ID_CHARACTERS}|({'|'.join(identifiers.SCHEMES)}):.+)$"
    path_example = "npsn:20106343"
    detail_extra = {
        "as_of": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
    }

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """The entry of an id or of `scheme:value`, now or `as_of` a moment; 301 to the survivor when it was merged."""
        body = seen(pk, self.actor, kind=self.kind)
        if body.status == "merged":
            return moved(self, body.id)
        is_of_person = body.kind == PERSON or self.asked.expand
        cache = conditional.PERSONAL if is_of_person else conditional.PUBLIC
        if "as_of" in self.asked.extra:
            return self.answer_one(self._as_of(body.id), version=None, cache=cache)
        return self.answer_one(body.body, version=body.version, cache=cache)

    def _as_of(self, key: uuid.UUID) -> bytes:
        """The body of then; Missing before the entry was made, and while it could not be seen."""
        step = history.step_at(key, history.AsOf.cleaned(self.asked.extra)["as_of"])
        row = history.as_of(key, step) if step else None
        if row is None or row.status not in entries.statuses_seen_by(self.actor):
            raise errors.Missing("not_found")
        return bodies.written(row)
