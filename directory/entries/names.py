"""Other names of entries; the official name is the entry's own column, so that every entry has exactly one."""

from django.db import models
from django.db.models import Q

from directory import journal, text, triggers, vocabularies
from directory.text import EMPTY


class EntryName(journal.Row):
    """A name that an entry also goes, or went, by."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="names")
    value = models.CharField(max_length=300)
    name_key = text.NormalisedField(source="value")
    type = models.CharField(max_length=12, choices=vocabularies.choices("name_type"))
    language = models.CharField(max_length=8, **EMPTY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=vocabularies.codes("name_type")), name="name_type_known"),
            models.UniqueConstraint("entry", "type", "value", name="name_once_per_type"),
        ]
        indexes = [models.Index("name_key", "entry", name="name_of_entry")]  # the twins of an entry are found by it
        triggers = triggers.child()

    def __str__(self) -> str:
        return self.value
