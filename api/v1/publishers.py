"""Publishers of books."""

from rest_framework import serializers

from api.v1 import entries, entry_inputs, entry_merging, entry_writes, fields, shapes
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


class PublisherInput(entry_inputs.EntryInput):
    """What a publisher can be given."""

    example = {"name": "Penerbit Lentera Aksara", "region": "32.71", "book_levels": ["a", "b1"]}
    founded_year = entry_inputs.Count(min_value=1500, max_value=2200)
    book_levels = entry_inputs.Codes("book_level")
    subjects = serializers.ListField(
        child=serializers.ChoiceField(choices=range(0, 1000, 100)), required=False, max_length=10
    )


class PublisherViewSet(entry_merging.EntryMerges, entry_writes.EntryWrites, entries.EntryViewSet):
    """Publishers of books."""

    object_name = kind = "publisher"
    input_class = PublisherInput
    serializer_class, filterset_class = PublisherSerializer, filters.PublisherFilter
