"""How many entries there are of each value of a facet: kept by triggers with every write, and folded into sums."""

from collections.abc import Sequence

from django.db import connection, models, transaction
from django.db.models import F

# Everything an entry is counted by. What a question makes no sense for, as a publisher's form, is empty.
NAMES = ("kind", "status", "province", "form", "ownership", "trust_level", "library_exists")
ALWAYS = ("kind", "status")  # what sums are kept apart by, whatever they count
UNKNOWN = "unknown"
_LOCK = "directory.search.cells"


class _Cell(models.Model):
    """One combination of values."""

    kind = models.TextField()
    status = models.TextField()
    province = models.TextField()
    form = models.TextField()
    ownership = models.TextField()
    trust_level = models.TextField()
    library_exists = models.TextField()

    class Meta:
        abstract = True


class FacetRow(_Cell):
    """What one entry is counted under. `facet_write` in the migration says how that is made of the entry's rows."""

    entry = models.OneToOneField(
        # Without a constraint: the trigger on the entry's deletion removes the row, and a bulk load checks nothing.
        "directory.Entry",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="facet_row",
    )

    def __str__(self) -> str:
        return f"facets of {self.entry_id}"


class FacetChange(_Cell):
    """So many entries more, or fewer, of one combination of values: written in the transaction that changed them.

    Only added to, so that nobody who writes an entry waits for somebody else who does.
    """

    id = models.BigAutoField(primary_key=True)
    entries = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.entries:+} {self.kind}"


class FacetTotal(models.Model):
    """The sum of folded changes: entries of a kind and status with a value, alone or with a value of another facet."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    status = models.TextField()
    by_facet = models.TextField()  # empty: of all
    by_value = models.TextField()
    facet = models.TextField()
    value = models.TextField()
    entries = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("kind"),
                F("status"),
                F("by_facet"),
                F("by_value"),
                F("facet"),
                F("value"),
                name="facet_total_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entries} {self.kind} {self.facet}={self.value}"


def told(row: str, names: Sequence[str] = NAMES) -> str:
    """The facets of a row as a table of (facet, value), in SQL; without those that make no sense for it."""
    values = ", ".join(f"('{name}', {row}.{name})" for name in names)
    return f"(SELECT * FROM (VALUES {values}) AS told (facet, value) WHERE value <> '')"


# One statement, so that a reader sees the changes or their sum, never both or neither.
_FOLD = f"""
WITH taken AS (DELETE FROM directory_facetchange RETURNING *)
INSERT INTO directory_facettotal AS total (kind, status, by_facet, by_value, facet, value, entries)
SELECT taken.kind, taken.status, condition.facet, condition.value, told.facet, told.value, sum(taken.entries)
FROM taken,
    LATERAL (SELECT '' AS facet, '' AS value UNION ALL SELECT * FROM {told("taken", NAMES[2:])} AS of_one) AS condition,
    LATERAL {told("taken")} AS told
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(taken.entries) <> 0
ON CONFLICT (kind, status, by_facet, by_value, facet, value)
DO UPDATE SET entries = total.entries + excluded.entries
"""


def fold() -> int:
    """Put the changes into the sums; returns how many sums changed, none while another fold is at it.

    No answer changes, only the time it takes: every minute by the worker, or after a bulk write.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FOLD)
        return int(cursor.rowcount)
