"""Entries: the shape and the views that all kinds share, and /v1/entries, where all kinds are one list."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.encoding import iri_to_uri
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api import bodies, conditional, pagination, renderers
from api.exports import columns
from api.openapi import components
from api.v1 import resource
from directory import actors, errors, ids, vocabularies
from directory.entries import contacts, entries, filters, geo, identifiers
from directory.regions import regions
from directory.search import facets, query

NAME_TYPES = [("official", "Nama resmi"), *vocabularies.choices("name_type")]
SCHEMES = [(name, scheme.label) for name, scheme in identifiers.SCHEMES.items()]


class PlaceSerializer(resource.Serializer):
    """A region by code, name and level."""

    in_csv = columns.Joined("", by="level", show="name", own=tuple(regions.LEVELS.values()))

    code = serializers.CharField(help_text="The Kemendagri code.")
    name = serializers.CharField()
    level = serializers.SerializerMethodField()

    @extend_schema_field(components.ref("RegionLevel"))
    def get_level(self, row: regions.Region) -> str:
        """The level's code."""
        return regions.LEVELS[row.level]


class PlaceWithPathSerializer(PlaceSerializer):
    """The region of an entry with those above it, from the province down to itself."""

    path = PlaceSerializer(source="lineage", many=True, help_text="From the province down to the region itself.")


class NameSerializer(resource.Serializer):
    """A name of an entry; the official one comes first."""

    in_csv = columns.Joined("{type}:{value}", by="type", left_out=("official",))

    value = serializers.CharField()
    type = serializers.ChoiceField(choices=NAME_TYPES)
    language = serializers.CharField(allow_blank=True, help_text="BCP 47, where it is known.")


class IdentifierSerializer(resource.Serializer):
    """A number in a scheme; `url` shows it at its registry, where there is one."""

    in_csv = columns.Joined("{scheme}:{value}", by="scheme", own=("npsn",))

    scheme = serializers.ChoiceField(choices=SCHEMES)
    value = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, row: identifiers.Identifier) -> str | None:
        """Where its registry shows it; null where there is no such page."""
        resolver = identifiers.SCHEMES[row.scheme].resolver
        return resolver.format(value=row.value) if resolver else None


class ContactSerializer(resource.Serializer):
    """A public contact; those that are not public never stand in a body."""

    in_csv = columns.Joined("{kind}:{value}")

    kind = serializers.ChoiceField(choices=vocabularies.choices("contact_kind"))
    value = serializers.CharField(help_text="Phones in E.164.")
    label = serializers.CharField(allow_blank=True, help_text="Whose it is, in a few words.")


class RelationSerializer(resource.Serializer):
    """How the entry belongs to another."""

    in_csv = columns.Joined("{type}:{entry}")

    type = serializers.ChoiceField(choices=vocabularies.choices("relation_type"))
    entry = serializers.SerializerMethodField()

    @extend_schema_field(components.expandable("Entry", *ids.ENTRIES))
    def get_entry(self, row: Any) -> str:
        """The other entry's id."""
        return ids.encode(row.target.kind, row.target_id)


class TrustSerializer(resource.Serializer):
    """What was checked of the entry, and when; no import and no edit moves it."""

    claimed = serializers.SerializerMethodField()
    level = serializers.ChoiceField(source="trust_level", choices=vocabularies.choices("trust_level"))
    checked_what = serializers.ListField(child=serializers.CharField(), help_text="What was verified.")
    verified_at = serializers.DateTimeField(allow_null=True)
    last_confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="When its owner last said that all of it still holds."
    )
    stale = serializers.BooleanField(source="is_stale", help_text="Whether that is too long ago.")

    def get_claimed(self, row: Any) -> bool:
        """Whether somebody maintains the entry."""
        return row.trust_level != "listed"


class ProvenanceSerializer(resource.Serializer):
    """Which source the entry came from and when; `null` when a person wrote it."""

    source = serializers.SerializerMethodField()
    recorded_at = serializers.DateTimeField(source="first_event.at")

    @extend_schema_field(components.expandable("Source", "source", nullable=True))
    def get_source(self, row: Any) -> str | None:
        """The source's id."""
        return ids.encode("source", row.first_event.source_id) if row.first_event.source_id else None


# Made once: a serializer copies all its fields when it is made, which costs more than to use it.
_NAMES, _IDENTIFIERS, _RELATIONS = (
    shape(many=True) for shape in (NameSerializer, IdentifierSerializer, RelationSerializer)
)


class EntrySerializer(resource.Serializer):
    """What every kind of entry shows."""

    id = serializers.SerializerMethodField()
    object = serializers.CharField(source="kind")
    version = serializers.IntegerField(help_text="Rises with every change.")
    status = serializers.ChoiceField(choices=entries.SEEN, help_text="`closed`: it no longer works, and stays listed.")
    name = serializers.CharField(help_text="The official name.")
    names = serializers.SerializerMethodField()
    identifiers = serializers.SerializerMethodField()
    region = PlaceWithPathSerializer(allow_null=True, help_text="The most exact region known.")
    address = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    location_accuracy = serializers.ChoiceField(
        choices=vocabularies.choices("location_accuracy"), allow_blank=True, help_text="How far to trust the point."
    )
    website = serializers.CharField(allow_blank=True)
    description_id = serializers.CharField(allow_blank=True, help_text="In Indonesian.")
    description_en = serializers.CharField(allow_blank=True, help_text="In English.")
    languages = serializers.ListField(child=serializers.CharField(), help_text="Languages it works in, BCP 47.")
    contacts = ContactSerializer(source="public_contacts", many=True, help_text="The public contacts.")
    relations = serializers.SerializerMethodField()
    trust = TrustSerializer(source="*")
    provenance = ProvenanceSerializer(source="*")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(components.public_id(*ids.ENTRIES))
    def get_id(self, row: entries.Entry) -> str:
        """The entry's id."""
        return ids.encode(row.kind, row.pk)

    @extend_schema_field(NameSerializer(many=True))
    def get_names(self, row: Any) -> list[dict[str, Any]]:
        """All names, the official one first."""
        others = sorted(row.names.all(), key=lambda name: name.pk)
        return [{"value": row.name, "type": "official", "language": ""}, *_NAMES.to_representation(others)]

    @extend_schema_field(IdentifierSerializer(many=True))
    def get_identifiers(self, row: Any) -> list[dict[str, Any]]:
        """The identifiers that hold, in the order of the scheme table."""
        order = list(identifiers.SCHEMES)
        held = [one for one in row.identifiers.all() if one.retired_at is None]
        return _IDENTIFIERS.to_representation(sorted(held, key=lambda one: (order.index(one.scheme), one.value)))

    @extend_schema_field(RelationSerializer(many=True))
    def get_relations(self, row: Any) -> list[dict[str, Any]]:
        """The relations that start from the entry; the other end may have been hidden since."""
        return _RELATIONS.to_representation(sorted(row.relations.all(), key=lambda one: one.pk))


def prepared(rows: QuerySet[entries.Entry]) -> QuerySet[entries.Entry]:
    """Entries with what the common shape reads: one query, and one for each list in it."""
    return rows.select_related("region__parent__parent__parent", "first_event").prefetch_related(
        "names",
        "identifiers",
        "relations__target",
        Prefetch("contacts", contacts.Contact.objects.filter(visibility="public").order_by("pk"), "public_contacts"),
    )


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


def key_of(reference: str, actor: actors.Actor, *, kind: str) -> uuid.UUID:
    """The key of the entry that a reference names, or of the one it was merged into; Missing when it is not seen."""
    named = found(reference)
    row: Any = entries.Entry.objects.survivor(named.id) if named and named.status == "merged" else named
    if row is None or row.status not in entries.statuses_seen_by(actor) or row.kind != kind:
        raise errors.Missing("not_found")
    key: uuid.UUID = row.id
    return key


PERSON = "author"  # the one kind that is a person


class EntryListViewSet(resource.ListViewSet):
    """A list of entries, read from their kept bodies; a kind's resource adds its filters."""

    renderer_classes = renderers.MAP
    kind: ClassVar[str] = ""
    expandable = ("relations.entry", "provenance.source")
    model = entries.Entry
    filterset_class: Any = filters.EntryFilter
    searches = corrects = True
    sorts: ClassVar[dict[str, str]] = {**resource.ListViewSet.sorts, "name": "name_key"}
    special_sorts = ("relevance", "distance")
    facets: ClassVar[Sequence[str]] = ("province", "trust_level", "status")

    def visible(self) -> QuerySet[Any]:
        """The entries of the resource's kind that the actor may see."""
        rows = entries.Entry.objects.visible_to(self.actor)
        return rows.filter(kind=self.kind) if self.kind else rows

    def narrowed(self) -> QuerySet[Any]:
        """The visible entries under all filters but the search; only active ones unless a status is asked for."""
        rows = super().selected()
        return rows if "status" in self.asked.filters else rows.filter(status="active")

    def selected(self) -> QuerySet[Any]:
        """The narrowed entries that match the search."""
        return query.narrow(self.narrowed(), self.query) if self.asked.q else self.narrowed()

    @property
    def cache(self) -> str:
        """Lists that may hold people are not kept unasked: who asks to be hidden must be gone at once."""
        kinds = [self.kind] if self.kind else self.asked.filters.get("kind", [PERSON])
        return conditional.PERSONAL if PERSON in kinds or self.asked.expand else conditional.PUBLIC

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Understand the search once, before the action runs."""
        super().initial(request, *args, **kwargs)
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
        hits = query.page(self.narrowed(), self.query, limit=self.asked.limit + 1, after=after)
        shown = hits[: self.asked.limit]
        cursor = pagination.encode([mark, *shown[-1].key]) if len(hits) > self.asked.limit else ""
        return pagination.Page([hit.id for hit in shown], cursor)

    def _nearest(self) -> pagination.Page:
        if not self._place:
            raise errors.Invalid("sort_needs", parameter="sort", value="distance", needed="near")
        mark = f"{self.asked.place} distance"
        after = pagination.decode_marked(self.asked.cursor, mark)
        found = geo.nearest(self.selected(), self._place, limit=self.asked.limit + 1, after=after)
        shown = found[: self.asked.limit]
        cursor = pagination.encode([mark, *shown[-1].key]) if len(found) > self.asked.limit else ""
        return pagination.Page([hit.id for hit in shown], cursor)

    def documents(self, keys: Sequence[uuid.UUID]) -> list[bytes]:
        """The kept bodies of those that can be seen."""
        seen = self._seen(keys)
        return [seen[key] for key in keys if key in seen]

    def batch(self, rows: QuerySet[Any], by: pagination.Order) -> resource.Batch:
        """The bodies that are kept, read with the rows, and those that are behind, made now."""
        found = bodies.beside(rows, by.columns)
        made = self._seen([key for *_, key, body in found if body is None])
        shown = (made.get(key) if body is None else body for *_, key, body in found)
        documents = [body for body in shown if body is not None]
        return resource.Batch(documents, found[-1][:-2] if found else (), len(found))

    def _seen(self, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        seen = entries.statuses_seen_by(self.actor)
        return {key: one.body for key, one in bodies.load(keys).items() if one.status in seen} if keys else {}

    def extras(self) -> dict[str, Any]:
        """Total and facets, and what was searched instead of a mistyped word."""
        extras = super().extras()
        if self.asked.facets:
            extras["facets"] = self._facets()
        if self.query and self.query.corrected:
            extras["corrected"] = self.query.corrected
        return extras

    def _facets(self) -> dict[str, Any]:
        kept_as = "" if self.asked.filters else self.kind or "entries"
        counted = facets.count(self.narrowed(), self.asked.facets, query=self.query, kept_as=kept_as)
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

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """The entry of an id or of `scheme:value`; 301 to the survivor when it was merged."""
        body = found(pk)
        if body is None or (self.kind and body.kind != self.kind):
            raise errors.Missing("not_found")
        if body.status == "merged":
            return self._moved(body.id)
        if body.status not in entries.statuses_seen_by(self.actor):
            raise errors.Missing("not_found")
        is_of_person = body.kind == PERSON or self.asked.expand
        cache = conditional.PERSONAL if is_of_person else conditional.PUBLIC
        return self.answer_one(body.body, version=body.version, cache=cache)

    def _moved(self, key: uuid.UUID) -> HttpResponse:
        survivor = entries.Entry.objects.survivor(key)
        if survivor is None or survivor.status not in entries.statuses_seen_by(self.actor):
            raise errors.Missing("not_found")
        path = self.request.path.rstrip("/").rpartition("/")[0]
        asked = self.request.META["QUERY_STRING"]
        response = conditional.empty(301)
        address = f"{path}/{ids.encode(survivor.kind, survivor.pk)}" + (f"?{asked}" if asked else "")
        response["Location"] = iri_to_uri(address)
        response["Cache-Control"] = conditional.PUBLIC
        return response
