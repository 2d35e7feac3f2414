"""Authors: writers, illustrators, translators, editors and storytellers."""

from rest_framework import serializers

from api.v1 import entries, entry_inputs, entry_merging, entry_writes, fields, shapes
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


class AuthorInput(entry_inputs.EntryInput):
    """What an author can be given."""

    example = {"name": "Sari Puspita, M.Pd.", "region": "32.71", "roles": ["writer"]}
    roles = entry_inputs.Codes("author_role")
    book_levels = entry_inputs.Codes("book_level")


class AuthorViewSet(entry_merging.EntryMerges, entry_writes.EntryWrites, entries.EntryViewSet):
    """Authors: writers, illustrators, translators, editors and storytellers."""

    object_name = kind = "author"
    input_class = AuthorInput
    serializer_class, filterset_class = AuthorSerializer, filters.AuthorFilter
