"""What search reads of each entry: its words, kept by triggers in one table beside the entry."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

# A tier is a slice of the documents by score, the best first. The top tiers have small indexes of their own, so that
# a query with very many hits is answered from a few thousand rows; the last reads the index of all.
# Of the real 215,000 schools they hold 2, 8, 15, 25 and 50 % (docs/explanation/search.md).
TIERS = ((207, 255), (200, 206), (190, 199), (182, 189), (0, 181))
# Every sixteenth document by the chance in its score, with an index of its own: what stands for a broad query's hits.
SAMPLE_OF = 16
SAMPLE = range(0, 256, SAMPLE_OF)


class SearchDocument(models.Model):
    """The words of one entry: of its names, and of its regions at all levels with their other names.

    `score` is higher the fewer words the official name has, 16 steps a word; within a step it is
    random by the entry's id, so that a tier is a fair sample. Written by triggers only.
    """

    entry = models.OneToOneField(
        # Without a constraint: the trigger on the entry's deletion removes the row, and a bulk load checks nothing.
        "directory.Entry",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="search_document",
    )
    words = SearchVectorField()
    name_words = SearchVectorField()
    score = models.SmallIntegerField()

    class Meta:
        indexes = [
            # fastupdate=off: a list of pending entries makes every search slower until somebody merges it.
            GinIndex(fields=["words", "name_words"], name="search_words", fastupdate=False),
            *(
                GinIndex(
                    fields=["words", "name_words"],
                    name=f"search_words_tier_{number}",
                    condition=Q(score__gte=low, score__lte=high),
                    fastupdate=False,
                )
                for number, (low, high) in enumerate(TIERS[:-1], start=1)
            ),
            GinIndex(
                fields=["words"],
                name="search_words_sample",
                condition=Q(score__in=list(SAMPLE)),
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return f"words of {self.entry_id}"
