"""Autocomplete: the few entries that somebody may be typing, told apart by their district."""

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import conditional
from api.openapi import components
from api.v1 import entries, fields, resource
from directory import errors, filters, ids, vocabularies
from directory.entries.entries import Entry
from directory.regions import filters as region_filters
from directory.search import suggest


class CompletionSerializer(fields.Serializer):
    """One entry to choose; `label` tells same-named schools apart."""

    id = fields.Described(components.public_id(*ids.ENTRIES))
    object = fields.ObjectName("completion")
    kind = serializers.ChoiceField(choices=vocabularies.choices("kind"))
    name = serializers.CharField()
    label = serializers.CharField(help_text="The name with district and regency, to show.")
    npsn = serializers.CharField(allow_null=True)
    region = serializers.CharField(allow_null=True, help_text="The Kemendagri code of the most exact region known.")


class SuggestFilter(filters.Filters):
    """What suggestions can be narrowed to."""

    kind = filters.OneOf(choices=vocabularies.codes("kind"))
    region = region_filters.Below()


class SuggestViewSet(resource.ListViewSet):
    """Entries that a half-typed text may mean, at most 20, the likeliest first."""

    object_name, model, serializer_class = "completion", Entry, CompletionSerializer
    filterset_class = SuggestFilter
    parameters = ("format", "limit")
    required_parameters = ("q",)
    limits = (10, suggest.MOST)
    searches = True

    @property
    def cache(self) -> str:
        """As for lists of entries."""
        may_hold_people = entries.PERSON in self.asked.filters.get("kind", [entries.PERSON])
        return conditional.PERSONAL if may_hold_people else conditional.PUBLIC

    def list(self, request: Request) -> HttpResponse:
        """The suggestions for `q`."""
        if not self.asked.q:
            raise errors.Invalid("required_parameter", parameter="q", value="q")
        found = suggest.suggest(
            self.asked.q,
            kinds=self.asked.filters.get("kind", ()),
            region=self.asked.filters.get("region", ""),
            limit=self.asked.limit,
        )
        documents = [
            resource.dumps(
                {
                    "id": ids.encode(one.kind, one.id),
                    "object": "completion",
                    "kind": one.kind,
                    "name": one.name,
                    "label": ", ".join(part for part in (one.name, one.district, one.regency) if part),
                    "npsn": one.npsn or None,
                    "region": one.region or None,
                }
            )
            for one in found
        ]
        return self.answer_envelope(documents, {"has_more": False, "next_cursor": None})
