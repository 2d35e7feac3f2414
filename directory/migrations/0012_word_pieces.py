"""The words that share a piece, found by an index: of a word in three pieces two errors leave one as it is."""

import django.contrib.postgres.indexes
from django.db import migrations, models

FUNCTION = """
-- directory/search/neighbours.py writes the same of what was typed.
CREATE FUNCTION word_pieces(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
ARRAY[
    length(word) || 'a' || left(word, length(word) / 3),
    length(word) || 'b' || substr(word, length(word) / 3 + 1, length(word) / 3),
    length(word) || 'c' || substr(word, length(word) / 3 * 2 + 1)
]
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0011_event_by_moderator")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION word_pieces"),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("word", function="word_pieces"), fastupdate=False, name="word_pieces"
            ),
        ),
    ]
