"""What professionals can be filtered by."""

from typing import Any

from django.db.models import QuerySet

from directory import errors, filters, text, vocabularies
from directory.entries import filters as entry_filters

LONGEST_NAME = 200


class ProfessionalFilter(filters.Filters):
    """The filters of professionals."""

    region = entry_filters.Region(field_name="region_id")
    competence = filters.Overlap(field_name="competences", choices=vocabularies.codes("competence"))
    role = filters.OneOf(choices=vocabularies.codes("professional_role"))
    is_mentor = filters.Flag()


def named(rows: QuerySet[Any], beginning: str) -> QuerySet[Any]:
    """Those whose name begins so, in normal form. Invalid `query_too_long`."""
    if len(beginning) > LONGEST_NAME:
        raise errors.Invalid("query_too_long", parameter="q", most=LONGEST_NAME)
    key = text.normalise(beginning)
    return rows.filter(name_key__startswith=key) if key else rows.none()
