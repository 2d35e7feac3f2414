"""Schools and their libraries."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.v1 import entries, fields, shapes
from directory import vocabularies
from directory.entries import filters, kinds


class LibrarySerializer(fields.Serializer):
    """The library of a school; `exists: unknown` when nothing is known of one."""

    exists = serializers.ChoiceField(choices=vocabularies.choices("library_exists"))
    type = serializers.ChoiceField(choices=vocabularies.choices("library_type"), allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    npp = serializers.CharField(allow_blank=True, help_text="Nomor Pokok Perpustakaan.")
    titles = serializers.IntegerField(allow_null=True)
    copies = serializers.IntegerField(allow_null=True)
    room_area_m2 = serializers.IntegerField(allow_null=True)
    opening_hours_per_week = serializers.IntegerField(allow_null=True)
    librarians = serializers.IntegerField(allow_null=True, help_text="How many (pustakawan).")
    teacher_librarians = serializers.IntegerField(allow_null=True, help_text="How many (guru pustakawan).")
    library_staff = serializers.IntegerField(allow_null=True, help_text="How many others.")
    has_internet = serializers.BooleanField(allow_null=True)
    opac_url = serializers.CharField(allow_blank=True, help_text="Its catalogue.")
    accreditation = serializers.ChoiceField(choices=vocabularies.choices("library_accreditation"), allow_blank=True)
    accreditation_year = serializers.IntegerField(allow_null=True)
    accreditation_valid_until = serializers.DateField(allow_null=True)


_LIBRARY = LibrarySerializer()


class SchoolSerializer(shapes.EntrySerializer):
    """A school."""

    object = fields.ObjectName("school")
    form = serializers.ChoiceField(source="school.form", choices=vocabularies.choices("form"))
    ownership = serializers.ChoiceField(
        source="school.ownership", choices=vocabularies.choices("ownership"), allow_blank=True
    )
    ministry = serializers.ChoiceField(
        source="school.ministry", choices=vocabularies.choices("ministry"), allow_blank=True
    )
    accreditation = serializers.ChoiceField(
        source="school.accreditation", choices=vocabularies.choices("school_accreditation"), allow_blank=True
    )
    pupils = serializers.IntegerField(source="school.pupils", allow_null=True, help_text="How many.")
    class_groups = serializers.IntegerField(
        source="school.class_groups", allow_null=True, help_text="How many (rombongan belajar)."
    )
    library = serializers.SerializerMethodField()

    @extend_schema_field(LibrarySerializer)
    def get_library(self, row: Any) -> Any:
        """The library's row; without one, an unknown library."""
        return _LIBRARY.to_representation(getattr(row, "library", None) or kinds.Library())


class SchoolViewSet(entries.EntryViewSet):
    """Schools and their libraries."""

    object_name = kind = "school"
    serializer_class, filterset_class = SchoolSerializer, filters.SchoolFilter
    facets = ("province", "form", "ownership", "library_exists", "trust_level", "status")
