"""Every code list with its labels in Indonesian and English; all other documents hold codes only."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import language
from api.v1 import fields, resource
from directory import errors, vocabularies
from directory.entries import identifiers
from directory.entries.entries import Entry


class LabelSerializer(fields.Serializer):
    """A label in both languages."""

    id = serializers.CharField()
    en = serializers.CharField()


class TermSerializer(fields.Serializer):
    """One code; `label` is in the language of Accept-Language."""

    code = serializers.CharField()
    label = serializers.CharField(help_text="In the language of `Accept-Language`.")
    labels = LabelSerializer()


class VocabularySerializer(fields.Serializer):
    """A code list."""

    id = serializers.CharField(help_text="Its name.")
    object = fields.ObjectName("vocabulary")
    terms = TermSerializer(many=True)


def _all() -> dict[str, Any]:
    schemes = tuple(vocabularies.Term(name, one.label, one.label) for name, one in identifiers.SCHEMES.items())
    return {**vocabularies.VOCABULARIES, "identifier_scheme": schemes}


class VocabularyViewSet(resource.ListViewSet):
    """The code lists of all other resources."""

    object_name, model, serializer_class = "vocabulary", Entry, VocabularySerializer
    parameters = detail_parameters = ("format",)
    path_description, path_example = "The name of a code list.", "form"
    is_labelled = True

    def list(self, request: Request) -> HttpResponse:
        """All code lists on one page."""
        documents = [resource.dumps(self._document(name)) for name in _all()]
        return self._labelled(self.answer_envelope(documents, {"has_more": False, "next_cursor": None}))

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One code list."""
        if pk not in _all():
            raise errors.Missing("not_found")
        return self._labelled(self.answer_one(resource.dumps(self._document(pk)), version=None))

    def _document(self, name: str) -> dict[str, Any]:
        tongue = language.of(self.request._request)
        terms = [
            {"code": term.code, "label": getattr(term, tongue), "labels": {"id": term.id, "en": term.en}}
            for term in _all()[name]
        ]
        return {"id": name, "object": "vocabulary", "terms": terms}

    def _labelled(self, response: HttpResponse) -> HttpResponse:
        if response.status_code == 200:
            response["Content-Language"] = language.of(self.request._request)
        return response
