"""Schools and their libraries."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.v1 import entries, entry_inputs, entry_merging, entry_writes, fields, inputs, shapes
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


class LibraryInput(inputs.Input):
    """The library of a school; null takes the statement about it back."""

    exists = serializers.ChoiceField(choices=vocabularies.choices("library_exists"), required=False)
    type = entry_inputs.OptionalChoice("library_type")
    name = entry_inputs.OptionalText()
    npp = serializers.RegexField(r"^([0-9]{7}[A-Z][0-9]{7})?\Z", required=False, help_text="Nomor Pokok Perpustakaan.")
    titles = entry_inputs.Count()
    copies = entry_inputs.Count()
    room_area_m2 = entry_inputs.Count()
    opening_hours_per_week = entry_inputs.Count(max_value=168)
    librarians = entry_inputs.Count(max_value=10_000)
    teacher_librarians = entry_inputs.Count(max_value=10_000)
    library_staff = entry_inputs.Count(max_value=10_000)
    has_internet = serializers.BooleanField(required=False, allow_null=True)
    opac_url = entry_inputs.OptionalAddress(max_length=500)
    accreditation = entry_inputs.OptionalChoice("library_accreditation")
    accreditation_year = entry_inputs.Count(min_value=1990, max_value=2200)
    accreditation_valid_until = serializers.DateField(required=False, allow_null=True)


class SchoolInput(entry_inputs.EntryInput):
    """What a school can be given."""

    example = {"name": "SD Negeri 3 Sukamaju", "region": "32.71", "form": "sd", "ownership": "state"}
    form = serializers.ChoiceField(choices=vocabularies.choices("form"))
    ownership = entry_inputs.OptionalChoice("ownership")
    ministry = entry_inputs.OptionalChoice("ministry")
    accreditation = entry_inputs.OptionalChoice("school_accreditation")
    pupils = entry_inputs.Count()
    class_groups = entry_inputs.Count()
    library = LibraryInput(required=False, allow_null=True)


class SchoolViewSet(entry_merging.EntryMerges, entry_writes.EntryWrites, entries.EntryViewSet):
    """Schools and their libraries."""

    object_name = kind = "school"
    input_class = SchoolInput
    serializer_class, filterset_class = SchoolSerializer, filters.SchoolFilter
    facets = ("province", "form", "ownership", "library_exists", "trust_level", "status")
