"""Authors: writers, illustrators, translators, editors and storytellers."""

from rest_framework import serializers

from api.v1 import entries, fields, shapes
from directory import vocabularies
from directory.entries import filters


class AuthorSerializer(shapes.EntrySerializer):
    """An author; the place of a person is the regency."""

    object = fields.ObjectName("author")
    roles = serializers.ListField(
        source="author.roles", child=serializers.ChoiceField(choices=vocabularies.choices("author_role"))
    )
    book_levels = serializers.ListField(
        source="author.book_levels", child=serializers.ChoiceField(choices=vocabularies.choices("book_level"))
    )


class AuthorViewSet(entries.EntryViewSet):
    """Authors: writers, illustrators, translators, editors and storytellers."""

    object_name = kind = "author"
    serializer_class, filterset_class = AuthorSerializer, filters.AuthorFilter
