"""What is sent of an entry, by the names under which it is read; a PATCH sends what changes, and null empties."""

from typing import Any

from rest_framework import serializers

from api.v1 import inputs
from directory import vocabularies
from directory.entries import editing, identifiers


class Optional:
    """A text that null empties."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "allow_null": True, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The value; null is the empty text."""
        return super().run_validation("" if data is None else data)  # type: ignore[misc]


class OptionalText(Optional, inputs.Text):
    """A text that null empties."""


class OptionalAddress(Optional, serializers.URLField):
    """An http or https address that null empties."""


class OptionalChoice(Optional, serializers.ChoiceField):
    """A code of a vocabulary that null empties."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        super().__init__(choices=vocabularies.choices(vocabulary), **kwargs)


class Count(serializers.IntegerField):
    """How many; null where nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "min_value": 0, "max_value": 10_000_000, **kwargs})


class Codes(serializers.ListField):
    """Codes of a vocabulary, each once."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        child = serializers.ChoiceField(choices=vocabularies.choices(vocabulary))
        super().__init__(**{"child": child, "required": False, "max_length": 50, **kwargs})

    def to_internal_value(self, data: Any) -> list[str]:
        """The codes in the order given."""
        return list(dict.fromkeys(super().to_internal_value(data)))


class NameInput(inputs.Input):
    """Another name of the entry."""

    value = inputs.Text()
    type = serializers.ChoiceField(choices=vocabularies.choices("name_type"))
    language = inputs.Text(max_length=8, required=False, allow_blank=True, help_text="BCP 47.")


class IdentifierInput(inputs.Input):
    """A number of the entry in a scheme."""

    scheme = serializers.ChoiceField(choices=[(name, one.label) for name, one in identifiers.SCHEMES.items()])
    value = inputs.Text(max_length=80)


class EntryInput(inputs.Input):
    """What every kind of entry can be given."""

    name = inputs.Text(help_text="The official name.")
    names = NameInput(many=True, required=False, max_length=editing.MOST_NAMES, help_text="All others; replaced whole.")
    identifiers = IdentifierInput(
        many=True,
        required=False,
        max_length=editing.MOST_IDENTIFIERS,
        help_text="All that hold; one left out is retired.",
    )
    region = inputs.Text(
        max_length=40, required=False, allow_null=True, help_text="`32.71`, or `scheme:code` of another scheme."
    )
    address = OptionalText(max_length=500)
    postal_code = serializers.RegexField(r"^([0-9]{5})?\Z", required=False, help_text="Five digits.")
    latitude = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    website = OptionalAddress(max_length=500)
    description_id = OptionalText(max_length=5000, help_text="In Indonesian.")
    description_en = OptionalText(max_length=5000, help_text="In English.")
    languages = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2,3}(-[A-Z]{2})?\Z", max_length=8), required=False, max_length=20
    )
