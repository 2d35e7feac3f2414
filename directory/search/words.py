"""The vocabulary: every word of the visible entries, with how many have it; typing errors are mended by it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction
from django.db.models import F, Func
from django.db.models.functions import Length

# Words seen once stay in: without them one school in seven could not be found with an error in its own word
# (recall@10 of one error 0.93 instead of 0.97), and the search for neighbours is hardly slower.
_COUNT = """
MERGE INTO directory_word AS word
USING (
    SELECT found.word, found.ndoc FROM ts_stat($words$
        SELECT document.words FROM directory_searchdocument document
        JOIN directory_entry entry ON entry.id = document.entry_id WHERE entry.status IN ('active', 'closed')
    $words$) AS found
) AS found ON found.word = word.word
WHEN MATCHED AND word.entries <> found.ndoc THEN UPDATE SET entries = found.ndoc
WHEN NOT MATCHED BY TARGET THEN INSERT (word, entries) VALUES (found.word, found.ndoc)
WHEN NOT MATCHED BY SOURCE THEN DELETE
"""


class Word(models.Model):
    """One word of the directory."""

    word = models.TextField(primary_key=True)
    entries = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(Length("word"), F("word"), F("entries"), name="word_length"),
            GinIndex(Func("word", function="word_pieces"), name="word_pieces", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word


def rebuild() -> int:
    """Bring the vocabulary to what the entries say now; readers see the old one until it is done.

    Returns how many words changed. After an import, and from time to time by the worker.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Two at a time would meet on the same rows; the second waits and finds little to do.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('directory.search.words'))")
        cursor.execute(_COUNT)
        changed: int = cursor.rowcount
        if changed:
            cursor.execute("ANALYZE directory_word")
    return changed
