"""How to reach an entry, each value with who may see it."""

from django.db import models
from django.db.models import Q

from directory import actors, journal, triggers, vocabularies
from directory.text import EMPTY


class Contacts(models.QuerySet["Contact"]):
    """Questions about contacts."""

    def visible_to(self, actor: actors.Actor) -> "Contacts":
        """The public ones: who else may read what comes with accounts, and each such reading is an event."""
        return self.filter(visibility="public")


class Contact(journal.Row):
    """One address, number or link."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=vocabularies.choices("contact_kind"))
    value = models.CharField(max_length=300)
    label = models.CharField(max_length=100, **EMPTY)
    # Not public unless somebody says so.
    visibility = models.CharField(
        max_length=16,
        choices=vocabularies.choices("visibility"),
        default="members_only",
        db_default="members_only",
    )

    objects = Contacts.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=vocabularies.codes("contact_kind")), name="contact_kind_known"),
            models.CheckConstraint(
                condition=Q(visibility__in=vocabularies.codes("visibility")), name="contact_visibility_known"
            ),
            models.UniqueConstraint("entry", "kind", "value", name="contact_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=("phone", "whatsapp")) | Q(value__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="contact_phone_in_e164",
            ),
        ]
        triggers = triggers.child()

    def __str__(self) -> str:
        return f"{self.kind} of {self.entry_id}"
