"""How entries belong together: imprints, branches, successors, foundations."""

from django.db import models
from django.db.models import F, Q

from directory import journal, triggers, vocabularies


class Relation(journal.Row):
    """`entry` is `type` of `target`: an imprint of a publisher, say. Shown with the entry it starts from."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="relations")
    type = models.CharField(max_length=16, choices=vocabularies.choices("relation_type"))
    target = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="inverse_relations")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=vocabularies.codes("relation_type")), name="relation_type_known"
            ),
            models.CheckConstraint(condition=~Q(entry=F("target")), name="relation_between_two"),
            models.UniqueConstraint("entry", "type", "target", name="relation_once"),
        ]
        triggers = triggers.child()

    def __str__(self) -> str:
        return f"{self.entry_id} {self.type} {self.target_id}"
