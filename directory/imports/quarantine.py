"""Rows of imported files that could not be stored: kept as they came, so that nothing is lost."""

import uuid

from django.db import models
from django.db.models.functions import MD5, Cast

from directory.imports import staging

# The same bad row of a newer file is the same row here; `copy` tells equal rows of one file apart.
_ROWS = """
SELECT %(source)s::uuid AS source_id, line, code, raw, row_number() OVER (PARTITION BY code, raw ORDER BY line) AS copy
FROM import_row WHERE code IS NOT NULL
"""


class QuarantinedRow(models.Model):
    """One row of a source's file that the directory refused, with the event of the import that met it first."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("directory.Source", on_delete=models.PROTECT, related_name="quarantined_rows")
    event = models.ForeignKey(
        "directory.Event", on_delete=models.DO_NOTHING, db_constraint=False, related_name="quarantined_rows"
    )
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    raw = models.JSONField()  # {column: cell}, or a list of cells when the row does not fit the header
    copy = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source", "code", MD5(Cast("raw", models.TextField())), "copy", name="quarantined_row_once"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"


def fresh_count(source: uuid.UUID) -> int:
    """How many of the staged bad rows are not kept yet."""
    return staging.count(
        f"""({_ROWS}) AS staged LEFT JOIN directory_quarantinedrow AS kept
        ON kept.source_id = staged.source_id AND kept.code = staged.code AND kept.copy = staged.copy
        AND md5(kept.raw::text) = md5(staged.raw::text)""",
        "kept.id IS NULL",
        {"source": source},
    )


def keep(source: uuid.UUID, *, event: uuid.UUID) -> int:
    """Keep the staged bad rows that are not kept yet; returns how many."""
    return staging.execute(
        f"""INSERT INTO directory_quarantinedrow (source_id, event_id, line, code, raw, copy)
        SELECT source_id, %(event)s::uuid, line, code, raw, copy FROM ({_ROWS}) AS staged ON CONFLICT DO NOTHING""",
        {"source": source, "event": event},
    )
