"""Needs to begin with: what a school of a form often asks for, ready to be sent as a new need."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.v1 import fields, resource
from directory import filters, vocabularies
from partners.offers import need_templates
from partners.offers.proposals import Proposal


class NeedTemplateLineSerializer(fields.Serializer):
    """One line, as a need takes it."""

    title = serializers.CharField()
    quantity = serializers.IntegerField()
    level = serializers.ChoiceField(choices=vocabularies.choices("book_level"), allow_blank=True)
    subject = serializers.ChoiceField(choices=vocabularies.choices("subject"), allow_blank=True)
    format = serializers.ChoiceField(choices=vocabularies.choices("book_format"), allow_blank=True)
    unit = serializers.ChoiceField(choices=vocabularies.choices("line_unit"))


class NeedTemplateSerializer(fields.Serializer):
    """A need to begin with: send `kind`, `title` and `lines` to `/v1/needs`, with what you change."""

    id = serializers.CharField()
    object = fields.ObjectName("need_template")
    forms = serializers.ListField(child=serializers.ChoiceField(choices=vocabularies.choices("form")))
    kind = serializers.ChoiceField(choices=vocabularies.choices("collaboration_kind"))
    title = serializers.CharField()
    lines = NeedTemplateLineSerializer(many=True)
    level_source = serializers.CharField(help_text="What says which level is for which readers.")


class NeedTemplateFilter(filters.Filters):
    """The filters of templates."""

    form = filters.OneOf(choices=vocabularies.codes("form"))


class NeedTemplateViewSet(resource.ListViewSet):
    """What schools often need, by form: book levels by the ministry's guideline, quantities by our own choice.

    For who does not know the levels of books. A list is one page.
    """

    object_name, model, serializer_class = "need_template", Proposal, NeedTemplateSerializer
    filterset_class = NeedTemplateFilter
    parameters = ("format",)

    def list(self, request: Request) -> HttpResponse:
        """The templates of a form, or all."""
        forms = set(self.asked.filters.get("form", ()))
        found = [one for one in need_templates.TEMPLATES if not forms or forms & set(one.forms)]
        documents = [resource.dumps(_document(one)) for one in found]
        return self.answer_envelope(documents, {"has_more": False, "next_cursor": None})


def _document(one: need_templates.Template) -> dict[str, Any]:
    lines = [line._asdict() for line in one.lines]
    return {
        **one._asdict(),
        "object": "need_template",
        "lines": lines,
        "level_source": need_templates.SOURCE,
    }
