"""Publishers of books."""

from rest_framework import serializers

from api.v1 import entries, fields, shapes
from directory import vocabularies
from directory.entries import filters


class PublisherSerializer(shapes.EntrySerializer):
    """A publisher."""

    object = fields.ObjectName("publisher")
    founded_year = serializers.IntegerField(source="publisher.founded_year", allow_null=True)
    book_levels = serializers.ListField(
        source="publisher.book_levels", child=serializers.ChoiceField(choices=vocabularies.choices("book_level"))
    )
    subjects = serializers.ListField(
        source="publisher.subjects", child=serializers.IntegerField(), help_text="Dewey hundreds: 0, 100 ... 900."
    )


class PublisherViewSet(entries.EntryViewSet):
    """Publishers of books."""

    object_name = kind = "publisher"
    serializer_class, filterset_class = PublisherSerializer, filters.PublisherFilter
